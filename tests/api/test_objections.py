"""公示异议 on the phone: written during notice, seen by nobody else, taken back or answered."""

from uuid import uuid4

import pytest

from backend.honours import objections
from backend.honours.models import Objection
from backend.nominations.models import Nominee
from tests.answers import faults, refused
from tests.factories import NEIGHBOUR, VAULT
from tests.open_seasons import a_notice, chosen, moderator
from tests.running_app import CountyClock, RunningApp, both_databases

WORDS = "公示里写的修桥，是全村一起出工修的，不是他一个人修的。"


@pytest.fixture
async def nominee(app: RunningApp, county_clock: CountyClock) -> Nominee:
    """In a notice from 22 to 30 November."""
    county_clock.set("2026-11-23 09:00")
    return await chosen(await a_notice())


@both_databases
async def test_one_said_once_is_read_by_who_said_it_alone(app: RunningApp, nominee: Nominee) -> None:
    path, body = f"/nominees/{nominee.id}/objections", {"words": WORDS}
    refused(await app.phone().post(path, body), 401, "sign_in_needed")
    refused(await (await app.reader()).post(path, body), 403, "binding_needed")
    phone = await app.bound()
    said = [phone.succeeded(await phone.post(path, body, key="tapped-twice"), 201) for _ in range(2)]
    assert said[0] == said[1]
    assert await Objection.all().count() == 1
    mine = said[0]
    assert (mine["words"], mine["state"], mine["state_label"], mine["actions"]) == (
        WORDS,
        "waiting",
        "办理中",
        ["withdraw"],
    )
    assert (mine["answer"], mine["season_id"]) == (None, str(nominee.season_id))
    assert mine["office"]["phone"]
    (line,) = (await phone.read("/objections"))["items"]
    assert "words" not in line
    assert await phone.read(f"/objections/{line['id']}") == mine
    neighbour = await app.bound(NEIGHBOUR)
    assert (await neighbour.read("/objections"))["items"] == []
    refused(await neighbour.get(f"/objections/{mine['id']}"), 404, "objection_not_found")
    refused(await neighbour.post(f"/objections/{mine['id']}/withdraw"), 404, "objection_not_found")


async def test_what_is_too_short_too_long_or_about_nobody_is_refused(app: RunningApp, nominee: Nominee) -> None:
    phone = await app.bound()
    path = f"/nominees/{nominee.id}/objections"
    assert faults(await phone.post(path, {"words": "太短"})) == {"words": "length"}
    assert "words" in faults(await phone.post(path, {"words": "长" * 1001}))
    refused(await phone.post(f"/nominees/{uuid4()}/objections", {"words": WORDS}), 404, "not_in_notice")
    for _ in range(3):
        phone.succeeded(await phone.post(path, {"words": WORDS}), 201)
    refused(await phone.post(path, {"words": WORDS}), 409, "too_many_objections")
    pages = await phone.read("/objections?limit=2")
    rest = await phone.read(f"/objections?limit=2&cursor={pages['next_cursor']}")
    assert len({each["number"] for each in pages["items"] + rest["items"]}) == 3


async def test_after_the_last_day_nobody_objects_any_more(
    app: RunningApp, nominee: Nominee, county_clock: CountyClock
) -> None:
    phone = await app.bound()
    county_clock.set("2026-12-01 00:00")
    refused(await phone.post(f"/nominees/{nominee.id}/objections", {"words": WORDS}), 409, "season_not_open")


async def test_taken_back_or_answered(app: RunningApp, nominee: Nominee) -> None:
    phone = await app.bound()
    path = f"/nominees/{nominee.id}/objections"
    first, second = [phone.succeeded(await phone.post(path, {"words": WORDS}), 201) for _ in range(2)]
    gone = phone.succeeded(await phone.post(f"/objections/{first['id']}/withdraw"))
    assert (gone["state"], gone["words"], gone["actions"]) == ("withdrawn", "", [])
    refused(await phone.post(f"/objections/{first['id']}/withdraw"), 409, "objection_not_withdrawable")
    await objections.handle(VAULT, await moderator(), second["id"], False, "经向村委会核实，材料款由他一人承担。")
    answered = await phone.read(f"/objections/{second['id']}")
    assert (answered["state_label"], answered["answer"]) == ("不成立", "经向村委会核实，材料款由他一人承担。")
    (told,) = (await phone.read("/notices"))["items"]
    assert told["kind"] == "objection_refused"
    assert second["number"] in told["body"]
    refused(await phone.post(f"/objections/{second['id']}/withdraw"), 409, "objection_not_withdrawable")


async def test_staff_are_seen_in_her_access_log(app: RunningApp, nominee: Nominee) -> None:
    phone = await app.bound()
    said = phone.succeeded(await phone.post(f"/nominees/{nominee.id}/objections", {"words": WORDS}), 201)
    await objections.open_case(VAULT, await moderator(), said["id"])
    (look,) = (await phone.read("/access-log"))["items"]
    assert (look["purpose"], look["purpose_label"]) == ("objection_handling", "办理公示异议")
