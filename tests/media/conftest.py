"""A store in a folder of the test's own, and a workshop that ends with the test. SQLite, unless a test names both."""

from collections.abc import AsyncIterator

import pytest

from backend.settings import Settings
from media.storage import Storage, open_storage
from media.workshop import Workshop


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """First, so that pytest reads the mark after this."""
    test = metafunc.definition
    named = [mark for mark in test.iter_markers("parametrize") if mark.args[0] == "database_url"]
    if "database_url" in metafunc.fixturenames and not named:
        test.add_marker(pytest.mark.parametrize("database_url", ["sqlite"], indirect=True))


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return open_storage(settings)


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    child = Workshop()
    yield child
    await child.close()
