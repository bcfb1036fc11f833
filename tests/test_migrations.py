"""The migrations make exactly the tables that the models say, on both databases, and can be taken back."""

import gc
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tortoise.connection import get_connection

from backend.database import NOTHING, close_database, drift, migrate, open_database, pending
from backend.settings import ROOT, Settings, demo_settings
from backend.tables import MODEL_MODULES
from tests.schema_differences import schema_differences

MIGRATIONS = sorted(path.stem for path in (ROOT / "migrations").glob("[0-9]*.py"))
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
}


@pytest.fixture
def here(database_url: str) -> Settings:
    return demo_settings(database_url=database_url)


@pytest.fixture
async def closing() -> AsyncIterator[None]:
    yield
    await close_database()


async def test_the_models_say_nothing_that_no_migration_does() -> None:
    assert await drift(MODEL_MODULES) == []


def test_they_are_numbered_without_a_gap() -> None:
    assert MIGRATIONS
    assert [int(re.match(r"(\d{4})_[a-z0-9_]+$", name).group(1)) for name in MIGRATIONS] == list(  # type: ignore[union-attr]
        range(1, len(MIGRATIONS) + 1)
    )


def test_every_file_of_models_is_known_to_them() -> None:
    files = {path.relative_to(ROOT) for part in ("backend", "media") for path in (ROOT / part).rglob("models.py")}
    assert {Path(f"{module.replace('.', '/')}.py") for module in MODEL_MODULES} == files


async def test_they_make_what_the_models_say(here: Settings, closing: None) -> None:
    assert await pending(here, MODEL_MODULES) == []
    await open_database(here, MODEL_MODULES)
    assert await schema_differences(get_connection("default")) == []


@pytest.fixture
def unswept() -> Iterator[None]:
    """No garbage is looked for meanwhile: Tortoise makes all models anew at each step, and half the time went there."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.slow
async def test_they_can_be_taken_back_and_done_again(here: Settings, closing: None, unswept: None) -> None:
    assert await migrate(here, MODEL_MODULES, target=NOTHING) == MIGRATIONS[::-1]
    await open_database(here, MODEL_MODULES)
    connection = get_connection("default")
    tables = await connection.execute_query_dict(TABLES[connection.capabilities.dialect])
    assert [table["name"] for table in tables] == ["tortoise_migrations"]
    await close_database()
    assert await migrate(here, MODEL_MODULES) == MIGRATIONS
    await open_database(here, MODEL_MODULES)
    assert await schema_differences(get_connection("default")) == []
