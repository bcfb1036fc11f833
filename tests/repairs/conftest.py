"""The county in which evidence is handed in."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from backend.citizens.models import Citizen
from tests import evidence_factories, factories


@pytest.fixture
def monday(clock_at: Callable[[str], AbstractContextManager[None]]) -> Iterator[None]:
    """It is nine o'clock on Monday, 2026-11-23, in the county."""
    with clock_at("2026-11-23 09:00"):
        yield


@pytest.fixture
async def county(monday: None, database: None) -> None:
    """The tiny catalogue, and the people of the register."""
    await factories.load_tiny_catalogue()
    await factories.register()


@pytest.fixture
async def citizen(county: None) -> Citizen:
    """鲁小明, bound."""
    return await evidence_factories.citizen_of()
