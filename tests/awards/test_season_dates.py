"""Dates move forward only, before their day, with a reason for everybody, and nobody's time gets shorter."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest

from backend import clock
from backend.awards import season_dates, seasons
from backend.awards.date_rules import check, completed, moved
from backend.awards.models import Season, SeasonChange
from backend.awards.phases import Dates, notice_end
from backend.database import transaction
from backend.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from backend.staff.models import AuditEvent
from backend.workdays import workdays_left
from tests.running_app import both_databases
from tests.season_factories import a_draft, a_season, days, moderator, staff_user
from tests.test_charter import ClockAt

TODAY = date(2026, 11, 23)
WHY = "大雪封路，多留一些时间。"
DATES = completed(days(TODAY), "judged")  # 11-23 – 12-06, judged 12-13 – 12-22, notice 12-24 – 12-31


def faults(changes: dict[str, date], today: date = TODAY, dates: Dates = DATES) -> dict[str, str]:
    return {each.field: each.code for each in moved(dates, changes, today)[1]}


class TestTheRules:
    def test_a_week_of_nominating_is_the_least(self) -> None:
        for last, codes in ((TODAY + timedelta(days=5), ["too_short"]), (TODAY + timedelta(days=6), [])):
            found = check(DATES._replace(nominate_until=last), TODAY)
            assert [each.code for each in found] == codes

    def test_the_phases_follow_each_other(self) -> None:
        for name, day in (
            ("judge_from", DATES.nominate_until),
            ("judge_until", date(2026, 12, 12)),
            ("notice_from", DATES.judge_until),
        ):
            found = check(DATES._replace(**{name: day}), TODAY)
            assert [(each.field, each.code) for each in found][:1] == [(name, "wrong_order")]
        assert check(DATES, TODAY) == []
        assert check(DATES._replace(judge_from=date(2026, 12, 7)), TODAY) == [], "the very next day"

    def test_a_mistyped_year_is_noticed(self) -> None:
        found = check(DATES._replace(notice_from=date(2036, 12, 24), notice_until=None), TODAY)
        assert [each.code for each in found] == ["too_long"]

    def test_no_day_moves_backwards_nor_stands_still(self) -> None:
        for name in ("nominate_until", "judge_from", "judge_until", "notice_from"):
            for step in (-1, 0):
                day = getattr(DATES, name) + timedelta(days=step)
                assert faults({name: day}) == {name: "not_later"}

    def test_a_day_that_has_come_does_not_move(self) -> None:
        later = date(2027, 1, 20)
        assert faults({"nominate_from": later}) == {"nominate_from": "already_begun"}, "it begins today"
        assert faults({"judge_from": later}, date(2026, 12, 13)) == {"judge_from": "already_begun"}
        assert faults({"nominate_until": date(2026, 12, 12)}, DATES.nominate_until) == {}, "the last day still runs"
        assert faults({"nominate_until": date(2026, 12, 12)}, date(2026, 12, 7)) == {"nominate_until": "already_begun"}

    def test_a_later_beginning_takes_nobodys_time(self) -> None:
        ahead = completed(days(date(2026, 12, 1)), "judged")
        assert faults({"nominate_from": date(2026, 12, 3)}, dates=ahead) == {"nominate_until": "shorter"}
        both = {"nominate_from": date(2026, 12, 3), "nominate_until": date(2026, 12, 16)}
        assert faults(both, dates=ahead) == {}
        assert faults({"judge_from": date(2026, 12, 14)}) == {"judge_until": "shorter"}

    def test_what_runs_into_the_next_phase_is_refused_there(self) -> None:
        assert faults({"nominate_until": date(2026, 12, 13)}) == {"judge_from": "wrong_order"}
        assert faults({"judge_until": date(2026, 12, 24)}) == {"notice_from": "wrong_order"}

    def test_the_notice_keeps_its_working_days_when_it_moves(self) -> None:
        autumn = Dates(*(date(2026, 9, each) for each in (1, 10, 14, 18, 21)), notice_end(date(2026, 9, 21)))
        after, found = moved(autumn, {"notice_from": date(2026, 9, 30)}, date(2026, 9, 11))
        assert (found, after.notice_until) == ([], date(2026, 10, 13)), "over 国庆 and a worked Saturday"
        longer = autumn._replace(notice_until=notice_end(date(2026, 9, 21), 8))
        after, _ = moved(longer, {"notice_from": date(2026, 9, 30)}, date(2026, 9, 11))
        assert workdays_left(date(2026, 9, 30), after.notice_until or TODAY) == 8

    def test_a_notice_may_last_longer_and_never_less_than_five_working_days(self) -> None:
        assert faults({"notice_until": date(2027, 1, 5)}, date(2026, 12, 31)) == {}
        both = {"notice_from": date(2026, 12, 28), "notice_until": date(2027, 1, 1)}
        assert faults(both)["notice_until"] in {"too_short", "shorter"}

    def test_a_lead_has_no_days_beyond_nominating(self) -> None:
        lead = completed(days(TODAY), "referred")
        assert faults({"judge_from": date(2027, 1, 1)}, dates=lead) == {"judge_from": "no_such_day"}
        assert faults({"nominate_until": date(2026, 12, 20)}, dates=lead) == {}


@pytest.fixture
async def desk(monday: None, database: None) -> None:
    """Monday morning, 2026-11-23, at the county's desks."""


@pytest.mark.usefixtures("desk")
class TestMoving:
    async def test_only_the_owners_moderator_moves_and_only_what_is_published(self) -> None:
        season, draft = await a_season(), await a_draft(name="草稿")
        later = {"nominate_until": date(2026, 12, 10)}
        with pytest.raises(Forbidden):
            await season_dates.move(await staff_user("wmb-editor", ["editor"]), season.id, later, WHY, season.version)
        for staff, season_id in ((await moderator("xcb-moderator", "XCB"), season.id), (await moderator(), uuid4())):
            with pytest.raises(NotFound):
                await season_dates.move(staff, season_id, later, WHY, season.version)
        with pytest.raises(Conflict) as refused:
            await season_dates.move(await moderator(), draft.id, later, WHY, draft.version)
        assert refused.value.code == "season_not_published"
        assert await SeasonChange.all().count() == 0

    async def test_a_move_stands_with_before_after_and_reason_for_everybody(self) -> None:
        season = await a_season()
        days_said = {"nominate_until": date(2026, 12, 10), "judge_from": season.judge_from or TODAY}
        moved_season = await season_dates.move(await moderator(), season.id, days_said, WHY, season.version)
        assert (moved_season.nominate_until, moved_season.version) == (date(2026, 12, 10), season.version + 1)
        (change,) = await season_dates.changes_of(season.id)
        assert change.before == {"nominate_until": "2026-12-06"}
        assert change.after == {"nominate_until": "2026-12-10"}
        assert change.reason == WHY
        event = await AuditEvent.get(action="season.move")
        assert (event.about, event.detail) == (f"season:{season.id}", {"dates": "nominate_until"})

    async def test_all_that_is_wrong_is_said_at_once_and_nothing_moves(self) -> None:
        season = await a_season()
        changes = {"nominate_until": date(2026, 12, 1), "judge_from": date(2026, 12, 1)}
        with pytest.raises(Invalid) as refused:
            await season_dates.move(await moderator(), season.id, changes, "雪", season.version)
        assert {each.field for each in refused.value.fields} == {"nominate_until", "judge_from", "reason"}
        with pytest.raises(Invalid) as refused:
            await season_dates.move(await moderator(), season.id, {}, WHY, season.version)
        assert [each.code for each in refused.value.fields] == ["nothing_moved"]
        assert seasons.dates_of(await Season.get()) == seasons.dates_of(season)

    async def test_which_days_may_move_shrinks_with_time(self, clock_at: ClockAt) -> None:
        season = await a_season(dates=days(TODAY + timedelta(days=1)))
        names = list(season_dates.NAMES)
        for moment, first in (("2026-11-23 09:00", 0), ("2026-11-24 00:00", 1), ("2026-12-08 00:00", 2)):
            with clock_at(moment):
                assert season_dates.may_move(season) == names[first:]
        season.announced_at = clock.now()
        assert season_dates.may_move(season) == []

    @both_databases
    async def test_of_two_who_move_from_one_page_one_does(self) -> None:
        season, staff = await a_season(), await moderator()

        async def tried(day: date) -> str:
            try:
                await season_dates.move(staff, season.id, {"nominate_until": day}, WHY, season.version)
            except DomainError as error:
                return error.code
            return "done"

        done = await asyncio.gather(*(tried(date(2026, 12, each)) for each in (8, 9, 10, 11)))
        assert sorted(done) == ["done", *["season_changed"] * 3]
        assert await SeasonChange.all().count() == 1

    async def test_a_late_decision_moves_the_notice_and_an_early_one_does_not(self, clock_at: ClockAt) -> None:
        season, staff = await a_season(), await moderator()
        before = seasons.dates_of(season)
        async with transaction():
            assert await season_dates.moved_to_notice(staff, season, date(2026, 12, 24)) == before
        assert await SeasonChange.all().count() == 0
        with clock_at("2026-12-30 16:00"):
            async with transaction():
                after = await season_dates.moved_to_notice(staff, season, clock.today())
            assert (after.notice_from, after.notice_until) == (date(2026, 12, 30), date(2027, 1, 6))
            assert seasons.dates_of(await Season.get()) == after == seasons.dates_of(season)
            (change,) = await season_dates.changes_of(season.id)
            assert change.reason == season_dates.LATE
