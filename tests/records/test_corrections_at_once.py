"""Officers at the same moment: each change comes once, its version follows the one before, and the points fit."""

import pytest

from backend.notifications.models import Notice
from backend.points.models import Score
from backend.records.models import CreditRecord, RecordChange
from backend.staff.models import AuditEvent
from tests import factories
from tests.connections import at_once
from tests.factories import PENALTY, VOLUNTEER_HOURS
from tests.records.correcting import amend, amended, approve, ledger_fits, now_of, refuse, restored, withdraw

pytestmark = [
    pytest.mark.together,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]


async def test_two_officers_amend_one_record_and_one_is_told_to_look_again(county: None) -> None:
    await factories.enrolled_citizen()
    colleague = await factories.officer("second-officer")
    record = await factories.file_record(item=VOLUNTEER_HOURS)
    await factories.officer()
    for round_ in range(5):
        went = await at_once(amend(record, quantity=20 + round_), amend(record, colleague, quantity=40 + round_))
        assert went["done"] in {1, 2}, "one after the other, or one of them too late"
        assert set(went) <= {"done", "record_changed"}
    standing = await now_of(record)
    assert standing.version == 1 + await RecordChange.filter(state="done").count()
    assert standing.version == 1 + await Notice.filter(kind="record_amended").count()
    await ledger_fits()


async def test_pressed_many_times_it_is_one_amendment(county: None) -> None:
    await factories.enrolled_citizen()
    record = await factories.penalty()
    await factories.officer()
    went = await at_once(*(amend(record, document_number="鲁改1号") for _ in range(8)))
    assert went == {"done": 8}
    change = await RecordChange.get()
    colleagues = [await factories.officer(f"colleague-{number}") for number in range(6)]
    went = await at_once(*(approve(change, each) for each in colleagues))
    assert went == {"done": 1, "change_not_waiting": 5}
    assert (await now_of(record)).version == 2
    assert await Notice.filter(kind="record_amended").count() == 1
    assert await AuditEvent.filter(action="record.approve_change").count() == 1


async def test_a_yes_meets_a_no_and_a_withdrawal(county: None) -> None:
    _, citizen = await factories.enrolled_citizen()
    first, other = await factories.officer("first"), await factories.officer("other")
    for number in range(5):
        record = await factories.penalty()
        change = await amend(record, document_number=f"鲁改{number}号")
        went = await at_once(approve(change, first), refuse(change, other), withdraw(record))
        assert went["done"] >= 1
        assert set(went) <= {"done", "change_not_waiting", "record_changed"}
        if went["record_changed"]:
            assert (await now_of(record)).state == "live", "the yes came first: she looks again, and takes it back"
            await withdraw(record)
        standing, decided = await now_of(record), await RecordChange.get(id=change.id)
        assert standing.state == "withdrawn"
        assert decided.state in {"done", "refused", "overtaken"}
        assert standing.version == (2 if decided.state == "done" else 1)
        assert await RecordChange.filter(record_id=record.id, kind="withdraw").count() == 1
    assert (await Score.get(citizen_id=citizen.id)).points == 1000
    await ledger_fits()


async def test_withdrawn_by_many_at_once_it_is_withdrawn_once(county: None) -> None:
    _, citizen = await factories.enrolled_citizen()
    record = await factories.file_record()
    await factories.officer()
    went = await at_once(*(withdraw(record) for _ in range(8)))
    assert went == {"done": 8}
    assert await RecordChange.all().count() == 1
    assert await Notice.filter(kind="record_withdrawn").count() == 1
    assert (await Score.get(citizen_id=citizen.id)).points == 1000
    await ledger_fits()


async def test_amendments_meet_records_that_are_filed(county: None) -> None:
    await factories.enrolled_citizen()
    record = await factories.file_record(item=VOLUNTEER_HOURS)
    await factories.officer()
    for round_ in range(4):
        rows = [factories.row(item=VOLUNTEER_HOURS) for _ in range(3)]
        went = await at_once(amended(record, quantity=30 + round_), factories.file_records(*rows))
        assert went == {"done": 2}
    assert await CreditRecord.all().count() == 13
    await ledger_fits()


async def test_two_records_become_the_same_only_once(county: None) -> None:
    first, other = await factories.file_record(item=VOLUNTEER_HOURS), await factories.file_record(item=VOLUNTEER_HOURS)
    await factories.officer()
    went = await at_once(*(amend(each, document_number="同一号") for each in (first, other)))
    assert went == {"done": 1, "record_exists": 1}
    assert await CreditRecord.filter(document_number="同一号", item_code=VOLUNTEER_HOURS).count() == 1


async def test_a_negative_amendment_asked_by_two_waits_once(county: None) -> None:
    record = await factories.penalty()
    colleague = await factories.officer("second-officer")
    await factories.officer()
    went = await at_once(amend(record, document_number="甲号"), amend(record, colleague, document_number="乙号"))
    assert went == {"done": 1, "change_waiting": 1}
    assert await RecordChange.filter(state="waiting").count() == 1
    assert (await CreditRecord.get(item_code=PENALTY)).version == 1


async def test_brought_back_by_many_at_once_it_comes_back_once(county: None) -> None:
    _, citizen = await factories.enrolled_citizen()
    record = await factories.file_record()
    await withdraw(record)
    colleagues = [await factories.officer(f"colleague-{number}") for number in range(3)]
    went = await at_once(*(restored(record, each) for each in colleagues))
    assert went == {"done": 1, "change_waiting": 2}
    change = await RecordChange.get(kind="restore")
    others = [each for each in colleagues if each.id != change.officer_id]
    went = await at_once(*(approve(change, each) for each in others), withdraw(record, colleagues[0]))
    assert went["done"] == 2
    assert (await now_of(record)).version == 2
    assert await Notice.filter(kind="record_restored").count() == 1
    await ledger_fits()
    assert (await Score.get(citizen_id=citizen.id)).points in {1000, 1030}
