"""The command line: each word runs something, and no process loads what is another's business."""

import argparse
import inspect
import subprocess
import sys

import pytest

from backend.commands.command_line import named, parser
from backend.settings import ROOT

THE_WEB = {"sanic", "jinja2", "backend.app", "backend.console"}
OUTSIDE = {"wechatpy", "redis"}  # whom the worker asks, and commands do not


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every word, and what may follow it."""
    (words,) = (each for each in parser()._actions if isinstance(each, argparse._SubParsersAction))
    return dict(words.choices)


@pytest.mark.parametrize("word", sorted(commands()))
def test_each_word_names_a_command(word: str) -> None:
    run = commands()[word].get_default("run")
    assert next(iter(inspect.signature(named(run)).parameters)).strip("_") == "settings"


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh process has loaded after this code."""
    code = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_who_asks_for_help_loads_neither_tables_nor_the_web() -> None:
    loaded = loaded_by("from backend.commands.command_line import parser\nparser()")
    assert not loaded & {"tortoise", "cryptography", *THE_WEB, *OUTSIDE}


@pytest.mark.parametrize("module", ["proofs", "staff", "imports"])
def test_a_command_loads_nothing_of_the_web_nor_of_the_world_outside(module: str) -> None:
    loaded = loaded_by(f"import backend.commands.{module}")
    assert "tortoise" in loaded
    assert not loaded & (THE_WEB | OUTSIDE)


def test_the_worker_loads_nothing_of_the_web() -> None:
    loaded = loaded_by("import backend.worker_process")
    assert loaded >= {"tortoise", *OUTSIDE}
    assert not loaded & THE_WEB
