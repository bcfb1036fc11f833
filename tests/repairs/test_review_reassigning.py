"""A case goes to a colleague: because somebody is away, or knows more."""

import pytest

from backend import clock
from backend.errors import Conflict, Forbidden, NotFound
from backend.repairs import review
from backend.repairs.models import Evidence
from backend.staff.models import AuditEvent, StaffUser
from backend.staff.permissions import Staff
from tests import evidence_factories
from tests.factories import CITIZEN, VAULT
from tests.reviewers import approves, ask, goes_away, reviewer, stranger

# What is decided here is decided in Python: the kind of database makes no difference.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def evidence(county: None) -> Evidence:
    """Eight hours of 鲁小明 that wait for their review."""
    return await evidence_factories.submitted()


@pytest.fixture
async def staff(evidence: Evidence) -> Staff:
    """A reviewer of its department, with a colleague."""
    await reviewer("reviewer-2")
    return await reviewer()


async def test_a_case_is_handed_on_and_the_claim_ends(evidence: Evidence, staff: Staff) -> None:
    colleague = await reviewer("reviewer-2")
    await review.claim(staff, evidence.id)
    handed = await review.reassign(staff, evidence.id, "reviewer-2")
    assert (handed.assignee_id, handed.claimant_id, handed.claimed_until) == (colleague.id, None, None)
    event = await AuditEvent.get(action="evidence.reassign")
    assert (event.staff_id, event.about, event.detail) == (staff.id, f"evidence:{evidence.id}", {"to": "reviewer-2"})
    with pytest.raises(Conflict) as lapsed:
        await review.open_case(VAULT, staff, evidence.id)
    assert lapsed.value.code == "claim_lapsed"
    assert (await review.claim(colleague, evidence.id)).claimant_id == colleague.id


async def test_a_colleague_may_take_it_herself_and_is_seen_to(evidence: Evidence, staff: Staff) -> None:
    colleague = await reviewer("reviewer-2")
    await review.claim(staff, evidence.id)
    await ask(staff, evidence.id)
    await review.reassign(colleague, evidence.id, "reviewer-2")
    assert (await Evidence.get(id=evidence.id)).assignee_id == colleague.id
    assert await AuditEvent.filter(action="evidence.reassign", staff_id=colleague.id).count() == 1


async def cannot(staff: Staff, evidence: Evidence, username: str, kind: type[Exception], code: str) -> None:
    with pytest.raises(kind) as error:
        await review.reassign(staff, evidence.id, username)
    assert getattr(error.value, "code", "") == code
    assert not await AuditEvent.filter(action="evidence.reassign").exists()


async def test_only_a_reviewer_of_the_department_hands_on(evidence: Evidence, staff: Staff) -> None:
    await cannot(await stranger(), evidence, "reviewer-2", NotFound, "evidence_not_found")
    officer = await reviewer("officer-1", roles=("officer",))
    await cannot(officer, evidence, "reviewer-2", Forbidden, "not_permitted")
    herself = await reviewer("reviewer-3", own_number=CITIZEN.number)
    await cannot(herself, evidence, "reviewer-2", Forbidden, "own_case")


async def test_nobody_gets_a_case_whom_it_cannot_go_to(evidence: Evidence, staff: Staff) -> None:
    """One answer for all: which cause it was would tell whose case it is."""
    await stranger()
    await reviewer("officer-1", roles=("officer",))
    await reviewer("reviewer-3", own_number=CITIZEN.number)
    await reviewer("reviewer-4", own_number=None)
    await goes_away(await reviewer("reviewer-5"), clock.today())
    await StaffUser.filter(id=(await reviewer("reviewer-6")).id).update(active=False)
    others = (f"reviewer-{each}" for each in (3, 4, 5, 6))
    for username in ("reviewer-elsewhere-1", "officer-1", *others, "nobody", "x" * 70):
        await cannot(staff, evidence, username, Conflict, "colleague_cannot")


async def test_a_second_review_does_not_go_back_to_the_first_reviewer(county: None) -> None:
    first, second = await reviewer(), await reviewer("reviewer-2")
    await reviewer("reviewer-3")
    evidence = await evidence_factories.submitted(
        hours=20.0, starts_at=evidence_factories.at(9, days_ago=3), ends_at=evidence_factories.at(17)
    )
    await approves(first, evidence, 200)
    await cannot(second, evidence, "reviewer-1", Conflict, "colleague_cannot")
    handed = await review.reassign(first, evidence.id, "reviewer-3")
    assert handed.assignee_id == (await reviewer("reviewer-3")).id


async def test_a_decided_case_is_nobodys_any_more(evidence: Evidence, staff: Staff) -> None:
    await approves(staff, evidence)
    await cannot(staff, evidence, "reviewer-2", Conflict, "case_decided")
