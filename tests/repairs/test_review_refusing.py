"""Sent back, asked about once, taken back: each with a reason of a kept list, and words that stay private."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from backend import clock
from backend.citizens.models import AccessLog, Citizen
from backend.errors import Conflict, Forbidden, Invalid, NotFound
from backend.notifications.models import Notice
from backend.points import score
from backend.points.verification import verify_ledger
from backend.repairs import reasons, review, submitting
from backend.repairs.evidence import words_of
from backend.repairs.models import Evidence, EvidenceStep
from backend.staff.models import AuditEvent
from backend.staff.permissions import Staff
from media.models import Picture
from tests import evidence_factories, factories
from tests.factories import CITIZEN, LEDGER, VAULT
from tests.reviewers import PICTURE_DAYS, approves, ask, case_officer, reject, reverse, reviewer

# What is decided here is decided in Python: the kind of database makes no difference.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Deed = Callable[[Staff, Evidence, str, str], Awaitable[Evidence]]


@pytest.fixture
async def enrolled(county: None) -> Citizen:
    """鲁小明, with points."""
    _, citizen = await factories.enrolled_citizen()
    return citizen


async def rejects(staff: Staff, evidence: Evidence, reason: str, words: str) -> Evidence:
    await review.claim(staff, evidence.id)
    return await reject(staff, evidence.id, reason, words)


async def asks(staff: Staff, evidence: Evidence, reason: str, words: str) -> Evidence:
    await review.claim(staff, evidence.id)
    return await ask(staff, evidence.id, reason, words)


async def approves_and_reverses(staff: Staff, evidence: Evidence, reason: str, words: str) -> Evidence:
    if evidence.state == "submitted":
        await approves(staff, evidence)
    return await reverse(await case_officer(), evidence.id, reason, words)


async def newest_step(evidence: Evidence) -> EvidenceStep:
    step = await EvidenceStep.filter(evidence_id=evidence.id).order_by("-id").first()
    assert step is not None
    return step


@pytest.mark.parametrize(
    ("deed", "kind", "listed"),
    [
        (rejects, "rejected", reasons.REJECT),
        (asks, "asked", reasons.ASK),
        (approves_and_reverses, "reversed", reasons.REVERSE),
    ],
)
async def test_every_reason_is_told_and_no_words_are(
    enrolled: Citizen, deed: Deed, kind: str, listed: dict[str, str]
) -> None:
    staff = await reviewer()
    for reason, sentence in listed.items():
        evidence = await evidence_factories.submitted()
        done = await deed(staff, evidence, reason, "王五没有看见她。")
        assert done.state == kind
        step = await newest_step(evidence)
        assert (step.kind, step.reason, step.quantity) == (kind, reason, None)
        assert words_of(VAULT, step) == "王五没有看见她。"
        notice = await Notice.get(about=f"evidence:{evidence.id}", kind=f"evidence_{kind}")
        assert sentence in notice.body
        assert "王五" not in notice.body
        assert len(notice.body) <= 600
        assert len(notice.title) <= 60


@pytest.mark.parametrize("deed", [rejects, asks, approves_and_reverses])
@pytest.mark.parametrize(
    ("reason", "words", "code"),
    [
        ("because", "", "reason_unknown"),
        ("", "随便写写", "reason_unknown"),
        ("other", "", "words_needed"),
        ("other", "  不好看  ", "words_needed"),
        ("other", "好" * 301, "words_too_long"),
    ],
)
async def test_a_reason_that_says_nothing(enrolled: Citizen, deed: Deed, reason: str, words: str, code: str) -> None:
    evidence = await evidence_factories.submitted()
    with pytest.raises(Invalid) as refused:
        await deed(await reviewer(), evidence, reason, words)
    assert refused.value.code == code
    assert not await Notice.filter(kind__in=["evidence_rejected", "evidence_asked", "evidence_reversed"]).exists()


async def test_a_refusal_is_final_and_comes_once(enrolled: Citizen) -> None:
    staff, evidence = await reviewer(), await evidence_factories.submitted()
    done = await rejects(staff, evidence, "photos_unclear", "")
    assert (done.state, done.decided_at, done.claimant_id) == ("rejected", clock.now(), None)
    assert set(await Picture.all().values_list("delete_on", flat=True)) == {date(2027, 5, 22)}
    assert (await reject(staff, evidence.id)).state == "rejected"
    with pytest.raises(Conflict) as other:
        await reject(staff, evidence.id, "not_hers")
    assert other.value.code == "case_decided"
    assert await Notice.all().count() == 1
    event = await AuditEvent.get(action="evidence.reject")
    assert event.detail == {"reason": "photos_unclear"}
    assert "电话 0375-0000118" in (await Notice.get()).body


async def test_more_is_asked_for_once(enrolled: Citizen) -> None:
    staff, evidence = await reviewer(), await evidence_factories.submitted()
    asked = await asks(staff, evidence, "more_photos", "")
    assert (asked.state, asked.asked_at, asked.assignee_id) == ("asked", clock.now(), staff.id)
    assert (asked.claimant_id, asked.decided_at) == (None, None)
    assert (await ask(staff, evidence.id, "more_photos")).state == "asked", "sent again"
    await submitting.submit(VAULT, enrolled, evidence.id)
    await review.claim(staff, evidence.id)
    assert (await review.open_case(VAULT, staff, evidence.id)).may == {"approve", "reject"}
    with pytest.raises(Conflict) as again:
        await ask(staff, evidence.id, "more_photos")
    assert again.value.code == "asked_before"
    assert await Notice.filter(kind="evidence_asked").count() == 1
    assert set(await Picture.all().values_list("delete_on", flat=True)) == {None}


async def test_what_is_asked_about_is_not_decided(enrolled: Citizen) -> None:
    staff, evidence = await reviewer(), await evidence_factories.submitted()
    await asks(staff, evidence, "more_photos", "")
    with pytest.raises(Conflict) as refused:
        await reject(staff, evidence.id)
    assert refused.value.code == "case_asked"


async def test_a_wrong_approval_is_taken_back_with_its_points(enrolled: Citizen) -> None:
    evidence = await evidence_factories.submitted()
    await approves(await reviewer(), evidence, 60)
    officer = await case_officer()
    done = await reverse(officer, evidence.id, "forged")
    assert (done.state, done.approved_quantity, done.decided_at) == ("reversed", 60, clock.now())
    assert (await score.score_of(LEDGER, enrolled)).points == 1000
    assert (await verify_ledger()).misfits == []
    newest = (await score.entries_of(LEDGER, enrolled, before=None, limit=1))[0]
    assert (newest.kind, newest.points, newest.source) == ("withdrawn", -6, f"evidence:{evidence.id}:2")
    look = (await AccessLog.filter(citizen_id=enrolled.id).order_by("-sequence"))[0]
    assert (look.purpose, look.reader_department) == ("evidence_reversal", "县民政局")
    notice = await Notice.get(kind="evidence_reversed")
    assert "由它得到的积分随之取消" in notice.body
    assert (await reverse(officer, evidence.id, "forged")).state == "reversed", "sent again"
    assert await AccessLog.all().count() == 2
    assert await Notice.filter(kind="evidence_reversed").count() == 1


async def test_who_had_no_points_loses_none(county: None) -> None:
    evidence = await evidence_factories.submitted()
    await approves(await reviewer(), evidence, 60)
    await reverse(await case_officer(), evidence.id)
    assert "它没有计过积分" in (await Notice.get(kind="evidence_reversed")).body


async def test_only_what_stands_approved_is_taken_back(enrolled: Citizen) -> None:
    officer, evidence = await case_officer(), await evidence_factories.submitted()
    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            await reverse(officer, evidence.id)
        assert refused.value.code == "evidence_not_approved"
        await rejects(await reviewer(), evidence, "not_hers", "") if evidence.state == "submitted" else None
        evidence = await Evidence.get(id=evidence.id)
    assert not await AccessLog.filter(purpose="evidence_reversal").exists()


async def test_only_a_case_officer_takes_back_and_never_her_own(enrolled: Citizen) -> None:
    staff, evidence = await reviewer(), await evidence_factories.submitted()
    await approves(staff, evidence, 60)
    with pytest.raises(Forbidden) as role:
        await reverse(staff, evidence.id)
    assert role.value.code == "not_permitted"
    with pytest.raises(Forbidden) as own:
        await reverse(await reviewer("officer-2", roles=("case_officer",), own_number=CITIZEN.number), evidence.id)
    assert own.value.code == "own_case"
    draft = await evidence_factories.draft(enrolled)
    with pytest.raises(NotFound):
        await reverse(await case_officer(), draft.id)
    assert (await Evidence.get(id=evidence.id)).state == "approved"


async def test_pictures_stay_as_long_as_the_settings_say(enrolled: Citizen) -> None:
    assert PICTURE_DAYS == 180
    evidence = await evidence_factories.submitted()
    await approves(await reviewer(), evidence, 60)
    await Picture.all().update(delete_on=date(2026, 11, 24))
    await reverse(await case_officer(), evidence.id)
    assert set(await Picture.all().values_list("delete_on", flat=True)) == {date(2027, 5, 22)}
