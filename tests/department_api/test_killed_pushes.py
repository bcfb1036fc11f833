"""A real server killed while it takes in a push: sent again under the same name, each row is there once."""

import asyncio
import random
from typing import Any

import httpx
import pytest

from backend.records.models import CreditRecord, ImportBatch, ImportRow
from tests import factories
from tests.department_api.systems import System, a_row, a_system, states
from tests.factories import HONEST_SHOP, PENALTY
from tests.records.county import everything_is_there_once, people
from tests.running_app import browser
from tests.servers import RunningServer

pytestmark = [pytest.mark.together, pytest.mark.slow]

ROWS = 600
KILLS = 2

_chance = random.Random()  # noqa: S311 (not secret, and other moments each time)


@pytest.fixture
async def rows(database: None) -> list[Any]:
    """Good news and penalties of six hundred people, some of them enrolled."""
    await factories.load_tiny_catalogue()
    crowd = people(ROWS)
    await factories.register(*crowd)
    for person in crowd[:10]:
        await factories.enrolled_citizen(person)
    await factories.register(*crowd)
    return [a_row(each, PENALTY if place % 3 == 0 else HONEST_SHOP) for place, each in enumerate(crowd)]


async def killed_while_at_work(server: RunningServer, system: System, rows: list[Any]) -> None:
    """Send the push, and kill every process of the server soon after it has begun."""
    under_way = asyncio.create_task(system.push(*rows, key="push-of-today"))
    while not await ImportBatch.exists() and not under_way.done():  # noqa: ASYNC110 (a row rings no bell)
        await asyncio.sleep(0.002)
    await asyncio.sleep(_chance.uniform(0, 0.3))
    server.kill()
    (ended,) = await asyncio.gather(under_way, return_exceptions=True)
    assert isinstance(ended, httpx.TransportError | httpx.Response), ended


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_killed_again_and_again_a_push_ends_with_each_row_once(rows: list[Any], server: RunningServer) -> None:
    async with browser(server.url) as http:
        system = await a_system(http)
        for _ in range(KILLS):
            await killed_while_at_work(server, system, rows)
            await everything_is_there_once(await CreditRecord.all().count())
            batch = await ImportBatch.get()
            assert (batch.state, batch.rows_done) in {("reading", 0), ("waiting", ROWS)}, "all of it, or nothing"
            server.start()
        batch = await system.pushed(*rows, key="push-of-today")
    assert (batch["state"], batch["counts"]["accepted"], batch["counts"]["waiting"]) == ("waiting", 400, 200)
    assert [states(batch).count(each) for each in ("accepted", "waiting")] == [400, 200]
    assert await ImportBatch.all().count() == 1
    assert await ImportRow.filter(state="waiting").count() == 200
    await everything_is_there_once(400)
