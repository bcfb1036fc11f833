"""A hundred made-up requests of each kind to each operation, new ones in each run."""

import pytest

from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from tests.api.test_any_input import a_stranger_sends, citizens_send
from tests.servers import RunningServer

pytestmark = [
    pytest.mark.soak,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("database"),
]

MANY = 100


async def test_nothing_of_all_that_a_stranger_sends_gets_her_further_than_401(server: RunningServer) -> None:
    await a_stranger_sends(server, MANY)


async def test_nothing_of_all_that_citizens_send_breaks_the_server(
    server: RunningServer, wechat_stand_in: StandIn, settings: Settings
) -> None:
    await citizens_send(server, wechat_stand_in, settings, MANY)
