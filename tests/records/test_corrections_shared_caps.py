"""Charter 3: one record's correction may leave another more of a year's cap; that one waits ten working days anew."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest

from backend import clock
from backend.citizens import consent
from backend.citizens.models import Citizen
from backend.notifications.models import Notice
from backend.points import enrolment
from backend.points.models import Score
from backend.records.catalogue_loading import load_catalogue
from backend.records.models import CreditRecord
from tests import factories
from tests.factories import CITIZEN, LEDGER, NEIGHBOUR, Person
from tests.records.catalogue_files import a_catalogue, a_department, a_penalty, an_honest_shop, toml, volunteer_hours
from tests.records.correcting import amended, approve, ledger_fits, now_of, restored, withdraw

ClockAt = Callable[[str], AbstractContextManager[None]]
WARNING = "PRO-102"  # -10, three months, at most 20 points a year


@pytest.fixture
async def capped(database: None) -> None:
    repair = {"allowed": True, "shortest_months": 0, "what": "纠正后申请。"}
    minor = a_penalty(code=WARNING, severity="minor", points=-10, term_months=3, repair=repair, points_per_year=20)
    with clock.pinned(clock.start_of(date(2026, 1, 1))):
        catalogue = toml(a_catalogue(items=[an_honest_shop(), volunteer_hours(), a_penalty(), minor]))
        await load_catalogue(catalogue, b"[[departments]]\n" + toml(a_department()))
        await factories.register()


async def a_warning(day: date, person: Person = CITIZEN, **cells: Any) -> CreditRecord:
    return await factories.file_record(person, WARNING, document_date=day, conduct_end=day, finality_date=day, **cells)


async def three_warnings(clock_at: ClockAt, person: Person = CITIZEN) -> list[CreditRecord]:
    """In January, February and October: the cap of the year is used up by the first two, which lapsed by November."""
    records = []
    for day in (date(2026, 1, 5), date(2026, 2, 5), date(2026, 10, 9)):
        with clock_at(f"{day} 09:00"):
            records.append(await a_warning(day, person))
    return records


async def _on(clock_at: ClockAt, day: date) -> CreditRecord:
    with clock_at(f"{max(day, date(2026, 1, 5))} 09:00"):
        return await a_warning(day)


async def points_of(citizen: Citizen) -> int:
    await LEDGER.refold([citizen.id])
    return (await Score.get(citizen_id=citizen.id)).points


async def enrolled(clock_at: ClockAt, person: Person = CITIZEN) -> Citizen:
    with clock_at("2026-01-04 09:00"):
        return (await factories.enrolled_citizen(person))[1]


async def test_a_withdrawal_that_makes_another_cost_more_begins_its_days_anew(capped: None, clock_at: ClockAt) -> None:
    citizen = await enrolled(clock_at)
    first, second, third = await three_warnings(clock_at)
    with clock_at("2026-11-23 09:00"):
        assert await points_of(citizen) == 1000
        await withdraw(first)
        assert await points_of(citizen) == 1000, "not a point before ten working days"
        assert (await now_of(third)).told_again_at is not None
        assert (await now_of(second)).told_again_at is None, "its own cost did not grow"
        notice = await Notice.get(kind="record_told_again")
        assert (notice.citizen_id, notice.about) == (citizen.id, f"record:{third.id}")
        assert "原来扣 0 分，以后扣 10 分" in notice.body
        assert "10 个工作日" in notice.body
        await ledger_fits()
    with clock_at("2026-12-07 09:00"):
        assert await points_of(citizen) == 1000
    with clock_at("2026-12-08 09:00"):
        assert await points_of(citizen) == 990
        await ledger_fits()


async def test_moved_within_its_year_it_may_use_the_cap_first_and_is_told_again(
    capped: None, clock_at: ClockAt
) -> None:
    citizen = await enrolled(clock_at)
    *_, third = await three_warnings(clock_at)
    with clock_at("2026-11-23 09:00"):
        third = await amended(third, conduct_end=date(2026, 1, 2))
        assert third.told_again_at is not None
        assert await points_of(citizen) == 1000
        assert "10 个工作日" in (await Notice.get(kind="record_amended")).body
        assert await Notice.filter(kind="record_told_again").count() == 0, "its own notice says it"
    with clock_at("2026-12-08 09:00"):
        assert await points_of(citizen) == 990


async def test_moved_out_of_its_year_it_leaves_the_cap_to_another(capped: None, clock_at: ClockAt) -> None:
    citizen = await enrolled(clock_at)
    first, _, third = await three_warnings(clock_at)
    with clock_at("2026-11-23 09:00"):
        first = await amended(first, conduct_end=date(2025, 12, 30))
        assert first.told_again_at is None, "it costs what it cost"
        assert (await now_of(third)).told_again_at is not None
        assert await points_of(citizen) == 1000


async def test_who_does_not_take_part_is_told_so_that_enrolling_later_skips_nothing(
    capped: None, clock_at: ClockAt
) -> None:
    with clock_at("2026-01-04 09:00"):
        account, citizen = await factories.bound_citizen(NEIGHBOUR)
        await factories.register()
    first, _, third = await three_warnings(clock_at, NEIGHBOUR)
    with clock_at("2026-11-23 09:00"):
        await withdraw(first)
        assert (await now_of(third)).told_again_at is not None
        assert await Notice.filter(kind="record_told_again", citizen_id=citizen.id).count() == 1
        await enrolment.enrol(LEDGER, account, citizen, consent.texts()["enrolment"].version)
        assert await points_of(citizen) == 1000
        await ledger_fits()
    with clock_at("2026-12-08 09:00"):
        assert await points_of(citizen) == 990


async def test_a_withdrawal_that_costs_nobody_anything_tells_nothing_else(capped: None, clock_at: ClockAt) -> None:
    citizen = await enrolled(clock_at)
    *_, third = await three_warnings(clock_at)
    with clock_at("2026-11-23 09:00"):
        await withdraw(third)
        assert await Notice.filter(kind="record_told_again").count() == 0
        assert await CreditRecord.filter(told_again_at__not_isnull=True).count() == 0
        assert await points_of(citizen) == 1000


async def test_what_cannot_begin_any_more_leaves_its_share_and_the_next_one_is_told(
    capped: None, clock_at: ClockAt
) -> None:
    citizen = await enrolled(clock_at)
    first, ending, last = [await _on(clock_at, day) for day in (date(2026, 1, 5), date(2026, 2, 5), date(2026, 4, 20))]
    await _on(clock_at, date(2026, 1, 4))
    with clock_at("2026-04-28 09:00"):
        await withdraw(first)
        assert (await now_of(ending)).told_again_at is not None, "its term ends before its days would"
        assert (await Notice.get(kind="record_told_again")).about == f"record:{last.id}"
        assert await points_of(citizen) == 1000
        await ledger_fits()
    with clock_at("2026-05-20 09:00"):
        assert await points_of(citizen) == 990


async def test_a_record_that_comes_back_waits_its_days_and_takes_its_share_again(
    capped: None, clock_at: ClockAt
) -> None:
    citizen = await enrolled(clock_at)
    with clock_at("2026-10-09 09:00"):
        record = await a_warning(date(2026, 10, 9))
    with clock_at("2026-11-23 09:00"):
        assert await points_of(citizen) == 990
        await withdraw(record)
        await approve(await restored(record))
        assert await points_of(citizen) == 1000
        assert "10 个工作日" in (await Notice.get(kind="record_restored")).body
    with clock_at("2026-12-08 09:00"):
        assert await points_of(citizen) == 990
        await ledger_fits()
