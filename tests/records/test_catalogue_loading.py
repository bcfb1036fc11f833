"""Publishing a catalogue: once, for good, and never backwards."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from backend.errors import Conflict
from backend.records.catalogue import SAMPLE_CATALOGUE, SAMPLE_DEPARTMENTS
from backend.records.catalogue_loading import load_catalogue
from backend.records.models import CatalogueItem, CatalogueVersion
from backend.records.strict_toml import CatalogueRefused
from backend.staff.models import AuditEvent, Department
from tests.connections import open_all
from tests.factories import load_tiny_catalogue
from tests.running_app import both_databases

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


@both_databases
async def test_two_commands_at_once_lay_one_catalogue() -> None:
    await open_all()
    told = await asyncio.gather(*(load_tiny_catalogue() for _ in range(3)), return_exceptions=True)
    assert [each for each in told if isinstance(each, Exception) and not isinstance(each, Conflict)] == []
    assert await CatalogueVersion.all().count() == await Department.all().count() == 1
    assert await CatalogueItem.all().count() == 3


async def test_a_refused_file_leaves_its_departments_out_too(clock_at: ClockAt) -> None:
    await load_tiny_catalogue()
    with clock_at("2026-11-23 09:00"), pytest.raises(CatalogueRefused):
        await load_catalogue(SAMPLE_CATALOGUE.read_bytes(), SAMPLE_DEPARTMENTS.read_bytes())
    assert await Department.all().count() == 1


async def test_the_command_is_in_the_audit_log_once() -> None:
    for _ in range(2):
        await load_catalogue(SAMPLE_CATALOGUE.read_bytes(), SAMPLE_DEPARTMENTS.read_bytes(), audited=True)
    event = await AuditEvent.get(action="catalogue.publish")
    assert (event.staff_id, event.about) == (None, "catalogue:2026.2-sample")
