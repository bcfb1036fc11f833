"""The catalogue's versions on the phone: what is coming, what it changes, and saying something to it."""

from datetime import date
from typing import Any

import pytest

from backend.records.catalogue_publishing import withdraw
from backend.records.models import CatalogueComment
from backend.staff.people import add_staff
from backend.staff.permissions import staff_of
from tests import factories
from tests.answers import faults, refused
from tests.factories import DEPARTMENT, NEIGHBOUR, load_tiny_catalogue
from tests.records.catalogue_files import a_penalty, an_honest_shop, volunteer_hours
from tests.running_app import CountyClock, RunningApp, both_databases

COMING = "/catalogue/versions/2027.1"
SAID = {"text": "山区支教应当算志愿服务。"}


@pytest.fixture
async def coming(app: RunningApp, county_clock: CountyClock) -> RunningApp:
    """Two versions: one in force, one that takes force on 2027-01-01."""
    county_clock.set("2026-11-23 09:00")
    await load_tiny_catalogue()
    items: list[dict[str, Any]] = [an_honest_shop(points=30), volunteer_hours(), a_penalty()]
    await load_tiny_catalogue(version="2027.1", in_force_from=date(2027, 1, 1), items=items)
    return app


async def test_before_the_first_version_there_is_none(app: RunningApp) -> None:
    assert await app.phone().read("/catalogue/versions") == {"items": []}
    refused(await app.phone().get(COMING), 404, "version_not_found")


@both_databases
async def test_anybody_sees_what_is_coming_and_what_it_changes(coming: RunningApp) -> None:
    stranger = coming.phone()
    later, current = (await stranger.read("/catalogue/versions"))["items"]
    assert (later["version"], later["state"], later["state_label"]) == ("2027.1", "coming", "征求意见中")
    assert (later["comments_until"], later["actions"]) == ("2026-12-31", ["comment"])
    assert (current["state"], current["in_force_until"], current["actions"]) == ("in_force", "2026-12-31", [])
    shown = await stranger.read(COMING)
    assert shown["standing"] == later
    assert {each["code"]: each["points"] for each in shown["catalogue"]["items"]}["PRO-001"] == 30
    now = await stranger.read("/catalogue/versions/2026.1-sample")
    assert now["catalogue"] == await stranger.read("/catalogue")
    changes = await stranger.read(f"{COMING}/changes")
    assert changes["compared_with"] == "2026.1-sample"
    assert [each["sentence"] for each in changes["items"]] == [
        "PRO-001 诚信经营示范户：分值由加 20 分改为加 30 分。",
    ]
    first = await stranger.read("/catalogue/versions/2026.1-sample/changes")
    assert (first["compared_with"], first["items"]) == (None, [])


async def test_phones_keep_what_has_not_changed(coming: RunningApp) -> None:
    for path in ("/catalogue/versions", COMING, f"{COMING}/changes"):
        answer = await coming.phone().get(path)
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        again = await coming.phone().get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("name", ["nothing", "2027.1-", "2027 1", "二", "%00", "a" * 201])
async def test_what_is_no_version_is_not_found(coming: RunningApp, name: str) -> None:
    for path in ("", "/changes"):
        answer = await coming.phone().get(f"/catalogue/versions/{name}{path}")
        assert answer.status_code == 404


@both_databases
async def test_a_reader_says_something_and_thinks_better_of_it(coming: RunningApp) -> None:
    phone = await coming.reader()
    kept = phone.succeeded(await phone.post(f"{COMING}/comments", SAID), 201)
    assert kept == {"version": "2027.1", "comments_until": "2026-12-31", **SAID}
    phone.succeeded(await phone.post(f"{COMING}/comments", {"text": "  一年五十分太少。"}), 201)
    neighbour = await coming.reader(NEIGHBOUR)
    neighbour.succeeded(await neighbour.post(f"{COMING}/comments", SAID), 201)
    assert await CatalogueComment.all().count() == 2


async def test_a_double_tap_is_one_comment_and_a_key_names_one_deed(coming: RunningApp) -> None:
    phone = await coming.reader()
    first = phone.succeeded(await phone.post(f"{COMING}/comments", SAID, key="the-same-key"), 201)
    again = phone.succeeded(await phone.post(f"{COMING}/comments", SAID, key="the-same-key"), 201)
    assert first == again
    other = await phone.post(f"{COMING}/comments", {"text": "另一句话。"}, key="the-same-key")
    refused(other, 409, "idempotency_key_reused")
    elsewhere = await phone.post("/catalogue/versions/2026.1-sample/comments", SAID, key="the-same-key")
    refused(elsewhere, 409, "idempotency_key_reused")


async def test_a_stranger_and_who_has_not_agreed_to_the_texts_say_nothing(coming: RunningApp) -> None:
    refused(await coming.phone().post(f"{COMING}/comments", SAID), 401, "sign_in_needed")
    guest = await coming.guest()
    refused(await guest.post(f"{COMING}/comments", SAID), 403, "consent_needed")
    assert await CatalogueComment.all().count() == 0


async def test_only_to_what_is_open(coming: RunningApp, county_clock: CountyClock) -> None:
    phone = await coming.reader()
    refused(await phone.post("/catalogue/versions/2026.1-sample/comments", SAID), 409, "comments_closed")
    refused(await phone.post("/catalogue/versions/nothing/comments", SAID), 404, "version_not_found")
    county_clock.set("2027-01-01 00:01")
    await phone.sign_in()
    refused(await phone.post(f"{COMING}/comments", SAID), 409, "comments_closed")
    past = (await phone.read("/catalogue/versions"))["items"][1]
    assert (past["state"], past["state_label"]) == ("past", "已被新版代替")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"text": "好"}, {"text": "too_short"}),
        ({"text": "长" * 501}, {"text": "too_long"}),
        ({}, {"text": "required"}),
        ({**SAID, "name": "鲁小明"}, {"name": "unknown_field"}),
    ],
)
async def test_wrong_bodies(coming: RunningApp, body: dict[str, str], wrong: dict[str, str]) -> None:
    phone = await coming.reader()
    assert faults(await phone.post(f"{COMING}/comments", body)) == wrong


async def test_blanks_are_no_words(coming: RunningApp) -> None:
    phone = await coming.reader()
    refused(await phone.post(f"{COMING}/comments", {"text": "     "}), 422, "comment_length")


async def test_a_withdrawn_version_is_gone_from_every_view(coming: RunningApp, county_clock: CountyClock) -> None:
    phone = await coming.enrolled()
    phone.succeeded(await phone.post(f"{COMING}/comments", SAID), 201)
    await withdraw(await staff_of(await add_staff("sjj-admin", "王办事", DEPARTMENT, ["admin"])), "2027.1")
    assert [each["version"] for each in (await phone.read("/catalogue/versions"))["items"]] == ["2026.1-sample"]
    for path in (COMING, f"{COMING}/changes"):
        refused(await phone.get(path), 404, "version_not_found")
    refused(await phone.post(f"{COMING}/comments", SAID), 404, "version_not_found")
    county_clock.set("2027-02-01 09:00")
    await phone.sign_in()
    assert (await phone.read("/catalogue"))["version"] == "2026.1-sample"
    await factories.file_record()
    assert (await phone.read("/score"))["points"] == 1020
