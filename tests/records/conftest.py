"""The county into which departments' files come."""

import pytest

from tests import factories
from tests.records.county import publish


@pytest.fixture
async def county(monday: None, database: None) -> None:
    """A catalogue, two departments, and the people of the register."""
    await publish()
    await factories.register()
