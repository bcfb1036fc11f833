"""What the charter's tests read in the source code: who makes records, and who looks at points."""

import ast
from pathlib import Path

from tests.test_architecture import python_files

POINTS = {"Score", "Level", "level_of", "levels_in_force", "next_level", "score_of", "score", "levels", "PointEntry"}


# Rule 3: who may look at points and levels, and what for. Nobody here may refuse anything by what he sees.
SEES_POINTS = {
    "miniprogram_api/entries.py": "shows the citizen her own entries",
    "backend/repairs/telling.py": "says in a notice whether what was approved became points",
    "backend/records/gaining.py": "reckons for the citizen herself what she could still gain",
    "miniprogram_api/score.py": "shows the citizen her own score",
    "backend/records/catalogue_publishing.py": "keeps the levels that a catalogue file names",
    "backend/records/catalogue_versions.py": "tells everybody which levels each version of the catalogue has",
}


def our_code() -> list[Path]:
    """Every module of the product."""
    return list(python_files("backend", "miniprogram_api"))


def called_in(module: ast.Module) -> set[str]:
    """The names that are called, those whose `create`, `bulk_create` or `get_or_create` is, and what is inserted."""
    called = set()
    for each in ast.walk(module):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            called.add(each.func.id)
            if each.func.id == "insert_rows":
                called.add(ast.unparse(each.args[0]))
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
