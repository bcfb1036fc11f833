"""A county with one department, on SQLite unless a test asks for both, and a clock that tests move."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from backend import clock
from backend.cache import Cache
from tests import factories
from tests.on_sqlite import pytest_generate_tests
from tests.running_app import CountyClock
from tests.staff.colleagues import Office

__all__ = ["pytest_generate_tests"]


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
