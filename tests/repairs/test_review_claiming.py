"""Who may take which case out of the queue, and what is kept of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest

from backend import clock
from backend.citizens.models import AccessLog, Citizen
from backend.errors import Conflict, Forbidden, NotFound
from backend.repairs import review, submitting
from backend.repairs.models import Evidence
from backend.staff.models import AuditEvent, StaffUser
from backend.staff.permissions import Staff
from tests import evidence_factories
from tests.factories import CITIZEN, COUSIN, VAULT
from tests.reviewers import approves, ask, goes_away, reviewer, stranger

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def evidence(county: None) -> Evidence:
    """Eight hours of 鲁小明 that wait for their review."""
    return await evidence_factories.submitted()


async def looks() -> list[tuple[str, str, str]]:
    rows = await AccessLog.all().order_by("citizen_id", "sequence")
    return [(each.reader_name, each.purpose, each.about) for each in rows]


async def deeds() -> list[str]:
    return [str(each) for each in await AuditEvent.all().order_by("id").values_list("action", flat=True)]


async def refused(staff: Staff, evidence: Evidence, kind: type[Exception], code: str) -> None:
    """Neither claimed, nor is a look or a deed written down."""
    before = await looks(), await deeds(), await Evidence.get(id=evidence.id)
    with pytest.raises(kind) as error:
        await review.claim(staff, evidence.id)
    assert getattr(error.value, "code", "") == code
    after = await looks(), await deeds(), await Evidence.get(id=evidence.id)
    assert after[:2] == before[:2]
    assert after[2].claimant_id == before[2].claimant_id
    assert after[2].claimed_until == before[2].claimed_until


async def test_without_the_role_nobody_claims(evidence: Evidence) -> None:
    await refused(await reviewer("officer-1", roles=("officer", "admin")), evidence, Forbidden, "not_permitted")


async def test_another_departments_case_is_like_none(evidence: Evidence) -> None:
    await refused(await stranger(), evidence, NotFound, "evidence_not_found")
    with pytest.raises(NotFound) as none:
        await review.claim(await stranger(), uuid4())
    assert none.value.code == "evidence_not_found"


async def test_a_draft_is_nobodys_case(citizen: Citizen) -> None:
    draft = await evidence_factories.draft(citizen)
    await refused(await reviewer(), draft, NotFound, "evidence_not_found")


async def test_her_own_case_is_her_colleagues(evidence: Evidence) -> None:
    herself = await reviewer(own_number=CITIZEN.number)
    await refused(herself, evidence, Forbidden, "own_case")
    with pytest.raises(Forbidden):
        await review.open_case(VAULT, herself, evidence.id)


async def test_who_is_not_known_as_a_citizen_reviews_nothing(evidence: Evidence) -> None:
    await refused(await reviewer(own_number=None), evidence, Forbidden, "own_number_needed")


async def test_a_claim_is_one_look_and_one_deed(evidence: Evidence) -> None:
    staff = await reviewer()
    claimed = await review.claim(staff, evidence.id)
    assert (claimed.claimant_id, claimed.claimed_until) == (staff.id, clock.now() + timedelta(minutes=30))
    about = f"evidence:{evidence.id}"
    assert await looks() == [("审核1", "evidence_review", about)]
    (event,) = await AuditEvent.all()
    assert (event.staff_id, event.action, event.about, event.detail) == (staff.id, "evidence.claim", about, {})


async def test_claiming_again_makes_it_last_longer_and_is_no_second_look(evidence: Evidence, clock_at: ClockAt) -> None:
    staff = await reviewer()
    await review.claim(staff, evidence.id)
    with clock_at("2026-11-23 09:20"):
        again = await review.claim(staff, evidence.id)
        assert again.claimed_until == clock.now() + timedelta(minutes=30)
    with clock_at("2026-11-23 09:49"):
        assert (await review.open_case(VAULT, staff, evidence.id)).evidence.id == evidence.id
    assert len(await looks()) == len(await deeds()) == 1


async def test_nobody_takes_what_a_colleague_works_on(evidence: Evidence, clock_at: ClockAt) -> None:
    first, second = await reviewer(), await reviewer("reviewer-2")
    await review.claim(first, evidence.id)
    with clock_at("2026-11-23 09:29"):
        await refused(second, evidence, Conflict, "claimed_by_other")


async def test_a_lapsed_claim_is_taken_over(evidence: Evidence, clock_at: ClockAt) -> None:
    first, second = await reviewer(), await reviewer("reviewer-2")
    await review.claim(first, evidence.id)
    with clock_at("2026-11-23 09:30"):
        await review.claim(second, evidence.id)
        await refused(first, evidence, Conflict, "claimed_by_other")
        with pytest.raises(Conflict) as lapsed:
            await review.open_case(VAULT, first, evidence.id)
    assert lapsed.value.code == "claim_lapsed"
    assert [reader for reader, _, _ in await looks()] == ["审核1", "审核2"]


async def test_her_own_lapsed_claim_is_a_new_look(evidence: Evidence, clock_at: ClockAt) -> None:
    staff = await reviewer()
    await review.claim(staff, evidence.id)
    with clock_at("2026-11-23 10:00"):
        await review.claim(staff, evidence.id)
    assert len(await looks()) == len(await deeds()) == 2


async def test_what_is_given_back_is_free_at_once(evidence: Evidence) -> None:
    first, second = await reviewer(), await reviewer("reviewer-2")
    await review.claim(first, evidence.id)
    await review.release(second, evidence.id)  # not hers to give
    await refused(second, evidence, Conflict, "claimed_by_other")
    await review.release(first, evidence.id)
    await review.release(first, evidence.id)
    await review.claim(second, evidence.id)
    assert await deeds() == ["evidence.claim", "evidence.release", "evidence.claim"]


async def test_what_is_not_waiting_cannot_be_claimed(evidence: Evidence, citizen: Citizen) -> None:
    staff = await reviewer()
    await approves(staff, evidence)
    await refused(staff, evidence, Conflict, "case_decided")
    taken_back = await evidence_factories.submitted()
    await submitting.withdraw(citizen, taken_back.id)
    await refused(staff, taken_back, Conflict, "case_withdrawn")
    asked = await evidence_factories.submitted()
    await review.claim(staff, asked.id)
    await ask(staff, asked.id)
    await refused(staff, asked, Conflict, "case_asked")


async def answered(staff: Staff) -> Evidence:
    """A case in which she asked for more and got it."""
    evidence = await evidence_factories.submitted()
    await review.claim(staff, evidence.id)
    await ask(staff, evidence.id)
    return await submitting.submit(VAULT, await evidence_factories.citizen_of(), evidence.id)


async def test_who_asked_gets_the_answer(county: None) -> None:
    asker, colleague = await reviewer(), await reviewer("reviewer-2")
    evidence = await answered(asker)
    await refused(colleague, evidence, Conflict, "assigned_to_other")
    assert (await review.claim(asker, evidence.id)).assignee_id == asker.id


@pytest.mark.parametrize(("until", "free"), [("2026-11-23", True), ("2026-12-01", True), ("2026-11-22", False)])
async def test_colleagues_take_over_while_she_is_on_leave(county: None, until: str, free: bool) -> None:
    asker, colleague = await reviewer(), await reviewer("reviewer-2")
    evidence = await answered(asker)
    await goes_away(asker, clock.today().fromisoformat(until))
    if free:
        assert (await review.claim(colleague, evidence.id)).claimant_id == colleague.id
    else:
        await refused(colleague, evidence, Conflict, "assigned_to_other")


async def test_colleagues_take_over_from_who_was_suspended(county: None) -> None:
    asker, colleague = await reviewer(), await reviewer("reviewer-2")
    evidence = await answered(asker)
    await StaffUser.filter(id=asker.id).update(active=False)
    assert (await review.claim(colleague, evidence.id)).claimant_id == colleague.id


async def test_a_neighbours_case_is_a_case_of_its_own(evidence: Evidence) -> None:
    """The look stands with whose case it is, and with nobody else."""
    staff = await reviewer()
    other = await evidence_factories.submitted(COUSIN)
    await review.claim(staff, other.id)
    (look,) = await AccessLog.all()
    assert look.citizen_id == other.citizen_id != evidence.citizen_id
