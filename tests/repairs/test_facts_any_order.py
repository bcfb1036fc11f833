"""Evidence is approved and taken back, hours are filed, time goes by, she leaves and comes back: in any order the
points are those of folding what stands."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend import clock
from backend.citizens import consent
from backend.citizens.models import Account, Citizen
from backend.database import transaction
from backend.points import enrolment, score
from backend.points.ledger import lock_citizens
from backend.points.models import Enrolment, Score
from backend.points.rules import Fact, Step, fold
from backend.points.verification import verify_ledger
from backend.records.models import CreditRecord
from backend.repairs.models import Evidence, EvidenceStep
from backend.staff.permissions import Staff
from backend.workdays import months_after
from tests import factories
from tests.evidence_factories import at, submitted
from tests.factories import LEDGER, VOLUNTEER_HOURS, file_record
from tests.points.stories import BASE, a_fact, a_rule, forget_everybody
from tests.reviewers import approves, case_officer, reverse, reviewer

FIRST_DAY = date(2026, 11, 23)
TERM = 24  # months
# The tiny catalogue's rate, in tenths of an hour, written down a second time.
RULE = a_rule(
    0,
    steps=(Step(200, 1, 10), Step(800, 1, 20), Step(None, 1, 40)),
    points_per_year=50,
    domain_points_per_year=50,
)

Event = tuple[str, int, int]
events = st.one_of(
    st.tuples(st.just("serve"), st.integers(1, 160), st.integers(1, 200)),
    st.tuples(st.just("serve"), st.integers(100, 160), st.integers(1, 20)),
    st.tuples(st.just("file"), st.integers(1, 400), st.integers(1, 200)),
    st.tuples(st.just("reverse"), st.integers(0, 5), st.just(0)),
    st.tuples(st.just("pass"), st.integers(1, 400), st.just(0)),
    st.tuples(st.sampled_from(["leave", "enrol"]), st.just(0), st.just(0)),
)


@dataclass
class Story:
    """One citizen, who reviews her, and what stands."""

    account: Account
    citizen: Citizen
    staff: Staff
    officer: Staff
    day: date = FIRST_DAY
    standing: dict[Any, Fact] = field(default_factory=dict)
    approved: list[Any] = field(default_factory=list)

    async def lives(self, event: Event) -> None:
        what, number, days_ago = event
        # She says yes again in time, each year; what becomes of who does not is told elsewhere.
        await Enrolment.filter(left_at=None).update(expires_on=clock.today() + timedelta(days=365))
        enrolled = await Score.filter(citizen_id=self.citizen.id).exists()
        match what:
            case "serve":
                await self.serves(number, days_ago)
            case "file":
                on = clock.today() - timedelta(days=days_ago)
                record = await file_record(
                    item=VOLUNTEER_HOURS, quantity=str(number / 10), document_date=on, conduct_end=on
                )
                self.stands(record.id, number, on)
            case "reverse" if number < len(self.approved):
                taken_back = self.approved.pop(number)
                await reverse(self.officer, taken_back)
                del self.standing[taken_back]
            case "leave" if enrolled:
                await enrolment.leave(self.account, self.citizen)
            case "enrol" if not enrolled:
                await enrolment.enrol(LEDGER, self.account, self.citizen, consent.texts()["enrolment"].version)

    async def serves(self, tenths: int, days_ago: int) -> None:
        begins, ends = at(9, days_ago=days_ago + 2), at(17, days_ago=days_ago)
        evidence = await submitted(hours=tenths / 10, starts_at=begins, ends_at=ends)
        await approves(self.staff, evidence, tenths)
        self.approved.append(evidence.id)
        self.stands(evidence.id, tenths, clock.local_date(ends))

    def stands(self, key: Any, tenths: int, on: date) -> None:
        self.standing[key] = a_fact(
            str(key), RULE, on=on, lapses_on=months_after(on, TERM), hours=tenths / 10, document=str(key)
        )

    async def check(self) -> None:
        verified = await verify_ledger()
        assert verified.misfits == []
        if not await Score.filter(citizen_id=self.citizen.id).exists():
            assert verified.entries == 0
            return
        folded = fold(self.standing.values(), clock.today())
        settled = await score.score_of(LEDGER, self.citizen)
        assert settled.points == BASE + sum(each.points for each in folded.counted.values())
        assert settled.next_change_on == folded.next_change_on
        async with transaction():
            await lock_citizens([self.citizen.id])
            assert await LEDGER.refold([self.citizen.id]) == 0, "folding twice posts nothing"


@pytest.fixture
async def story(county: None) -> Story:
    account, citizen = await factories.enrolled_citizen()
    return Story(account, citizen, await reviewer(), await case_officer())


def morning(day: date) -> AbstractContextManager[None]:
    return clock.pinned(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=st.lists(events, min_size=2, max_size=9))
async def test_any_order_ends_in_the_points_of_what_stands(story: Story, life: list[Event]) -> None:
    for table in (EvidenceStep, Evidence, CreditRecord):
        await table.all().delete()
    await forget_everybody()
    again = Story(story.account, story.citizen, story.staff, story.officer)
    with morning(again.day):
        await again.lives(("enrol", 0, 0))
    for event in life:
        if event[0] == "pass":
            again.day += timedelta(days=event[1])
        with morning(again.day):
            await again.lives(event)
            await again.check()
