"""What the charter's tests read in the source code: who makes records, and who looks at points."""

import ast
from pathlib import Path

from tests.test_architecture import python_files

POINTS = {"Score", "Level", "level_of", "levels_in_force", "next_level", "score_of", "score", "levels", "PointEntry"}


# Rule 3: who may look at points and levels, and what for. Nobody here may refuse anything by what he sees.
SEES_POINTS = {
    "miniprogram_api/catalogue.py": "publishes the levels to everyone",
    "miniprogram_api/entries.py": "shows the citizen her own entries",
    "backend/repairs/telling.py": "says in a notice whether what was approved became points",
    "miniprogram_api/evidence_shown.py": "says whether what was approved became points",
    "miniprogram_api/identity.py": "says whether she is enrolled, to offer leaving instead of enrolling",
    "miniprogram_api/score.py": "shows the citizen her own score",
    "backend/records/catalogue_loading.py": "keeps the levels that a catalogue file names",
}


def our_code() -> list[Path]:
    """Every module of the product."""
    return list(python_files("backend", "miniprogram_api"))


def called_in(module: ast.Module) -> set[str]:
    """The names that are called, and those whose `create`, `bulk_create` or `get_or_create` is."""
    called = set()
    for each in ast.walk(module):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            called.add(each.func.id)
        if isinstance(each, ast.Attribute) and "create" in each.attr and isinstance(each.value, ast.Name):
            called.add(each.value.id)
    return called


def sees_points(module: ast.Module) -> bool:
    """Whether it imports any of POINTS from backend.points, or reaches a score through a relation."""
    return any(_imports_points(each) or _follows_a_relation(each) for each in ast.walk(module))


def _imports_points(each: ast.AST) -> bool:
    if not isinstance(each, ast.ImportFrom) or not (each.module or "").startswith("backend.points"):
        return False
    return bool(POINTS & {alias.name for alias in each.names})


def _follows_a_relation(each: ast.AST) -> bool:
    return isinstance(each, ast.Attribute) and each.attr in {"score", "scores"} and "citizen" in ast.unparse(each.value)
