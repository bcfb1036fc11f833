"""The county into which departments' files come."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from backend.settings import Settings
from media.storage import Storage, open_storage
from tests import factories
from tests.records.county import publish


@pytest.fixture
def monday(clock_at: Callable[[str], AbstractContextManager[None]]) -> Iterator[None]:
    """It is nine o'clock on Monday, 2026-11-23, in the county."""
    with clock_at("2026-11-23 09:00"):
        yield


@pytest.fixture
async def county(monday: None, database: None) -> None:
    """A catalogue, two departments, and the people of the register."""
    await publish()
    await factories.register()


@pytest.fixture
def storage(settings: Settings) -> Storage:
    """The store of the test's own folder."""
    return open_storage(settings)
