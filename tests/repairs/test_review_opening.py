"""What a reviewer sees of a case, when, and that the citizen sees who looked."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID, uuid4

import pytest

from backend.citizens.access_log import looks_of
from backend.citizens.models import AccessLog, Citizen
from backend.errors import Conflict, Forbidden, NotFound
from backend.repairs import review, submitting
from backend.repairs.content import ServiceContent
from backend.repairs.models import Evidence
from backend.staff.models import AuditEvent
from tests import evidence_factories
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, VAULT
from tests.reviewers import approves, ask, case_officer, reviewer, stranger

# What is decided here is decided in Python: the kind of database makes no difference.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ClockAt = Callable[[str], AbstractContextManager[None]]

CERTIFICATE = {"certificate_number": "ZY-2026-001", "certificate_issuer": "中国志愿服务网"}


@pytest.fixture
async def evidence(county: None) -> Evidence:
    """Eight hours of 鲁小明 that wait for their review."""
    return await evidence_factories.submitted(**CERTIFICATE)


async def test_a_claimed_case_shows_whose_it_is_and_what_she_wrote(evidence: Evidence) -> None:
    staff = await reviewer()
    await review.claim(staff, evidence.id)
    case = await review.open_case(VAULT, staff, evidence.id)
    assert (case.citizen_name, case.masked_number) == ("鲁小明", "4104**********0017")
    assert isinstance(case.content, ServiceContent)
    assert (case.content.activity, case.content.hours) == ("敬老院陪护", 8.0)
    assert [picture.held_by for picture in case.pictures] == [f"evidence:{evidence.id}"]
    assert case.rule is not None
    assert case.rule.second_review_over == 16
    assert (case.may, case.flags) == ({"approve", "reject", "ask"}, [])
    assert [(step.kind, step.by, step.words) for step in case.steps] == [("submitted", None, None)]


async def test_steps_say_who_and_why_to_her_colleagues(evidence: Evidence, citizen: Citizen) -> None:
    staff = await reviewer()
    await review.claim(staff, evidence.id)
    await ask(staff, evidence.id, "other", "请补签到表的照片。")
    await submitting.submit(VAULT, citizen, evidence.id)
    await approves(staff, evidence, 60)
    case = await review.open_decided(VAULT, staff, evidence.id)
    assert [(step.kind, step.by, step.words, step.quantity) for step in case.steps] == [
        ("submitted", None, None, None),
        ("asked", "审核1", "请补签到表的照片。", None),
        ("answered", None, None, None),
        ("approved", "审核1", None, 60),
    ]
    assert case.steps[1].reason == "要补充什么，写在审核员的说明里，请打开这份材料查看。"


async def test_unclaimed_it_stays_closed(evidence: Evidence) -> None:
    await review.claim(await reviewer(), evidence.id)
    with pytest.raises(Conflict) as unclaimed:
        await review.open_case(VAULT, await reviewer("reviewer-2"), evidence.id)
    assert unclaimed.value.code == "claim_lapsed"
    with pytest.raises(NotFound):
        await review.open_case(VAULT, await stranger(), evidence.id)


async def test_a_decided_case_is_looked_at_again_each_time_in_her_sight(evidence: Evidence, citizen: Citizen) -> None:
    staff = await reviewer()
    with pytest.raises(Conflict) as undecided:
        await review.open_decided(VAULT, staff, evidence.id)
    assert undecided.value.code == "case_not_decided"
    await approves(staff, evidence)
    colleague = await reviewer("reviewer-2")
    for _ in range(2):
        assert (await review.open_decided(VAULT, colleague, evidence.id)).may == frozenset()
    seen = await looks_of(citizen, before=None, limit=10)
    assert [(each.reader_name, each.purpose) for each in seen] == [
        ("审核2", "evidence_revisit"),
        ("审核2", "evidence_revisit"),
        ("审核1", "evidence_review"),
    ]
    assert await AuditEvent.filter(action="evidence.revisit", staff_id=colleague.id).count() == 2


async def test_a_case_officer_looks_at_any_decided_case_for_her_own_purpose(evidence: Evidence) -> None:
    officer = await case_officer()
    await approves(await reviewer(), evidence)
    with pytest.raises(Forbidden) as not_hers:
        await review.open_decided(VAULT, officer, evidence.id)
    assert not_hers.value.code == "not_permitted"
    case = await review.open_decided(VAULT, officer, evidence.id, "evidence_reversal")
    assert case.may == {"reverse"}
    assert await AccessLog.filter(purpose="evidence_reversal", reader_id=officer.id).count() == 1
    with pytest.raises(KeyError):
        await review.open_decided(VAULT, officer, evidence.id, "curiosity")


@pytest.mark.parametrize("who", ["stranger", "own", "unknown"])
async def test_a_refused_look_shows_nothing_and_is_no_look(evidence: Evidence, who: str) -> None:
    await approves(await reviewer(), evidence)
    staff = {
        "stranger": await stranger(),
        "own": await reviewer("reviewer-3", own_number=CITIZEN.number),
        "unknown": await reviewer("reviewer-4", own_number=None),
    }[who]
    with pytest.raises((NotFound, Forbidden)):
        await review.open_decided(VAULT, staff, evidence.id)
    assert await AccessLog.all().count() == 1


async def test_the_other_side_of_a_flag_is_a_look_at_the_other_citizen(evidence: Evidence) -> None:
    other = await evidence_factories.submitted(NEIGHBOUR, **{**CERTIFICATE, "certificate_number": "zy－2026－001"})
    staff = await reviewer()
    await review.claim(staff, evidence.id)
    _, case = await review.open_other(VAULT, staff, evidence.id, other.id)
    assert (case.citizen_name, case.evidence.id, case.may) == ("鲁小红", other.id, frozenset())
    (look,) = await AccessLog.filter(citizen_id=other.citizen_id)
    assert (look.purpose, look.about) == ("compare_duplicates", f"evidence:{other.id}")
    event = await AuditEvent.get(action="evidence.compare")
    assert (event.about, event.detail) == (f"evidence:{other.id}", {"beside": evidence.number})


async def test_without_a_flag_or_a_claim_the_other_side_stays_closed(evidence: Evidence, clock_at: ClockAt) -> None:
    unlike = await evidence_factories.submitted(NEIGHBOUR)
    alike = await evidence_factories.submitted(COUSIN, **CERTIFICATE)
    staff = await reviewer()

    async def closed(other_id: UUID, code: str) -> None:
        with pytest.raises((NotFound, Conflict)) as refused:
            await review.open_other(VAULT, staff, evidence.id, other_id)
        assert refused.value.code == code

    await closed(alike.id, "claim_lapsed")
    await review.claim(staff, evidence.id)
    await closed(unlike.id, "flag_not_found")
    await closed(evidence.id, "flag_not_found")
    await closed(uuid4(), "flag_not_found")
    with clock_at("2026-11-23 09:30"):
        await closed(alike.id, "claim_lapsed")
    assert not await AccessLog.filter(purpose="compare_duplicates").exists()


async def test_she_does_not_compare_with_her_own_case(evidence: Evidence) -> None:
    own = await evidence_factories.submitted(NEIGHBOUR, **CERTIFICATE)
    staff = await reviewer("reviewer-3", own_number=NEIGHBOUR.number)
    await review.claim(staff, evidence.id)
    with pytest.raises(Forbidden) as refused:
        await review.open_other(VAULT, staff, evidence.id, own.id)
    assert refused.value.code == "own_case"
    assert not await AccessLog.filter(citizen_id=own.citizen_id).exists()
