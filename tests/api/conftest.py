"""The app, running, and its clock. Most tests ask SQLite only; those about races and the database ask both."""

from collections.abc import AsyncIterator

import pytest

from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from tests.on_sqlite import pytest_generate_tests
from tests.running_app import CountyClock, RunningApp, running_app

__all__ = ["pytest_generate_tests"]


@pytest.fixture
async def app(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[RunningApp]:
    async with running_app(settings, wechat_stand_in) as running:
        yield running


@pytest.fixture
def county_clock(app: RunningApp) -> CountyClock:
    """The app's clock, right until a test sets it; put right again when the app stops."""
    return CountyClock()
