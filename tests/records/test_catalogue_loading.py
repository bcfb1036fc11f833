"""Publishing a catalogue: once, for good, and never backwards."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from backend.records.models import CatalogueItem, CatalogueVersion
from backend.records.strict_toml import CatalogueRefused
from tests.factories import load_tiny_catalogue

pytestmark = pytest.mark.usefixtures("database")

ClockAt = Callable[[str], AbstractContextManager[None]]


def codes(refused: pytest.ExceptionInfo[CatalogueRefused]) -> set[str]:
    return {fault.code for fault in refused.value.faults}


async def test_the_same_file_again_changes_nothing() -> None:
    await load_tiny_catalogue()
    before = await CatalogueItem.all().values()
    await load_tiny_catalogue()
    assert await CatalogueItem.all().values() == before


async def test_a_changed_file_under_an_old_version_is_refused() -> None:
    await load_tiny_catalogue()
    with pytest.raises(CatalogueRefused):
        await load_tiny_catalogue(name="另一个名字")
    assert await CatalogueVersion.all().count() == 1


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 11, 23)])
async def test_a_later_version_takes_force_after_today(clock_at: ClockAt, day: date) -> None:
    await load_tiny_catalogue()
    with clock_at("2026-11-23 09:00"), pytest.raises(CatalogueRefused) as refused:
        await load_tiny_catalogue(version="2026.2-sample", in_force_from=day)
    assert codes(refused) == {"backwards"}


async def test_the_base_never_changes_so_that_leaving_costs_nothing(clock_at: ClockAt) -> None:
    await load_tiny_catalogue()
    with clock_at("2026-11-23 09:00"), pytest.raises(CatalogueRefused) as refused:
        await load_tiny_catalogue(version="2026.2-sample", in_force_from=date(2027, 1, 1), base_points=900)
    assert "base_changed" in codes(refused)
