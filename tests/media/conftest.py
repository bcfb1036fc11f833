"""A store in a folder of the test's own, and a workshop that ends with the test. SQLite, unless a test names both."""

from collections.abc import AsyncIterator

import pytest

from backend.settings import Settings
from media.storage import Storage, open_storage
from media.workshop import Workshop
from tests.on_sqlite import pytest_generate_tests

__all__ = ["pytest_generate_tests"]


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return open_storage(settings)


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    child = Workshop()
    yield child
    await child.close()
