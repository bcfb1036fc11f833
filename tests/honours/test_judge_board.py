"""The board: closed until the judging is over, then averages, spread, ties and who is missing; not for who sits out."""

from fractions import Fraction

import pytest

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import AccessLog
from backend.errors import Conflict, Forbidden, NotFound
from backend.honours import judge_board, judging
from backend.honours.judge_board import Row
from backend.nominations.models import Endorsement, Nominee
from backend.staff.models import AuditEvent
from backend.staff.permissions import Staff
from tests import factories
from tests.factories import NEIGHBOUR, VAULT
from tests.honours.judging_season import a_member, a_nominee, a_season, gives, judging_ends
from tests.reviewers import reviewer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    """One may be honoured, and it is being judged."""
    return await a_season(quota=1)


@pytest.fixture
async def chair(season: Season) -> Staff:
    return await a_member(season, "judge-1", chair=True)


@pytest.fixture
async def member(season: Season) -> Staff:
    return await a_member(season, "judge-2")


async def rows_for(staff: Staff, season: Season) -> list[Row]:
    await judging_ends(season)
    return list((await judge_board.open_board(VAULT, staff, season.id)).rows)


async def test_nobody_sees_it_while_anybody_judges_not_even_the_chair(season: Season, chair: Staff) -> None:
    await gives(chair, await a_nominee(season), 40)
    with pytest.raises(Conflict, match="judging_not_over"):
        await judge_board.open_board(VAULT, chair, season.id)
    assert await AccessLog.all().count() == await AuditEvent.filter(action="judge.look").count() == 0


async def test_it_is_the_committees_own(season: Season) -> None:
    await judging_ends(season)
    with pytest.raises(NotFound):
        await judge_board.open_board(VAULT, await a_member(await a_season(), "judge-9"), season.id)
    with pytest.raises(Forbidden):
        await judge_board.open_board(VAULT, await reviewer("moderator-1", roles=("moderator",)), season.id)


async def test_averages_spread_comments_and_who_is_missing(season: Season, chair: Staff, member: Staff) -> None:
    lower, higher = await a_nominee(season), await a_nominee(season, "段小河")
    await gives(chair, lower, 20, words="事迹还不够具体")
    await gives(member, lower, 30)
    await gives(member, higher, 40)
    await a_nominee(season, "无人评")
    rows = await rows_for(chair, season)
    assert [each.name for each in rows] == ["段小河", "石大山", "无人评"]
    first, second, third = (each.tally for each in rows)
    assert (first.judged, first.average) == (1, Fraction(80))
    assert (second.judged, second.average, second.lowest, second.highest) == (2, Fraction(65), 60, 70)
    assert second.deviation == 5
    assert third.average is None
    assert [each.missing for each in rows] == [["审核1"], [], ["审核1", "审核2"]]
    assert rows[1].comments == ["事迹还不够具体"]
    assert not any(each.alike for each in rows)


async def test_endorsements_stand_beside_the_marks_and_move_nobody(season: Season, member: Staff) -> None:
    liked, better = await a_nominee(season), await a_nominee(season, "段小河")
    await gives(member, liked, 10)
    await gives(member, better, 11)
    for number in range(5):
        row = {"nominee_id": liked.id, "season_id": season.id, "citizen_digest": f"{number:064}"}
        await Endorsement.create(at=clock.now(), **row)
    rows = await rows_for(member, season)
    assert [(each.name, each.endorsements) for each in rows] == [("段小河", 0), ("石大山", 5)]


async def test_who_has_not_judged_everybody_is_named(season: Season, chair: Staff, member: Staff) -> None:
    nominee = await a_nominee(season)
    await gives(member, nominee, 10)
    await judging_ends(season)
    board = await judge_board.open_board(VAULT, member, season.id)
    assert list(board.absent.values()) == ["审核1"]
    assert (board.chair, board.decision) == (False, None)


async def test_who_stands_alike_where_the_quota_ends_is_marked(season: Season, member: Staff) -> None:
    for name, deeds in (("甲一", 30), ("乙二", 30), ("丙三", 10)):
        await gives(member, await a_nominee(season, name), deeds)
    assert [(each.name, each.alike) for each in await rows_for(member, season)] == [
        ("甲一", True),
        ("乙二", True),
        ("丙三", False),
    ]


async def test_who_does_not_agree_to_publication_takes_nobodys_place(season: Season, member: Staff) -> None:
    for name, consents in (("甲一", ()), ("乙二", ("publication",)), ("丙三", ("publication",))):
        await gives(member, await a_nominee(season, name, consents=consents), 30)
    rows = {each.name: each for each in await rows_for(member, season)}
    assert [rows[name].may_be_chosen for name in ("甲一", "乙二", "丙三")] == [False, True, True]
    assert [rows[name].alike for name in ("甲一", "乙二", "丙三")] == [False, True, True]


async def test_who_sits_out_sees_a_name_and_no_more(season: Season, chair: Staff, member: Staff) -> None:
    nominee = await a_nominee(season)
    await gives(chair, nominee, 40, words="很好")
    await judging.declare_interest(VAULT, member, nominee.id, "我的表弟")
    await gives(member, await a_nominee(season, "段小河"), 5)
    await gives(chair, await Nominee.get(id__not=nominee.id), 5)
    rows = await rows_for(member, season)
    assert [(each.name, each.shown) for each in rows] == [("段小河", True), ("石大山", False)], (
        "its place tells nothing"
    )
    hidden = rows[-1]
    assert (hidden.tally.judged, hidden.comments, hidden.sat_out, hidden.missing) == (0, [], [], [])
    whole = {each.name: each for each in await rows_for(chair, season)}["石大山"]
    assert (whole.tally.average, whole.comments) == (Fraction(80), ["很好"])


async def test_why_somebody_sits_out_only_the_chair_reads(season: Season, chair: Staff, member: Staff) -> None:
    third = await a_member(season, "judge-3")
    nominee = await a_nominee(season)
    await judging.declare_interest(VAULT, member, nominee.id, "我的表弟")
    (row,) = await rows_for(chair, season)
    assert [(each.name, each.words) for each in row.sat_out] == [("审核2", "我的表弟")]
    (row,) = await rows_for(third, season)
    assert [(each.name, each.words) for each in row.sat_out] == [("审核2", "")]


async def test_who_left_is_not_on_it(season: Season, member: Staff) -> None:
    nominee = await a_nominee(season)
    await gives(member, nominee, 40)
    await Nominee.filter(id=nominee.id).update(state="stepped_down")
    assert await rows_for(member, season) == []


async def test_opening_it_is_one_look_at_everybody_on_it(season: Season, member: Staff) -> None:
    _, citizen = await factories.bound_citizen(NEIGHBOUR)
    await a_nominee(season, citizen=citizen)
    await a_nominee(season, "段小河")
    await rows_for(member, season)
    (look,) = await AccessLog.all()
    assert (look.citizen_id, look.purpose, look.about) == (citizen.id, "nominee_judging", f"season:{season.id}")
    assert await AuditEvent.filter(action="judge.look", about=f"season:{season.id}").count() == 1
