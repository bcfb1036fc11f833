"""The members' desk and the board: who gets in, what a page shows and keeps to itself, and the chair's decision."""

import re
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from backend.awards.models import Season, SeasonMember
from backend.honours.models import Judgement
from backend.nominations.models import Nominee
from backend.staff.models import AuditEvent, StaffUser
from backend.staff.permissions import Staff, staff_of
from tests.console.conftest import Office, Officer
from tests.console.evidence_desk import check_policy
from tests.console.forms import fields_of
from tests.honours.judging_season import (
    REASONS,
    STORY,
    WORDS,
    a_member,
    a_nomination,
    a_nominee,
    a_season,
    gives,
    judging_ends,
    seated,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MARKS = {"deed": "give", "mark-deeds": "35", "mark-effect": "20", "mark-lasting": "25"}


async def at_table(office: Office, season: Season, username: str = "sjj-judge", *, chair: bool = False) -> Officer:
    """A member's browser."""
    officer = await office.signed_in(username, roles=["judge"], name=f"{username}委员")
    assert officer.user is not None
    await seated(season, officer.user, chair=chair)
    return officer


async def staff_at(officer: Officer) -> Staff:
    assert officer.user is not None
    return await staff_of(await StaffUser.get(id=officer.user.id))


def at(nominee_id: UUID, deed: str) -> str:
    return f"/judging/nominees/{nominee_id}/{deed}"


async def test_a_stranger_and_another_role_stay_outside(office: Office) -> None:
    season = await a_season()
    nominee = await a_nominee(season)
    assert (await office.stranger().get(f"/judging/{season.id}")).status_code == 303
    moderator = await office.signed_in("sjj-moderator", roles=["moderator"])
    for deed in ("open", "give", "sit-out"):
        assert (await moderator.post(at(nominee.id, deed), MARKS)).status_code == 403
    for path in (f"/judging/{season.id}/board", f"/judging/{season.id}/decide"):
        assert (await moderator.post(path)).status_code == 403


async def test_a_judge_of_another_season_learns_nothing(office: Office) -> None:
    season, other = await a_season(), await a_season()
    nominee = await a_nominee(season)
    judge = await at_table(office, other)
    assert (await judge.get(f"/judging/{season.id}")).status_code == 404
    for nominee_id in (nominee.id, uuid7()):
        for deed in ("open", "give", "sit-out"):
            assert (await judge.post(at(nominee_id, deed), MARKS | {"interest": "亲戚"})).status_code == 404
            assert "石大山" not in judge.page
    assert (await judge.post(f"/judging/{season.id}/board")).status_code == 404


async def test_her_one_season_opens_at_once_and_of_several_she_chooses(office: Office) -> None:
    season = await a_season()
    judge = await at_table(office, season)
    assert (await judge.get("/judging")).headers["location"] == f"/console/judging/{season.id}"
    second = await a_season()
    assert judge.user is not None
    await seated(second, judge.user)
    await judge.get("/judging")
    assert season.name in judge.page
    assert second.name in judge.page
    check_policy(judge.page)
    guest = await office.signed_in("sjj-new", roles=["judge"])
    await guest.get("/judging")
    assert "还没有担任评审委员" in guest.page


async def test_she_judges_from_the_list_and_changes_it(office: Office) -> None:
    season = await a_season()
    nominee = await a_nominee(season)
    await a_nomination(nominee)
    judge = await at_table(office, season)
    await judge.get(f"/judging/{season.id}")
    check_policy(judge.page)
    assert "石**" in judge.page
    assert "石大山" not in judge.page
    await judge.post(at(nominee.id, "open"))
    check_policy(judge.page)
    assert [each for each in ("石大山", STORY, WORDS, "邻居", "0 人") if each not in judge.page] == []
    assert fields_of(judge.page, at(nominee.id, "give"))["mark-deeds"] == ""
    await judge.follow(await judge.post(at(nominee.id, "give"), MARKS | {"words": "真实感人"}))
    assert "打分已保存" in judge.page
    assert "80 / 100" in judge.page
    await judge.post(at(nominee.id, "open"))
    shown = fields_of(judge.page, at(nominee.id, "give"))
    assert (shown["mark-deeds"], shown["words"]) == ("35", "真实感人")


async def test_what_is_refused_stands_above_the_form_with_what_was_typed(office: Office) -> None:
    season = await a_season()
    nominee = await a_nominee(season)
    judge = await at_table(office, season)
    wrong = MARKS | {"mark-deeds": "41", "mark-effect": "多", "words": "写了很久的评语"}
    assert (await judge.post(at(nominee.id, "give"), wrong)).status_code == 422
    assert "“事迹”请填 0 到 40 的整数。" in judge.page
    assert "“影响”请填 0 到 30 的整数。" in judge.page
    shown = fields_of(judge.page, at(nominee.id, "give"))
    assert [shown[each] for each in ("mark-deeds", "mark-effect", "words")] == ["41", "多", "写了很久的评语"]
    assert (await judge.post(at(nominee.id, "sit-out"), {"deed": "sit-out", "interest": "亲"})).status_code == 422
    assert fields_of(judge.page, at(nominee.id, "sit-out"))["interest"] == "亲"
    assert await Judgement.all().count() == 0


async def test_sitting_out_closes_the_nominee(office: Office) -> None:
    season = await a_season()
    nominee = await a_nominee(season)
    judge = await at_table(office, season)
    await judge.follow(await judge.post(at(nominee.id, "sit-out"), {"deed": "sit-out", "interest": "我的表弟"}))
    assert "已申请回避" in judge.page
    assert at(nominee.id, "open") not in judge.page
    assert (await judge.post(at(nominee.id, "open"))).status_code == 409
    assert "石大山" not in judge.page


async def test_no_page_tells_what_another_gave_before_the_end(office: Office) -> None:
    season = await a_season()
    nominee = await a_nominee(season)
    await gives(await a_member(season, "judge-2"), nominee, 37, words="别人的评语")
    judge = await at_table(office, season, chair=True)
    pages = []
    for ask in (judge.get(f"/judging/{season.id}"), judge.post(at(nominee.id, "open"))):
        await ask
        pages.append(judge.page)
    assert (await judge.post(f"/judging/{season.id}/board")).status_code == 409
    pages.append(judge.page)
    assert "审核2" in pages[0], "the chair sees how far everybody is"
    assert not [page for page in pages if "别人的评语" in page or re.search(r"[>\s](37|77)[<\s]", page)]


async def test_after_the_end_she_reads_and_cannot_change(office: Office) -> None:
    season = await a_season()
    nominee = await a_nominee(season)
    judge = await at_table(office, season)
    await gives(await staff_at(judge), nominee, 35)
    await judging_ends(season)
    await judge.get(f"/judging/{season.id}")
    assert "评审汇总" in judge.page
    await judge.post(at(nominee.id, "open"))
    assert "评审已经结束，不能再改。" in judge.page
    assert at(nominee.id, "give") not in judge.page
    assert (await judge.post(at(nominee.id, "give"), MARKS)).status_code == 409
    assert (await Judgement.get()).marks["deeds"] == 35


async def test_the_chair_decides_on_the_board(office: Office) -> None:
    season = await a_season(quota=1)
    best, second = await a_nominee(season), await a_nominee(season, "段小河")
    chair = await at_table(office, season, chair=True)
    for nominee in (best, second):
        await gives(await staff_at(chair), nominee, 40, words=f"评语写给{nominee.id.hex[-4:]}")
    late = await at_table(office, season, "sjj-late")
    await judging_ends(season)
    absent = (await SeasonMember.get(staff__username="sjj-late")).id

    await chair.post(f"/judging/{season.id}/board")
    check_policy(chair.page)
    assert chair.page.count("同分</span>") == 2
    assert f"评语写给{best.id.hex[-4:]}" in chair.page
    sent = fields_of(chair.page, f"/judging/{season.id}/decide") | {"chosen": str(best.id), "reasons": REASONS}
    assert (await chair.post(f"/judging/{season.id}/decide", sent)).status_code == 422
    assert "请写明怎样从同分的人里选定" in chair.page
    assert "sjj-late委员没有评完" in chair.page
    assert f'value="{best.id}" aria-label="授予石大山" checked' in chair.page
    sent |= {"tie_words": "二人同分，按坚持的年数选定石大山。", f"absent-{absent}": "出差在外"}
    await chair.follow(await chair.post(f"/judging/{season.id}/decide", sent))
    assert "评审决定已登记" in chair.page
    assert (await Nominee.get(id=best.id)).state == "chosen"

    await late.post(f"/judging/{season.id}/board")
    assert "拟授予" in late.page
    assert REASONS in late.page
    assert f"/judging/{season.id}/decide" not in late.page
    assert await AuditEvent.filter(action="season.decide").count() == 1


@pytest.mark.parametrize("fields", [{}, {"version": "9" * 400, "chosen": "nobody"}, {"absent-x": "y", "version": "x"}])
async def test_a_broken_form_decides_nothing(office: Office, fields: dict[str, str]) -> None:
    season = await a_season()
    await a_nominee(season)
    chair = await at_table(office, season, chair=True)
    await judging_ends(season)
    assert (await chair.post(f"/judging/{season.id}/decide", fields)).status_code in {409, 422}
    assert await Season.filter(decided_at=None).count() == 1


async def test_a_member_reads_the_board_and_decides_nothing(office: Office) -> None:
    season = await a_season()
    nominee = await a_nominee(season)
    judge = await at_table(office, season)
    await judging_ends(season)
    await judge.post(f"/judging/{season.id}/board")
    assert "石大山" in judge.page
    assert 'name="reasons"' not in judge.page
    assert (await judge.post(f"/judging/{season.id}/decide", {"version": "1", "reasons": REASONS})).status_code == 403
    assert (await Nominee.get(id=nominee.id)).state == "agreed"
