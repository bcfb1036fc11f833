"""A database that does not answer is an error that says so, quickly; when it is back, so is the service."""

import asyncio
import socket
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from backend import database
from backend.database import asyncpg_engine, close_database, is_database_away, open_database, pending, transaction
from backend.errors import Unavailable
from backend.settings import Settings, demo_settings
from tests import servers
from tests.database.purses import Purse
from tests.prepare_machine import POSTGRESQL

MODELS = ["tests.database.purses"]
ONE = "SELECT 1 AS one"


class StoppableServer:
    """A PostgreSQL that its tests stop and start again."""

    def __init__(self, url: str, data: str, programs: Path) -> None:
        self.url = url
        self._data = data
        self._pg_ctl = str(programs / "pg_ctl")
        self._owner = Path(data).owner()

    def stop(self) -> None:
        self._run("stop", "--mode=immediate")

    def start(self) -> None:
        """Start with the options of last time."""
        self._run("restart", f"--log={self._data}/log")

    def _run(self, *words: str) -> None:
        command = [self._pg_ctl, "--wait", "--silent", f"--pgdata={self._data}", *words]
        subprocess.run(command, check=True, user=self._owner, extra_groups=[], cwd=self._data, capture_output=True)


@pytest.fixture
def server() -> Iterator[StoppableServer]:
    programs = POSTGRESQL.find()
    if programs is None:
        pytest.skip(POSTGRESQL.missing)
    with servers.postgres(programs.parent) as url:
        data = asyncio.run(_data_directory(f"{url}/postgres"))
        stoppable = StoppableServer(f"{url}/postgres", data, programs.parent)
        yield stoppable
        stoppable.stop()


async def _data_directory(url: str) -> str:
    connection = await asyncpg.connect(url)
    directory: str = await connection.fetchval("SHOW data_directory")
    await connection.close()
    return directory


def settings(url: str, connections: int = 4) -> Settings:
    return demo_settings(database_url=url, database_connections=connections)


@pytest.fixture
async def opened() -> AsyncIterator[None]:
    """Closes what a test opens."""
    yield
    await close_database()


async def refused(connection: BaseDBAsyncClient, within: float = 2) -> Unavailable:
    """The refusal that a statement meets within so many seconds."""
    begun = time.monotonic()
    with pytest.raises(Unavailable) as refusal:
        await connection.execute_query(ONE)
    assert time.monotonic() - begun < within
    assert is_database_away(refusal.value)
    return refusal.value


@pytest.mark.slow
async def test_a_server_away_is_said_and_back_it_serves(server: StoppableServer, opened: None) -> None:
    await open_database(settings(server.url), MODELS)
    connection = get_connection("default")
    await connection.execute_query(ONE)
    server.stop()
    refusal = await refused(connection)
    assert (refusal.code, refusal.retry_after) == ("database_away", 5)
    assert "请过几秒再试" in refusal.detail
    with pytest.raises(Unavailable):
        await Purse.all()
    with pytest.raises(Unavailable):
        await transaction().__aenter__()
    with pytest.raises(Unavailable):
        await pending(settings(server.url), MODELS)
    server.start()
    assert await connection.execute_query_dict(ONE) == [{"one": 1}]
    async with transaction() as deed:
        assert await deed.execute_query_dict(ONE) == [{"one": 1}]


@pytest.mark.slow
async def test_a_server_that_goes_in_the_middle_of_a_deed(
    server: StoppableServer, opened: None, caplog: pytest.LogCaptureFixture
) -> None:
    async def deed() -> None:
        async with transaction() as connection:
            await connection.execute_query(ONE)
            server.stop()
            await connection.execute_query(ONE)

    async def deed_at_its_end() -> None:
        async with transaction() as connection:
            await connection.execute_query(ONE)
            server.stop()

    await open_database(settings(server.url, connections=1), MODELS)
    for broken in (deed, deed_at_its_end):
        with pytest.raises(Unavailable):
            await broken()
        server.start()
        async with transaction() as connection:
            assert await connection.execute_query_dict(ONE) == [{"one": 1}]
    assert {record.levelname for record in caplog.records} <= {"WARNING"}


async def test_a_start_does_not_need_the_server(opened: None) -> None:
    await open_database(settings(f"postgres://nobody@127.0.0.1:{servers.free_port()}/nothing"), MODELS)
    await refused(get_connection("default"))


async def test_a_server_that_is_silent(opened: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind a broken network: it takes the connection and says nothing."""
    monkeypatch.setattr(database, "CONNECTING", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        await open_database(settings(f"postgres://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"), MODELS)
        await refused(get_connection("default"))


@pytest.mark.slow
async def test_a_statement_without_end(postgres_url: str, opened: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "STATEMENT", 0.3)
    await open_database(settings(f"{postgres_url}/postgres", connections=1), MODELS)
    connection = get_connection("default")
    with pytest.raises(Unavailable):
        await connection.execute_query("SELECT pg_sleep(60)")
    assert await connection.execute_query_dict(ONE) == [{"one": 1}]


@pytest.mark.slow
async def test_more_deeds_than_connections(postgres_url: str, opened: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncpg_engine, "WAIT_FOR_CONNECTION", 0.3)
    await open_database(settings(f"{postgres_url}/postgres", connections=1), MODELS)
    connection = get_connection("default")
    async with transaction():
        await refused(connection)
    assert await connection.execute_query_dict(ONE) == [{"one": 1}]


async def test_a_file_that_another_process_keeps(tmp_path: Path, opened: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WRITE_LOCK", 0.3)
    await open_database(settings(f"sqlite://{tmp_path}/kept.sqlite3"), MODELS)
    await get_connection("default").execute_script("CREATE TABLE purse (id INTEGER PRIMARY KEY, amount INTEGER)")
    another = sqlite3.connect(tmp_path / "kept.sqlite3", isolation_level=None)
    another.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        await transaction().__aenter__()
    with pytest.raises(Unavailable):
        await Purse.create(id=1, amount=1)
    another.execute("COMMIT")
    another.close()
    await Purse.create(id=1, amount=1)
    assert await Purse.all().count() == 1


async def test_a_file_that_cannot_be_opened(tmp_path: Path, opened: None) -> None:
    (tmp_path / "folder.sqlite3").mkdir()
    await open_database(settings(f"sqlite://{tmp_path}/folder.sqlite3"), MODELS)
    await refused(get_connection("default"))
    (tmp_path / "folder.sqlite3").rmdir()
    assert await get_connection("default").execute_query_dict(ONE) == [{"one": 1}]
