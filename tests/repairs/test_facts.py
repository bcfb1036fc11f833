"""Approved evidence as facts of points, beside the records that departments file."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest

from backend import clock
from backend.citizens.models import Citizen
from backend.points import score
from backend.points.models import Enrolment
from backend.points.rules import Fact
from backend.repairs.facts import evidence_facts, spent_as
from backend.repairs.models import Evidence
from tests import factories
from tests.evidence_factories import at, submitted
from tests.factories import CITIZEN, COUSIN, LEDGER, PUPIL, VOLUNTEER_HOURS, enrolled_citizen, file_record
from tests.records.catalogue_files import an_honest_shop, evidence_of_service, volunteer_hours
from tests.reviewers import approve, approves, case_officer, reverse, reviewer

ClockAt = Callable[[str], AbstractContextManager[None]]


async def facts_of(citizen_id: Any) -> list[Fact]:
    return (await evidence_facts([citizen_id])).get(citizen_id, [])


async def points(citizen: Citizen) -> int:
    return (await score.score_of(LEDGER, citizen)).points


async def test_an_approval_carries_its_whole_why(county: None) -> None:
    evidence = await approves(await reviewer(), await submitted(), 65)
    (fact,) = await facts_of(evidence.citizen_id)
    why, yesterday = fact.why, date(2026, 11, 22)
    assert (fact.key, fact.positive) == (f"evidence:{evidence.id}", True)
    assert (why.item_code, why.item_name, why.domain) == ("VOL-001", "诚信经营示范户", "志愿服务")
    assert (why.catalogue_version, why.legal_basis) == ("2026.1-sample", ("《河南省社会信用条例》第十二条",))
    assert (why.department_code, why.department_name) == ("SJJ", "县市场监管局")
    assert (why.document_number, why.document_date) == (evidence.number, yesterday)
    assert (why.happened_on, why.counts_from, why.lapses_on) == (yesterday, yesterday, date(2028, 11, 22))
    assert (why.quantity, why.unit) == (65, "hour")


@pytest.mark.parametrize("state", ["draft", "submitted", "asked", "second_review", "rejected", "withdrawn", "reversed"])
async def test_nothing_else_than_an_approval_is_a_fact(county: None, state: str) -> None:
    evidence = await approves(await reviewer(), await submitted())
    await Evidence.filter(id=evidence.id).update(state=state)
    assert await facts_of(evidence.citizen_id) == []


async def test_fulfilment_is_no_fact_of_points(county: None) -> None:
    evidence = await approves(await reviewer(), await submitted(kind="fulfilment"), None)
    assert evidence.state == "approved"
    assert await facts_of(evidence.citizen_id) == []


@pytest.mark.parametrize(("moment", "facts"), [("2026-08-15 18:00", 0), ("2026-08-16 18:00", 1)])
async def test_what_somebody_did_under_eighteen_gives_none(
    county: None, clock_at: ClockAt, moment: str, facts: int
) -> None:
    """Yesterday she was seventeen, or it was her eighteenth birthday."""
    with clock_at(moment):
        evidence = await approves(await reviewer(), await submitted(PUPIL))
    assert len(await facts_of(evidence.citizen_id)) == facts


async def test_nobodys_facts_are_mixed_with_anothers(county: None) -> None:
    staff = await reviewer()
    both = [await approves(staff, await submitted(each)) for each in (CITIZEN, COUSIN)]
    facts = await evidence_facts([each.citizen_id for each in both])
    assert {citizen: [fact.key for fact in found] for citizen, found in facts.items()} == {
        each.citizen_id: [f"evidence:{each.id}"] for each in both
    }
    assert await evidence_facts([]) == {}


async def test_hours_of_evidence_and_of_records_share_steps_and_caps(county: None) -> None:
    """Twenty-five hours of one year, from two sources: 20 at 1 an hour, 5 at 1 for two; fifty points at most."""
    _, citizen = await enrolled_citizen()
    await approves(await reviewer(), await submitted(hours=15.0, starts_at=at(9, days_ago=3), ends_at=at(17)), 150)
    assert await points(citizen) == 1015
    await file_record(item=VOLUNTEER_HOURS, quantity="10", conduct_end="2026-11-20", document_date="2026-11-23")
    assert await points(citizen) == 1022
    await file_record(item=VOLUNTEER_HOURS, quantity="90", conduct_end="2026-11-21", document_date="2026-11-23")
    assert await points(citizen) == 1050
    cut = [score.why_of(each).cut_by for each in await score.entries_of(LEDGER, citizen, before=None, limit=10)]
    assert "points_per_year" in cut


async def publish_donations() -> None:
    """A gift gives ten points, once a year, whatever was given."""
    gift = an_honest_shop(code="VOL-002", domain="志愿服务", points=10, times_per_year=1)
    rule = {"kind": "donation", "item": "VOL-002", "departments": ["SJJ"], "months_back": 12, "review_workdays": 5}
    await factories.load_tiny_catalogue(
        items=[an_honest_shop(), volunteer_hours(), gift], evidence=[evidence_of_service(), rule]
    )


async def test_a_donation_counts_flat_once_a_year(monday: None, database: None, clock_at: ClockAt) -> None:
    await publish_donations()
    await factories.register()
    _, citizen = await enrolled_citizen()
    staff = await reviewer()
    small = await approves(staff, await submitted(kind="donation", amount_fen=100), None)
    assert await points(citizen) == 1010
    large = await approves(staff, await submitted(kind="donation", amount_fen=10_000_000), None)
    assert await points(citizen) == 1010, "credit is not for sale"
    assert [fact.why.quantity for fact in await facts_of(citizen.id)] == [None, None]
    await reverse(await case_officer(), small.id)
    assert await points(citizen) == 1010, "the other one of this year counts now"
    with clock_at("2027-01-05 09:00"):
        await approves(staff, await submitted(kind="donation"), None)
        assert await points(citizen) == 1020
    assert spent_as(large, enrolled=True) == "points"


async def test_points_of_evidence_lapse_at_their_term(county: None, clock_at: ClockAt) -> None:
    _, citizen = await enrolled_citizen()
    await approves(await reviewer(), await submitted(), 80)
    await Enrolment.filter(citizen_id=citizen.id).update(expires_on=date(2029, 1, 1))  # as renewing each year does
    with clock_at("2028-11-21 23:59"):
        assert await points(citizen) == 1008
    with clock_at("2028-11-22 00:00"):
        assert await points(citizen) == 1000


async def test_what_an_approval_was_spent_on(county: None) -> None:
    staff = await reviewer()
    waiting = await submitted()
    assert spent_as(waiting, enrolled=True) is None
    approved = await approves(staff, waiting)
    assert spent_as(approved, enrolled=True) == "points"
    assert spent_as(approved, enrolled=False) == "unspent"
    assert spent_as(approved, enrolled=True, adult_on=clock.today()) == "unspent"
    assert spent_as(approved, enrolled=True, adult_on=date(2026, 11, 22)) == "points"
    no_item = await approves(staff, await submitted(kind="fulfilment"), None)
    assert spent_as(no_item, enrolled=True) == "unspent"


async def test_the_part_that_was_approved_counts_and_no_more(county: None) -> None:
    _, citizen = await enrolled_citizen()
    evidence = await submitted()
    await approves(await reviewer(), evidence, 9)
    assert await points(citizen) == 1000, "less than an hour gives no whole point yet"
    second = await submitted(starts_at=at(9, days_ago=2), ends_at=at(17, days_ago=2))
    await approves(await reviewer(), second, 1)
    assert await points(citizen) == 1001, "together they are an hour"
    assert (await approve(await reviewer(), second.id, 1)).state == "approved"
    assert await points(citizen) == 1001
