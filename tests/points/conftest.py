"""A day that stands still, published levels, and an empty dictionary of facts."""

import pytest

from tests.points.stories import Facts, publish_levels


@pytest.fixture
async def facts(database: None, monday: None) -> Facts:
    """An open database with levels, and nobody in it."""
    await publish_levels()
    return Facts()
