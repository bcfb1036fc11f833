"""Reviewers, citizens and departments at the same moment: each decision comes once, and the points follow it."""

import asyncio
from uuid import UUID

import pytest

from backend import clock
from backend.citizens import consent
from backend.citizens.models import AccessLog, Account, Citizen
from backend.errors import Conflict, NotFound
from backend.notifications.models import Notice
from backend.points import enrolment
from backend.points.models import PointEntry, Score
from backend.points.rules import fold
from backend.points.verification import verify_ledger
from backend.repairs import review, submitting
from backend.repairs.models import Evidence, EvidenceStep
from backend.staff.models import AuditEvent
from backend.staff.permissions import Staff
from tests import factories
from tests.connections import at_once
from tests.evidence_factories import at, submitted
from tests.factories import LEDGER, VOLUNTEER_HOURS, Person
from tests.records.county import people
from tests.reviewers import approve, approves, case_officer, reject, reverse, reviewer

pytestmark = [
    pytest.mark.together,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]


@pytest.fixture
async def county(monday: None, database: None) -> None:
    await factories.load_tiny_catalogue()
    await factories.register()


async def enrolled_crowd(count: int) -> list[tuple[Person, Account, Citizen]]:
    crowd = people(count)
    return [(each, *await factories.enrolled_citizen(each)) for each in crowd]


async def ledger_fits() -> None:
    """Every chain fits, and every score is that of the facts that stand."""
    assert (await verify_ledger()).misfits == []
    for score in await Score.all():
        facts = (await LEDGER.facts([score.citizen_id]))[score.citizen_id]
        counted = fold(facts, clock.today()).counted
        assert score.points == score.base + sum(each.points for each in counted.values())


async def steps(evidence_id: UUID) -> list[str]:
    rows = EvidenceStep.filter(evidence_id=evidence_id).order_by("id")
    return [str(each) for each in await rows.values_list("kind", flat=True)]


async def test_twenty_approvals_of_one_case_are_one(county: None) -> None:
    _, citizen = await factories.enrolled_citizen()
    mine, other = await reviewer(), await reviewer("reviewer-2")
    evidence = await submitted()
    await review.claim(mine, evidence.id)
    went = await at_once(*(approve(staff, evidence.id, 60) for staff in (mine, other) for _ in range(10)))
    assert went["done"] == 10, "hers, sent ten times: the same answer each time"
    assert set(went) <= {"done", "claim_lapsed", "case_decided"}
    assert await steps(evidence.id) == ["submitted", "approved"]
    assert (await Score.get(citizen_id=citizen.id)).points == 1006
    assert await PointEntry.all().count() == 1
    assert await Notice.all().count() == 1
    assert await AuditEvent.filter(action="evidence.approve").count() == 1
    await ledger_fits()


async def test_one_of_many_gets_the_case(county: None) -> None:
    staff = [await reviewer(f"reviewer-{number}") for number in range(8)]
    for _ in range(5):
        evidence = await submitted()
        went = await at_once(*(review.claim(each, evidence.id) for each in staff))
        assert went == {"done": 1, "claimed_by_other": 7}
        assert await AccessLog.filter(about=f"evidence:{evidence.id}").count() == 1
        winner = (await AccessLog.get(about=f"evidence:{evidence.id}")).reader_id
        assert (await Evidence.get(id=evidence.id)).claimant_id == winner
    chain = await AccessLog.all().order_by("sequence")
    assert [each.sequence for each in chain] == [1, 2, 3, 4, 5]
    assert [each.previous_hash for each in chain[1:]] == [each.hash for each in chain[:-1]]


async def test_an_approval_meets_a_refusal_of_the_same_reviewer_in_two_windows(county: None) -> None:
    await factories.enrolled_citizen()
    staff = await reviewer()
    for _ in range(6):
        evidence = await submitted()
        await review.claim(staff, evidence.id)
        went = await at_once(approve(staff, evidence.id), reject(staff, evidence.id))
        assert went == {"done": 1, "case_decided": 1}
        state = (await Evidence.get(id=evidence.id)).state
        assert await steps(evidence.id) == ["submitted", state]
        assert [each.kind for each in await Notice.filter(about=f"evidence:{evidence.id}")] == [f"evidence_{state}"]
    await ledger_fits()


async def test_an_approval_meets_a_withdrawal(county: None) -> None:
    _, citizen = await factories.enrolled_citizen()
    staff = await reviewer()
    for turn in range(8):
        day = turn + 1
        evidence = await submitted(starts_at=at(9, days_ago=day), ends_at=at(17, days_ago=day))
        await review.claim(staff, evidence.id)
        deeds = [approve(staff, evidence.id), submitting.withdraw(citizen, evidence.id)]
        went = await at_once(*deeds[:: 1 if turn % 2 else -1])
        assert went["done"] == 1
        assert set(went) <= {"done", "case_withdrawn", "evidence_not_withdrawable"}
        state = (await Evidence.get(id=evidence.id)).state
        assert await steps(evidence.id) == ["submitted", state]
        assert await Notice.filter(about=f"evidence:{evidence.id}").count() == (state == "approved")
        entries = await PointEntry.filter(fact=f"evidence:{evidence.id}").count()
        assert entries == (state == "approved")
    await ledger_fits()


async def test_approvals_while_citizens_leave_and_enrol(county: None) -> None:
    """Never an entry for who left, never an approval without its entry for who is there."""
    crowd = await enrolled_crowd(12)
    staff = await reviewer()
    cases = [await submitted(person) for person, _, _ in crowd]
    for each in cases:
        await review.claim(staff, each.id)

    async def restless(place: int, account: Account, citizen: Citizen) -> None:
        await asyncio.sleep(place / 100)
        await enrolment.leave(account, citizen)
        if place % 2:
            await enrolment.enrol(LEDGER, account, citizen, consent.texts()["enrolment"].version)

    went = await at_once(
        *(restless(place, account, citizen) for place, (_, account, citizen) in enumerate(crowd)),
        *(approve(staff, each.id, 80) for each in cases),
    )
    assert went == {"done": 24}
    await ledger_fits()
    scores = {score.citizen_id: score.points for score in await Score.all()}
    assert scores == {citizen.id: 1008 for place, (_, _, citizen) in enumerate(crowd) if place % 2}


async def test_approvals_reversals_and_files_of_the_same_citizens(county: None) -> None:
    """Everybody holds the citizen first: nobody waits for ever."""
    crowd = await enrolled_crowd(6)
    staff, officer = await reviewer(), await case_officer()
    await factories.officer()
    wrong = [await approves(staff, await submitted(person)) for person, _, _ in crowd]
    right = [await submitted(person, starts_at=at(9, days_ago=3), ends_at=at(17, days_ago=3)) for person, _, _ in crowd]
    for each in right:
        await review.claim(staff, each.id)
    rows = [factories.row(person, VOLUNTEER_HOURS, quantity="4") for person, _, _ in reversed(crowd)]
    went = await at_once(
        factories.file_records(*rows),
        *(reverse(officer, each.id) for each in wrong),
        *(approve(staff, each.id, 50) for each in right),
    )
    assert went == {"done": 13}
    await ledger_fits()
    assert {score.points for score in await Score.all()} == {1009}


async def a_second_review(first: Staff) -> Evidence:
    evidence = await submitted(hours=20.0, starts_at=at(9, days_ago=3), ends_at=at(17))
    return await approves(first, evidence, 200)


async def test_a_second_review_is_confirmed_once(county: None) -> None:
    _, citizen = await factories.enrolled_citizen()
    first, second, third = [await reviewer(f"reviewer-{number}") for number in (1, 2, 3)]
    evidence = await a_second_review(first)
    went = await at_once(review.claim(second, evidence.id), review.claim(third, evidence.id))
    assert went == {"done": 1, "claimed_by_other": 1}
    went = await at_once(*(approve(staff, evidence.id, 200) for staff in (first, second, third) for _ in range(5)))
    assert went["done"] == 10, "the first one's yes and the second one's, each sent five times"
    assert set(went) <= {"done", "claim_lapsed", "case_decided"}
    assert await steps(evidence.id) == ["submitted", "first_approved", "approved"]
    assert (await Score.get(citizen_id=citizen.id)).points == 1020
    assert await Notice.all().count() == 1
    await ledger_fits()


async def test_a_case_is_handed_on_while_it_is_decided(county: None) -> None:
    await factories.enrolled_citizen()
    staff, colleague = await reviewer(), await reviewer("reviewer-2")
    for _ in range(6):
        evidence = await submitted()
        await review.claim(staff, evidence.id)
        went = await at_once(approve(staff, evidence.id), review.reassign(colleague, evidence.id, "reviewer-2"))
        assert went["done"] == 1
        assert set(went) <= {"done", "claim_lapsed", "case_decided"}
    await ledger_fits()
    with pytest.raises((NotFound, Conflict)):
        await review.open_case(factories.VAULT, staff, evidence.id)
