"""Clients that go away in the middle of a deed leave nothing behind: no lock, no lost connection, no half deed."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from backend.database import transaction
from tests.database.purses import Note, Purse

ABORTS = 300
AT_ONCE = 12
LONGEST = 0.02  # seconds that a client waits before it goes away

Deed = Callable[[int, int, int], Awaitable[None]]


async def move(deed: int, giver: int, taker: int) -> None:
    """Look, take one from the giver, give it to the taker, and note it."""
    async with transaction() as connection:
        rows = await connection.execute_query_dict("SELECT sum(amount) AS total FROM purse")
        assert int(rows[0]["total"]) == 1000
        for purse in sorted((giver, taker)):
            change = -1 if purse == giver else 1
            await connection.execute_query("UPDATE purse SET amount = amount + $1 WHERE id = $2", [change, purse])
        await Note.create(deed=deed, giver=giver, taker=taker)


async def move_in_parts(deed: int, giver: int, taker: int) -> None:
    """The same, as a part of a longer deed, with Tortoise's own transaction."""
    async with in_transaction():
        await Note.get_or_none(deed=deed)
        await move(deed, giver, taker)
        await Note.get_or_create(deed=deed, defaults={"giver": giver, "taker": taker})


async def look(deed: int, giver: int, taker: int) -> None:
    """Plain statements, each on its own, the last of two rows at once."""
    assert await Purse.all().count() == 10
    assert await Note.filter(deed=deed).delete() == 0
    touched = sorted([[giver], [taker]])
    await get_connection("default").execute_many("UPDATE purse SET amount = amount WHERE id = $1", touched)


async def abort(deed: Deed, chance: random.Random, number: int) -> bool:
    """Begin a deed and go away, perhaps twice; whether the deed was done before."""
    giver, taker = chance.sample(range(10), 2)
    task = asyncio.ensure_future(deed(number, giver, taker))
    for longest in chance.choice([(LONGEST,), (LONGEST, 0.001)]):
        await asyncio.sleep(chance.uniform(0, longest))
        task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return False
    return True


async def abort_many(count: int, seed: int) -> int:
    """Abort so many deeds, many at once; how many were done before their client went."""
    chance, done = random.Random(seed), 0  # noqa: S311
    for first in range(0, count, AT_ONCE):
        deeds = [abort(chance.choice([move, move_in_parts, look]), chance, first + n) for n in range(AT_ONCE)]
        done += sum(await asyncio.gather(*deeds))
    return done


async def watch(purses: BaseDBAsyncClient) -> None:
    """A neighbour who reads all the while and must never notice."""
    while True:
        (row,) = await purses.execute_query_dict("SELECT sum(amount) AS total, count(*) AS purses FROM purse")
        assert (int(row["total"]), row["purses"]) == (1000, 10)
        await asyncio.sleep(0.001)


async def check_whole(purses: BaseDBAsyncClient) -> None:
    """Each purse holds what the notes say, and no note lacks its move."""
    expected = dict.fromkeys(range(10), 100)
    for note in await Note.all():
        expected[note.giver] -= 1
        expected[note.taker] += 1
    assert {purse.id: purse.amount for purse in await Purse.all()} == expected


async def check_free(purses: BaseDBAsyncClient) -> None:
    """Every connection works at once, and nobody holds a lock."""
    together = asyncio.Barrier(4 if purses.capabilities.dialect == "postgres" else 1)

    async def deed(number: int) -> None:
        async with transaction() as connection:
            await asyncio.wait_for(together.wait(), 5)
            await connection.execute_query("UPDATE purse SET amount = amount WHERE id = $1", [number])

    async with asyncio.timeout(5):
        await asyncio.gather(*[deed(number) for number in range(together.parties)])
    if purses.capabilities.dialect == "postgres":
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        busy = f"SELECT count(*) FILTER (WHERE state <> 'idle') AS busy, count(*) FROM pg_stat_activity WHERE {others}"  # noqa: S608
        async with asyncio.timeout(5):  # the server may still be ending what was cut off a moment ago
            while (await purses.execute_query_dict(busy))[0]["busy"]:  # noqa: ASYNC110 (another process has no Event)
                await asyncio.sleep(0.05)
        assert (await purses.execute_query_dict(busy))[0]["count"] <= 3


async def test_aborted_deeds_leave_nothing_behind(purses: BaseDBAsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    await check_free(purses)  # connects, so that deeds are aborted rather than connecting
    neighbour = asyncio.create_task(watch(purses))
    done = await abort_many(ABORTS, seed=20180053)
    await check_free(purses)
    await check_whole(purses)
    assert 0 < done < ABORTS
    assert 0 < await Note.all().count() < ABORTS
    assert not neighbour.done()
    neighbour.cancel()
    await asyncio.wait([neighbour])
    assert caplog.records == []
