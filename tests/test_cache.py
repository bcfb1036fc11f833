"""Values and limits: in one process, shared through Redis, and while Redis is away, silent, or back again."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import pytest

from backend.cache import Allowance, Cache

SLOW = 2.0  # seconds that nobody may wait for a Redis that does not answer


class Wire:
    """What lies between a cache and Redis: it can be cut, or go silent."""

    def __init__(self, redis_url: str) -> None:
        self._there = int(redis_url.rpartition(":")[2].partition("/")[0])
        self._ends: set[asyncio.StreamWriter] = set()
        self.state = "whole"

    async def __aenter__(self) -> "Wire":
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/0"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.become("cut")
        self._server.close()
        await asyncio.sleep(0)

    def become(self, state: str) -> None:
        """`whole`, `cut`: every connection ends, or `silent`: nothing comes through."""
        self.state = state
        if state == "cut":
            for end in self._ends:
                end.transport.abort()
            self._ends.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.state == "cut":
            writer.transport.abort()
            return
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._there)
        self._ends |= {writer, there_writer}
        with suppress(asyncio.CancelledError):  # the loop ends with the test
            await asyncio.gather(self._pass(reader, there_writer), self._pass(there_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                if self.state == "whole":
                    writer.write(data)
        except OSError:
            return
        finally:
            writer.close()


@pytest.fixture
async def alone() -> AsyncIterator[Cache]:
    """A cache without Redis."""
    cache = Cache()
    yield cache
    await cache.close()


@pytest.fixture
async def wire(redis_url: str) -> AsyncIterator[Wire]:
    async with Wire(redis_url) as wire:
        yield wire


@pytest.fixture
async def two(wire: Wire) -> AsyncIterator[tuple[Cache, Cache]]:
    """The caches of two processes on one Redis."""
    caches = Cache(wire.url), Cache(wire.url)
    yield caches
    for cache in caches:
        await cache.close()


@pytest.fixture
def key() -> str:
    """A key that no other test has."""
    return uuid4().hex


async def hits(cache: Cache, key: str, times: int) -> int:
    """How many of some calls are allowed, at five an hour."""
    return sum([(await cache.hit("5/hour", "sign-in", key)).allowed for _ in range(times)])


async def test_a_value_lives_its_seconds(alone: Cache, key: str) -> None:
    assert await alone.get(key) is None
    await alone.set(key, "甲", 60)
    assert await alone.get(key) == "甲"
    await alone.set(key, "乙", 1)
    assert await alone.get(key) == "乙"
    await asyncio.sleep(1.05)
    assert await alone.get(key) is None


async def test_values_that_died_do_not_fill_the_memory(alone: Cache) -> None:
    for number in range(5000):
        await alone.set(str(number), "x", 0)
    await alone.set("last", "x", 60)
    assert len(alone._values) < 2000


@pytest.mark.usefixtures("one_window")
async def test_a_limit_lets_through_so_many_of_one_and_none_of_another(alone: Cache, key: str) -> None:
    assert await hits(alone, key, 8) == 5
    assert await hits(alone, key + "other", 3) == 3
    last = await alone.hit("5/hour", "sign-in", key)
    assert (last.allowed, last.limit, last.remaining) == (False, 5, 0)
    assert 0 < last.reset_in <= 3600


@pytest.mark.usefixtures("one_window")
async def test_what_is_left_is_counted_down(alone: Cache, key: str) -> None:
    left = [(await alone.hit("3/minute", key)).remaining for _ in range(4)]
    assert left == [2, 1, 0, 0]


@pytest.mark.usefixtures("one_window")
async def test_another_limit_or_another_deed_counts_for_itself(alone: Cache, key: str) -> None:
    assert await hits(alone, key, 5) == 5
    assert (await alone.hit("5/hour", "bind", key)).allowed
    assert (await alone.hit("6/hour", "sign-in", key)).allowed


async def test_two_processes_share_values_and_limits(two: tuple[Cache, Cache], key: str) -> None:
    one, other = two
    await one.set(key, "甲", 60)
    assert await other.get(key) == "甲"
    assert await other.get(key + "other") is None
    assert await hits(one, key, 3) + await hits(other, key, 5) == 5


async def test_many_at_once_do_not_slip_through(two: tuple[Cache, Cache], key: str) -> None:
    answers = await asyncio.gather(*(hits(cache, key, 1) for cache in two * 10))
    assert sum(answers) == 5


async def test_of_many_who_set_a_value_once_the_first_wins(two: tuple[Cache, Cache], alone: Cache, key: str) -> None:
    for caches in (two, (alone, alone)):
        each = list(enumerate(caches * 10))
        kept = await asyncio.gather(*(cache.set_once(key, str(number), 1) for number, cache in each))
        assert set(kept) == {await caches[0].get(key)} == {await caches[1].get(key)}
        await asyncio.sleep(1.1)
        assert await caches[1].set_once(key, "later", 60) == "later"
        assert await caches[0].set_once(key, "too late", 60) == "later"


async def test_a_value_ends_in_redis_too(two: tuple[Cache, Cache], key: str) -> None:
    one, other = two
    await one.set(key, "甲", 1)
    assert await other.get(key) == "甲"
    await asyncio.sleep(1.1)
    assert await other.get(key) is None
    assert await one.get(key) is None


async def test_reads_are_counted_in_their_own_process(two: tuple[Cache, Cache], key: str) -> None:
    assert [(await cache.hit_here("1/hour", key)).allowed for cache in (*two, *two)] == [True, True, False, False]


@pytest.mark.slow
@pytest.mark.parametrize("state", ["cut", "silent"])
async def test_redis_away_makes_it_slower_never_wrong(
    two: tuple[Cache, Cache], wire: Wire, key: str, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = two
    await one.set(key, "甲", 60)
    assert await hits(one, key, 2) == 2
    wire.become(state)
    begun = time.monotonic()
    assert await one.get(key) == "甲", "it kept what it set itself"
    assert await other.get(key) is None, "to be fetched again"
    assert [await one.set_once(key, each, 60) for each in "丙丁"] == ["甲", "甲"]
    await other.set(key, "乙", 60)
    assert await other.get(key) == "乙"
    assert await hits(one, key, 6) == 5, "counted anew, in this process"
    assert time.monotonic() - begun < SLOW * 10 / 4
    assert "Redis does not answer" in caplog.text
    assert key not in caplog.text


@pytest.mark.parametrize("state", ["cut", "silent"])
async def test_redis_back_is_used_again(two: tuple[Cache, Cache], wire: Wire, key: str, state: str) -> None:
    one, other = two
    assert await hits(one, key, 3) == 3
    wire.become(state)
    await hits(one, key, 1)
    await one.set(key, "甲", 60)
    wire.become("whole")
    assert await hits(other, key, 5) == 2
    assert await one.get(key) is None, "the shared value counts, and there is none"
    await one.set(key, "乙", 60)
    assert await other.get(key) == "乙"


async def test_no_redis_where_one_should_be(key: str) -> None:
    cache = Cache("redis://127.0.0.1:1/0")
    begun = time.monotonic()
    await cache.set(key, "甲", 60)
    assert await cache.get(key) == "甲"
    assert await cache.hit("5/hour", key) == Allowance(True, 5, 4, (await cache.hit_here("9/hour", key)).reset_in)
    assert time.monotonic() - begun < 1
    await cache.close()


async def test_a_closed_cache_leaves_no_connection_behind(redis_url: str, key: str) -> None:
    cache = Cache(redis_url)
    await cache.set(key, "甲", 60)
    await hits(cache, key, 1)
    await cache.close()
    del cache
    gc.collect()  # a forgotten connection would warn here, and a warning is an error
