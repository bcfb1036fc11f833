"""The app, running, and its clock. Most tests ask SQLite only; those about races and the database ask both."""

from collections.abc import AsyncIterator

import pytest

from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from tests.running_app import CountyClock, RunningApp, running_app


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """SQLite, unless a test names its databases itself. First, so that pytest reads the mark after this."""
    test = metafunc.definition
    named = [mark for mark in test.iter_markers("parametrize") if mark.args[0] == "database_url"]
    if "database_url" in metafunc.fixturenames and not named:
        test.add_marker(pytest.mark.parametrize("database_url", ["sqlite"], indirect=True))


@pytest.fixture
async def app(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[RunningApp]:
    async with running_app(settings, wechat_stand_in) as running:
        yield running


@pytest.fixture
def county_clock(app: RunningApp) -> CountyClock:
    """The app's clock, right until a test sets it; put right again when the app stops."""
    return CountyClock()
