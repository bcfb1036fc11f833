"""From her draft into a reviewer's queue, once; answering a request for more; taking it back."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest

from backend import clock
from backend.citizens.models import Citizen
from backend.errors import Conflict, DomainError, Invalid, Unavailable
from backend.notifications.models import Notice
from backend.records.models import CatalogueItem, CatalogueVersion
from backend.repairs import submitting
from backend.repairs.content import FulfilmentContent
from backend.repairs.evidence import steps_of
from backend.repairs.models import Evidence
from backend.staff.models import Department
from media.models import Picture
from tests import evidence_factories, factories
from tests.evidence_factories import a_content, a_picture, at, draft, submitted
from tests.factories import DEPARTMENT, PUPIL, VAULT
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]


async def kinds(evidence: Evidence) -> list[str]:
    return [each.kind for each in await steps_of(evidence)]


async def asked_for_more(evidence: Evidence) -> Evidence:
    """A reviewer asked her for more, and keeps the case."""
    officer = await factories.officer()
    await Evidence.filter(id=evidence.id).update(state="asked", asked_at=clock.now(), assignee_id=officer.id)
    return await Evidence.get(id=evidence.id)


async def refused(deed: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        await deed
    return [(each.field, each.code) for each in caught.value.fields]


@both_databases
async def test_a_submission_gets_its_department_its_item_and_its_deadline(citizen: Citizen) -> None:
    evidence = await submitted()
    item = await CatalogueItem.get(code="VOL-001")
    assert (evidence.state, evidence.department_id, evidence.item_id) == ("submitted", DEPARTMENT, item.id)
    assert evidence.review_by == date(2026, 11, 30), "five working days after Monday the 23rd"
    assert evidence.submitted_at == clock.now()
    assert await kinds(evidence) == ["submitted"]
    assert await Notice.all().count() == 0, "it is her own deed"


async def test_it_is_counted_by_the_item_in_force_when_it_happened(citizen: Citizen, clock_at: ClockAt) -> None:
    with clock_at("2026-10-01 09:00"):
        await factories.load_tiny_catalogue(version="2026.2-sample", in_force_from=date(2026, 11, 20))
    before, after = await submitted(starts_at=at(9, days_ago=5), ends_at=at(17, days_ago=5)), await submitted()
    versions = [(await CatalogueItem.get(id=each.item_id)).catalogue_id for each in (before, after)]
    assert versions == ["2026.1-sample", "2026.2-sample"]


async def test_fulfilment_goes_to_the_documents_department_and_gives_no_points(citizen: Citizen) -> None:
    evidence = await submitted(kind="fulfilment")
    assert (evidence.department_id, evidence.item_id) == (DEPARTMENT, None)


@both_databases
async def test_submitted_twice_it_is_in_the_queue_once(citizen: Citizen) -> None:
    evidence = await draft(citizen)
    deeds = (submitting.submit(VAULT, citizen, evidence.id) for _ in range(5))
    ended = await asyncio.gather(*deeds, return_exceptions=True)
    codes = [each.code for each in ended if isinstance(each, DomainError)]
    assert codes == ["evidence_not_submittable"] * 4
    assert await kinds(evidence) == ["submitted"]


async def test_what_is_wrong_is_said_at_once_and_the_draft_stays(citizen: Citizen) -> None:
    evidence = await draft(citizen, pictures=[], place=None, hours=25.0, department="NOBODY")
    assert await refused(submitting.submit(VAULT, citizen, evidence.id)) == [
        ("place", "required"),
        ("hours", "more_than_a_day"),
        ("pictures", "picture_needed"),
        ("department", "department_not_for_this"),
    ]
    assert (await Evidence.get()).state == "draft"
    assert await kinds(evidence) == []


@pytest.mark.parametrize(
    ("department", "code"),
    [(None, "required"), ("NOBODY", "department_not_for_this"), ("OLD", "department_not_for_this")],
)
async def test_fulfilment_names_a_department_that_stands(citizen: Citizen, department: str | None, code: str) -> None:
    await Department.create(
        code="OLD", name="旧局", office="旧楼", phone="0375-1", from_day=date(2020, 1, 1), until_day=date(2025, 1, 1)
    )
    evidence = await draft(citizen, "fulfilment", department=department)
    assert await refused(submitting.submit(VAULT, citizen, evidence.id)) == [("department", code)]


async def test_of_the_rules_departments_she_may_choose_and_the_first_that_stands_is_taken(
    monday: None, database: None
) -> None:
    await factories.load_sample_catalogue()
    chosen = await submitted(department="WMB")
    first = await submitted()
    await Department.filter(code="MZJ").update(until_day=clock.today() - timedelta(days=1))
    next_one = await submitted()
    assert [each.department_id for each in (chosen, first, next_one)] == ["WMB", "MZJ", "WMB"]
    citizen = await evidence_factories.citizen_of()
    gone = await draft(citizen, department="MZJ")
    assert await refused(submitting.submit(VAULT, citizen, gone.id)) == [("department", "department_not_for_this")]


async def test_a_kind_that_no_catalogue_takes_is_refused_in_words(citizen: Citizen) -> None:
    evidence = await draft(citizen, "study")
    with pytest.raises(Conflict, match="evidence_kind_not_taken"):
        await submitting.submit(VAULT, citizen, evidence.id)


async def test_what_happened_before_its_kind_was_taken_is_not_taken(citizen: Citizen) -> None:
    await CatalogueVersion.all().update(in_force_from=date(2026, 11, 20))
    evidence = await draft(citizen, starts_at=at(9, days_ago=4), ends_at=at(17, days_ago=4))
    assert await refused(submitting.submit(VAULT, citizen, evidence.id)) == [("ends_at", "not_taken_then")]
    await CatalogueVersion.all().update(in_force_from=date(2027, 1, 1))
    with pytest.raises(Unavailable, match="no_catalogue"):
        await submitting.submit(VAULT, citizen, evidence.id)


async def test_twenty_open_ones_are_enough(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitting, "MOST_OPEN", 2)
    first, asked = await submitted(), await submitted()
    await asked_for_more(asked)
    third = await draft(citizen)
    with pytest.raises(Conflict, match="too_many_open"):
        await submitting.submit(VAULT, citizen, third.id)
    await submitting.submit(VAULT, citizen, asked.id)
    await submitting.withdraw(citizen, first.id)
    await submitting.submit(VAULT, citizen, third.id)


async def test_under_eighteen_one_may_hand_in_too(clock_at: ClockAt, database: None) -> None:
    with clock_at("2026-08-14 23:00"):
        assert (await submitted(PUPIL)).state == "submitted"


@pytest.mark.parametrize("state", ["submitted", "second_review", "approved", "rejected", "withdrawn", "reversed"])
async def test_once_submitted_nothing_is_changed(citizen: Citizen, state: str) -> None:
    evidence = await submitted()
    await Evidence.all().update(state=state)
    for deed in (
        submitting.change(VAULT, citizen, evidence.id, a_content(hours=1.0)),
        submitting.submit(VAULT, citizen, evidence.id),
    ):
        with pytest.raises(Conflict):
            await deed
    assert (await Evidence.get()).quantity == 80
    assert await kinds(evidence) == ["submitted"]


@both_databases
async def test_an_answer_goes_back_to_whose_case_it_is_with_a_new_deadline(citizen: Citizen, clock_at: ClockAt) -> None:
    evidence = await asked_for_more(await submitted())
    with clock_at("2026-11-26 09:00"):
        changed = a_content(starts_at=evidence.starts_at, ends_at=evidence.ends_at, hours=6.0)
        await submitting.change(VAULT, citizen, evidence.id, changed, [await a_picture(citizen)])
        answered = await submitting.submit(VAULT, citizen, evidence.id)
    assert (answered.state, answered.quantity, answered.review_by) == ("submitted", 60, date(2026, 12, 3))
    assert (answered.assignee_id, answered.submitted_at) == (evidence.assignee_id, evidence.submitted_at)
    assert answered.assignee_id is not None
    assert await kinds(answered) == ["submitted", "answered"]


async def test_an_answer_is_in_time_when_the_submission_was(citizen: Citizen, clock_at: ClockAt) -> None:
    evidence = await asked_for_more(await submitted(starts_at=at(9, days_ago=365), ends_at=at(17, days_ago=365)))
    with clock_at("2027-01-11 09:00"):
        assert (await submitting.submit(VAULT, citizen, evidence.id)).state == "submitted"


async def test_an_answer_cannot_move_the_case_to_another_department(citizen: Citizen) -> None:
    evidence = await asked_for_more(await submitted(kind="fulfilment"))
    elsewhere = FulfilmentContent(document_number="1", department="OTHER", fulfilled_on=clock.today())
    await submitting.change(VAULT, citizen, evidence.id, elsewhere, [await a_picture(citizen)])
    assert await refused(submitting.submit(VAULT, citizen, evidence.id)) == [("department", "department_fixed")]


@both_databases
@pytest.mark.parametrize("state", ["submitted", "asked", "second_review"])
async def test_she_takes_it_back_even_from_a_reviewers_hands(citizen: Citizen, state: str) -> None:
    evidence, officer = await submitted(), await factories.officer()
    await Evidence.all().update(state=state, claimant_id=officer.id, claimed_until=clock.now() + timedelta(minutes=30))
    withdrawn = await submitting.withdraw(citizen, evidence.id)
    assert (withdrawn.state, withdrawn.claimant_id, withdrawn.claimed_until) == ("withdrawn", None, None)
    assert (await Picture.get()).delete_on == clock.today() + timedelta(days=7)
    with pytest.raises(Conflict, match="evidence_not_withdrawable"):
        await submitting.withdraw(citizen, evidence.id)
    assert await kinds(evidence) == ["submitted", "withdrawn"]


@pytest.mark.parametrize("state", ["draft", "approved", "rejected", "reversed"])
async def test_what_is_not_under_review_is_not_taken_back(citizen: Citizen, state: str) -> None:
    evidence = await submitted()
    await Evidence.all().update(state=state)
    with pytest.raises(Conflict, match="evidence_not_withdrawable"):
        await submitting.withdraw(citizen, evidence.id)
    assert (await Picture.get()).delete_on is None


@both_databases
async def test_submitting_and_deleting_at_once_ends_in_one_of_them(citizen: Citizen) -> None:
    evidence = await draft(citizen)
    submit, delete = submitting.submit(VAULT, citizen, evidence.id), submitting.delete_draft(citizen, evidence.id)
    ended = await asyncio.gather(submit, delete, return_exceptions=True)
    assert len([each for each in ended if isinstance(each, DomainError)]) == 1
    held = [each.held_by for each in await Picture.all()]
    assert held == [f"evidence:{each.id}" for each in await Evidence.all()] or held == [None]
