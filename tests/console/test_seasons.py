"""The desk of seasons: a draft from what the award proposes, published, moved forward, judged by whom, stopped."""

from datetime import date
from uuid import uuid4

import pytest

from backend import clock
from backend.awards.models import Season, SeasonChange, SeasonMember
from backend.honours.models import Objection
from backend.nominations.models import Nomination, Nominee
from tests.console.conftest import Office, Officer
from tests.console.forms import fields_of
from tests.running_app import CountyClock
from tests.season_factories import department

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAYS = {
    "nominate_from": "2026-11-23",
    "nominate_until": "2026-12-06",
    "judge_from": "2026-12-13",
    "judge_until": "2026-12-22",
    "notice_from": "2026-12-24",
}
WHY = "大雪封路，多留一些时间。"


@pytest.fixture
async def desk(office: Office) -> Officer:
    """A moderator of 县文明办, on Monday, 2026-11-23."""
    CountyClock().set("2026-11-23 09:00")
    await department("WMB")
    return await office.signed_in("wmb-moderator", roles=["moderator"], department="WMB", name="周管理")


async def drafted(desk: Officer, code: str = "moral_model", **changes: str) -> Season:
    await desk.get(f"/seasons/new?award={code}")
    filled = fields_of(desk.page, "/seasons") | DAYS | {"name": "2026 年第四季度"} | changes
    answer = await desk.post("/seasons", filled)
    assert answer.status_code == 303, desk.page
    return await Season.get(id=answer.headers["location"].split("/")[-1].split("?")[0])


async def published(desk: Officer) -> Season:
    draft = await drafted(desk)
    answer = await desk.post(f"/seasons/{draft.id}/publish", {"version": "1"})
    assert answer.status_code == 303, desk.page
    return await Season.get(id=draft.id)


async def test_another_departments_moderator_finds_nothing_of_it(office: Office, desk: Officer) -> None:
    season = await published(desk)
    await department("XCB")
    neighbour = await office.signed_in("xcb-moderator", roles=["moderator"], department="XCB")
    await neighbour.get("/seasons")
    assert "2026 年第四季度" not in neighbour.page
    assert (await neighbour.get(f"/seasons/{season.id}")).status_code == 404
    assert (await neighbour.get("/seasons/new?award=moral_model")).status_code == 403
    for deed in ("publish", "discard", "move", "cancel", "plan", "members", f"members/{uuid4()}/remove"):
        answer = await neighbour.post(f"/seasons/{season.id}/{deed}", {"version": "2", "words": WHY})
        assert answer.status_code == 404, deed
    assert (await Season.get()).state == "published"


async def test_a_season_begins_with_what_the_award_proposes_and_is_published_after_a_look(desk: Officer) -> None:
    await desk.get("/seasons")
    assert "还没有设立过届次" in desk.page
    assert "/console/seasons/new?award=moral_model" in desk.page
    assert "award=integrity_star" not in desk.page, "that one is another department's"
    draft = await drafted(desk)
    assert [each["name"] for each in draft.criteria] == ["事迹", "影响", "坚持"]
    assert (draft.quota, draft.notice_until) == (10, date(2026, 12, 31))
    await desk.get(f"/seasons/{draft.id}")
    assert "核对以后发布，居民才看得到。" in desk.page
    assert "2026年12月24日 至 2026年12月31日" in desk.page
    answer = await desk.post(f"/seasons/{draft.id}/publish", {"version": "1"})
    await desk.follow(answer)
    assert "已发布，居民现在就能看到。" in desk.page
    await desk.get("/seasons")
    assert "推荐（现在）" in desk.page
    assert "2026年12月6日截止，当天还可以推荐。" in desk.page
    assert "还没有评审委员" in desk.page


async def test_what_is_wrong_is_said_and_what_was_typed_stays(desk: Officer) -> None:
    await desk.get("/seasons/new?award=moral_model")
    filled = fields_of(desk.page, "/seasons") | DAYS | {"name": "我写的名称", "judge_from": ""}
    assert (await desk.post("/seasons", filled)).status_code == 422
    assert "请填写评审开始的日期" in desk.page
    filled |= {"judge_from": "2026-12-01", "nominate_until": "2026-11-25", "criterion-most-0": "四十"}
    assert (await desk.post("/seasons", filled)).status_code == 422
    for sentence in ("推荐时间至少 7 天", "每条标准的满分请写 1 到 100 分", 'value="我写的名称"', 'value="四十"'):
        assert sentence in desk.page
    assert (await desk.post("/seasons", {"award": "moral_model"})).status_code == 422
    assert (await desk.post("/seasons", {"award": "rich_list"})).status_code == 404
    assert await Season.all().count() == 0


async def test_criteria_are_added_changed_and_taken_out_in_the_form(desk: Officer) -> None:
    draft = await drafted(desk)
    await desk.get(f"/seasons/{draft.id}/plan")
    filled = fields_of(desk.page, f"/seasons/{draft.id}/plan")
    assert filled["nominate_until"] == "2026-12-06"
    for each in ("name", "words", "most"):
        filled[f"criterion-{each}-1"] = ""
    filled |= {"criterion-name-3": "谦逊", "criterion-words-3": "不求名利。", "criterion-most-3": "20"}
    filled |= {"criterion-name-4": "勇气", "criterion-most-4": "10"}
    assert (await desk.post(f"/seasons/{draft.id}/plan", filled)).status_code == 303, desk.page
    criteria = (await Season.get()).criteria
    assert [(each["name"], each["most"]) for each in criteria] == [
        ("事迹", 40), ("坚持", 30), ("谦逊", 20), ("勇气", 10),
    ]  # fmt: skip
    assert len({each["code"] for each in criteria}) == 4


async def test_who_saves_second_is_told_and_keeps_what_she_typed(desk: Officer) -> None:
    draft = await drafted(desk)
    path = f"/seasons/{draft.id}/plan"
    await desk.get(path)
    filled = fields_of(desk.page, path)
    assert (await desk.post(path, filled | {"name": "同事写的"})).status_code == 303
    assert (await desk.post(path, filled | {"name": "我写的"})).status_code == 409
    assert "同事刚刚改过这一届" in desk.page
    assert 'value="我写的"' in desk.page
    assert (await desk.post(path, fields_of(desk.page, path))).status_code == 303
    assert (await Season.get()).name == "我写的"


async def test_a_draft_goes_and_a_published_season_is_no_longer_a_form(desk: Officer) -> None:
    draft = await drafted(desk)
    await desk.follow(await desk.post(f"/seasons/{draft.id}/discard", {"version": "1"}))
    assert "草稿已作废" in desk.page
    season = await published(desk)
    assert (await desk.get(f"/seasons/{season.id}/plan")).status_code == 409
    assert (await desk.post(f"/seasons/{season.id}/discard", {"version": "2"})).status_code == 409
    assert "这一届已经发布" in desk.page


async def test_days_move_forward_with_a_reason_that_stands_on_the_page(desk: Officer) -> None:
    season = await published(desk)
    await desk.get(f"/seasons/{season.id}")
    filled = fields_of(desk.page, f"/seasons/{season.id}/move")
    assert "nominate_from" not in filled, "it has begun"
    for changes, sentence in (
        ({"nominate_until": "2026-12-01", "reason": WHY}, "推荐截止只能推迟，不能提前"),
        ({"nominate_until": "2026-12-10"}, "请写明推迟的原因"),
        ({"reason": WHY}, "没有改动任何日期"),
        ({"nominate_until": "2026-12-20", "reason": WHY}, "评审开始要在推荐截止之后"),
    ):
        assert (await desk.post(f"/seasons/{season.id}/move", filled | changes)).status_code == 422
        assert sentence in desk.page
    assert 'value="2026-12-20"' in desk.page, "what she typed stays"
    changes = {"nominate_until": "2026-12-10", "reason": WHY}
    await desk.follow(await desk.post(f"/seasons/{season.id}/move", filled | changes))
    assert "推荐截止：2026年12月6日 推迟到 2026年12月10日" in desk.page
    assert f"原因：{WHY}" in desk.page
    assert await SeasonChange.all().count() == 1
    assert (await desk.post(f"/seasons/{season.id}/move", filled | changes)).status_code in {409, 422}


async def test_the_committee_is_seated_from_a_list_of_judges(office: Office, desk: Officer) -> None:
    season = await published(desk)
    await desk.get(f"/seasons/{season.id}")
    assert "没有别的评审委员可选" in desk.page
    await department("TXW")
    await office.set_up("txw-judge", roles=["judge"], department="TXW", name="孙评委")
    await desk.get(f"/seasons/{season.id}")
    assert '<option value="txw-judge"' in desk.page
    await desk.follow(await desk.post(f"/seasons/{season.id}/members", {"username": "txw-judge"}))
    assert "还没有主任委员" in desk.page
    assert (await desk.post(f"/seasons/{season.id}/members", {"username": "txw-judge"})).status_code == 409
    assert (await desk.post(f"/seasons/{season.id}/members", {"username": "nobody"})).status_code == 409
    member = await SeasonMember.get()
    await desk.follow(await desk.post(f"/seasons/{season.id}/members/{member.id}/chair"))
    assert "主任委员</span>" in desk.page
    await desk.follow(await desk.post(f"/seasons/{season.id}/members/{member.id}/remove"))
    assert "还没有评审委员" in desk.page


async def test_the_board_says_what_waits_as_counts_and_names_nobody(desk: Officer) -> None:
    season, now = await published(desk), clock.now()
    about = {"season_id": season.id, "created_at": now, "changed_at": now}
    for number, state in enumerate(("waiting", "waiting", "appealed", "accepted", "draft")):
        await Nomination.create(number=f"2026-00000{number}", state=state, **about)
    nominees = [
        await Nominee.create(state=each, township="下汤镇", **about) for each in ("gathered", "asked", "agreed")
    ]
    await desk.get("/seasons")
    for sentence in ("3 份推荐等待审核", "1 位被推荐人还没有征求本人意见", "1 位被推荐人还没有答复"):
        assert sentence in desk.page
    await Season.filter(id=season.id).update(decided_at=now, notice_from=date(2026, 11, 20))
    said = {"nominee_id": nominees[2].id, "season_id": season.id, "words_hidden": b"x", "at": now}
    await Objection.create(number="2026-000009", **said)
    await desk.get(f"/seasons/{season.id}")
    assert "1 件公示异议没有办结" in desk.page


async def test_a_lead_asks_for_no_quota_and_no_judging(office: Office, desk: Officer) -> None:
    await department("TXW")
    league = await office.signed_in("txw-moderator", roles=["moderator"], department="TXW")
    await league.get("/seasons/new?award=youth_medal")
    filled = fields_of(league.page, "/seasons")
    assert {"quota", "judge_from", "criterion-name-0"} & filled.keys() == set()
    days = {name: DAYS[name] for name in ("nominate_from", "nominate_until")}
    await league.follow(await league.post("/seasons", filled | days | {"name": "2026 年度"}))
    assert "移交主办单位" in league.page
    assert "评审委员会" not in league.page


async def test_stopping_says_why_to_everybody_and_cannot_be_undone(desk: Officer) -> None:
    season = await published(desk)
    path = f"/seasons/{season.id}/cancel"
    assert (await desk.post(path, {"version": "2"})).status_code == 422
    assert (await desk.post(path, {"version": "1", "words": WHY})).status_code == 409
    await desk.follow(await desk.post(path, {"version": "2", "words": WHY}))
    assert f"原因：{WHY}" in desk.page
    assert "推迟日期" not in desk.page
    assert (await desk.post(path, {"version": "3", "words": WHY})).status_code == 409
