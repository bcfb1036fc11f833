"""The queue: the oldest deadline first, nobody's name, never one's own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date

import pytest

from backend import clock
from backend.errors import Forbidden
from backend.repairs import queue, review, submitting
from backend.repairs.models import Evidence
from backend.repairs.queue import QueueRow
from backend.staff.permissions import Staff
from tests import evidence_factories
from tests.evidence_factories import a_picture, citizen_of, submitted
from tests.factories import CITIZEN, COUSIN, EVERYBODY, NEIGHBOUR, VAULT
from tests.repairs.query_plans import plan_of, reads_whole_table
from tests.reviewers import (
    OTHER_DEPARTMENT,
    approves,
    ask,
    case_officer,
    goes_away,
    reject,
    reviewer,
    stranger,
)

ClockAt = Callable[[str], AbstractContextManager[None]]


async def numbers(staff: Staff) -> list[str]:
    return [row.number for row in await queue.queue(staff)]


async def row_of(staff: Staff, evidence: Evidence) -> QueueRow:
    return next(row for row in await queue.queue(staff) if row.id == evidence.id)


async def test_only_reviewers_see_a_queue_and_only_their_departments(county: None) -> None:
    await submitted()
    for outsider, code in (
        (await reviewer("officer-1", roles=("officer", "case_officer")), "not_permitted"),
        (await reviewer("reviewer-4", own_number=None), "own_number_needed"),
    ):
        for look in (queue.queue(outsider), queue.next_in_queue(outsider)):
            with pytest.raises(Forbidden) as refused:
                await look
            assert refused.value.code == code
    assert await queue.queue(await stranger()) == []
    assert len(await queue.queue(await reviewer())) == 1


async def test_a_row_says_what_waits_and_nothing_of_whom(county: None) -> None:
    citizen = await citizen_of()
    pictures = [await a_picture(citizen) for _ in range(3)]
    evidence = await submitted(pictures=pictures)
    (row,) = await queue.queue(await reviewer())
    assert row == QueueRow(
        id=evidence.id,
        number=evidence.number,
        kind="service",
        state="submitted",
        submitted_at=clock.now(),
        review_by=date(2026, 11, 30),
        workdays_left=5,
        late=False,
        pictures=3,
        quantity=80,
        claimed_by=None,
        mine=False,
        assigned_to=None,
        takeable=True,
    )
    said = str(asdict(row))
    assert str(citizen.id) not in said
    assert all(word not in said for each in EVERYBODY for word in (each.name, each.number, each.township))


@pytest.mark.parametrize(
    ("moment", "left", "late"),
    [
        ("2026-11-23 23:59", 5, False),
        ("2026-11-27 09:00", 1, False),
        ("2026-11-29 09:00", 1, False),  # a Sunday
        ("2026-11-30 23:59", 0, False),  # the last day
        ("2026-12-01 00:00", 0, True),
        ("2026-12-20 09:00", 0, True),
    ],
)
async def test_how_much_time_is_left(county: None, clock_at: ClockAt, moment: str, left: int, late: bool) -> None:
    await submitted()
    with clock_at(moment):
        (row,) = await queue.queue(await reviewer())
    assert (row.workdays_left, row.late) == (left, late)


async def test_the_oldest_deadline_comes_first(county: None, clock_at: ClockAt) -> None:
    with clock_at("2026-11-24 09:00"):
        later = await submitted()
    with clock_at("2026-11-23 10:00"):
        second = await submitted()
    first = await submitted(NEIGHBOUR)
    assert await numbers(await reviewer()) == [first.number, second.number, later.number]
    assert [row.number for row in await queue.queue(await reviewer(), limit=2)] == [first.number, second.number]


async def test_her_own_case_never_stands_in_her_queue(county: None) -> None:
    evidence, other = await submitted(), await submitted(NEIGHBOUR)
    herself = await reviewer(own_number=CITIZEN.number)
    assert await numbers(herself) == [other.number]
    assert await queue.next_in_queue(herself) == other.id
    await approves(await reviewer("reviewer-2"), evidence)
    assert await queue.decided(herself) == []
    assert await queue.decided(herself, number=evidence.number) == []


async def test_a_claim_shows_to_colleagues_until_it_lapses(county: None, clock_at: ClockAt) -> None:
    evidence = await submitted()
    staff, colleague = await reviewer(), await reviewer("reviewer-2")
    await review.claim(staff, evidence.id)
    hers, seen = await row_of(staff, evidence), await row_of(colleague, evidence)
    assert (hers.claimed_by, hers.mine, hers.takeable) == ("审核1", True, True)
    assert (seen.claimed_by, seen.mine, seen.takeable) == ("审核1", False, False)
    with clock_at("2026-11-23 09:30"):
        seen = await row_of(colleague, evidence)
        assert (seen.claimed_by, seen.takeable) == (None, True)


async def test_what_is_asked_about_leaves_and_comes_back_to_who_asked(county: None) -> None:
    evidence = await submitted()
    staff, colleague = await reviewer(), await reviewer("reviewer-2")
    await review.claim(staff, evidence.id)
    await ask(staff, evidence.id)
    assert await numbers(staff) == []
    await submitting.submit(VAULT, await citizen_of(), evidence.id)
    seen = await row_of(colleague, evidence)
    assert (seen.assigned_to, seen.takeable) == ("审核1", False)
    assert (await row_of(staff, evidence)).takeable
    assert await queue.next_in_queue(colleague) is None
    await goes_away(staff, clock.today())
    assert (await row_of(colleague, evidence)).takeable


async def test_a_second_review_waits_for_the_second_reviewer(county: None) -> None:
    first, second = await reviewer(), await reviewer("reviewer-2")
    starts, ends = evidence_factories.at(9, days_ago=3), evidence_factories.at(17)
    evidence = await approves(first, await submitted(hours=20.0, starts_at=starts, ends_at=ends), 200)
    assert not (await row_of(first, evidence)).takeable
    assert (await row_of(second, evidence)).takeable
    assert await queue.next_in_queue(first) is None
    assert await queue.next_in_queue(second) == evidence.id


async def test_one_key_leads_to_the_next_case(county: None) -> None:
    first, second, third = [await submitted(each) for each in (CITIZEN, NEIGHBOUR, COUSIN)]
    staff = await reviewer()
    assert await queue.next_in_queue(staff) == first.id
    assert await queue.next_in_queue(staff, first.id) == second.id
    await review.claim(await reviewer("reviewer-2"), second.id)
    assert await queue.next_in_queue(staff, first.id) == third.id
    assert await queue.next_in_queue(staff, third.id) == first.id, "behind the last comes the first"
    await approves(staff, first)
    assert await queue.next_in_queue(staff, first.id) == third.id, "it is gone, and its place is known"
    await approves(staff, third)
    assert await queue.next_in_queue(staff, third.id) is None


async def test_what_was_decided_newest_first(county: None, clock_at: ClockAt) -> None:
    citizen = await citizen_of()
    approved, rejected, gone, waiting = [await submitted() for _ in range(4)]
    staff = await reviewer()
    await submitting.withdraw(citizen, gone.id)
    await approves(staff, approved, 60)
    with clock_at("2026-11-23 10:00"):
        await review.claim(staff, rejected.id)
        await reject(staff, rejected.id)
    rows = await queue.decided(await reviewer("reviewer-2"))
    assert [(row.id, row.state, row.quantity) for row in rows] == [
        (rejected.id, "rejected", None),
        (approved.id, "approved", 60),
    ]
    assert [row.id for row in await queue.decided(staff, 1)] == [rejected.id]
    assert [row.id for row in await queue.decided(staff, number=approved.number)] == [approved.id]
    for unknown in (waiting.number, "A" * 70):
        assert await queue.decided(staff, number=unknown) == []
    assert await queue.decided(await stranger()) == []


async def test_a_case_officer_finds_what_any_department_decided(county: None) -> None:
    evidence = await submitted()
    await approves(await reviewer(), evidence)
    officer = await case_officer()
    assert officer.department_code == OTHER_DEPARTMENT
    assert [row.id for row in await queue.decided(officer, number=evidence.number, permission="reverse_evidence")] == [
        evidence.id
    ]


async def test_the_queue_is_found_by_index(county: None) -> None:
    """What a department decided over the years does not slow down what waits."""
    found = await plan_of(queue.waiting_for(await reviewer()).limit(200))
    assert not reads_whole_table(found, "evidence"), found
    assert "idx_evidence_departm" in found, found
