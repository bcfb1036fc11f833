"""An enrolment that nobody renews: told in time, paused with nothing lost, erased at last; and each notice once."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from tortoise.connection import get_connection

from backend import clock
from backend.errors import Conflict, NotFound
from backend.notifications.models import Notice
from backend.points.enrolment import (
    check_standing,
    enrolment_paused,
    held,
    standing,
    takes_part,
)
from backend.points.lasting import PAUSED, erased_on, follow_ends
from backend.points.models import Enrolment, PointEntry, Score
from backend.points.verification import verify_ledger
from tests.connections import open_all
from tests.points.stories import BASE, Facts, Life, a_fact, a_life

ENDS = date(2027, 11, 23)  # of who enrols on the Monday of the stories
GONE = date(2028, 2, 21)


def at(day: date) -> Any:
    """The clock at the beginning of a day in the county."""
    return clock.pinned(clock.start_of(day))


async def told(life: Life) -> list[tuple[date, str]]:
    """The notices of her enrolment's end: the days that they were sent on, and their kinds."""
    notices = await Notice.filter(citizen_id=life.citizen.id).order_by("id")
    return [(clock.local_date(each.created_at), each.kind) for each in notices]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_from_the_first_notice_to_the_last(facts: Facts) -> None:
    """The job comes several times each day."""
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    day = date(2027, 10, 20)
    while day < date(2028, 3, 1):
        with at(day):
            await follow_ends()
            assert await follow_ends() == 0
        day += timedelta(days=1)
    assert await told(life) == [
        (date(2027, 10, 24), "enrolment_ending"),
        (date(2027, 11, 16), "enrolment_ending"),
        (ENDS, "enrolment_paused"),
        (GONE, "enrolment_erased"),
    ]
    assert await PointEntry.all().count() == await Score.all().count() == 0
    ended = await Enrolment.get()
    assert (ended.left_at, ended.left_count) == (clock.start_of(GONE), 1)
    assert (await verify_ledger()).misfits == []
    for notice in await Notice.all():
        assert notice.about == f"enrolment:{ended.id}"
        assert "2027 年 11 月 23 日" in notice.body
        assert "不受影响" in notice.body
        assert "{" not in notice.body


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2027, 11, 18), "enrolment_ending"),
        (ENDS, "enrolment_paused"),
        (date(2028, 2, 20), "enrolment_paused"),
        (GONE, "enrolment_paused"),
        (date(2028, 6, 1), "enrolment_paused"),
    ],
)
async def test_after_a_long_time_without_a_worker_she_is_told_only_what_is_true_now(
    facts: Facts, day: date, kind: str
) -> None:
    life = await a_life(facts)
    with at(day):
        assert await follow_ends() == 1
    assert await told(life) == [(day, kind)]


@pytest.mark.parametrize("woke", [date(2027, 12, 1), GONE, date(2029, 3, 1)])
async def test_nothing_is_erased_that_was_not_announced_ninety_days_before(facts: Facts, woke: date) -> None:
    """The worker slept past her end, or past the day of erasing itself."""
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    gone = woke + timedelta(days=90)
    with at(woke):
        assert await erased_on(await Enrolment.get()) == gone, "the earliest day, before she is told"
        assert await follow_ends() == 1
        assert await follow_ends() == 0
    assert f"在 {gone.year} 年 {gone.month} 月 {gone.day} 日 之前" in (await Notice.get(kind=PAUSED)).body
    with at(gone - timedelta(days=1)):
        assert await follow_ends() == 0
        assert await erased_on(await Enrolment.get()) == gone
        assert await PointEntry.all().count() == 1
    with at(gone):
        assert await follow_ends() == 1
    assert await told(life) == [(woke, "enrolment_paused"), (gone, "enrolment_erased")]
    assert await PointEntry.all().count() == await Score.all().count() == 0
    assert (await verify_ledger()).misfits == []


async def test_the_pause_of_another_year_is_told_anew(facts: Facts) -> None:
    life = await a_life(facts)
    with at(date(2028, 2, 1)):
        await follow_ends()
        await life.enrol()
    with at(date(2029, 2, 1)):
        assert await erased_on(await Enrolment.get()) == date(2029, 5, 2)
    late = date(2029, 6, 1)
    with at(late):
        assert await erased_on(await Enrolment.get()) == late + timedelta(days=90), "not by last year's notice"
        assert await follow_ends() == 1
    for days, met in ((89, 0), (90, 1)):
        with at(late + timedelta(days=days)):
            assert await follow_ends() == met


async def test_several_workers_at_once_tell_once_and_erase_once(facts: Facts) -> None:
    lives = [await a_life(facts) for _ in range(4)]
    await open_all()
    for day, count in ((date(2027, 11, 1), 1), (ENDS, 2), (GONE, 3)):
        with at(day):
            met = await asyncio.gather(*(follow_ends() for _ in range(4)))
        assert sum(met) == len(lives)
        assert [len(await told(life)) for life in lives] == [count] * len(lives)
    assert await Score.all().count() == 0


async def test_in_the_pause_nothing_is_posted_nothing_is_lost_and_her_yes_brings_all_of_it(facts: Facts) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    before = dict(await life.score())
    with at(date(2028, 1, 10)):
        assert await life.happens(a_fact("record:2"), withdrawn=["record:1"]) == 0
        await follow_ends()
        assert dict(await life.score()) == before
        assert (await takes_part(life.citizen.id), await held(life.citizen.id) is not None) == (False, True)
        await life.enrol()
        assert await takes_part(life.citizen.id)
    score = await life.score()
    assert (score.enrolment_id, score.points, score.entry_count) == (before["enrolment_id"], BASE + 5, 3)
    assert [each.fact for each in await life.entries()] == ["record:1", "record:1", "record:2"]
    assert (await verify_ledger()).misfits == []


async def test_who_renewed_is_told_again_a_year_later_and_not_before(facts: Facts) -> None:
    life = await a_life(facts)
    with at(date(2027, 11, 1)):
        await follow_ends()
        await life.enrol()
        await follow_ends()
    for day in (ENDS, GONE, date(2028, 10, 1)):
        with at(day):
            assert await follow_ends() == 0
    with at(date(2028, 10, 2)):
        await follow_ends()
    assert await told(life) == [(date(2027, 11, 1), "enrolment_ending"), (date(2028, 10, 2), "enrolment_ending")]


@pytest.mark.parametrize("told_before", [False, True])
async def test_until_they_are_erased_her_yes_brings_all_of_it_back(facts: Facts, told_before: bool) -> None:
    """Where no worker runs the pause lasts longer; what was promised to her never hangs on the job."""
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    first = await life.score()
    if told_before:
        with at(date(2028, 5, 1)):
            await follow_ends()
    with at(date(2028, 6, 1)):
        assert await held(life.citizen.id) is not None
        await life.enrol()
        with pytest.raises(Conflict):
            await life.enrol()
    again = await life.score()
    assert (again.enrolment_id, again.points, again.entry_count) == (first.enrolment_id, BASE + 5, 1)
    assert (await verify_ledger()).misfits == []


@pytest.mark.parametrize("day", [date(2028, 1, 1), date(2028, 6, 1)])
async def test_leaving_erases_at_once_paused_or_over(facts: Facts, day: date) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    with at(day):
        await life.leave()
        with pytest.raises(NotFound):
            await life.leave()
        assert await follow_ends() == 0
    assert await PointEntry.all().count() == await Score.all().count() == 0
    assert await told(life) == []


@pytest.mark.parametrize("day", [date(2028, 2, 20), GONE])
async def test_her_yes_and_the_job_at_once_leave_her_with_her_points(facts: Facts, day: date) -> None:
    life = await a_life(facts)
    await life.happens(a_fact("record:1"))
    await open_all()
    with at(day):
        await asyncio.gather(follow_ends(), life.enrol(), follow_ends())
        assert await takes_part(life.citizen.id)
    assert (await life.score()).points == BASE + 5
    assert await Enrolment.filter(left_at=None).count() == 1
    assert (await verify_ledger()).misfits == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_one_that_cannot_be_told_keeps_nobody_else_waiting_and_is_told_later(
    facts: Facts, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = await a_life(facts), await a_life(facts)
    trigger = f"""CREATE TRIGGER broken BEFORE INSERT ON notice WHEN new.citizen_id = '{first.citizen.id}'
                  BEGIN SELECT RAISE(ABORT, 'broken'); END"""
    await get_connection("default").execute_query(trigger)
    with at(ENDS):
        assert await follow_ends() == 1
        assert (await told(first), len(await told(second))) == ([], 1)
        assert str(first.citizen.id) not in caplog.text
        await get_connection("default").execute_query("DROP TRIGGER broken")
        assert await follow_ends() == 1
    assert await told(first) == [(ENDS, "enrolment_paused")]


async def test_it_stops_when_its_time_is_up(facts: Facts) -> None:
    life = await a_life(facts)
    with at(ENDS):
        assert await follow_ends(until=0) == 0
    assert await told(life) == []


def test_the_yes_holds_up_to_its_last_day_and_the_pause_until_it_is_erased() -> None:
    for day, stands, refusal in (
        (ENDS - timedelta(days=1), "standing", None),
        (ENDS, "paused", enrolment_paused),
        (ENDS + timedelta(days=89), "paused", enrolment_paused),
        (GONE, "paused", enrolment_paused),
    ):
        assert standing(ENDS, day) == stands
        if refusal is None:
            check_standing(ENDS, day)
        else:
            with pytest.raises(type(refusal())) as refused:
                check_standing(ENDS, day)
            assert refused.value.code == refusal().code
