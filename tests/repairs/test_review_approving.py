"""A reviewer approves all or part of a case: points, notice, step and trace come together, once."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from backend import clock
from backend.citizens import consent
from backend.citizens.models import Citizen
from backend.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from backend.notifications.models import Notice
from backend.points import enrolment, score
from backend.points.models import PointEntry
from backend.points.verification import verify_ledger
from backend.repairs import review, submitting
from backend.repairs.evidence import words_of
from backend.repairs.models import Evidence, EvidenceStep
from backend.staff.models import AuditEvent
from backend.staff.permissions import Staff
from media.models import Picture
from tests import evidence_factories, factories
from tests.factories import CITIZEN, LEDGER, PUPIL, VAULT
from tests.reviewers import approve, approves, reviewer, stranger

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def enrolled(county: None) -> Citizen:
    """鲁小明, with points."""
    _, citizen = await factories.enrolled_citizen()
    return citizen


@pytest.fixture
async def staff(enrolled: Citizen) -> Staff:
    return await reviewer()


async def points(citizen: Citizen) -> int:
    assert (await verify_ledger()).misfits == []
    return (await score.score_of(LEDGER, citizen)).points


async def cannot(staff: Staff, evidence: Evidence, quantity: int | None, error: type[DomainError], code: str) -> None:
    """Refused, and nothing at all was written."""
    before = await everything(evidence)
    with pytest.raises(error) as refused:
        await approve(staff, evidence.id, quantity)
    assert refused.value.code == code
    assert await everything(evidence) == before


async def everything(evidence: Evidence) -> tuple[object, ...]:
    tables = (EvidenceStep, Notice, AuditEvent, PointEntry)
    row = await Evidence.filter(id=evidence.id).values()
    return (row, *[await table.all().count() for table in tables], await Picture.all().order_by("id").values())


async def test_six_of_eight_hours(staff: Staff, enrolled: Citizen) -> None:
    evidence = await evidence_factories.submitted()
    approved = await approves(staff, evidence, 60, "  下午两小时没有照片。 ")
    assert (approved.state, approved.approved_quantity, approved.decided_at) == ("approved", 60, clock.now())
    assert (approved.claimant_id, approved.claimed_until) == (None, None)
    assert await points(enrolled) == 1006
    (entry,) = await score.entries_of(LEDGER, enrolled, before=None, limit=10)
    why = score.why_of(entry)
    assert (entry.fact, entry.kind, entry.points) == (f"evidence:{evidence.id}", "counted", 6)
    assert (why.document_number, why.quantity, why.unit, why.department_name) == (
        *(evidence.number, 60, "hour"),
        "县市场监管局",
    )
    step = await EvidenceStep.filter(evidence_id=evidence.id).order_by("-id").first()
    assert step is not None
    assert (step.kind, step.staff_id, step.reason, step.quantity) == ("approved", staff.id, None, 60)
    assert words_of(VAULT, step) == "下午两小时没有照片。"
    assert "照片".encode() not in (step.words_hidden or b"")
    event = await AuditEvent.get(action="evidence.approve")
    assert (event.staff_id, event.about, event.detail) == (staff.id, entry.fact, {"quantity": "60"})
    assert set(await Picture.all().values_list("delete_on", flat=True)) == {date(2027, 5, 22)}


async def test_she_is_told_what_it_means_and_whom_to_ask(staff: Staff, enrolled: Citizen) -> None:
    evidence = await evidence_factories.submitted()
    await approves(staff, evidence, 60, "王五说他没有看见她。")
    (notice,) = await Notice.filter(citizen_id=enrolled.id)
    assert (notice.kind, notice.about) == ("evidence_approved", f"evidence:{evidence.id}")
    assert f"您提交的志愿服务证明材料（编号 {evidence.number}）审核通过了：您申报 8 小时，认定 6 小时。" in notice.body
    assert "积分已按目录计入" in notice.body
    assert "县市场监管局（信用监管股，电话 0375-0000118）" in notice.body
    assert "审核员写了说明" in notice.body
    assert "王五" not in notice.body


async def test_sent_again_it_is_the_same_answer_and_nothing_twice(staff: Staff, enrolled: Citizen) -> None:
    evidence = await evidence_factories.submitted()
    first = await approves(staff, evidence, 60)
    before = await everything(evidence)
    again = await approve(staff, evidence.id, 60)
    assert (again.state, again.approved_quantity, again.decided_at) == ("approved", 60, first.decided_at)
    assert await everything(evidence) == before
    await cannot(staff, evidence, 80, Conflict, "case_decided")
    await cannot(await reviewer("reviewer-2"), evidence, 60, Conflict, "case_decided")


async def test_strangers_and_wrong_roles_approve_nothing(staff: Staff) -> None:
    evidence = await evidence_factories.submitted()
    await review.claim(staff, evidence.id)
    await cannot(await stranger(), evidence, 80, NotFound, "evidence_not_found")
    await cannot(await reviewer("officer-1", roles=("case_officer",)), evidence, 80, Forbidden, "not_permitted")
    await cannot(await reviewer("reviewer-3", own_number=CITIZEN.number), evidence, 80, Forbidden, "own_case")
    await cannot(await reviewer("reviewer-4", own_number=None), evidence, 80, Forbidden, "own_number_needed")
    await cannot(await reviewer("reviewer-2"), evidence, 80, Conflict, "claim_lapsed")


async def test_without_a_living_claim_nothing_is_decided(staff: Staff, clock_at: ClockAt) -> None:
    evidence = await evidence_factories.submitted()
    await cannot(staff, evidence, 80, Conflict, "claim_lapsed")
    await review.claim(staff, evidence.id)
    with clock_at("2026-11-23 09:30"):
        await cannot(staff, evidence, 80, Conflict, "claim_lapsed")


async def test_what_was_withdrawn_meanwhile_is_not_approved(staff: Staff, enrolled: Citizen) -> None:
    evidence = await evidence_factories.submitted()
    await review.claim(staff, evidence.id)
    await submitting.withdraw(enrolled, evidence.id)
    await cannot(staff, evidence, 80, Conflict, "case_withdrawn")
    assert await points(enrolled) == 1000


@pytest.mark.parametrize(
    ("quantity", "code"),
    [(0, "quantity_needed"), (-10, "quantity_needed"), (None, "quantity_needed"), (81, "more_than_claimed")],
)
async def test_a_quantity_that_cannot_be(staff: Staff, quantity: int | None, code: str) -> None:
    evidence = await evidence_factories.submitted()
    await review.claim(staff, evidence.id)
    await cannot(staff, evidence, quantity, Invalid, code)


async def test_more_words_than_fit(staff: Staff) -> None:
    evidence = await evidence_factories.submitted()
    await review.claim(staff, evidence.id)
    before = await everything(evidence)
    with pytest.raises(Invalid) as refused:
        await approve(staff, evidence.id, 80, "好" * 301)
    assert refused.value.code == "words_too_long"
    assert await everything(evidence) == before
    await approve(staff, evidence.id, 80, "好" * 300)


async def test_fulfilment_has_no_hours_and_gives_no_points(staff: Staff, enrolled: Citizen) -> None:
    evidence = await evidence_factories.submitted(kind="fulfilment")
    await review.claim(staff, evidence.id)
    await cannot(staff, evidence, 10, Invalid, "quantity_not_asked")
    approved = await approve(staff, evidence.id, None)
    assert (approved.state, approved.approved_quantity) == ("approved", None)
    (notice,) = await Notice.all()
    assert "审核通过了。这类材料本身不计积分" in notice.body
    assert await points(enrolled) == 1000


async def test_who_has_no_points_keeps_it_for_later(county: None) -> None:
    evidence = await evidence_factories.submitted()
    await approves(await reviewer(), evidence, 60)
    (notice,) = await Notice.all()
    assert "您现在没有参加积分，这份材料先为您保存" in notice.body
    assert not await PointEntry.exists()
    account = await factories.guest()
    assert account.citizen is not None
    await enrolment.enrol(LEDGER, account, account.citizen, consent.texts()["enrolment"].version)
    assert await points(account.citizen) == 1006


async def test_what_she_did_under_eighteen_gives_no_points(county: None, clock_at: ClockAt) -> None:
    with clock_at("2026-08-14 18:00"):
        evidence = await evidence_factories.submitted(PUPIL)
    await factories.register()
    account = await factories.guest(PUPIL)
    assert account.citizen is not None
    await enrolment.enrol(LEDGER, account, account.citizen, consent.texts()["enrolment"].version)
    await approves(await reviewer(), evidence, 80)
    assert await points(account.citizen) == 1000
    assert "十八周岁以前，不计积分" in (await Notice.get(kind="evidence_approved")).body
