"""What a citizen sees: a score that is right on the day she looks, where it comes from and what comes next."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime

import pytest

from backend import clock
from backend.errors import NotFound, Unavailable
from backend.points import score
from backend.points.levels import level_of, levels_in_force, next_level
from backend.points.models import Level
from backend.points.verification import verify_ledger
from tests.connections import open_all
from tests.points.stories import BASE, Facts, a_fact, a_life, a_rule, hourly

ClockAt = Callable[[str], AbstractContextManager[None]]


async def test_a_read_past_a_lapse_settles_first(facts: Facts, clock_at: ClockAt) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1", lapses_on=date(2026, 12, 1)))
    with clock_at("2026-11-30 23:59"):
        assert (await score.score_of(life.ledger, life.citizen)).points == BASE + 5
    with clock_at("2026-12-01 00:00"):
        assert (await score.score_of(life.ledger, life.citizen)).points == BASE
    assert [each.kind for each in await life.entries()] == ["counted", "lapsed"]


async def test_many_reads_past_a_lapse_settle_once(facts: Facts, clock_at: ClockAt) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1", lapses_on=date(2026, 12, 1)))
    await open_all()
    with clock_at("2026-12-01 08:00"):
        scores = await asyncio.gather(*(score.score_of(life.ledger, life.citizen) for _ in range(10)))
    assert [each.points for each in scores] == [BASE] * 10
    assert len(await life.entries()) == 2
    assert (await verify_ledger()).misfits == []


async def test_a_read_while_she_leaves_is_told_so(facts: Facts, clock_at: ClockAt) -> None:
    """The score may be gone between settling and reading: not an error of ours."""
    life = await a_life(facts)
    await life.happens(a_fact("record:1", lapses_on=date(2026, 12, 1)))
    await open_all()
    with clock_at("2026-12-01 08:00"):
        reads = [score.score_of(life.ledger, life.citizen) for _ in range(5)]
        answers = await asyncio.gather(*reads, life.leave(), return_exceptions=True)
    errors = [each for each in answers if isinstance(each, BaseException)]
    assert all(isinstance(each, NotFound) for each in errors), errors
    with pytest.raises(NotFound) as refused:
        await score.score_of(life.ledger, life.citizen)
    assert refused.value.code == "not_enrolled"


async def test_what_comes_next_names_day_points_and_fact(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(
        a_fact("record:1", lapses_on=date(2027, 1, 1)),
        a_fact("record:2", a_rule(-40), counts_from=date(2026, 12, 8), lapses_on=date(2027, 11, 1)),
        a_fact("record:3", a_rule(5, item_code="X", points_per_year=0), lapses_on=date(2026, 12, 1)),
        a_fact("record:4", lapses_on=date(2026, 11, 23)),
    )
    coming = score.coming_changes(await score.score_of(life.ledger, life.citizen))
    assert [(each.day, each.fact, each.points) for each in coming] == [
        (date(2026, 12, 8), "record:2", -40),
        (date(2027, 1, 1), "record:1", -5),
        (date(2027, 11, 1), "record:2", 40),
    ]


async def test_of_the_busiest_volunteer_the_soonest_changes_are_kept(facts: Facts) -> None:
    life = await a_life(facts)
    many = [a_fact(f"record:{number:04}", hourly(), hours=0.5, on=date(2025, 1, 1)) for number in range(1500)]
    await life.happens(*many)
    coming = score.coming_changes(await score.score_of(life.ledger, life.citizen))
    assert len(coming) == 50
    assert {each.begins for each in coming} == {False}


async def test_a_trend_is_the_points_at_each_months_end(facts: Facts, clock_at: ClockAt) -> None:
    with clock_at("2026-01-15 10:00"):
        life = await a_life(facts)
    with clock_at("2026-03-31 23:00"):
        await life.happens(a_fact("record:1", on=date(2026, 3, 31)))
    with clock_at("2026-04-01 00:30"):
        await life.happens(a_fact("record:2", a_rule(-40), on=date(2026, 4, 1)))
    with clock_at("2026-06-10 12:00"):
        trend = await score.trend(life.ledger, await life.score())
    assert [(each.day, each.points) for each in trend] == [
        (date(2026, 1, 15), BASE),
        (date(2026, 1, 31), BASE),
        (date(2026, 2, 28), BASE),
        (date(2026, 3, 31), BASE + 5),
        (date(2026, 4, 30), BASE - 35),
        (date(2026, 5, 31), BASE - 35),
        (date(2026, 6, 10), BASE - 35),
    ]


async def test_a_trend_does_not_depend_on_when_somebody_looked(facts: Facts, clock_at: ClockAt) -> None:
    with clock_at("2026-01-05 10:00"):
        life = await a_life(facts)
        deduction = a_fact("record:1", a_rule(-40), counts_from=date(2026, 1, 20), lapses_on=date(2026, 4, 4))
        await life.happens(deduction)
    with clock_at("2026-08-10 10:00"):  # the first look since
        trend = {each.day: each.points - BASE for each in await score.trend(life.ledger, await life.score())}
    assert [trend[date(2026, month, day)] for month, day in ((1, 5), (1, 31), (3, 31), (4, 30), (7, 31), (8, 10))] == [
        0, -40, -40, 0, 0, 0,
    ]  # fmt: skip


async def test_a_trend_is_a_year_long_at_most(facts: Facts, clock_at: ClockAt) -> None:
    with clock_at("2024-01-15 10:00"):
        life = await a_life(facts)
    trend = await score.trend(life.ledger, await life.score())
    assert (trend[0].day, trend[-1].day, len(trend)) == (date(2025, 11, 23), date(2026, 11, 23), 14)


async def test_a_trend_on_the_first_day_is_one_point(facts: Facts) -> None:
    life = await a_life(facts)
    assert await score.trend(life.ledger, await life.score()) == [score.MonthEnd(date(2026, 11, 23), BASE)]


async def test_entries_come_newest_first_and_page_by_page(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(*(a_fact(f"record:{number}") for number in range(5)))
    first = await score.entries_of(life.ledger, life.citizen, before=None, limit=2)
    rest = await score.entries_of(life.ledger, life.citizen, before=first[-1].sequence, limit=10)
    assert [each.sequence for each in [*first, *rest]] == [5, 4, 3, 2, 1]


async def test_a_neighbours_entry_does_not_exist(facts: Facts) -> None:
    life, neighbour = await a_life(facts), await a_life(facts)
    await life.happens(a_fact("record:1"))
    (entry,) = await life.entries()
    assert await score.entry_of(life.citizen, entry.id) == entry
    with pytest.raises(NotFound) as refused:
        await score.entry_of(neighbour.citizen, entry.id)
    assert refused.value.code == "entry_not_found"


@pytest.mark.parametrize(
    ("points", "code", "above"),
    [(-500, "basic", "good"), (1019, "basic", "good"), (1020, "good", "model"), (1060, "model", None)],
)
async def test_a_level_is_the_highest_that_the_points_reach(
    facts: Facts, points: int, code: str, above: str | None
) -> None:
    levels = await levels_in_force(clock.today())
    following = next_level(points, levels)
    assert level_of(points, levels).code == code
    assert (following.code if following else None) == above


async def test_levels_are_those_of_the_catalogue_in_force_on_the_day(facts: Facts) -> None:
    await Level.create(
        catalogue_version="2027.1",
        in_force_from=date(2027, 1, 1),
        base_points=0,
        code="only",
        name="诚信居民",
        opens="全部",
    )
    assert [level.code for level in await levels_in_force(date(2026, 12, 31))] == ["basic", "good", "model"]
    assert [level.code for level in await levels_in_force(date(2027, 1, 1))] == ["only"]
    with pytest.raises(Unavailable):
        await levels_in_force(date(2019, 12, 31))


async def test_an_entry_is_posted_at_the_moment_of_the_deed(facts: Facts, clock_at: ClockAt) -> None:
    life = await a_life(facts)
    with clock_at("2026-12-05 07:08"):
        await life.happens(a_fact("record:1"))
    (entry,) = await life.entries()
    assert entry.posted_at == datetime(2026, 12, 5, 7, 8, tzinfo=clock.SHANGHAI)
    assert (await life.score()).changed_at == entry.posted_at
