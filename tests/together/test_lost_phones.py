"""Phones that lose the network in the middle of a write: the server goes on answering."""

import pytest

from backend.settings import Settings
from tests.servers import RunningServer
from tests.together.lost_phones import lose_phones

pytestmark = [pytest.mark.together, pytest.mark.slow]


async def test_a_thousand_lost_phones_leave_a_server_that_answers(server: RunningServer, settings: Settings) -> None:
    await lose_phones(server, settings, tries=10)
