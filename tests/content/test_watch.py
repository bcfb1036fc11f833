"""How a process notices that another one published, what is coming by itself, and that the database is away."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
from tortoise.connection import get_connection

from backend import clock
from backend.content import publishing
from backend.content.watch import COMMITTING, TRUSTED, ContentWatch
from backend.database import close_database, open_database, transaction
from backend.settings import Settings
from backend.tables import MODEL_MODULES
from tests import article_factories
from tests.running_app import both_databases


@pytest.fixture
async def watch(database: None) -> AsyncIterator[ContentWatch]:
    """The watch of a process, at work."""
    at_work = ContentWatch(publishing.next_boundary)
    await at_work.begin()
    yield at_work
    await at_work.close()


async def elsewhere() -> None:
    """What another process does when it publishes: this one is told nothing."""
    query = "INSERT INTO content_change (id, number) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET number = 2"
    await get_connection("default").execute_query(query)


@both_databases
async def test_what_another_process_published_is_seen_within_two_seconds(watch: ContentWatch) -> None:
    await watch.look()
    await elsewhere()
    async with asyncio.timeout(TRUSTED):
        while not watch.number:  # noqa: ASYNC110 (it is about the time that passes)
            await asyncio.sleep(0.05)
    assert watch.trusted(clock.now())


@both_databases
async def test_what_this_process_published_is_seen_with_the_next_look(watch: ContentWatch) -> None:
    await watch.look()
    before = watch.number
    async with transaction():
        await publishing.changed()
        assert not watch.trusted(clock.now()), "from now on nothing is believed without a look"
    await watch.look()
    assert (watch.number, watch.trusted(clock.now())) == (before + 1, True)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_deed_that_failed_is_not_waited_for(watch: ContentWatch) -> None:
    await watch.look()
    with suppress(RuntimeError):
        async with transaction():
            await publishing.changed()
            raise RuntimeError
    await asyncio.sleep(COMMITTING)
    await watch.look()
    assert (watch.number, watch.trusted(clock.now())) == (0, True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_it_knows_when_something_appears_or_ends_by_itself(watch: ContentWatch) -> None:
    await watch.look()
    midnight = clock.start_of(clock.today() + timedelta(days=1))
    assert watch.until == midnight, "campaigns begin and end with a day"
    now = clock.now()
    later, end = now + (midnight - now) / 2, now + (midnight - now) / 4
    await article_factories.published(at=later)
    await watch.look()
    assert watch.until == later
    await article_factories.published(ends_at=end)
    await watch.look()
    assert watch.until == end
    assert not watch.trusted(end), "whoever asks then looks again"
    with clock.pinned(end):
        await watch.look()
        assert (watch.until, watch.trusted(clock.now())) == (later, True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_hundred_who_wait_share_a_look(watch: ContentWatch) -> None:
    await asyncio.gather(*(watch.look() for _ in range(100)))
    before = watch.seen
    await asyncio.gather(*(watch.look() for _ in range(100)))
    assert watch.seen > before, "a look that began before they asked would not do"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_database_goes_away_and_comes_back(
    watch: ContentWatch, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await elsewhere()
    await watch.look()
    await close_database()
    for _ in range(3):
        await watch.look()
    assert (watch.away, watch.number) == (True, 1)
    assert [line.levelno for line in caplog.records if "watched" in line.message] == [logging.ERROR], "told once"
    await open_database(settings, MODEL_MODULES)
    await watch.look()
    assert not watch.away
