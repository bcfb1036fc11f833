"""The rules of design/architecture.md that a program can check: a file that breaks one is named."""

import ast
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeGuard

import pytest
from tortoise.fields.relational import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise.models import Model

from backend.settings import ROOT, Settings

LONGEST_FILE = 250
LONGEST_FUNCTION = 40
LONGER_ON_PURPOSE: dict[str, str] = {}  # "path" or "path::function": why it may be longer

FOLDERS = {".ci", "backend", "bench", "docs", "media", "migrations", "miniprogram_api", "requirements", "tests"}
FILES = {
    ".gitignore",
    "CHANGELOG.md",
    "DECISIONS.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "pyproject.toml",
    "run.py",
}
# What the machine, the tools and the server leave behind: all in .gitignore.
LEFT_BEHIND = {".git", ".venv", "var"}
CACHES = re.compile(r"\.\w+_cache|\.hypothesis|__pycache__")

PRODUCT = ("backend", "media", "miniprogram_api", "run.py")
BUCKETS = {
    "base",
    "common",
    "core",
    "helper",
    "helpers",
    "manager",
    "misc",
    "service",
    "services",
    "shared",
    "util",
    "utils",
}
ENVIRONMENT = {"environ", "environb", "getenv"}
NOW = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


@cache
def python_files(*below: str) -> tuple[Path, ...]:
    """Our Python files under these folders, without the generated migrations."""
    found: list[Path] = []
    for each in below:
        path = ROOT / each
        found += [path] if path.is_file() else path.rglob("*.py")
    return tuple(sorted(found))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def linter() -> dict[str, Any]:
    """The contracts in pyproject.toml."""
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    return settings


def layers() -> list[str]:
    """The layers of backend, the highest first."""
    return next(list(each["layers"]) for each in linter()["contracts"] if each["type"] == "layers")


def is_table(value: object, module: str) -> TypeGuard[type[Model]]:
    return isinstance(value, type) and issubclass(value, Model) and value.__module__ == module


def test_imports_go_only_where_the_contracts_allow() -> None:
    lint = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo"]
    done = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


def test_every_package_has_its_contract() -> None:
    """The linter passes over what it is not told of, and over a folder without __init__.py inside a package.

    When `media` gets its first file it joins root_packages, with a contract: of ours it may import only settings,
    errors, database, secrets and clock; Pillow only in media.images and media.drawing, the object store only in
    media.storage.
    """
    packages = {path.parent for path in python_files("backend", "media", "miniprogram_api")}
    assert {name(path).split("/")[0] for path in packages} == set(linter()["root_packages"])
    assert [name(path) for path in packages if not (path / "__init__.py").exists()] == []


def test_the_top_level_is_fixed() -> None:
    here = {path for path in ROOT.iterdir() if path.name not in LEFT_BEHIND and not CACHES.fullmatch(path.name)}
    assert {path.name for path in here if path.is_dir()} - FOLDERS == set()
    assert {path.name for path in here if path.is_file()} - FILES == set()


def test_a_long_file_is_two_things() -> None:
    lengths = {
        name(path): len(path.read_text("utf-8").splitlines()) for path in python_files(*PRODUCT, "bench", "tests")
    }
    too_long = {file: length for file, length in lengths.items() if length > LONGEST_FILE}
    assert {file: length for file, length in too_long.items() if file not in LONGER_ON_PURPOSE} == {}


def test_a_long_function_is_two_things() -> None:
    too_long = {}
    for path in python_files(*PRODUCT, "bench", "tests"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long[f"{name(path)}::{node.name}"] = length
    assert {function: length for function, length in too_long.items() if function not in LONGER_ON_PURPOSE} == {}


def test_each_module_says_first_what_it_is_for() -> None:
    assert [name(path) for path in python_files(*PRODUCT, "bench", "tests") if not ast.get_docstring(tree(path))] == []


def test_no_file_is_a_bucket() -> None:
    parts = {path: {path.stem, path.parent.name} for path in python_files(*PRODUCT, "bench", "tests")}
    assert [name(path) for path, words in parts.items() if words & BUCKETS] == []


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        name(path)
        for path in python_files(*PRODUCT)
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT)
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and {each.name for each in node.names} & ENVIRONMENT
        )
    }
    assert readers == {"backend/settings.py"}


def test_only_the_clock_knows_now() -> None:
    knowing = {
        name(path)
        for path in python_files(*PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and (ast.unparse(node.value).split(".")[-1], node.attr) in NOW
    }
    assert knowing == {
        "backend/clock.py",
        "backend/cache.py",
    }  # cache: the limits library counts in its own time.time()


def test_tables_refer_only_to_tables_below_them() -> None:
    from backend.tables import MODEL_MODULES

    order = {part.strip("() "): level for level, layer in enumerate(layers()) for part in layer.split("|")}
    models = [
        each for module in MODEL_MODULES for each in vars(import_module(module)).values() if is_table(each, module)
    ]
    home = {model.__name__: model.__module__.split(".")[1] for model in models}
    upwards = []
    for model in models:
        for field in model._meta.fields_map.values():
            if isinstance(field, ForeignKeyFieldInstance | ManyToManyFieldInstance):
                target = (
                    field.model_name.split(".")[1] if isinstance(field.model_name, str) else field.model_name.__name__
                )
                here, there = home[model.__name__], home[target]
                if here != there and order[there] <= order[here]:
                    upwards.append(f"{here}.{model.__name__}.{field.model_field_name} -> {there}.{target}")
    assert len(models) > 1
    assert upwards == []


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_every_requirement_is_pinned_with_hashes_and_without_addresses(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    requirements = re.findall(r"^(?=[a-z]).+?(?=^[a-z]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(requirements) > 10
    assert [
        each for each in requirements if not re.match(r"[\w.-]+==[\w.]+ \\\n +--hash=sha256:[0-9a-f]{64}", each)
    ] == []
    assert re.findall(r"^.*(?:://|--(?:extra-)?index|--find-links|--trusted).*$", text, re.MULTILINE) == []


def test_the_commands_in_the_readme_exist() -> None:
    readme, makefile = (ROOT / "README.md").read_text("utf-8"), (ROOT / "Makefile").read_text("utf-8")
    promised = set(re.findall(r"(?:^|[`$=]\S* ?)make ([a-z]+)", readme, re.MULTILINE))
    assert {"run", "test"} <= promised
    assert promised - set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) == set()
    offered = subprocess.run(
        [sys.executable, ROOT / "run.py", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"run\.py ([a-z][a-z-]+)", readme)) - set(offered.split()) == set()


def test_every_setting_is_documented() -> None:
    rows = [
        f"| `{each.name.upper()}` | {shown(each.default)} | {each.metadata['meaning']} |" for each in fields(Settings)
    ]
    table = "\n".join(["| variable | default | meaning |", "| --- | --- | --- |", *rows]) + "\n"
    documented = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert table in documented, f"docs/settings.md should hold this table:\n\n{table}"


def shown(default: Any) -> str:
    """A default as one writes it in the environment."""
    if default == "":
        return "empty"
    return f"`{int(default) if isinstance(default, bool) else default}`"
