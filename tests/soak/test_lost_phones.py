"""Ten thousand phones that lose the network in the middle of a write."""

import pytest

from backend.settings import Settings
from tests.servers import RunningServer
from tests.together.lost_phones import lose_phones

pytestmark = pytest.mark.soak


async def test_ten_thousand_lost_phones_leave_a_server_that_answers(server: RunningServer, settings: Settings) -> None:
    await lose_phones(server, settings, tries=100)
