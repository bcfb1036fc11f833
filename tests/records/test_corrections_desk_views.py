"""What the corrections desk sees: rows that identify nobody, and a record only after a look that its citizen sees."""

from uuid import uuid4

import pytest

from backend.citizens.models import AccessLog
from backend.records import correction_finding, correction_views, correction_waiting
from backend.records.models import CreditRecord
from backend.staff.models import AuditEvent, StaffUser
from backend.staff.permissions import Staff
from tests import factories
from tests.factories import CITIZEN, HONEST_SHOP, NEIGHBOUR, PENALTY, VAULT, VOLUNTEER_HOURS
from tests.records.correcting import amend, amended, at_desk, code_of, withdraw
from tests.records.county import WELFARE

DOCUMENT = "鲁市监〔2026〕77号"


async def test_without_the_role_nothing_is_found_opened_or_decided(county: None) -> None:
    record = await factories.penalty()
    change = await amend(record, summary="另一句。")
    stranger = Staff((await at_desk("second-officer")).user, frozenset({"reviewer"}))
    assert await code_of(correction_finding.find(stranger, DOCUMENT, None, VAULT)) == "not_permitted"
    assert await code_of(correction_views.open_record(VAULT, stranger, record.id)) == "not_permitted"
    assert await code_of(correction_views.look_at_change(VAULT, stranger, change.id)) == "not_permitted"
    assert await code_of(correction_waiting.changes_to_decide(stranger, 9)) == "not_permitted"
    assert await AccessLog.all().count() == 0


async def test_another_department_finds_and_opens_nothing(county: None) -> None:
    record = await factories.penalty(document_number=DOCUMENT)
    change = await amend(record, summary="另一句。")
    foreign = await at_desk(department=WELFARE)
    assert await correction_finding.find(foreign, DOCUMENT, None, VAULT) == []
    assert await correction_waiting.changes_to_decide(foreign, 9) == []
    assert await code_of(correction_views.open_record(VAULT, foreign, record.id)) == "record_not_found"
    assert await code_of(correction_views.open_record(VAULT, foreign, uuid4())) == "record_not_found"
    assert await code_of(correction_views.look_at_change(VAULT, foreign, change.id)) == "change_not_found"
    assert await AccessLog.all().count() == 0


async def test_nobody_opens_or_is_asked_to_decide_her_own(county: None) -> None:
    record = await factories.penalty()
    change = await amend(record, summary="另一句。")
    digest = VAULT.digest(CITIZEN.number, "citizen.number")
    await StaffUser.filter(id=(await factories.officer("second-officer")).id).update(own_number_digest=digest)
    herself = await at_desk("second-officer")
    assert await code_of(correction_views.open_record(VAULT, herself, record.id)) == "own_record"
    assert await code_of(correction_views.look_at_change(VAULT, herself, change.id)) == "own_record"
    assert await correction_waiting.changes_to_decide(herself, 9) == []


async def test_what_is_found_identifies_nobody(county: None) -> None:
    hers = await factories.file_record(item=VOLUNTEER_HOURS, document_number=DOCUMENT)
    his = await factories.file_record(NEIGHBOUR, HONEST_SHOP, document_number="另一号")
    await CreditRecord.filter(id=his.id).update(document_number=DOCUMENT)
    await withdraw(his)
    staff = await at_desk()
    found = await correction_finding.find(staff, "鲁市监[2026]77号 ", " ", VAULT)
    assert {(each.record_id, each.item_name, each.state, each.waiting) for each in found} == {
        (hers.id, "诚信经营示范户", "live", False),
        (his.id, "诚信经营示范户", "withdrawn", False),
    }
    (only,) = await correction_finding.find(staff, DOCUMENT, CITIZEN.number.lower(), VAULT)
    assert only.record_id == hers.id
    assert not any(word in str(found) for word in (CITIZEN.name, CITIZEN.number, NEIGHBOUR.name))
    searches = await AuditEvent.filter(action="record.search").order_by("id")
    assert [(each.about, each.detail) for each in searches] == [("", {"found": "2"}), ("", {"found": "1"})]
    look = await AccessLog.get()
    assert (look.citizen_id, look.purpose) == (hers.citizen_id, "record_correction"), "only who was named by her number"
    assert look.about == f"record:{hers.id}"


async def test_to_search_for_a_person_in_vain_is_a_look_at_her_too(county: None) -> None:
    hers = await factories.file_record()
    staff = await at_desk()
    assert await correction_finding.find(staff, "没有这一号", CITIZEN.number, VAULT) == []
    assert await correction_finding.find(staff, "没有这一号", NEIGHBOUR.number, VAULT) == [], "nobody whom we know"
    look = await AccessLog.get()
    assert (look.citizen_id, look.about.partition(":")[0]) == (hers.citizen_id, "search")


@pytest.mark.parametrize(
    ("document", "number", "fault"),
    [
        (" ", None, "document_number:missing"),
        ("文" * 101, None, "document_number:too_long"),
        (DOCUMENT, "410423199003070018", "identity_number:identity_number_check"),
    ],
)
async def test_a_search_for_nothing_says_what_is_wrong(
    county: None, document: str, number: str | None, fault: str
) -> None:
    assert await code_of(correction_finding.find(await at_desk(), document, number, VAULT)) == fault


async def test_a_record_is_opened_whole_and_its_citizen_sees_who_looked(county: None) -> None:
    record = await amended(await factories.penalty(summary="第一句。"), summary="第二句。", words="写错了。")
    waiting = await amend(record, item_code=HONEST_SHOP)
    opened = await correction_views.open_record(VAULT, await at_desk(), record.id)
    assert (opened.citizen_name, opened.masked_number) == (CITIZEN.name, "4104**********0017")
    assert (opened.content.summary, opened.item.said.code, opened.measures) == ("第二句。", PENALTY, ())
    assert [(each.number, each.content.summary) for each in opened.versions] == [(1, "第一句。"), (2, "第二句。")]
    (past,) = opened.history
    assert (past.reason, past.words) == ("报送时有内容写错了。", "写错了。")
    assert [(each.label, each.before, each.after) for each in past.differences] == [("摘要", "第一句。", "第二句。")]
    assert opened.waiting is not None
    assert opened.waiting.id == waiting.id
    (look,) = await AccessLog.all()
    assert (look.purpose, look.about) == ("record_correction", f"record:{record.id}")
    assert (await AuditEvent.get(action="record.look")).about == f"record:{record.id}"


async def test_the_second_officer_sees_both_sides_and_the_citizen_sees_her(county: None) -> None:
    record = await factories.penalty()
    change = await amend(record, item_code=HONEST_SHOP, summary="评选公示无异议。", words="选错了事项。")
    colleague = await at_desk("second-officer")
    (waiting,) = await correction_waiting.changes_to_decide(colleague, 9)
    assert (waiting.change_id, waiting.item_name, waiting.reason) == (change.id, "产品掺杂掺假", "written_wrong")
    assert await correction_waiting.changes_to_decide(await at_desk(), 9) == [], "who asked does not decide"
    assert await code_of(correction_views.look_at_change(VAULT, await at_desk(), change.id)) == "same_officer"
    seen = await correction_views.look_at_change(VAULT, colleague, change.id)
    assert (seen.words, seen.change.officer.name, seen.citizen_name) == ("选错了事项。", "王办事", CITIZEN.name)
    assert [(each.label, each.before, each.after) for each in seen.differences] == [
        ("目录事项", "产品掺杂掺假", "诚信经营示范户"),
        ("摘要", "由县市场监管局作出。", "评选公示无异议。"),
    ]
    assert (await AccessLog.get()).purpose == "correction_approval"
