"""What a member sees: a list that identifies nobody, and one nominee once her look is logged; never others' marks."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from backend.awards.models import Season
from backend.citizens.models import AccessLog
from backend.errors import Conflict
from backend.honours import judged_nominee, judging
from backend.nominations.models import Nominee
from backend.staff.models import AuditEvent
from backend.staff.permissions import Staff
from tests import factories
from tests.factories import COUSIN, NEIGHBOUR, VAULT
from tests.honours.judging_season import STORY, WORDS, a_member, a_nomination, a_nominee, a_season, gives

ClockAt = Callable[[str], AbstractContextManager[None]]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    """Judged from Sunday 2026-11-22 to Thursday the 26th."""
    return await a_season()


@pytest.fixture
async def judge(season: Season) -> Staff:
    return await a_member(season)


async def test_the_list_identifies_nobody_and_tells_her_own_marks_only(season: Season, judge: Staff) -> None:
    first, second = await a_nominee(season), await a_nominee(season, "段小河")
    other = await a_member(season, "judge-2")
    await gives(other, first, 40)
    await gives(judge, second, 30)
    lines = await judged_nominee.lines_of(VAULT, judge, await judging.seat_in(judge, season.id))
    shown = [(each.masked_name, each.given, each.total) for each in lines]
    assert shown == [("石**", "waiting", None), ("段**", "given", 70)]
    assert "石大山" not in repr(lines)
    assert await AccessLog.all().count() == 0


async def test_one_is_opened_by_a_look_that_she_and_her_nominators_can_read_of(season: Season, judge: Staff) -> None:
    _, citizen = await factories.bound_citizen(NEIGHBOUR)
    _, nominator = await factories.bound_citizen(COUSIN)
    nominee = await a_nominee(season, citizen=citizen)
    nomination = await a_nomination(nominee, by=nominator)
    await gives(await a_member(season, "judge-2"), nominee, 40)
    opened = await judged_nominee.open_nominee(VAULT, judge, nominee.id)
    assert opened.about is not None
    assert (opened.about.name, opened.about.story, opened.mine) == ("石大山", STORY, None)
    assert [tuple(each) for each in opened.said] == [("邻居", WORDS)]
    assert COUSIN.name not in repr(opened), "never who nominated"
    looks = await AccessLog.all().order_by("purpose").values_list("citizen_id", "purpose", "about", "reader_name")
    assert looks == [
        (nominator.id, "nomination_judging", f"nomination:{nomination.id}", judge.user.name),
        (citizen.id, "nominee_judging", f"nominee:{nominee.id}", judge.user.name),
    ]
    assert await AuditEvent.filter(action="judge.look", about=f"nominee:{nominee.id}").count() == 1


@pytest.mark.parametrize(
    ("known", "consents", "passed", "word"),
    [
        (True, ("credit_check",), True, "通过"),
        (True, ("credit_check",), False, "未通过"),
        (True, ("credit_check",), None, "尚未核查"),
        (True, (), True, "本人未同意核查"),
        (False, ("credit_check",), None, "本人身份未登记，无法核查"),
    ],
)
async def test_of_the_credit_check_there_is_one_word(
    season: Season, judge: Staff, known: bool, consents: tuple[str, ...], passed: bool | None, word: str
) -> None:
    citizen = (await factories.bound_citizen(NEIGHBOUR))[1] if known else None
    nominee = await a_nominee(season, citizen=citizen, consents=consents)
    await Nominee.filter(id=nominee.id).update(credit_passed=passed)
    assert (await judged_nominee.open_nominee(VAULT, judge, nominee.id)).credit == word


async def test_while_the_committee_deliberates_she_reads_and_gives_nothing(
    season: Season, judge: Staff, clock_at: ClockAt
) -> None:
    nominee = await a_nominee(season)
    with clock_at("2026-11-27 09:00"):
        assert not (await judged_nominee.open_nominee(VAULT, judge, nominee.id)).may_judge
    with clock_at("2026-11-21 09:00"), pytest.raises(Conflict, match="season_not_open"):
        await judged_nominee.open_nominee(VAULT, judge, nominee.id)


async def test_the_chair_sees_how_far_everybody_is_and_no_marks(season: Season, judge: Staff) -> None:
    await a_member(season, "judge-2", chair=True)
    await gives(judge, await a_nominee(season), 33)
    await a_nominee(season, "段小河")
    progress = await judged_nominee.progress_of(season.id)
    assert [tuple(each) for each in progress] == [("审核2", 0, 2), ("审核1", 1, 2)]
