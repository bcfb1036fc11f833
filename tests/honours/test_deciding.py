"""The decision: the chair's, after the judging, once, with reasons; ties and absences are explained, states follow."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest

from backend import clock
from backend.awards import seasons
from backend.awards.models import Season, SeasonChange, SeasonMember
from backend.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from backend.honours import deciding, judge_board
from backend.nominations.models import Nominee, NomineeConsent, NomineeStep
from backend.staff.models import AuditEvent
from backend.staff.permissions import Staff
from tests.factories import VAULT
from tests.honours.judging_season import REASONS, a_member, a_nominee, a_season, gives, judging_ends
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]
TIE = "二人同分，委员会重新讨论后按坚持的年数选定。"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    """One may be honoured; the judging ends on Thursday 2026-11-26, the notice is to begin on Monday the 30th."""
    return await a_season(quota=1, notice_from=date(2026, 11, 30), notice_until=date(2026, 12, 7))


@pytest.fixture
async def chair(season: Season) -> Staff:
    return await a_member(season, "judge-1", chair=True)


@pytest.fixture
async def best(season: Season, chair: Staff) -> Nominee:
    """石大山, whom the chair gave 80."""
    nominee = await a_nominee(season)
    await gives(chair, nominee, 40)
    return nominee


@pytest.fixture
async def second(season: Season, chair: Staff, best: Nominee) -> Nominee:
    """段小河, whom the chair gave 60; and the judging is over."""
    nominee = await a_nominee(season, "段小河")
    await gives(chair, nominee, 20)
    await judging_ends(season)
    return nominee


async def decide(staff: Staff, season: Season, *chosen: Nominee, **said: Any) -> Season:
    words = {"version": season.version, "reasons": REASONS, **said}
    return await deciding.decide(VAULT, staff, season.id, chosen=[each.id for each in chosen], **words)


async def refused(kind: type[DomainError], *deed: Any, **said: Any) -> DomainError:
    with pytest.raises(kind) as refusal:
        await decide(*deed, **said)
    assert await Season.filter(decided_at=None).count() == 1
    assert await Nominee.filter(state="agreed").count() == await Nominee.all().count()
    assert await AuditEvent.filter(action="season.decide").count() == await NomineeStep.all().count() == 0
    return refusal.value


def faulty(refusal: DomainError) -> list[str]:
    return [each.field for each in refusal.fields]


@on_sqlite
class TestWhoAndWhen:
    async def test_a_stranger_and_a_member_who_is_not_the_chair_decide_nothing(
        self, season: Season, best: Nominee, second: Nominee
    ) -> None:
        assert (await refused(NotFound, await a_stranger(), season, best)).code == "season_not_found"
        await gives_all(member := await a_member(season, "judge-2"), season)
        assert (await refused(Forbidden, member, season, best)).code == "not_the_chair"

    async def test_not_before_the_last_day_of_judging_is_over(
        self, season: Season, chair: Staff, best: Nominee, clock_at: ClockAt
    ) -> None:
        with clock_at("2026-11-26 23:59"):
            assert (await refused(Conflict, chair, season, best)).code == "season_not_open"
        with clock_at("2026-11-27 00:00"):
            assert seasons.phase(await decide(chair, season, best)) == "decided"

    async def test_an_old_page_decides_nothing(
        self, season: Season, chair: Staff, best: Nominee, second: Nominee
    ) -> None:
        await Season.filter(id=season.id).update(version=season.version + 1)
        assert (await refused(Conflict, chair, season, best)).code == "season_changed"

    async def test_a_stopped_season_is_not_decided(self, season: Season, chair: Staff, best: Nominee) -> None:
        await Season.filter(id=season.id).update(state="cancelled")
        assert (await refused(NotFound, chair, season, best)).code == "season_not_found"

    async def test_it_is_decided_once(self, season: Season, chair: Staff, best: Nominee, second: Nominee) -> None:
        decided = await decide(chair, season, best)
        with pytest.raises(Conflict, match="season_decided"):
            await decide(chair, decided, second)
        assert (await Nominee.get(id=second.id)).state == "passed_over"


@on_sqlite
class TestWhatIsDecided:
    async def test_who_is_chosen_and_who_is_not_with_hidden_reasons(
        self, season: Season, chair: Staff, best: Nominee, second: Nominee
    ) -> None:
        decided = await decide(chair, season, best)
        assert (decided.decided_at, decided.decided_by_id, decided.version) == (clock.now(), chair.id, 2)
        assert deciding.decision_of(VAULT, decided) == deciding.Decision(reasons=REASONS)
        assert REASONS.encode() not in (decided.decision_hidden or b"")
        states = {each.id: (each.state, each.version) for each in await Nominee.all()}
        assert states == {best.id: ("chosen", 2), second.id: ("passed_over", 2)}
        steps = await NomineeStep.all().order_by("kind").values_list("nominee_id", "kind", "staff_id")
        assert steps == [(best.id, "chosen", chair.id), (second.id, "passed_over", chair.id)]
        (event,) = await AuditEvent.filter(action="season.decide")
        assert (event.about, event.detail) == (f"season:{season.id}", {"chosen": "1", "absent": "0"})

    async def test_the_committee_may_choose_nobody(
        self, season: Season, chair: Staff, best: Nominee, second: Nominee
    ) -> None:
        await decide(chair, season)
        assert await Nominee.filter(state="passed_over").count() == 2

    async def test_the_average_informs_and_does_not_decide(
        self, season: Season, chair: Staff, best: Nominee, second: Nominee
    ) -> None:
        await decide(chair, season, second)
        assert (await Nominee.get(id=second.id)).state == "chosen"
        assert (await AuditEvent.get(action="season.decide")).detail["out_of_line"] == "1"

    @pytest.mark.parametrize("reasons", ["", "事迹真实", "由" * 1001])
    async def test_reasons_are_needed(
        self, season: Season, chair: Staff, best: Nominee, second: Nominee, reasons: str
    ) -> None:
        assert faulty(await refused(Invalid, chair, season, best, reasons=reasons)) == ["reasons"]

    async def test_no_more_than_the_quota(self, season: Season, chair: Staff, best: Nominee, second: Nominee) -> None:
        assert faulty(await refused(Invalid, chair, season, best, second)) == ["chosen"]

    async def test_a_tie_is_broken_with_words(self, season: Season, chair: Staff, best: Nominee) -> None:
        await gives(chair, await a_nominee(season, "同分人"), 40)
        await judging_ends(season)
        assert faulty(await refused(Invalid, chair, season, best)) == ["tie_words"]
        decision = deciding.decision_of(VAULT, await decide(chair, season, best, tie_words=TIE))
        assert decision is not None
        assert decision.tie_words == TIE

    async def test_who_has_not_judged_is_noted_with_a_reason(
        self, season: Season, chair: Staff, best: Nominee, second: Nominee
    ) -> None:
        await a_member(season, "judge-2")
        member = await SeasonMember.get(staff__username="judge-2")
        assert faulty(await refused(Invalid, chair, season, best)) == [f"absent.{member.id}"]
        decided = await decide(chair, season, best, absent={member.id: "出差"})
        decision = deciding.decision_of(VAULT, decided)
        assert decision is not None
        assert decision.absent == {str(member.id): "出差"}

    async def test_who_has_judged_is_not_absent(
        self, season: Season, chair: Staff, best: Nominee, second: Nominee
    ) -> None:
        member = await SeasonMember.get(staff_id=chair.id)
        assert faulty(await refused(Invalid, chair, season, best, absent={member.id: "出差"})) == ["absent"]


@on_sqlite
class TestWhoCannotBeChosen:
    async def test_who_stepped_down_meanwhile(
        self, season: Season, chair: Staff, best: Nominee, second: Nominee
    ) -> None:
        await Nominee.filter(id=best.id).update(state="stepped_down")
        with pytest.raises(Conflict, match="nominees_changed"):
            await decide(chair, season, best)
        assert (await Nominee.get(id=second.id)).state == "agreed"

    async def test_who_took_back_the_consent_to_publication(
        self, season: Season, chair: Staff, best: Nominee, second: Nominee
    ) -> None:
        await NomineeConsent.create(nominee_id=best.id, kind="publication", given=False, at=clock.now())
        assert (await refused(Conflict, chair, season, best)).code == "nominees_changed"
        await decide(chair, season, second)
        assert "out_of_line" not in (await AuditEvent.get(action="season.decide")).detail

    async def test_a_nominee_of_another_season(
        self, season: Season, chair: Staff, best: Nominee, second: Nominee
    ) -> None:
        other = await a_nominee(await a_season())
        with pytest.raises(Conflict, match="nominees_changed"):
            await decide(chair, season, other)

    async def test_whom_nobody_judged(self, season: Season, chair: Staff) -> None:
        nominee = await a_nominee(season)
        await judging_ends(season)
        member = await SeasonMember.get(staff_id=chair.id)
        assert faulty(await refused(Invalid, chair, season, nominee, absent={member.id: "生病"})) == ["chosen"]


@on_sqlite
class TestTheNotice:
    @pytest.mark.parametrize(
        ("moment", "first", "last"),
        [
            ("2026-11-27 09:00", date(2026, 11, 30), date(2026, 12, 7)),
            ("2026-11-30 09:00", date(2026, 11, 30), date(2026, 12, 7)),
            ("2026-12-02 09:00", date(2026, 12, 2), date(2026, 12, 9)),
        ],
    )
    async def test_a_late_decision_moves_it_for_everybody_to_see(
        self, season: Season, chair: Staff, best: Nominee, clock_at: ClockAt, moment: str, first: date, last: date
    ) -> None:
        with clock_at(moment):
            decided = await decide(chair, season, best)
            assert (decided.notice_from, decided.notice_until) == (first, last)
            assert seasons.phase(decided) == ("notice" if clock.today() >= first else "decided")
        assert await SeasonChange.all().count() == (first != date(2026, 11, 30))


@both_databases
async def test_two_decisions_at_once_are_one(season: Season, chair: Staff, best: Nominee, second: Nominee) -> None:
    both = (decide(chair, season, best), decide(chair, season, second))
    said = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in said) == ["Conflict", "Season"]
    assert await Nominee.filter(state="chosen").count() == 1
    assert await NomineeStep.all().count() == 2
    board = await judge_board.open_board(VAULT, chair, season.id)
    assert {each.state for each in board.rows} == {"chosen", "passed_over"}
    assert board.decision is not None


async def a_stranger() -> Staff:
    return await a_member(await a_season(decided_at=clock.now()), "judge-9", chair=True)


async def gives_all(staff: Staff, season: Season) -> None:
    """She has given everybody marks, in time."""
    until = (await Season.get(id=season.id)).judge_until
    await Season.filter(id=season.id).update(judge_until=clock.today())
    for each in await Nominee.filter(season_id=season.id):
        await gives(staff, each, 1)
    await Season.filter(id=season.id).update(judge_until=until)
