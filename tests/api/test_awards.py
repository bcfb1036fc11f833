"""The awards and their seasons on the phone: read by anybody, in words that say what can be done now."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from backend.awards import season_dates, seasons
from backend.awards.models import Season
from backend.honours.cancelling import cancel
from tests.answers import refused
from tests.running_app import CountyClock, RunningApp, both_databases
from tests.season_factories import a_draft, a_season, days, moderator

WHY = "大雪封路，多留一些时间。"


@pytest.fixture
async def season(app: RunningApp, county_clock: CountyClock) -> Season:
    """道德模范, open from today, Monday, 2026-11-23, until 2026-12-06."""
    county_clock.set("2026-11-23 09:00")
    return await a_season()


async def shown(app: RunningApp, season: Season) -> Any:
    return await app.phone().read(f"/seasons/{season.id}")


def offered(answer: Any) -> list[str]:
    return [each["action"] for each in answer["actions"]]


async def test_before_anything_is_set_up_the_six_are_there_with_their_owners(app: RunningApp) -> None:
    items = (await app.phone().read("/awards"))["items"]
    assert items[0]["name"] == "道德模范"
    assert len(items) == 6
    assert all(each["current"] == each["past"] == [] for each in items)


@both_databases
async def test_a_stranger_reads_an_open_season_and_finds_no_draft(app: RunningApp, season: Season) -> None:
    draft, stranger = await a_draft(name="草稿"), app.phone()
    for season_id in (draft.id, uuid4()):
        refused(await stranger.get(f"/seasons/{season_id}"), 404, "season_not_found")
    award = (await stranger.read("/awards"))["items"][0]
    assert award["owner"]["department"] == "县文明办"
    (line,) = award["current"]
    assert (line["id"], line["phase"], line["phase_label"]) == (str(season.id), "nominating", "推荐中")
    answer = await shown(app, season)
    assert line.items() <= answer.items()
    assert answer["standing"] == "正在接受推荐，2026年12月6日截止，当天还可以推荐。"
    assert answer["coming"] == {"on": "2026-12-07", "sentence": "2026年12月7日起不再接受推荐，开始集中核实。"}
    assert offered(answer) == ["nominate", "endorse"]
    assert answer["actions"][0]["until"] == "2026-12-06"
    assert (answer["quota"], answer["notice_from"], answer["notice_until"]) == (10, "2026-12-24", "2026-12-31")
    assert [each["most"] for each in answer["criteria"]] == [40, 30, 30]
    assert answer["questions"]
    assert answer["form"]["least_story"] == 200
    assert [each["place"] for each in answer["steps"]] == ["now", *["ahead"] * 5]


async def test_at_midnight_the_answer_is_another_one_though_nothing_was_published(
    app: RunningApp, season: Season, county_clock: CountyClock
) -> None:
    for moment, phase, actions in (
        ("2026-12-06 23:59", "nominating", ["nominate", "endorse"]),
        ("2026-12-07 00:00", "checking", ["endorse"]),
        ("2026-12-12 23:59", "checking", ["endorse"]),
        ("2026-12-13 00:00", "judging", []),
        ("2026-12-23 00:00", "deciding", []),
    ):
        county_clock.set(moment)
        answer = await shown(app, season)
        assert (answer["phase"], offered(answer)) == (phase, actions), moment
        assert (answer["form"] is None) == (phase != "nominating")
    (line,) = (await app.phone().read("/awards"))["items"][0]["current"]
    assert (line["phase"], line["standing"]) == ("deciding", "评审时间已经结束，评审委员会正在作出决定。")


async def test_a_moved_date_is_told_with_its_reason(app: RunningApp, season: Season) -> None:
    assert (await shown(app, season))["changes"] == []
    changes = {"nominate_until": date(2026, 12, 10)}
    await season_dates.move(await moderator(), season.id, changes, WHY, season.version)
    answer = await shown(app, season)
    (move,) = answer["changes"]
    assert move["reason"] == WHY
    assert move["days"] == [{"label": "推荐截止", "before": "2026-12-06", "after": "2026-12-10"}]
    assert answer["nominate_until"] == "2026-12-10"


async def test_a_stopped_season_stays_with_its_reason_and_offers_nothing(app: RunningApp, season: Season) -> None:
    await shown(app, season)
    await cancel(await moderator(), season.id, "今年不办了，明年再办。", season.version)
    answer = await shown(app, season)
    assert (answer["phase_label"], answer["cancelled_words"]) == ("已停止", "今年不办了，明年再办。")
    assert answer["actions"] == []
    assert answer["coming"] is answer["form"] is None
    award = (await app.phone().read("/awards"))["items"][0]
    assert (award["current"], [each["phase"] for each in award["past"]]) == ([], ["cancelled"])


async def test_a_lead_says_that_it_is_handed_to_its_owner(
    app: RunningApp, season: Season, county_clock: CountyClock
) -> None:
    lead = await a_season(code="youth_medal")
    answer = await shown(app, lead)
    assert (answer["mode_label"], answer["quota"], answer["judge_from"], answer["criteria"]) == (
        "推荐线索",
        None,
        None,
        [],
    )
    assert (offered(answer), answer["form"]["least_story"]) == (["nominate"], 50)
    await Season.filter(id=lead.id).update(announced_at=lead.created_at)
    county_clock.forward(days=2)
    answer = await shown(app, lead)
    assert answer["phase_label"] == "已移交主办单位"
    assert answer["standing"] == "推荐线索已经移交给团县委，由团县委按规定评选。"


async def test_who_has_read_it_is_told_that_nothing_changed(app: RunningApp, season: Season) -> None:
    first = await app.phone().get("/awards")
    again = await app.phone().get("/awards", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert first.headers["Cache-Control"].startswith("public, max-age=")
    draft = await a_draft(name="下一届", dates=days(date(2027, 1, 4)))
    await seasons.publish(await moderator(), draft.id, draft.version)
    later = await app.phone().get("/awards", headers={"If-None-Match": first.headers["ETag"]})
    assert [each["name"] for each in later.json()["items"][0]["current"]] == ["下一届", "2026 年第四季度"]
    assert "2027年1月4日开始接受推荐" in (await shown(app, draft))["coming"]["sentence"]
