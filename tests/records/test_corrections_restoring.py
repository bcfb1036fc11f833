"""恢复: a withdrawal that should not have been is undone by two officers, and the record is as it stood."""

from uuid import uuid4

import pytest

from backend.citizens.models import AccessLog, Citizen
from backend.notifications.models import Notice
from backend.points.models import Score
from backend.records import correction_views, correction_waiting
from backend.records.models import CreditRecord, RecordChange
from backend.records.reading import whole_record_of
from backend.records.record_versions import DONE, REFUSED, WAITING
from backend.staff.models import AuditEvent, StaffUser
from tests import factories
from tests.factories import CITIZEN, VAULT
from tests.records.correcting import (
    amended,
    approve,
    at_desk,
    code_of,
    ledger_fits,
    now_of,
    refuse,
    restored,
    second,
    withdraw,
)
from tests.records.county import WELFARE


@pytest.fixture
async def gone(county: None) -> CreditRecord:
    """A record that was withdrawn by mistake, in its second version."""
    record = await amended(await factories.file_record(), summary="评选公示无异议。")
    await withdraw(record, words="以为报送了两次。")
    return await now_of(record)


async def test_another_department_and_who_is_not_known_restore_nothing(gone: CreditRecord) -> None:
    foreign = await factories.officer(department=WELFARE)
    assert await code_of(restored(gone, foreign)) == "record_not_found"
    officer = await factories.officer()
    await StaffUser.filter(id=officer.id).update(own_number_digest=None)
    assert await code_of(restored(gone, await factories.officer())) == "own_number_needed"
    await StaffUser.filter(id=officer.id).update(own_number_digest=VAULT.digest(CITIZEN.number, "citizen.number"))
    assert await code_of(restored(gone, await factories.officer())) == "own_record"
    gone.id = uuid4()
    assert await code_of(restored(gone, await second())) == "record_not_found"
    assert await RecordChange.filter(kind="restore").count() == 0


async def test_it_waits_for_a_second_officer_and_comes_back_as_it_stood(gone: CreditRecord) -> None:
    change = await restored(gone, words="核对以后，只报送了一次。")
    assert (change.kind, change.state, change.from_version) == ("restore", WAITING, 2)
    assert (await now_of(gone)).state == "withdrawn", "nothing changed yet"
    assert await code_of(approve(change, await factories.officer())) == "same_officer"
    assert (await approve(change)).state == DONE
    back = await now_of(gone)
    assert (back.state, back.version, back.told_again_at) == ("live", 3, None)
    assert (back.content_digest, back.summary_hidden) == (gone.content_digest, gone.summary_hidden)
    notice = await Notice.get(kind="record_restored")
    assert "这条记录先前撤回错了。它重新显示，内容和撤回以前一样。" in notice.body
    audited = [each.action for each in await AuditEvent.all().order_by("id")]
    assert audited[-2:] == ["record.restore", "record.approve_change"]
    await ledger_fits()


async def test_its_points_come_back_and_she_reads_why(gone: CreditRecord) -> None:
    _, citizen = await factories.enrolled_citizen()
    assert (await Score.get(citizen_id=citizen.id)).points == 1000
    await approve(await restored(gone))
    assert (await Score.get(citizen_id=citizen.id)).points == 1030
    whole = await whole_record_of(VAULT, await Citizen.get(id=citizen.id), gone.id)
    assert [(each.reason, len(each.differences)) for each in whole.history] == [
        ("这条记录先前撤回错了。", 0),
        ("报送时有内容写错了。", 1),
    ]
    await ledger_fits()


async def test_asked_twice_it_is_one_change_and_a_colleague_is_told_that_it_waits(gone: CreditRecord) -> None:
    change = await restored(gone)
    assert (await restored(gone)).id == change.id
    assert await code_of(restored(gone, await second())) == "change_waiting"
    assert (await withdraw(gone)).kind == "withdraw", "withdrawn again, it is the first withdrawal"
    await approve(change)
    assert (await restored(gone)).id == change.id
    assert await code_of(restored(gone, await second())) == "not_withdrawn"
    await approve(change)
    assert (await now_of(gone)).version == 3, "said twice, it is one yes"


async def test_what_is_refused_stays_withdrawn_and_may_be_asked_again(gone: CreditRecord) -> None:
    change = await restored(gone)
    assert (await refuse(change)).state == REFUSED
    assert (await now_of(gone)).state == "withdrawn"
    assert (await restored(gone)).id != change.id


async def test_it_needs_a_reason_of_its_own_list(gone: CreditRecord) -> None:
    assert await code_of(restored(gone, reason="filed_twice")) == "reason:reason_unknown"
    assert await code_of(restored(gone, reason="other", words="错")) == "words:words_needed"


async def test_withdrawn_back_and_withdrawn_once_more_it_is_told_each_time(gone: CreditRecord) -> None:
    await approve(await restored(gone))
    change = await withdraw(gone, reason="filed_twice")
    assert (await withdraw(gone)).id == change.id
    assert change.from_version == 3
    assert await Notice.filter(kind="record_withdrawn").count() == 2
    await approve(await restored(gone))
    assert (await amended(gone, summary="再一句。")).version == 5
    assert await code_of(restored(gone)) == "not_withdrawn"


async def test_the_desk_says_when_by_whom_and_why_it_was_withdrawn(gone: CreditRecord) -> None:
    opened = await correction_views.open_record(VAULT, await at_desk(), gone.id)
    assert opened.withdrawal is not None
    said = (opened.withdrawal.officer_name, opened.withdrawal.reason, opened.withdrawal.words)
    assert said == ("王办事", "原来的文书已经被撤销。", "以为报送了两次。")
    change = await restored(gone)
    (waiting,) = await correction_waiting.changes_to_decide(await at_desk("second-officer"), 9)
    assert (waiting.change_id, waiting.kind) == (change.id, "restore")
    await AccessLog.all().delete()
    seen = await correction_views.look_at_change(VAULT, await at_desk("second-officer"), change.id)
    assert (seen.before, seen.differences) == (seen.after, [])
    assert seen.withdrawal == opened.withdrawal
    assert (await AccessLog.get()).purpose == "correction_approval"
