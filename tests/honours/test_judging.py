"""Judging: who may, until when, whom not, what is kept of it, and that nobody learns what another gave."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from backend import clock
from backend.awards.models import Season, SeasonMember
from backend.citizens.models import AccessLog
from backend.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from backend.honours import judged_nominee, judging
from backend.honours.models import Judgement
from backend.nominations.models import Nominee
from backend.staff.models import AuditEvent, StaffUser
from backend.staff.permissions import Staff, staff_of
from tests import factories
from tests.factories import COUSIN, NEIGHBOUR, VAULT
from tests.honours.judging_season import a_member, a_nomination, a_nominee, a_season, gives, seated
from tests.reviewers import reviewer
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]
MARKS = {"deeds": 30, "effect": 20, "lasting": 10}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    """Judged from Sunday 2026-11-22 to Thursday the 26th."""
    return await a_season()


@pytest.fixture
async def judge(season: Season) -> Staff:
    return await a_member(season)


async def refused(staff: Staff, nominee_id: UUID, kind: type[DomainError]) -> str:
    """With which code she neither sees, judges nor sits out for somebody."""
    codes = set()
    for deed in (
        judged_nominee.open_nominee(VAULT, staff, nominee_id),
        judging.give(VAULT, staff, nominee_id, MARKS),
        judging.declare_interest(VAULT, staff, nominee_id, "亲戚"),
    ):
        with pytest.raises(kind) as refusal:
            await deed
        codes.add(refusal.value.code)
    assert len(codes) == 1, codes
    return codes.pop()


@on_sqlite
class TestWhoJudges:
    async def test_a_judge_of_another_season_is_told_nothing(self, season: Season) -> None:
        nominee = await a_nominee(season)
        elsewhere = await a_member(await a_season(), "judge-2")
        assert await refused(elsewhere, nominee.id, NotFound) == "nominee_not_found"
        with pytest.raises(NotFound):
            await judging.seat_in(elsewhere, season.id)
        assert await refused(elsewhere, uuid7(), NotFound) == "nominee_not_found", "as of nobody at all"

    async def test_a_moderator_does_not_judge_even_with_a_seat(self, season: Season) -> None:
        moderator = await reviewer("moderator-1", roles=("moderator",))
        await seated(season, moderator.user)
        assert await refused(moderator, (await a_nominee(season)).id, Forbidden) == "not_permitted"

    async def test_who_is_not_known_as_a_citizen_judges_nobody(self, season: Season, judge: Staff) -> None:
        await StaffUser.filter(id=judge.id).update(own_number_digest=None)
        unknown = await staff_of(await StaffUser.get(id=judge.id))
        assert await refused(unknown, (await a_nominee(season)).id, Forbidden) == "own_number_needed"
        with pytest.raises(Forbidden):
            await judging.seats_of(unknown)

    async def test_her_seasons_are_those_that_are_published(self, season: Season, judge: Staff) -> None:
        draft = await a_season(state="draft")
        await seated(draft, judge.user)
        await a_season()
        assert [each.season.id for each in await judging.seats_of(judge)] == [season.id]
        with pytest.raises(NotFound):
            await judging.seat_in(judge, draft.id)

    @pytest.mark.parametrize(
        ("moment", "open"),
        [
            ("2026-11-21 23:59", False),
            ("2026-11-22 00:00", True),
            ("2026-11-26 23:59", True),
            ("2026-11-27 00:00", False),
        ],
    )
    async def test_from_the_first_day_to_the_end_of_the_last(
        self, season: Season, judge: Staff, clock_at: ClockAt, moment: str, open: bool
    ) -> None:
        nominee = await a_nominee(season)
        with clock_at(moment):
            if open:
                await judging.give(VAULT, judge, nominee.id, MARKS)
            else:
                with pytest.raises(Conflict) as refusal:
                    await judging.give(VAULT, judge, nominee.id, MARKS)
                assert refusal.value.code == "season_not_open"
        assert await Judgement.all().count() == open


@on_sqlite
class TestMarks:
    async def test_marks_are_given_changed_and_kept_with_a_hidden_comment(self, season: Season, judge: Staff) -> None:
        nominee = await a_nominee(season)
        await judging.give(VAULT, judge, nominee.id, MARKS, "事迹真实")
        await judging.give(VAULT, judge, nominee.id, MARKS | {"deeds": 40}, "事迹感人")
        (kept,) = await Judgement.all()
        assert (kept.marks, kept.sits_out) == (MARKS | {"deeds": 40}, False)
        assert judging.words_of(VAULT, kept) == "事迹感人"
        assert "事迹感人".encode() not in (kept.words_hidden or b"")
        told = await AuditEvent.filter(action="judge.give").values_list("about", "detail")
        assert told == [(f"nominee:{nominee.id}", {})] * 2, "an auditor sees no marks either"

    @pytest.mark.parametrize(
        ("marks", "words", "field"),
        [
            ({**MARKS, "deeds": 41}, "", "marks.deeds"),
            ({"deeds": 1, "effect": 1}, "", "marks.lasting"),
            ({**MARKS, "looks": 1}, "", "marks.looks"),
            (MARKS, "很" * 501, "words"),
        ],
    )
    async def test_what_cannot_be_is_refused_by_field(
        self, season: Season, judge: Staff, marks: dict[str, int], words: str, field: str
    ) -> None:
        nominee = await a_nominee(season)
        with pytest.raises(Invalid) as refusal:
            await judging.give(VAULT, judge, nominee.id, marks, words)
        assert [each.field for each in refusal.value.fields] == [field]
        assert await Judgement.all().count() == await AuditEvent.all().count() == 0

    async def test_who_stepped_down_is_judged_no_more(self, season: Season, judge: Staff) -> None:
        nominee = await a_nominee(season)
        await gives(judge, nominee, 30)
        await Nominee.filter(id=nominee.id).update(state="stepped_down")
        assert await refused(judge, nominee.id, Conflict) == "nominee_not_to_judge"
        seat = await judging.seat_in(judge, season.id)
        assert await judged_nominee.lines_of(VAULT, judge, seat) == []

    async def test_taken_off_the_committee_she_judges_no_more(self, season: Season, judge: Staff) -> None:
        nominee = await a_nominee(season)
        seat = await judging.seat_in(judge, season.id)
        await SeasonMember.filter(id=seat.member.id).delete()
        assert await refused(judge, nominee.id, NotFound) == "nominee_not_found"


@on_sqlite
class TestSittingOut:
    async def test_her_marks_are_dropped_and_she_sees_no_more(self, season: Season, judge: Staff) -> None:
        nominee = await a_nominee(season)
        await gives(judge, nominee, 40, words="我的表弟")
        await judging.declare_interest(VAULT, judge, nominee.id, "他是我的表弟")
        (kept,) = await Judgement.all()
        assert (kept.marks, kept.sits_out) == ({}, True)
        for deed in (
            judged_nominee.open_nominee(VAULT, judge, nominee.id),
            judging.give(VAULT, judge, nominee.id, MARKS),
        ):
            with pytest.raises(Conflict, match="sits_out"):
                await deed
        await judging.declare_interest(VAULT, judge, nominee.id, "说第二次")
        assert judging.words_of(VAULT, await Judgement.get()) == "他是我的表弟"

    @pytest.mark.parametrize("words", ["", "亲", "亲" * 201])
    async def test_why_is_said(self, season: Season, judge: Staff, words: str) -> None:
        nominee = await a_nominee(season)
        with pytest.raises(Invalid):
            await judging.declare_interest(VAULT, judge, nominee.id, words)
        assert await Judgement.all().count() == 0

    @pytest.mark.parametrize("how", ["herself", "nominated", "for her unit"])
    async def test_nobody_judges_herself_or_whom_she_nominated(self, season: Season, how: str) -> None:
        _, citizen = await factories.bound_citizen(NEIGHBOUR)
        judge = await reviewer("judge-7", roles=("judge",), own_number=NEIGHBOUR.number)
        await seated(season, judge.user)
        nominee = await a_nominee(season, citizen=citizen if how == "herself" else None)
        if how != "herself":
            by_unit = how == "for her unit"
            await a_nomination(nominee, by=None if by_unit else citizen, staff=judge if by_unit else None)
        for deed in (
            judged_nominee.open_nominee(VAULT, judge, nominee.id),
            judging.give(VAULT, judge, nominee.id, MARKS),
        ):
            with pytest.raises(Forbidden, match="own_interest"):
                await deed
        (line,) = await judged_nominee.lines_of(VAULT, judge, await judging.seat_in(judge, season.id))
        assert line.given == "own"
        await judging.declare_interest(VAULT, judge, nominee.id, "本人")
        assert (await Judgement.get()).sits_out


@both_databases
async def test_of_two_pages_at_once_there_is_one_judgement_and_sitting_out_wins(season: Season, judge: Staff) -> None:
    nominee = await a_nominee(season)
    await asyncio.gather(*(gives(judge, nominee, deeds) for deeds in (10, 20, 30)))
    assert await Judgement.all().count() == 1
    both = (gives(judge, nominee, 40), judging.declare_interest(VAULT, judge, nominee.id, "亲戚"))
    said = await asyncio.gather(*both, return_exceptions=True)
    assert not isinstance(said[1], Exception)
    (kept,) = await Judgement.all()
    assert (kept.sits_out, kept.marks) == (True, {})
    assert clock.now() - kept.at < timedelta(minutes=1)


@both_databases
async def test_looks_at_two_who_nominated_each_other_do_not_wait_for_each_other(season: Season) -> None:
    people = [(await factories.bound_citizen(each))[1] for each in (NEIGHBOUR, COUSIN)]
    nominees = [await a_nominee(season, citizen=each) for each in people]
    for nominee, nominator in zip(nominees, reversed(people), strict=True):
        await a_nomination(nominee, by=nominator)
    judges = [await a_member(season, f"judge-{number}") for number in range(4)]
    looks = [judged_nominee.open_nominee(VAULT, judge, each.id) for judge in judges for each in nominees]
    assert len(await asyncio.gather(*looks)) == 8
    assert await AccessLog.all().count() == 16
