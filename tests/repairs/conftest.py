"""The county in which evidence is handed in."""

import pytest

from backend.citizens.models import Citizen
from tests import evidence_factories, factories


@pytest.fixture
async def county(monday: None, database: None) -> None:
    """The tiny catalogue, and the people of the register."""
    await factories.load_tiny_catalogue()
    await factories.register()


@pytest.fixture
async def citizen(county: None) -> Citizen:
    """鲁小明, bound."""
    return await evidence_factories.citizen_of()
