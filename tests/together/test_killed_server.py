"""A server that is killed again and again while files, pushes, approvals and withdrawals are under way."""

import pytest

from backend.settings import Settings
from tests.servers import RunningServer
from tests.together.killed_server import everything_once, kill, under_load

pytestmark = [
    pytest.mark.together,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]

KILLS = 3  # and 200 in `make soak`


async def test_killed_under_load_nothing_is_lost_and_nothing_doubled(
    database: None, server: RunningServer, settings: Settings
) -> None:
    async with under_load(server, settings, seed=6) as load:
        for _ in range(KILLS):
            await kill(server, load.chance)
    assert load.pushed.total() > 0
    await everything_once(load)
