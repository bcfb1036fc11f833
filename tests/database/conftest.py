"""Empty databases of both kinds, for tests of the floor itself: they need no table of ours."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from backend.database import close_database, open_database
from backend.settings import Settings, demo_settings
from tests import servers
from tests.database.purses import TABLES

_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings with an empty database, once on each kind; on PostgreSQL with four connections."""
    if request.param == "sqlite":
        yield demo_settings(database_url=f"sqlite://{tmp_path}/made/here/empty.sqlite3")
        return
    server, name = request.getfixturevalue("postgres_url"), f"empty_{next(_numbers)}"
    servers.execute(f"{server}/postgres", f"CREATE DATABASE {name} STRATEGY FILE_COPY")
    yield demo_settings(database_url=f"{server}/{name}", database_connections=4)
    servers.execute(f"{server}/postgres", f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def purses(empty: Settings) -> AsyncIterator[BaseDBAsyncClient]:
    """An open database with ten purses of 100 each, and a note for every deed done."""
    await open_database(empty, ["tests.database.purses"])
    try:
        connection = get_connection("default")
        await connection.execute_script(TABLES)
        await connection.execute_many("INSERT INTO purse (id, amount) VALUES ($1, $2)", [[n, 100] for n in range(10)])
        yield connection
    finally:
        await close_database()
