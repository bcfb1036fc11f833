"""What every journey starts from: the running server, the county's offices, and one citizen's phone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from tests.journeys.office import Office
from tests.journeys.phone import Phone
from tests.servers import RunningServer


@pytest.fixture
def on_the_road(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """SQLite alone, or PostgreSQL with Redis."""
    if settings.sqlite_path:
        return settings
    return replace(settings, redis_url=request.getfixturevalue("redis_url"))


@pytest.fixture
def office(on_the_road: Settings, tmp_path: Path) -> Office:
    return Office(on_the_road, tmp_path)


@pytest.fixture
def running_server(on_the_road: Settings, tmp_path: Path) -> Iterator[RunningServer]:
    server = RunningServer(on_the_road, tmp_path / "server.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def phone(running_server: RunningServer, wechat_stand_in: StandIn) -> Iterator[Phone]:
    phone = Phone(running_server.url, wechat_stand_in, "lu-shifan")
    yield phone
    phone.close()
