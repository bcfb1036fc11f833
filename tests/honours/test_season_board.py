"""What a board of seasons says is waiting: each season's own counts, and sentences where somebody has to act."""

from datetime import date, timedelta
from typing import Any

import pytest

from backend import clock
from backend.awards.models import Season
from backend.honours.models import Objection
from backend.honours.season_board import Waiting, tasks_of, waiting_of
from backend.nominations.models import Nomination, Nominee
from tests.on_sqlite import pytest_generate_tests
from tests.running_app import both_databases
from tests.season_factories import a_draft, a_season, judge, seated
from tests.test_charter import ClockAt

__all__ = ["pytest_generate_tests"]
SEATED = {"members": 3, "chair": True}


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning, 2026-11-23, at the county's desks."""


def said(season: Season, **waiting: Any) -> list[str]:
    return [each.desk for each in tasks_of(season, Waiting(**waiting))]


@both_databases
async def test_each_season_is_counted_by_itself() -> None:
    mine, other, now = await a_season(), await a_season(name="另一届"), clock.now()
    await seated(mine, await judge())
    about = {"season_id": mine.id, "created_at": now, "changed_at": now}
    for number, state in enumerate(("waiting", "waiting", "appealed", "accepted", "draft", "refused")):
        await Nomination.create(number=f"2026-00000{number}", state=state, **about)
    for number, minutes in enumerate((30, 0, -1)):
        until = now + timedelta(minutes=minutes)
        await Nomination.create(number=f"2026-20000{number}", state="checking", check_until=until, **about)
    for state in ("gathered", "asked", "asked", "agreed", "declined"):
        nominee = await Nominee.create(state=state, township="下汤镇", **about)
    for number, state in enumerate(("waiting", "refused")):
        told = {"nominee_id": nominee.id, "season_id": mine.id, "words_hidden": b"x", "at": now}
        await Objection.create(number=f"2026-10000{number}", state=state, **told)
    counted = await waiting_of([mine.id, other.id])
    assert counted[mine.id] == Waiting(
        unchecked=5, at_wechat=1, unasked=1, unanswered=2, agreed=1, objections=1, members=1, chair=True
    )
    assert counted[other.id] == Waiting()
    assert await waiting_of([]) == {}


async def test_time_alone_moves_a_season_on_for_which_nothing_waits(clock_at: ClockAt) -> None:
    season = await a_season()
    for moment in ("2026-11-23 09:00", "2026-12-07 00:00", "2026-12-13 00:00"):
        with clock_at(moment):
            assert said(season, **SEATED) == []
            assert said(season, unchecked=2, unasked=1, unanswered=1, **SEATED) == [
                "nominations",
                "nominees",
                "nominees",
            ]
            assert said(season) == ["committee"]
            assert said(season, members=3) == ["committee"], "nobody could write down the decision"


async def test_after_judging_the_chair_is_waited_for_and_said_to_be_late(clock_at: ClockAt) -> None:
    season = await a_season()
    for moment, late in (("2026-12-23 09:00", False), ("2026-12-24 00:00", True)):
        with clock_at(moment):
            (task,) = tasks_of(season, Waiting(members=3, chair=True))
            assert task.desk == "judging"
            assert ("顺延" in task.sentence) == late


async def test_an_open_objection_stands_between_the_notice_and_the_result(clock_at: ClockAt) -> None:
    season = await a_season()
    season.decided_at = clock.now()
    for moment, without in (("2026-12-24 09:00", []), ("2026-12-31 23:59", []), ("2027-01-01 00:00", ["results"])):
        with clock_at(moment):
            assert said(season, objections=1) == ["objections"]
            assert said(season) == without
    season.announced_at = clock.now()
    assert said(season, objections=1) == []


async def test_a_draft_waits_for_being_published_and_a_stopped_season_for_nothing() -> None:
    draft = await a_draft()
    assert said(draft, **SEATED) == ["dates"]
    draft.state = "cancelled"
    assert said(draft, unchecked=3) == []


async def test_leads_are_handed_over_once_everybody_has_answered(clock_at: ClockAt) -> None:
    lead = await a_season(code="youth_medal")
    assert said(lead) == [], "nominating is open"
    with clock_at("2026-12-07 00:00"):
        assert said(lead, agreed=2) == ["leads"]
        assert said(lead, unanswered=1) == ["nominees"]
        assert said(lead, at_wechat=1) == [], "it comes to a moderator by itself"
    assert lead.nominate_until == date(2026, 12, 6)
