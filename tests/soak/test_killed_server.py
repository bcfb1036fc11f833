"""Two hundred kills of a server under load."""

import pytest

from backend.settings import Settings
from tests.servers import RunningServer
from tests.together.killed_server import everything_once, kill, under_load

pytestmark = [pytest.mark.soak, pytest.mark.parametrize("database_url", ["postgres"], indirect=True)]

KILLS = 200


async def test_killed_two_hundred_times_nothing_is_lost_and_nothing_doubled(
    database: None, server: RunningServer, settings: Settings
) -> None:
    async with under_load(server, settings, seed=200) as load:
        for _ in range(KILLS):
            await kill(server, load.chance)
    await everything_once(load)
