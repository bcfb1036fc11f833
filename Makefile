# The commands of this project. `make run` and `make test` need Python 3.11 or newer with venv, and nothing else.
#   make run     a made-up county on http://127.0.0.1:8000 (PORT=9000 make run: elsewhere)
#   make test    every test; on Debian as root it installs what it needs, and says so first
#   make check   the checks, and the fast tests on SQLite, in less than a minute
#   make soak    the long harnesses
#   make bench   how fast it is, as ratios taken side by side
#   make lock    after a change to requirements/*.in: pin every package again, with its hashes
#   make clean   remove the virtual environment and the tools' caches; var/ with its data stays

PORT ?= 8000
BIN := .venv/bin
FOR_RUN := .venv/installed-run
FOR_TEST := .venv/installed-test
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes
COMPILE := ../$(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url \
	--no-emit-find-links --no-emit-trusted-host --no-emit-options

# A process of tests for each core; a file's tests stay together, in their order, and tests/conftest.py orders the files.
AT_ONCE := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: run test check lint machine soak bench lock clean
.NOTPARALLEL:

run: $(FOR_RUN)
	@exec $(BIN)/python run.py demo --port $(PORT)

test: machine lint
	@$(BIN)/pytest $(AT_ONCE) -m "not soak"

check: lint
	@$(BIN)/pytest $(AT_ONCE) -m "not slow and not postgres and not browser and not together and not journey and not soak"

# The import contracts are checked by tests/test_architecture.py.
lint: $(FOR_TEST)
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { $(BIN)/ruff format --check; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python run.py check-migrations

machine: $(FOR_TEST)
	@$(BIN)/python tests/prepare_machine.py

soak: machine
	@$(BIN)/pytest -m soak --hypothesis-profile=soak tests/soak

bench: $(FOR_TEST)
	@$(BIN)/python tests/prepare_machine.py bench
	@$(BIN)/python -m bench

lock: $(FOR_TEST)
	@cd requirements && CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) -o run.txt run.in
	@cd requirements && CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) -o test.txt test.in

clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(FOR_RUN): requirements/run.txt | $(BIN)/pip
	@echo "Installing Python packages into .venv (a minute or two) ..."
	@$(INSTALL) -r requirements/run.txt
	@touch $@

$(FOR_TEST): requirements/test.txt | $(BIN)/pip
	@echo "Installing Python packages for the tests into .venv (a minute or two) ..."
	@$(INSTALL) -r requirements/test.txt
	@touch $@

$(BIN)/pip:
	@for each in python3.11 python3; do \
		if "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			if "$$each" -c 'import ensurepip, venv' 2>/dev/null; then exec "$$each" -m venv .venv; fi; \
			echo "$$each cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2; exit 1; \
		fi; \
	done; \
	echo "Python 3.11 or newer is needed, as python3.11 or python3. On Debian 12: apt-get install python3 python3-venv" >&2; \
	exit 1
