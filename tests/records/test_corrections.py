"""更正: a department amends its own record; a negative one takes two officers; what stood before is kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from uuid import uuid4

import pytest

from backend.citizens.models import Citizen
from backend.notifications.models import Notice
from backend.points.models import Score
from backend.records import corrections
from backend.records.measures import Measure
from backend.records.models import CreditRecord, RecordChange
from backend.records.record_versions import (
    DONE,
    OVERTAKEN,
    REFUSED,
    WAITING,
    amendments_of,
    reveal_content,
    versions_of,
)
from backend.staff.models import AuditEvent, StaffUser
from tests import factories
from tests.factories import CITIZEN, COUSIN, HONEST_SHOP, LEDGER, NEIGHBOUR, PENALTY, VAULT, VOLUNTEER_HOURS
from tests.records.correcting import (
    amend,
    amended,
    approve,
    code_of,
    content_with,
    ledger_fits,
    now_of,
    refuse,
    second,
    withdraw,
)
from tests.records.county import WELFARE

ClockAt = Callable[[str], AbstractContextManager[None]]
SPENDING = Measure("QG-03", "县人民法院", date(2027, 1, 31), "履行后申请解除。")


async def points_of(citizen: Citizen) -> int:
    return (await Score.get(citizen_id=citizen.id)).points


async def test_to_a_stranger_and_another_department_the_record_does_not_exist(county: None) -> None:
    record = await factories.file_record(item=VOLUNTEER_HOURS)
    foreign = await factories.officer(department=WELFARE)
    assert await code_of(amend(record, foreign, quantity=20)) == "record_not_found"
    record.id = uuid4()
    content = content_with(record, quantity=20)
    deed = corrections.amend(LEDGER, VAULT, foreign, record.id, content, "written_wrong", "", from_version=1)
    assert await code_of(deed) == "record_not_found"
    assert await RecordChange.all().count() == 0


async def test_nobody_amends_or_decides_about_herself(county: None) -> None:
    record = await factories.penalty()
    officer, colleague = await factories.officer(), await second()
    digest = VAULT.digest(CITIZEN.number, "citizen.number")
    await StaffUser.filter(id=colleague.id).update(own_number_digest=digest)
    change = await amend(record, officer, document_number="鲁改1号")
    herself = await second()
    assert await code_of(amend(record, herself, document_number="鲁改2号")) == "own_record"
    assert await code_of(approve(change, herself)) == "own_record"
    assert await code_of(refuse(change, herself)) == "own_record"
    assert await code_of(withdraw(record, herself)) == "own_record"


async def test_who_was_put_away_amends_nothing(county: None) -> None:
    record = await factories.file_record()
    officer = await factories.officer()
    await StaffUser.filter(id=officer.id).update(active=False)
    assert await code_of(amend(record, await factories.officer(), summary="另一句。")) == "officer_inactive"


async def test_a_positive_record_is_amended_at_once_and_the_points_follow(county: None) -> None:
    _, citizen = await factories.enrolled_citizen()
    record = await factories.file_record(item=VOLUNTEER_HOURS, quantity="10")
    assert await points_of(citizen) == 1010
    change = await amend(record, quantity=60, words="漏了一半的小时。")
    assert (change.state, change.from_version) == (DONE, 1)
    assert await points_of(citizen) == 1006
    standing = await now_of(record)
    assert (standing.version, standing.quantity, standing.told_again_at) == (2, 60, None)
    first, last = versions_of(VAULT, standing, await amendments_of(standing))
    assert (first.number, first.content.quantity, first.reason) == (1, 100, "")
    assert (last.number, last.content.quantity, last.words) == (2, 60, "漏了一半的小时。")
    notice = await Notice.get(kind="record_amended")
    assert "更正的内容：数量。" in notice.body
    assert (notice.citizen_id, notice.about) == (citizen.id, f"record:{record.id}")
    audited = await AuditEvent.get(action="record.amend")
    assert (audited.about, audited.detail) == (f"record:{record.id}", {"change": str(change.id)})
    await ledger_fits()


async def test_a_negative_record_waits_for_another_officer(county: None) -> None:
    record = await factories.penalty()
    change = await amend(record, document_number="鲁改1号")
    assert change.state == WAITING
    assert (await now_of(record)).version == 1, "nothing changed yet"
    assert await Notice.filter(kind="record_amended").count() == 0
    assert await code_of(approve(change, await factories.officer())) == "same_officer"
    assert await code_of(approve(change, await factories.officer("x", WELFARE))) == "change_not_found"
    done = await approve(change)
    assert (done.state, done.approver_id) == (DONE, (await second()).id)
    standing = await now_of(record)
    assert (standing.version, standing.document_number) == (2, "鲁改1号")
    assert await code_of(refuse(change)) == "change_not_waiting"
    assert await code_of(approve(change, await factories.officer("third-officer"))) == "change_not_waiting"
    assert (await approve(change)).decided_at == done.decided_at, "pressed twice, it is her first yes"
    assert await Notice.filter(kind="record_amended").count() == 1
    assert await AuditEvent.filter(action="record.approve_change").count() == 1


async def test_a_reward_becomes_a_deduction_only_by_two_officers_and_after_ten_days(
    county: None, clock_at: ClockAt
) -> None:
    _, citizen = await factories.enrolled_citizen()
    record = await factories.file_record()
    assert await points_of(citizen) == 1030
    change = await amend(record, item_code=PENALTY, finality_date=record.document_date)
    assert change.state == WAITING
    await approve(change)
    assert await points_of(citizen) == 1000
    with clock_at("2026-12-08 09:00"):
        await LEDGER.refold([citizen.id])
        assert await points_of(citizen) == 960
        await ledger_fits()


async def test_what_is_refused_changes_nothing_and_may_be_asked_again(county: None) -> None:
    record = await factories.penalty()
    change = await amend(record, document_number="鲁改1号")
    refused = await refuse(change)
    assert (refused.state, refused.after_hidden) == (REFUSED, None)
    assert (await now_of(record)).version == 1
    again = await amend(record, document_number="鲁改1号")
    assert (again.id != change.id, again.state) == (True, WAITING)


async def test_asked_twice_it_is_one_change_and_another_one_has_to_wait(county: None) -> None:
    record = await factories.penalty()
    change = await amend(record, document_number="鲁改1号")
    assert (await amend(record, document_number="鲁改1号")).id == change.id
    assert await code_of(amend(record, document_number="鲁改2号")) == "change_waiting"
    assert await code_of(amend(record, await second(), document_number="鲁改1号")) == "change_waiting"
    shop = await factories.file_record()
    officer = await factories.officer()
    content = content_with(shop, summary="另一句。")
    deeds = [
        await corrections.amend(LEDGER, VAULT, officer, shop.id, content, "written_wrong", "", from_version=1)
        for _ in range(2)
    ]
    assert deeds[0].id == deeds[1].id
    assert (await now_of(shop)).version == 2
    late = corrections.amend(
        LEDGER, VAULT, officer, shop.id, content_with(shop, summary="再一句。"), "other", "写得不对。", from_version=1
    )
    assert await code_of(late) == "record_changed"


async def test_what_changes_nothing_or_says_no_reason_is_refused(county: None) -> None:
    record = await factories.file_record()
    assert await code_of(amend(record)) == "nothing_changed"
    assert await code_of(amend(record, reason="because", summary="另一句。")) == "reason:reason_unknown"
    assert await code_of(amend(record, reason="other", summary="另一句。")) == "words:words_needed"
    assert await code_of(amend(record, words="错" * 201, summary="另一句。")) == "words:words_too_long"
    assert await code_of(amend(record, words=f"应为{CITIZEN.number}", summary="另一句。")) == "words:number_inside"


@pytest.mark.parametrize(
    ("item", "changes", "fault"),
    [
        (HONEST_SHOP, {"item_code": "NO-1"}, "item_code:unknown_item"),
        (HONEST_SHOP, {"item_code": PENALTY}, "finality_date:not_final"),
        (HONEST_SHOP, {"measures": (SPENDING,)}, "measures:measures_not_here"),
        (HONEST_SHOP, {"publication_place": CITIZEN.number}, "publication_place:number_inside"),
        (HONEST_SHOP, {"document_date": date(2026, 12, 1)}, "document_date:document_date_future"),
        (HONEST_SHOP, {"document_date": date.max}, "document_date:document_date_future"),
        (HONEST_SHOP, {"conduct_end": date(2026, 11, 24)}, "conduct_end:conduct_after_document"),
        (VOLUNTEER_HOURS, {"quantity": None}, "quantity:quantity_missing"),
        (PENALTY, {"finality_date": date(2026, 11, 24)}, "finality_date:not_final"),
        (PENALTY, {"conduct_end": date(2008, 3, 7)}, "item_code:unknown_item"),
        (PENALTY, {"measures": (Measure("XZ-1", "县法院", date(2027, 1, 1), "等。"),)}, "measures:measure_unknown"),
        (PENALTY, {"measures": (Measure("QG-03", "县法院", date(2026, 1, 1), "等。"),)}, "measures:measure_until_past"),
    ],
)
async def test_an_amended_record_obeys_the_rules_of_a_new_one(
    county: None, item: str, changes: dict[str, object], fault: str
) -> None:
    record = await factories.file_record(item=item)
    assert fault in (await code_of(amend(record, **changes))).split()
    assert (await now_of(record)).version == 1


async def test_conduct_under_eighteen_cannot_be_amended_into_a_record(county: None) -> None:
    record = await factories.penalty(factories.PUPIL, document_date=date(2026, 11, 2), conduct_end=date(2026, 9, 1))
    assert await code_of(amend(record, conduct_end=date(2026, 8, 15))) == "conduct_end:conduct_under_eighteen"


async def test_an_amendment_never_meets_another_record_of_hers(county: None) -> None:
    first, other = await factories.file_record(item=VOLUNTEER_HOURS), await factories.file_record(item=VOLUNTEER_HOURS)
    await factories.file_record(NEIGHBOUR, VOLUNTEER_HOURS, document_number="邻居1号")
    assert await code_of(amend(first, document_number=other.document_number)) == "record_exists"
    assert (await amend(first, document_number="邻居1号")).state == DONE


async def test_what_became_wrong_while_it_waited_is_not_done(county: None, clock_at: ClockAt) -> None:
    record = await factories.penalty()
    change = await amend(record, document_number="鲁改1号", measures=(SPENDING,))
    with clock_at("2027-02-01 09:00"):
        await approve(change)
    assert (await now_of(record)).document_number == "鲁改1号", "a measure that ran out meanwhile is no fault"
    change = await amend(record, document_date=date(2026, 11, 20), conduct_end=date(2026, 11, 20))
    with clock_at("2027-11-23 09:00"):
        assert await code_of(approve(change)) == "document_date:term_over"
    assert (await RecordChange.get(id=change.id)).state == WAITING
    assert (await now_of(record)).document_number == "鲁改1号"


async def test_a_withdrawal_overtakes_what_waits_and_nothing_is_amended_after_it(county: None) -> None:
    record = await factories.penalty()
    change = await amend(record, document_number="鲁改1号")
    await withdraw(record)
    overtaken = await RecordChange.get(id=change.id)
    assert (overtaken.state, overtaken.after_hidden) == (OVERTAKEN, None)
    assert await code_of(approve(change)) == "change_not_waiting"
    assert await code_of(amend(record, document_number="鲁改2号")) == "record_withdrawn"


async def test_what_was_asked_for_and_what_stood_are_hidden_at_rest(county: None) -> None:
    record = await factories.file_record(summary="在下汤镇集市与王某某争执。")
    change = await amend(record, summary="在梁洼镇与李某某争执。", words="地点写错了。")
    kept = f"{await RecordChange.all().values()}{await CreditRecord.all().values()}{await Notice.all().values()}"
    assert not any(word in kept for word in ("王某某", "李某某", "地点写错了"))
    assert reveal_content(VAULT, change.after_hidden or b"").summary == "在梁洼镇与李某某争执。"


async def test_three_amendments_later_every_version_is_there(county: None) -> None:
    record = await factories.file_record(COUSIN, summary="一")
    for words in ("二", "三", "四"):
        record = await amended(record, summary=words)
    versions = versions_of(VAULT, record, await amendments_of(record))
    assert [(each.number, each.content.summary) for each in versions] == [(1, "一"), (2, "二"), (3, "三"), (4, "四")]
