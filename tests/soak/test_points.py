"""Thousands of made-up lives on one ledger."""

import pytest
from hypothesis import given, settings

from tests.points.any_life import Step, live_through, lives
from tests.points.conftest import facts
from tests.points.stories import Facts
from tests.points.test_any_order import on_sqlite, one_database

__all__ = ["facts"]

pytestmark = pytest.mark.soak


@on_sqlite
@settings(one_database, max_examples=3000)
@given(steps=lives())
async def test_any_of_three_thousand_lives_ends_in_the_points_of_its_live_facts(
    facts: Facts,
    steps: list[Step],
) -> None:
    await live_through(facts, steps)
