"""What is kept of published content: made once for all, dropped in time, bounded, given while the database is away."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace

import pytest

from backend import clock
from backend.content import publishing
from backend.content.keeping import FRESH, WITHOUT_DATABASE, Kept
from backend.content.watch import ContentWatch
from backend.database import close_database, database_away, transaction
from tests import article_factories
from tests.on_sqlite import pytest_generate_tests

__all__ = ["pytest_generate_tests"]

MOST = 10_000
WEIGHT = 100


class Kitchen:
    """Makes a new value each time that it is asked, and counts."""

    def __init__(self, watch: ContentWatch) -> None:
        self.watch = watch
        self.kept: Kept[str] = Kept(watch, MOST, lambda _, value: WEIGHT if value != "heavy" else MOST)
        self.made: Counter[str] = Counter()
        self.away = False

    async def get(self, key: str = "a") -> str:
        return (await self.kept.get(key, lambda: self.make(key))).value

    async def make(self, key: str) -> str:
        await asyncio.sleep(0.01)
        if self.away:
            raise database_away()
        self.made[key] += 1
        return "heavy" if key == "heavy" else f"{key}{self.made[key]}"


@pytest.fixture
async def kitchen(database: None) -> AsyncIterator[Kitchen]:
    watch = ContentWatch(publishing.next_boundary)
    await watch.begin()
    yield Kitchen(watch)
    await watch.close()


async def test_a_hundred_who_ask_at_once_get_what_was_made_once(kitchen: Kitchen) -> None:
    assert set(await asyncio.gather(*(kitchen.get() for _ in range(100)))) == {"a1"}
    assert await kitchen.get() == "a1"
    found = kitchen.kept.find("a", clock.now())
    assert found is not None
    assert found.value == "a1"


async def test_the_first_who_asked_goes_away_and_the_others_get_it(kitchen: Kitchen) -> None:
    await kitchen.watch.look()
    first = asyncio.create_task(kitchen.get())
    await asyncio.sleep(0)
    others = [asyncio.create_task(kitchen.get()) for _ in range(3)]
    await asyncio.sleep(0.001)
    first.cancel()
    assert [await each for each in others] == ["a1"] * 3


async def test_what_failed_is_told_to_all_who_waited_and_not_kept(kitchen: Kitchen) -> None:
    kitchen.away = True
    told = await asyncio.gather(*(kitchen.get() for _ in range(5)), return_exceptions=True)
    assert [type(each).__name__ for each in told] == ["Unavailable"] * 5
    kitchen.away = False
    assert await kitchen.get() == "a1"


async def test_it_is_dropped_when_content_changes_and_not_when_a_deed_fails(kitchen: Kitchen) -> None:
    assert await kitchen.get() == "a1"
    await article_factories.published()
    assert await kitchen.get() == "a2"
    with suppress(RuntimeError):
        async with transaction():
            await publishing.changed()
            raise RuntimeError
    assert await kitchen.get() == "a2"


async def test_it_ends_when_something_appears_by_itself_and_after_a_minute(kitchen: Kitchen, monday: None) -> None:
    now = clock.now()
    await article_factories.published(at=now + timedelta(seconds=30))
    assert await kitchen.get() == "a1"
    with clock.pinned(now + timedelta(seconds=29)):
        assert await kitchen.get() == "a1"
    with clock.pinned(now + timedelta(seconds=30)):
        assert await kitchen.get() == "a2"
    with clock.pinned(now + timedelta(seconds=30) + FRESH):
        assert await kitchen.get() == "a3", "counts are never older"
    assert await kitchen.get() == "a4", "a clock that was put back is not believed either"


async def test_made_up_questions_push_out_each_other_and_not_what_everybody_reads(kitchen: Kitchen) -> None:
    await kitchen.get()
    await kitchen.get()
    for number in range(3 * MOST // WEIGHT):
        await kitchen.kept.get(number, lambda: kitchen.make("made up"))
    assert await kitchen.get() == "a1"
    held = [number for number in range(3 * MOST // WEIGHT) if kitchen.kept.find(number, clock.now())]
    assert len(held) == MOST // WEIGHT // 5, "they have a fifth of the room"


async def test_what_is_too_heavy_is_given_and_pushes_nothing_out(kitchen: Kitchen) -> None:
    await kitchen.get()
    assert [await kitchen.get("heavy") for _ in range(2)] == ["heavy"] * 2
    assert (kitchen.made["heavy"], await kitchen.get()) == (2, "a1")


async def test_without_the_database_the_last_is_given_for_five_minutes(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kitchen.get()
    await close_database()
    kitchen.away = True
    await kitchen.watch.look()
    with clock.pinned(clock.now() + 2 * FRESH):
        assert await kitchen.get() == "a1"
    midnight = clock.start_of(clock.today() + timedelta(days=1))
    with clock.pinned(midnight), pytest.raises(Exception, match="database_away"):
        await kitchen.get()  # something may have begun or ended with the day
    with pytest.raises(Exception, match="database_away"):
        await kitchen.get("what nobody asked for before")
    late = time.monotonic() + WITHOUT_DATABASE
    monkeypatch.setattr("backend.content.keeping.time", SimpleNamespace(monotonic=lambda: late))
    with pytest.raises(Exception, match="database_away"):
        await kitchen.get()


async def test_what_was_seen_to_have_changed_is_not_given_again_without_the_database(kitchen: Kitchen) -> None:
    await kitchen.get()
    await publishing.changed()  # 撤稿, for instance
    await kitchen.watch.look()
    await close_database()
    kitchen.away = True
    await kitchen.watch.look()
    with pytest.raises(Exception, match="database_away"):
        await kitchen.get()
