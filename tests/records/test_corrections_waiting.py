"""What waits at the corrections desk has its last day; who asked for it may take it back, and is told of a refusal."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from uuid import uuid4

import pytest

from backend.records import correction_finding, correction_waiting, corrections
from backend.records.models import CreditRecord, RecordChange
from backend.records.record_versions import REFUSED, WAITING
from backend.staff.models import AuditEvent
from tests import factories
from tests.factories import CITIZEN, NEIGHBOUR, VAULT
from tests.records.correcting import (
    amend,
    amended,
    approve,
    at_desk,
    code_of,
    now_of,
    refuse,
    restored,
    second,
    withdraw,
)
from tests.records.county import WELFARE

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.mark.parametrize(
    ("day", "left"),
    [
        ("2026-11-23", 5),
        ("2026-11-27", 1),
        ("2026-11-28", 1),
        ("2026-11-30", 0),
        ("2026-12-01", -1),
        ("2026-12-07", -5),
    ],
)
async def test_what_waits_is_to_be_decided_within_five_working_days(
    county: None, clock_at: ClockAt, day: str, left: int
) -> None:
    with clock_at("2026-11-23 09:00"):
        await amend(await factories.penalty(), document_number="鲁改1号")
    with clock_at(f"{day} 08:00"):
        (waiting,) = await correction_waiting.changes_to_decide(await at_desk("second-officer"), 9)
    assert waiting.deadline == (date(2026, 11, 30), left)
    assert waiting.deadline.late == (left < 0)


async def test_the_late_ones_come_first(county: None, clock_at: ClockAt) -> None:
    changes = []
    for day in ("2026-11-23", "2026-11-30", "2026-12-02"):
        with clock_at(f"{day} 09:00"):
            changes.append(await amend(await factories.penalty(), document_number=f"鲁改{day}号"))
    with clock_at("2026-12-03 09:00"):
        waiting = await correction_waiting.changes_to_decide(await at_desk("second-officer"), 9)
    assert [each.change_id for each in waiting] == [each.id for each in changes]
    assert [each.deadline.late for each in waiting] == [True, False, False]


async def test_only_who_asked_takes_back_and_once_it_is_decided_nobody_does(county: None) -> None:
    record = await factories.penalty()
    change = await amend(record, document_number="鲁改1号")
    officer = await factories.officer()
    for stranger in (await second(), await factories.officer("x", WELFARE)):
        assert await code_of(corrections.take_back(stranger, change.id)) == "change_not_found"
    assert await code_of(corrections.take_back(officer, uuid4())) == "change_not_found"
    gone = await corrections.take_back(officer, change.id)
    assert (gone.state, gone.after_hidden) == ("taken_back", None)
    assert (await corrections.take_back(officer, change.id)).decided_at == gone.decided_at, "pressed twice"
    assert await AuditEvent.filter(action="record.take_back").count() == 1
    assert await code_of(approve(change)) == "change_not_waiting"
    assert (await now_of(record)).version == 1
    again = await amend(record, document_number="鲁改1号")
    assert (again.id != change.id, again.state) == (True, WAITING), "the record is free"
    await approve(again)
    assert await code_of(corrections.take_back(officer, again.id)) == "change_not_waiting"


async def test_a_restoration_is_taken_back_too(county: None) -> None:
    record = await factories.file_record()
    await withdraw(record)
    await corrections.take_back(await factories.officer(), (await restored(record)).id)
    assert (await now_of(record)).state == "withdrawn"
    assert (await restored(record)).state == WAITING


async def test_who_asked_sees_what_waits_and_for_thirty_days_what_was_refused(county: None, clock_at: ClockAt) -> None:
    wang = await at_desk()
    with clock_at("2026-11-23 09:00"):
        refused = await amend(await factories.penalty(), document_number="鲁改1号", reason="document_amended")
        await refuse(refused)
        waits = await amend(await factories.penalty(), document_number="鲁改2号")
        taken_back = await amend(await factories.penalty(), document_number="鲁改3号")
        await corrections.take_back(await factories.officer(), taken_back.id)
        hers = await correction_waiting.changes_of_her_own(wang, 9)
    assert [(each.change_id, each.state) for each in hers] == [(waits.id, WAITING), (refused.id, REFUSED)]
    assert hers[1].reason == "document_amended"
    assert await correction_waiting.changes_of_her_own(await at_desk("second-officer"), 9) == []
    with clock_at("2026-12-24 09:00"):
        assert [each.change_id for each in await correction_waiting.changes_of_her_own(wang, 9)] == [waits.id]


async def found(number: str, identity: str | None = None, department: str = factories.DEPARTMENT) -> list[object]:
    staff = await at_desk(f"looks-for-{department}".lower(), department)
    return [each.record_id for each in await correction_finding.find(staff, number, identity, VAULT)]


async def test_a_record_is_found_by_a_former_number_with_its_citizens(county: None) -> None:
    record = await factories.file_record(document_number="鲁旧1号")
    await factories.file_records(factories.row(NEIGHBOUR, document_number="鲁旧1号"))
    other = await CreditRecord.exclude(id=record.id).get()
    await amended(record, document_number="鲁新1号")
    await amended(record, document_number="鲁新2号")
    assert await found("鲁新2号") == await found("鲁新2号", CITIZEN.number) == [record.id]
    for former in ("鲁旧1号", "鲁新1号"):
        assert await found(former, CITIZEN.number) == [record.id]
        assert await found(former, CITIZEN.number, WELFARE) == []
    assert await found("鲁旧1号") == await found("鲁旧1号", NEIGHBOUR.number) == [other.id]
    await withdraw(record)
    assert await found("鲁旧1号", CITIZEN.number) == [record.id]
    assert await CreditRecord.all().count() == 2
    assert await RecordChange.filter(state=REFUSED).count() == 0
