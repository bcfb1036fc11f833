"""Records are filed, amended, withdrawn, brought back; time goes by: the points are a fresh fold of what stands."""

from collections.abc import Callable
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
from backend.errors import Invalid
from backend.points import enrolment
from backend.records.models import CreditRecord, RecordChange
from tests import factories
from tests.factories import HONEST_SHOP, LEDGER, PENALTY, VOLUNTEER_HOURS
from tests.points.stories import forget_everybody
from tests.records.correcting import amended, approve, ledger_fits, now_of, restored, withdraw
from tests.records.county import MINOR_PENALTY

FIRST_DAY = date(2026, 11, 23)
ITEMS = (HONEST_SHOP, VOLUNTEER_HOURS, PENALTY, MINOR_PENALTY)

Event = tuple[str, int, int]
events = st.one_of(
    st.tuples(st.just("file"), st.integers(0, 3), st.integers(0, 60)),
    st.tuples(st.just("item"), st.integers(0, 4), st.integers(0, 3)),
    st.tuples(st.just("days"), st.integers(0, 4), st.integers(0, 60)),
    st.tuples(st.just("hours"), st.integers(0, 4), st.integers(1, 900)),
    st.tuples(st.just("withdraw"), st.integers(0, 4), st.just(0)),
    st.tuples(st.just("restore"), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("pass"), st.integers(1, 40), st.just(0)),
)


@dataclass
class Story:
    """One enrolled citizen and the records of hers that stand."""

    account: Account
    citizen: Citizen
    day: date = FIRST_DAY
    records: list[CreditRecord] = field(default_factory=list)
    withdrawn: list[CreditRecord] = field(default_factory=list)

    async def lives(self, event: Event) -> None:
        what, number, more = event
        if what == "file":
            on = self.day - timedelta(days=more)
            cells = {"document_date": on, "conduct_end": on, "finality_date": on, "quantity": "10"}
            self.records.append(await factories.file_record(item=ITEMS[number], **cells))
        elif what == "withdraw" and number < len(self.records):
            self.withdrawn.append(self.records.pop(number))
            await withdraw(self.withdrawn[-1])
        elif what == "restore" and number < len(self.withdrawn):
            self.records.append(self.withdrawn.pop(number))
            await approve(await restored(self.records[-1]))
        elif what in _AMENDED and number < len(self.records):
            await self.is_amended(number, _AMENDED[what](self.day, more))

    async def is_amended(self, number: int, changes: dict[str, Any]) -> None:
        """As the rules allow; refused, the record stays as it was."""
        before = await now_of(self.records[number])
        try:
            after = await amended(before, **changes)
        except Invalid as refused:
            if refused.code not in {"nothing_changed", "record_invalid"}:
                raise
            after, changes = await now_of(before), {}
        assert {name: getattr(after, name) for name in changes} == changes
        assert after.version == before.version + bool(changes)


def _amended_days(day: date, days_ago: int) -> dict[str, Any]:
    on = day - timedelta(days=days_ago)
    return {"document_date": on, "conduct_end": on, "finality_date": on}


_AMENDED: dict[str, Callable[[date, int], dict[str, Any]]] = {
    "item": lambda _, place: {"item_code": ITEMS[place]},
    "days": _amended_days,
    "hours": lambda _, tenths: {"quantity": tenths},
}


def morning(day: date) -> AbstractContextManager[None]:
    return clock.pinned(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))


@pytest.fixture
async def story(county: None) -> Story:
    return Story(*await factories.enrolled_citizen())


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=st.lists(events, min_size=3, max_size=9))
async def test_any_order_ends_in_the_points_of_what_stands(story: Story, life: list[Event]) -> None:
    for table in (RecordChange, CreditRecord):
        await table.all().delete()
    await forget_everybody()
    again = Story(story.account, story.citizen)
    with morning(again.day):
        await enrolment.enrol(LEDGER, again.account, again.citizen, consent.texts()["enrolment"].version)
    for event in [("file", 0, 0), ("file", 2, 30), *life]:
        if event[0] == "pass":
            again.day += timedelta(days=event[1])
        with morning(again.day):
            await again.lives(event)
            await LEDGER.refold([again.citizen.id])
            await ledger_fits()
