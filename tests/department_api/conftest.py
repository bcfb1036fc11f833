"""The running app, a county with a catalogue, and a department's system that speaks to it; on SQLite unless both."""

from collections.abc import AsyncIterator

import httpx
import pytest

from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from tests import factories
from tests.department_api.systems import System, a_system
from tests.on_sqlite import pytest_generate_tests
from tests.running_app import CountyClock, RunningApp, browser, running_app

__all__ = ["pytest_generate_tests"]


@pytest.fixture
async def app(settings: Settings, wechat_stand_in: StandIn) -> AsyncIterator[RunningApp]:
    async with running_app(settings, wechat_stand_in) as running:
        await factories.load_tiny_catalogue()
        await factories.register()
        yield running


@pytest.fixture
async def http(app: RunningApp) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app.url) as client:
        yield client


@pytest.fixture
async def system(http: httpx.AsyncClient) -> System:
    """A system of SJJ, whose key 王办事 answers for."""
    return await a_system(http)


@pytest.fixture
def county_clock(app: RunningApp) -> CountyClock:
    """The app's clock, right until a test sets it; put right again when the app stops."""
    return CountyClock()
