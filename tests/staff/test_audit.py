"""The audit log: found by deed, person and day; a deed that fails leaves no line."""

import pytest

from backend import clock
from backend.database import transaction
from backend.staff import audit, people
from backend.staff.models import AuditEvent
from tests.factories import DEPARTMENT
from tests.running_app import both_databases
from tests.staff.colleagues import Office


async def test_events_are_found_by_deed_person_and_day_newest_first(office: Office) -> None:
    wang, li = await people.add_staff("wang", "王", DEPARTMENT), await people.add_staff("li", "李", DEPARTMENT)
    await audit.record(wang, "audit.read")
    office.clock.set("2026-11-23 23:59")
    await audit.record(li, "audit.read", "seal:1", note="7")
    office.clock.set("2026-11-24 00:00")
    await audit.record(li, "audit.verify")
    every = await audit.events()
    assert [row.action for row in every] == ["audit.verify", "audit.read", "audit.read", "staff.add", "staff.add"]
    assert (every[1].about, every[1].detail, every[1].staff and every[1].staff.username) == (
        "seal:1",
        {"note": "7"},
        "li",
    )
    assert every[-1].staff is None, "the command line"
    assert len(await audit.events(action="audit.read")) == 2
    assert [row.action for row in await audit.events(username="li", day=clock.today())] == ["audit.verify"]
    assert len(await audit.events(day=clock.local_date(every[2].at))) == 4
    pages = [*(await audit.events(limit=2)), *(await audit.events(limit=9, before=every[1].id))]
    assert [row.id for row in pages] == [row.id for row in every]


async def test_a_deed_that_no_auditor_could_read_is_refused(office: Office) -> None:
    with pytest.raises(KeyError):
        await audit.record(None, "made.up")
    assert await AuditEvent.all().count() == 0
    assert all(sentence and len(action) <= 40 for action, sentence in audit.ACTIONS.items())


@both_databases
async def test_a_deed_that_fails_takes_its_line_back(office: Office) -> None:
    async def half_way() -> None:
        async with transaction():
            await audit.record(None, "audit.read")
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        await half_way()
    assert await AuditEvent.all().count() == 0
