"""Nominating from a phone: a draft on a bad network, what others would see, handing in, taking back, appealing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.nominations.models import Nomination, Nominee
from backend.nominations.nominations import erase, hide_words
from tests import factories, season_factories
from tests.answers import refused
from tests.evidence_factories import a_picture
from tests.factories import NEIGHBOUR, VAULT
from tests.nomination_factories import STORY, a_person, decided, drafted, gathered, nominated
from tests.running_app import Phone, RunningApp, both_databases

PERSON = {
    "name": "周三",
    "unit": "松垛沟村",
    "township": "下汤镇",
    "contact": "村支书知道怎样找他",
    "relation": "neighbour",
}
WORDS = "第三段写了时间、地点和帮助的三位老人，请再看一看。"


def written(season: Season, **changes: Any) -> dict[str, Any]:
    """A draft as her phone sends it."""
    usual = {
        "season_id": str(season.id),
        "people": [PERSON],
        "story": STORY,
        "place": "松垛沟村",
        "happened_from": "2014-03-01",
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


@pytest.fixture
async def season(app: RunningApp) -> Season:
    """道德模范, open for nominating from today."""
    return await season_factories.a_season()


@pytest.fixture
async def phone(app: RunningApp, season: Season) -> Phone:
    """The phone of a bound citizen."""
    return await app.bound()


@both_databases
async def test_from_a_draft_to_the_check_and_back(app: RunningApp) -> None:
    season, phone = await season_factories.a_season(), await app.bound()
    pictures = [str(await a_picture(await Citizen.get())) for _ in range(2)]
    body = written(season, story="先写一句。", place=None, pictures=pictures)
    draft = phone.succeeded(await phone.post("/nominations", body), 201)
    assert (draft["state_label"], draft["actions"]) == ("草稿", ["edit", "preview", "submit", "delete"])
    assert (draft["title"], draft["award_name"], draft["season_phase_label"]) == ("周三", "道德模范", "推荐中")
    assert draft["people"][0] == PERSON | {"relation_label": "邻居", "road_label": None}
    here = f"/nominations/{draft['id']}"
    problem = refused(await phone.post(f"{here}/submit"), 422, "invalid_fields")
    assert {each["field"]: each["code"] for each in problem["errors"]} == {"story": "too_short", "place": "required"}

    change = written(season, season_id=None, pictures=pictures[:1])
    changed = phone.succeeded(await phone.post(here, change))
    assert ([each["id"] for each in changed["pictures"]], changed["place"]) == (pictures[:1], "松垛沟村")
    sent = phone.succeeded(await phone.post(f"{here}/submit"))
    assert (sent["state"], sent["state_label"], sent["actions"]) == ("checking", "内容检查中", ["withdraw"])
    assert [each["label"] for each in sent["steps"]] == ["提交"]
    read = await phone.read(here)
    assert read == sent | {"pictures": read["pictures"]}, "the links say until when they are good"
    assert (await phone.read("/nominations"))["items"][0]["number"] == draft["number"]
    back = phone.succeeded(await phone.post(f"{here}/withdraw"))
    assert (back["state_label"], back["actions"]) == ("已撤回", [])


async def test_of_another_she_sees_nothing_at_all(app: RunningApp, phone: Phone, season: Season) -> None:
    await factories.register(NEIGHBOUR)
    nomination, neighbour = await nominated(await Citizen.get(), season), await app.bound(NEIGHBOUR)
    for missing in (nomination.id, uuid4()):
        here = f"/nominations/{missing}"
        for answer in (
            await neighbour.get(here),
            await neighbour.get(f"{here}/preview"),
            await neighbour.post(here, {}),
            await neighbour.post(f"{here}/submit"),
            await neighbour.post(f"{here}/withdraw"),
            await neighbour.post(f"{here}/appeal", {"words": WORDS}),
            await neighbour.delete(here),
        ):
            refused(answer, 404, "nomination_not_found")
    assert (await neighbour.read("/nominations"))["items"] == []
    assert (await Nomination.get()).state == "checking"


async def test_who_is_not_bound_nominates_nobody(app: RunningApp, season: Season) -> None:
    guest = await app.reader()
    refused(await guest.get("/nominations"), 403, "binding_needed")
    refused(await guest.post("/nominations", written(season)), 403, "binding_needed")
    refused(await guest.post(f"/nominations/{uuid4()}/withdraw"), 403, "binding_needed")
    refused(await guest.delete(f"/nominations/{uuid4()}"), 403, "binding_needed")


async def test_without_her_consent_she_still_reads_takes_back_and_deletes(phone: Phone, season: Season) -> None:
    citizen = await Citizen.get()
    draft, nomination = await drafted(citizen, season), await nominated(citizen, season, a_person("李四"))
    phone.succeeded(await phone.decide("terms", given=False), 201)
    for answer in (
        await phone.post("/nominations", written(season)),
        await phone.post(f"/nominations/{draft.id}", {}),
        await phone.post(f"/nominations/{draft.id}/submit"),
    ):
        refused(answer, 403, "consent_needed")
    assert len((await phone.read("/nominations"))["items"]) == 2
    assert phone.succeeded(await phone.post(f"/nominations/{nomination.id}/withdraw"))["state"] == "withdrawn"
    assert (await phone.delete(f"/nominations/{draft.id}")).status_code == 204


async def test_the_list_goes_by_pages(phone: Phone, season: Season) -> None:
    citizen = await Citizen.get()
    people = [a_person(f"周{each}") for each in "一二三"]
    ids = [str((await drafted(citizen, season)).id), str((await drafted(citizen, season, *people)).id)]
    first = await phone.read("/nominations?limit=1")
    second = await phone.read(f"/nominations?limit=1&cursor={first['next_cursor']}")
    assert [each["id"] for each in first["items"] + second["items"]] == ids[::-1]
    assert (first["items"][0]["title"], second["next_cursor"]) == ("周一、周二 等 3 人", None)


async def test_the_preview_shows_what_others_would_see_and_points_at_private_details(
    phone: Phone, season: Season
) -> None:
    citizen = await Citizen.get()
    story = f"{STORY}他的电话是 13800000009。"
    draft = await drafted(citizen, season, story=story, pictures=[await a_picture(citizen)])
    seen = await phone.read(f"/nominations/{draft.id}/preview")
    assert seen["people"] == [{"name": "周三", "unit": "松垛沟村", "township": "下汤镇"}]
    assert (seen["story"], len(seen["pictures"])) == (story, 1)
    (hint,) = seen["hints"]
    assert (hint["field"], "138****0009" in hint["excerpt"]) == ("story", True)
    assert "村支书" not in str(seen), "how to reach her is for the moderator"
    letter = await drafted(citizen, season, letter=True, pictures=[await a_picture(citizen)])
    assert (await phone.read(f"/nominations/{letter.id}/preview"))["pictures"] == []


@pytest.mark.parametrize(
    ("state", "label"),
    [
        ("gathered", "正在征求本人意见"),
        ("asked", "正在征求本人意见"),
        ("agreed", "已进入评选"),
        ("chosen", "已进入评选"),
        ("passed_over", "已进入评选"),
        ("declined", "这位被推荐人的推荐已结束"),
        ("unreachable", "这位被推荐人的推荐已结束"),
        ("stepped_down", "这位被推荐人的推荐已结束"),
        ("removed", "这位被推荐人的推荐已结束"),
    ],
)
async def test_of_her_nominee_she_learns_no_reason(phone: Phone, season: Season, state: str, label: str) -> None:
    nomination = await nominated(await Citizen.get(), season)
    await gathered(nomination, state=state)
    shown = await phone.read(f"/nominations/{nomination.id}")
    assert shown["people"][0]["road_label"] == label
    assert shown["actions"] == (["withdraw"] if state == "gathered" else [])
    await Season.all().update(announced_at=clock.now())
    if state == "passed_over":
        assert "没有入选" in (await phone.read(f"/nominations/{nomination.id}"))["people"][0]["road_label"]


async def test_a_refusal_gives_its_reason_and_is_appealed_once(phone: Phone, season: Season) -> None:
    nomination = await nominated(await Citizen.get(), season)
    hidden = hide_words(VAULT, "请写具体的事。")
    await decided(nomination, "refused", reason="no_deeds", words_hidden=hidden)
    here = f"/nominations/{nomination.id}"
    shown = await phone.read(here)
    assert (shown["actions"], shown["steps"][-1]["words"]) == (["appeal"], "请写具体的事。")
    assert shown["steps"][-1]["reason_label"] == "没有写明具体的事迹"
    assert shown["appeal_until"] > clock.today().isoformat()
    refused(await phone.post(f"{here}/appeal", {"words": "不服。"}), 422, "invalid_fields")
    appealed = phone.succeeded(await phone.post(f"{here}/appeal", {"words": WORDS}))
    assert (appealed["state_label"], appealed["actions"]) == ("申诉处理中", ["withdraw"])
    assert (appealed["steps"][-1]["label"], appealed["steps"][-1]["words"]) == ("提出申诉", WORDS)
    refused(await phone.post(f"{here}/appeal", {"words": WORDS}), 409, "nomination_not_appealable")


async def test_after_its_time_what_she_wrote_is_gone_and_the_page_says_so(phone: Phone, season: Season) -> None:
    nomination = await nominated(await Citizen.get(), season)
    await gathered(nomination, state="declined")
    await erase(nomination.id)
    shown = await phone.read(f"/nominations/{nomination.id}")
    assert (shown["erased"], shown["people"], shown["story"], shown["title"]) == (True, [], None, "")
    assert await Nominee.all().count() == 1


async def test_when_the_days_are_over_a_draft_can_only_be_deleted(phone: Phone, season: Season) -> None:
    draft = await drafted(await Citizen.get(), season)
    await Season.all().update(nominate_until=clock.today() - timedelta(days=1))
    assert (await phone.read(f"/nominations/{draft.id}"))["actions"] == ["delete"]
    refused(await phone.post(f"/nominations/{draft.id}/submit"), 409, "season_not_open")
    refused(await phone.post("/nominations", written(season)), 409, "season_not_open")
