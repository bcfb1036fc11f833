"""Over a set size a second reviewer confirms, and never the first one again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from backend.citizens.models import AccessLog, Citizen
from backend.errors import Conflict, Forbidden, Invalid
from backend.notifications.models import Notice
from backend.points import score
from backend.repairs import review, submitting
from backend.repairs.models import Evidence, EvidenceStep
from backend.staff.models import AuditEvent
from tests import evidence_factories, factories
from tests.factories import LEDGER, VAULT
from tests.reviewers import approve, approves, ask, reject, reviewer

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def enrolled(county: None) -> Citizen:
    _, citizen = await factories.enrolled_citizen()
    return citizen


async def long_service() -> Evidence:
    """Twenty hours over three days; over sixteen a second reviewer confirms."""
    return await evidence_factories.submitted(
        hours=20.0, starts_at=evidence_factories.at(9, days_ago=3), ends_at=evidence_factories.at(17)
    )


async def kinds(evidence: Evidence) -> list[str]:
    steps = EvidenceStep.filter(evidence_id=evidence.id).order_by("id")
    return [str(each) for each in await steps.values_list("kind", flat=True)]


async def test_a_first_yes_waits_and_tells_nobody(enrolled: Citizen) -> None:
    first = await reviewer()
    evidence = await approves(first, await long_service(), 180, "签到表齐全。")
    assert (evidence.state, evidence.first_reviewer_id, evidence.approved_quantity) == ("second_review", first.id, 180)
    assert (evidence.claimant_id, evidence.assignee_id, evidence.decided_at) == (None, None, None)
    assert await kinds(evidence) == ["submitted", "first_approved"]
    assert not await Notice.exists()
    assert (await score.score_of(LEDGER, enrolled)).points == 1000
    assert await AuditEvent.filter(action="evidence.first_approve", staff_id=first.id).count() == 1


async def test_who_asked_and_said_the_first_yes_leaves_the_second_to_any_colleague(enrolled: Citizen) -> None:
    first, second = await reviewer(), await reviewer("reviewer-2")
    evidence = await long_service()
    await review.claim(first, evidence.id)
    await ask(first, evidence.id)
    await submitting.submit(VAULT, enrolled, evidence.id)
    assert (await approves(first, evidence, 200)).assignee_id is None
    assert (await review.claim(second, evidence.id)).claimant_id == second.id


async def test_sixteen_hours_need_no_second_reviewer(enrolled: Citizen) -> None:
    evidence = await approves(await reviewer(), await long_service(), 160)
    assert (evidence.state, evidence.approved_quantity) == ("approved", 160)


async def test_a_second_reviewer_confirms_less_and_points_follow_once(enrolled: Citizen) -> None:
    first, second = await reviewer(), await reviewer("reviewer-2")
    evidence = await approves(first, await long_service(), 200)
    await review.claim(second, evidence.id)
    case = await review.open_case(VAULT, second, evidence.id)
    assert case.may == {"confirm", "reject"}
    with pytest.raises(Invalid) as more:
        await approve(second, evidence.id, 201)
    assert more.value.code == "more_than_claimed"
    confirmed = await approve(second, evidence.id, 170)
    assert (confirmed.state, confirmed.approved_quantity, confirmed.first_reviewer_id) == ("approved", 170, first.id)
    assert await kinds(evidence) == ["submitted", "first_approved", "approved"]
    assert (await score.score_of(LEDGER, enrolled)).points == 1017
    (notice,) = await Notice.all()
    assert "您申报 20 小时，认定 17 小时" in notice.body
    assert await AuditEvent.filter(action="evidence.confirm", staff_id=second.id).count() == 1
    assert (await approve(first, evidence.id, 200)).state == "approved", "the first one's yes, sent again"
    assert (await approve(second, evidence.id, 170)).state == "approved"
    assert await kinds(evidence) == ["submitted", "first_approved", "approved"]


async def test_a_second_reviewer_may_not_raise_the_hours(enrolled: Citizen) -> None:
    first, second = await reviewer(), await reviewer("reviewer-2")
    evidence = await approves(first, await long_service(), 170)
    await review.claim(second, evidence.id)
    with pytest.raises(Invalid) as more:
        await approve(second, evidence.id, 171)
    assert more.value.code == "more_than_first"
    assert await kinds(evidence) == ["submitted", "first_approved"]


async def test_the_first_reviewer_is_never_the_second(enrolled: Citizen) -> None:
    first = await reviewer()
    evidence = await approves(first, await long_service(), 200)
    for deed in (
        review.claim(first, evidence.id),
        approve(first, evidence.id, 190),
        reject(first, evidence.id),
        ask(first, evidence.id),
    ):
        with pytest.raises((Forbidden, Conflict)) as refused:
            await deed
        assert refused.value.code == "second_reviewer_needed"
    assert (await approve(first, evidence.id, 200)).state == "second_review", "her own yes, sent again"
    assert await kinds(evidence) == ["submitted", "first_approved"]
    assert await AccessLog.all().count() == 1


async def test_a_second_reviewer_may_refuse(enrolled: Citizen) -> None:
    first, second = await reviewer(), await reviewer("reviewer-2")
    evidence = await approves(first, await long_service(), 200)
    await review.claim(second, evidence.id)
    refused = await reject(second, evidence.id, "times_wrong")
    assert (refused.state, refused.approved_quantity) == ("rejected", None)
    assert [notice.kind for notice in await Notice.all()] == ["evidence_rejected"]
    assert (await score.score_of(LEDGER, enrolled)).points == 1000


async def test_a_second_reviewer_asks_for_nothing_more(enrolled: Citizen) -> None:
    first, second = await reviewer(), await reviewer("reviewer-2")
    evidence = await approves(first, await long_service(), 200)
    await review.claim(second, evidence.id)
    with pytest.raises(Conflict) as refused:
        await ask(second, evidence.id)
    assert refused.value.code == "not_to_ask"


async def test_the_rule_of_the_day_on_which_it_happened_decides(county: None, clock_at: ClockAt) -> None:
    """A later version with another threshold leaves older evidence alone."""
    stricter = {"kind": "service", "item": "VOL-001", "departments": ["SJJ"], "months_back": 12, "review_workdays": 5}
    await factories.load_tiny_catalogue(
        version="2026.2", in_force_from=date(2026, 12, 24), evidence=[{**stricter, "second_review_over": 2}]
    )
    before = await evidence_factories.submitted()
    with clock_at("2026-12-25 09:00"):
        after = await evidence_factories.submitted()
        assert (await approves(await reviewer(), before, 80)).state == "approved"
        assert (await approves(await reviewer(), after, 80)).state == "second_review"
