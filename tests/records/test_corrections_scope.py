"""Who may correct: known as a citizen herself, one person one voice; after a merger, the department that took over."""

from datetime import date

import pytest

from backend.citizens.models import AccessLog
from backend.records import correction_finding, correction_views, correction_waiting
from backend.records.record_versions import DONE
from backend.staff.departments import offices
from backend.staff.models import Department, StaffUser
from tests import factories
from tests.factories import DEPARTMENT, VAULT
from tests.records.correcting import amend, approve, at_desk, code_of, now_of, refuse, second, withdraw
from tests.records.county import WELFARE


async def merged(until: date) -> None:
    await Department.filter(code=DEPARTMENT).update(until_day=until, replaced_by=WELFARE)


async def test_who_is_not_known_as_a_citizen_neither_corrects_nor_decides(county: None) -> None:
    record = await factories.penalty()
    change = await amend(record, summary="另一句。")
    officers = [await factories.officer(), await second()]
    await StaffUser.filter(id__in=[each.id for each in officers]).update(own_number_digest=None)
    officer, colleague = await factories.officer(), await second()
    assert await code_of(amend(record, officer, summary="再一句。")) == "own_number_needed"
    assert await code_of(withdraw(record, officer)) == "own_number_needed"
    assert await code_of(approve(change, colleague)) == "own_number_needed"
    assert await code_of(refuse(change, colleague)) == "own_number_needed"
    staff = await at_desk("second-officer")
    assert await code_of(correction_views.open_record(VAULT, staff, record.id)) == "own_number_needed"
    assert await code_of(correction_views.look_at_change(VAULT, staff, change.id)) == "own_number_needed"
    assert await code_of(correction_finding.find(staff, record.document_number, None, VAULT)) == "own_number_needed"
    assert await correction_waiting.changes_to_decide(staff, 9) == []
    assert await AccessLog.all().count() == 0


async def test_one_person_with_two_accounts_is_one_person(county: None) -> None:
    record = await factories.penalty()
    first, other = await factories.officer(), await second()
    change = await amend(record, first, summary="另一句。")
    await StaffUser.filter(id=first.id).update(active=False)
    await StaffUser.filter(id=other.id).update(own_number_digest=first.own_number_digest)
    herself = await second()
    assert await code_of(approve(change, herself)) == await code_of(refuse(change, herself)) == "same_officer"
    staff = await at_desk("second-officer")
    assert await code_of(correction_views.look_at_change(VAULT, staff, change.id)) == "same_officer"
    assert await correction_waiting.changes_to_decide(staff, 9) == []


@pytest.mark.parametrize("known", [True, False])
async def test_what_waits_at_a_merger_is_decided_by_the_department_that_took_over(county: None, known: bool) -> None:
    record = await factories.penalty()
    change = await amend(record, summary="另一句。")
    if not known:
        await StaffUser.filter(id=change.officer_id).update(own_number_digest=None)
    await merged(date(2026, 11, 22))
    successor = await at_desk(department=WELFARE)
    (waiting,) = await correction_waiting.changes_to_decide(successor, 9)
    assert waiting.change_id == change.id
    seen = await correction_views.look_at_change(VAULT, successor, change.id)
    assert [each.label for each in seen.differences] == ["摘要"]
    await approve(change, successor.user)
    assert (await now_of(record)).version == 2


async def test_up_to_its_last_day_a_department_answers_for_itself(county: None) -> None:
    record = await factories.penalty()
    change = await amend(record, summary="另一句。")
    await merged(date(2026, 11, 23))
    successor = await at_desk(department=WELFARE)
    assert await correction_finding.find(successor, record.document_number, None, VAULT) == []
    assert await correction_waiting.changes_to_decide(successor, 9) == []
    assert await code_of(correction_views.open_record(VAULT, successor, record.id)) == "record_not_found"
    assert await code_of(approve(change, successor.user)) == "change_not_found"
    assert (await offices())[DEPARTMENT].department == "县市场监管局"
    await approve(change)
    await merged(date(2026, 11, 22))
    assert (await offices())[DEPARTMENT].department == "县民政局"


async def test_after_its_term_a_record_may_be_put_right_but_not_made_longer(county: None, clock_at: object) -> None:
    assert callable(clock_at)
    record = await factories.penalty()
    with clock_at("2027-12-06 09:00"):
        await approve(await amend(record, summary="改对了。"))
        moved = amend(record, document_date=date(2026, 11, 20), conduct_end=date(2026, 11, 20))
        assert await code_of(moved) == "document_date:term_over"
    standing = await now_of(record)
    assert (standing.version, standing.told_again_at) == (2, None)


async def test_marks_that_cannot_be_seen_do_not_reach_her(county: None) -> None:
    record = await factories.file_record()
    change = await amend(record, summary="另一句。", words="写\x00错\u202e了，\u200b应为另一句。 ")
    opened = await correction_views.open_record(VAULT, await at_desk(), record.id)
    assert change.state == DONE
    assert opened.history[0].words == "写 错了，应为另一句。"
