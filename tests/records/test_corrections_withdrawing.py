"""撤回: taken back by its department, a record is gone from every view at once and counts nothing."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from uuid import UUID, uuid4

import pytest

from backend.citizens.models import AccessLog, Citizen
from backend.errors import NotFound
from backend.notifications.models import Notice
from backend.points.ledger import Ledger
from backend.points.models import Score
from backend.points.rules import Fact
from backend.records import corrections
from backend.records.models import CreditRecord, RecordChange
from backend.records.reading import record_of, records_of, whole_record_of
from backend.records.record_versions import reveal_kept
from backend.staff.models import AuditEvent, Department
from tests import factories
from tests.factories import LEDGER, NEIGHBOUR, VAULT
from tests.records.correcting import (
    amended,
    approve,
    code_of,
    content_with,
    ledger_fits,
    now_of,
    restored,
    second,
    withdraw,
)
from tests.records.county import WELFARE

ClockAt = Callable[[str], AbstractContextManager[None]]


async def refusal(citizen: Citizen, record_id: UUID) -> str:
    with pytest.raises(NotFound) as refused:
        await record_of(citizen, record_id)
    return refused.value.code


async def test_another_department_withdraws_nothing(county: None) -> None:
    record = await factories.file_record()
    assert await code_of(withdraw(record, await factories.officer(department=WELFARE))) == "record_not_found"
    record.id = uuid4()
    assert await code_of(withdraw(record)) == "record_not_found"
    assert await CreditRecord.filter(state="live").count() == 1


async def test_it_is_out_of_every_view_at_once_and_the_points_come_back(county: None, clock_at: ClockAt) -> None:
    _, citizen = await factories.enrolled_citizen()
    record = await factories.penalty()
    with clock_at("2026-12-08 09:00"):
        await LEDGER.refold([citizen.id])
        assert (await Score.get(citizen_id=citizen.id)).points == 960
        change = await withdraw(record, words="原处罚决定已经撤销。")
        assert (change.kind, change.state, change.approver_id) == ("withdraw", "done", None)
        assert (await Score.get(citizen_id=citizen.id)).points == 1000
        assert await records_of(citizen, before=None, limit=9) == []
        assert await refusal(citizen, record.id) == "record_withdrawn"
        with pytest.raises(NotFound):
            await whole_record_of(VAULT, citizen, record.id)
        await ledger_fits()


async def test_to_a_neighbour_it_never_was(county: None) -> None:
    record = await factories.file_record()
    await withdraw(record)
    _, neighbour = await factories.bound_citizen(NEIGHBOUR)
    assert await refusal(neighbour, record.id) == await refusal(neighbour, uuid4()) == "record_not_found"


async def test_she_is_told_once_and_what_stood_is_kept(county: None) -> None:
    record = await factories.file_record(summary="评选公示无异议。")
    change = await withdraw(record)
    assert (await withdraw(record)).id == change.id
    assert (await withdraw(record, await second(), reason="filed_twice")).id == change.id
    notice = await Notice.get(kind="record_withdrawn")
    assert "原来的文书已经被撤销" in notice.body
    assert await AuditEvent.filter(action="record.withdraw").count() == 1
    kept = reveal_kept(VAULT, (await RecordChange.get(id=change.id)).before_hidden or b"")
    assert (kept.number, kept.content.summary) == (1, "评选公示无异议。")
    assert (await now_of(record)).state == "withdrawn"
    assert await AccessLog.all().count() == 0, "a deed is no look"


async def test_a_late_repeat_undoes_no_restoration(county: None) -> None:
    """The first answer was lost; when the withdrawal is sent again, two officers have brought the record back."""
    record = await factories.file_record()
    change = await withdraw(record)
    await approve(await restored(record))
    assert (await withdraw(record, from_version=1)).id == change.id
    assert ((await now_of(record)).state, await Notice.filter(kind="record_withdrawn").count()) == ("live", 1)
    again = await withdraw(record)
    assert (again.id != change.id, again.from_version, (await now_of(record)).state) == (True, 2, "withdrawn")


async def test_what_was_amended_meanwhile_is_looked_at_first(county: None) -> None:
    record = await amended(await factories.file_record(), summary="评选公示无异议。")
    for version in (1, 3):
        assert await code_of(withdraw(record, from_version=version)) == "record_changed"
    assert (await now_of(record)).state == "live"
    await withdraw(record)
    assert await code_of(withdraw(record, from_version=1)) == "record_changed", "nobody withdrew that version"


async def test_it_needs_a_reason(county: None) -> None:
    record = await factories.file_record()
    assert await code_of(withdraw(record, reason="written_wrong")) == "reason:reason_unknown"
    assert await code_of(withdraw(record, reason="other", words="错")) == "words:words_needed"
    assert (await now_of(record)).state == "live"


async def test_who_does_not_take_part_is_told_all_the_same(county: None) -> None:
    await withdraw(await factories.penalty(NEIGHBOUR))
    assert await Notice.filter(kind="record_withdrawn").count() == 1
    assert await Score.all().count() == 0


async def test_the_department_that_took_over_corrects_what_the_old_one_filed(county: None) -> None:
    record = await factories.file_record()
    old = Department.filter(code=factories.DEPARTMENT)
    await old.update(until_day=date(2026, 11, 22), replaced_by=WELFARE)
    successor = await factories.officer(department=WELFARE)
    assert (await amended(record, officer=successor, summary="接替部门更正。")).version == 2
    assert (await withdraw(record, successor)).department_id == WELFARE
    assert await code_of(withdraw(record)) == "officer_inactive"


async def no_facts(_: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    raise ConnectionError


async def test_cut_off_half_way_nothing_of_it_stands(county: None) -> None:
    await factories.enrolled_citizen()
    record, officer = await factories.file_record(), await factories.officer()
    cut_off = Ledger([no_facts])
    with pytest.raises(ConnectionError):
        await corrections.withdraw(cut_off, VAULT, officer, record.id, "filed_twice", "", from_version=1)
    content = content_with(record, summary="另一句。")
    with pytest.raises(ConnectionError):
        await corrections.amend(cut_off, VAULT, officer, record.id, content, "written_wrong", "", from_version=1)
    standing = await now_of(record)
    assert (standing.state, standing.version) == ("live", 1)
    assert await RecordChange.all().count() == 0
    assert await Notice.filter(kind__startswith="record_").count() == 0
    assert (await withdraw(record)).state == "done"
    await ledger_fits()
