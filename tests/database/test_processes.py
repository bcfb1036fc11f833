"""Several processes on one file, and processes that end as they please."""

import asyncio
import sqlite3
import sys
import textwrap
from pathlib import Path

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from backend.database import close_database, open_database, transaction
from backend.settings import ROOT, Settings

STEPS = 300


async def run(*arguments: str) -> tuple[int | None, str]:
    """The end of a Python process: its status and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(60):
        said, _ = await process.communicate()
    return process.returncode, said.decode()


@pytest.mark.slow
async def test_two_processes_write_one_file(tmp_path: Path) -> None:
    """From its making on: neither finds the database locked, and no step is taken twice."""
    path = tmp_path / "steps.sqlite3"
    worker = ("-W", "error", "-m", "tests.database.two_processes", str(path), str(STEPS))
    assert list(await asyncio.gather(run(*worker), run(*worker))) == [(0, "")] * 2
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*), max(number) FROM step").fetchone() == (2 * STEPS, 2 * STEPS - 1)
    connection.close()


async def test_a_process_ends_though_it_closed_nothing(empty: Settings) -> None:
    program = textwrap.dedent(f"""
        import asyncio
        from tortoise.connection import get_connection
        from backend.database import open_database
        from backend.settings import Settings, demo_settings

        async def main():
            settings = demo_settings(database_url={empty.database_url!r})
            await open_database(settings, ["tests.database.purses"])
            await get_connection("default").execute_query("SELECT 1")

        asyncio.run(main())
    """)
    status, _ = await run("-c", program)
    assert status == 0


async def test_closing_does_not_wait_for_a_deed_without_end(
    purses: BaseDBAsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.database.asyncpg_engine.CLOSING", 0.2)
    begun = asyncio.Event()

    async def deed() -> None:
        async with transaction() as connection:
            await connection.execute_query("UPDATE purse SET amount = 0")
            begun.set()
            await asyncio.sleep(3600)

    task = asyncio.create_task(deed())
    await begun.wait()
    async with asyncio.timeout(2):
        await close_database()
        task.cancel()
        await asyncio.wait([task])


async def test_it_can_be_closed_twice_and_opened_again(empty: Settings) -> None:
    for _ in range(2):
        await open_database(empty, ["tests.database.purses"])
        async with transaction() as connection:
            assert await connection.execute_query_dict("SELECT 1 AS one") == [{"one": 1}]
        await close_database()
        await close_database()


async def test_it_is_opened_once(empty: Settings) -> None:
    await open_database(empty, ["tests.database.purses"])
    with pytest.raises(RuntimeError, match="open already"):
        await open_database(empty, ["tests.database.purses"])
    await close_database()
