"""A day that stands still, published levels, and an empty dictionary of facts."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from tests.points.stories import Facts, publish_levels


@pytest.fixture
def monday(clock_at: Callable[[str], AbstractContextManager[None]]) -> Iterator[None]:
    """It is nine o'clock on Monday, 2026-11-23, in the county."""
    with clock_at("2026-11-23 09:00"):
        yield


@pytest.fixture
async def facts(database: None, monday: None) -> Facts:
    """An open database with levels, and nobody in it."""
    await publish_levels()
    return Facts()
