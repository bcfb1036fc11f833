"""A county with one department, on SQLite unless a test asks for both, and a clock that tests move."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from backend import clock
from backend.cache import Cache
from tests import factories
from tests.running_app import CountyClock
from tests.staff.colleagues import Office


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """SQLite, unless a test names its databases itself. First, so that pytest reads the mark after this."""
    test = metafunc.definition
    named = [mark for mark in test.iter_markers("parametrize") if mark.args[0] == "database_url"]
    if "database_url" in metafunc.fixturenames and not named:
        test.add_marker(pytest.mark.parametrize("database_url", ["sqlite"], indirect=True))


@pytest.fixture
def county_clock() -> Iterator[CountyClock]:
    """Nine o'clock on Monday, 2026-11-23: the first second of a one-time code. Put right again after the test."""
    county = CountyClock()
    county.set("2026-11-23 09:00")
    yield county
    clock.shift(timedelta(0))


@pytest.fixture
async def office(database: None, county_clock: CountyClock) -> Office:
    """An open database with one department, and nobody at work in it."""
    await factories.load_tiny_catalogue()
    return Office(Cache(), county_clock)
