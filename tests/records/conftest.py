"""The county into which departments' files come."""

import pytest

from backend.settings import Settings
from media.storage import Storage, open_storage
from tests import factories
from tests.records.county import publish


@pytest.fixture
async def county(monday: None, database: None) -> None:
    """A catalogue, two departments, and the people of the register."""
    await publish()
    await factories.register()


@pytest.fixture
def storage(settings: Settings) -> Storage:
    """The store of the test's own folder."""
    return open_storage(settings)
