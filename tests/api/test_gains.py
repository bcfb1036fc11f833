"""What I could gain and what if: a stranger, who has no points, then a citizen whose year fills up."""

from typing import Any

import pytest

from backend.points.models import PointEntry, Score
from tests import factories
from tests.factories import HONEST_SHOP, NEIGHBOUR, PENALTY, VOLUNTEER_HOURS
from tests.records.catalogue_files import evidence_of_service
from tests.running_app import CountyClock, Phone, RunningApp, both_databases

PATHS = ("/score/gains", f"/score/what-if?item={HONEST_SHOP}")


async def what_if(phone: Phone, item: str, quantity: float | None = None) -> Any:
    asked = {"item": item} if quantity is None else {"item": item, "quantity": quantity}
    return await phone.read("/score/what-if", params=asked)


async def open_items(phone: Phone) -> dict[str, tuple[int, int | None]]:
    items = (await phone.read("/score/gains"))["items"]
    return {each["item_code"]: (each["next_points"], each["at_most"]) for each in items}


@pytest.mark.parametrize("path", PATHS)
async def test_a_stranger_a_guest_and_who_has_no_points_are_told_what_to_do_first(app: RunningApp, path: str) -> None:
    await factories.load_tiny_catalogue()
    assert (await app.phone().get(path)).status_code == 401
    refused = await (await app.reader()).get(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "binding_needed")
    refused = await (await app.bound(NEIGHBOUR)).get(path)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_enrolled")


@pytest.mark.parametrize("path", PATHS)
async def test_while_her_yes_has_run_out_nothing_is_reckoned(
    app: RunningApp, county_clock: CountyClock, path: str
) -> None:
    county_clock.set("2026-01-15 10:00")
    phone = await app.enrolled()
    county_clock.set("2027-01-20 10:00")
    await phone.sign_in()
    await phone.accept_texts()
    refused = await phone.get(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "enrolment_paused")


async def test_what_is_open_says_how_it_is_had_and_what_is_left_of_the_year(app: RunningApp) -> None:
    await factories.load_tiny_catalogue(evidence=[evidence_of_service()])
    phone = await app.enrolled()
    await factories.file_record(item=VOLUNTEER_HOURS, quantity="25")
    shown = await phone.read("/score/gains")
    hours, shop = shown["items"]
    assert (hours["item_code"], hours["how"], hours["evidence_kind"]) == (VOLUNTEER_HOURS, "evidence", "service")
    assert (hours["next_quantity"], hours["next_points"], hours["unit"]) == (1, 1, "小时")
    assert (hours["earned_this_year"], hours["at_most"]) == (22, 28)
    assert hours["sentence"] == "再满 1 小时，加 1 分；今年最多还能加 28 分。"
    assert (shop["how"], shop["evidence_kind"], shop["sentence"]) == (
        "department",
        None,
        "再有一次，加 20 分，今年就满了。",
    )
    assert shop["departments"][0]["phone"] == "0375-0000118"
    assert PENALTY not in {each["item_code"] for each in shown["items"]}
    assert "不是承诺" in shown["note"]


async def test_what_is_full_moves_to_the_other_list_and_opens_with_the_year(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-11-23 09:00")
    phone = await app.enrolled()
    assert await open_items(phone) == {HONEST_SHOP: (20, 20), VOLUNTEER_HOURS: (1, 50)}
    await factories.file_records(factories.row(), factories.row(item=VOLUNTEER_HOURS, quantity="80"))
    shown = await phone.read("/score/gains")
    assert shown["items"] == []
    assert [(each["item_code"], each["reason"], each["opens_on"]) for each in shown["full"]] == [
        (VOLUNTEER_HOURS, "这个事项今年已经加满", "2027-01-01"),
        (HONEST_SHOP, "今年的计分次数已经用完", "2027-01-01"),
    ]
    county_clock.set("2027-01-01 00:01")
    await phone.sign_in()
    assert await open_items(phone) == {HONEST_SHOP: (20, 20), VOLUNTEER_HOURS: (1, 50)}


@both_databases
async def test_what_if_reckons_line_by_line_and_then_it_happens_so(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    phone = await app.enrolled()
    await factories.file_record(item=VOLUNTEER_HOURS, quantity="12")
    shown = await what_if(phone, VOLUNTEER_HOURS, 10)
    assert (shown["points_now"], shown["gain"], shown["points_after"], shown["cut_by"]) == (1012, 9, 1021, None)
    assert (shown["level_now"], shown["level_after"]) == ("诚信居民", "诚信良好")
    assert shown["lapses_on"] == "2028-11-23"
    assert shown["lines"] == [
        "今年已经计了 12 小时，加上 10 小时，共 22 小时。",
        "照目录的计分办法，12 小时是 12 分，22 小时是 21 分，相差 9 分。",
        "这个事项一年最多加 50 分，今年已经加了 12 分，还剩 38 分。",
        "“志愿服务”领域一年最多加 50 分，今年已经加了 12 分，还剩 38 分。",
        "没有碰到上限，加 9 分。",
        "1012 ＋ 9 ＝ 1021 分。",
    ]
    await factories.file_record(item=VOLUNTEER_HOURS, quantity="10")
    assert (await phone.read("/score"))["points"] == 1021


async def test_what_if_beyond_a_cap_says_which_one(app: RunningApp) -> None:
    phone = await app.enrolled()
    shown = await what_if(phone, VOLUNTEER_HOURS, 100)
    assert (shown["gain"], shown["cut_by"]) == (50, "这个事项今年已经加满")
    assert "超出上限的不计，加 50 分。" in shown["lines"]
    await factories.file_record()
    shown = await what_if(phone, HONEST_SHOP)
    assert (shown["points_now"], shown["points_after"], shown["cut_by"]) == (1020, 1020, "今年的计分次数已经用完")


async def test_what_if_leaves_nothing_behind(app: RunningApp) -> None:
    phone = await app.enrolled()
    before = await Score.all().values()
    for _ in range(2):
        assert (await what_if(phone, HONEST_SHOP))["points_after"] == 1020
    assert await Score.all().values() == before
    assert await PointEntry.all().count() == 0


async def test_a_neighbours_year_is_her_own(app: RunningApp) -> None:
    phone, neighbour = await app.enrolled(), await app.enrolled(NEIGHBOUR)
    await factories.file_record(NEIGHBOUR)
    assert HONEST_SHOP in await open_items(phone)
    assert HONEST_SHOP not in await open_items(neighbour)


async def test_a_deduction_is_settled_first_and_takes_no_room(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-02 10:00")
    phone = await app.enrolled()
    await factories.penalty()
    county_clock.set("2026-11-17 00:01")
    shown = await what_if(phone, HONEST_SHOP)
    assert (shown["points_now"], shown["points_after"]) == (960, 980)


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({}, "item", "required"),
        ({"item": PENALTY}, "item", "item_unknown"),
        ({"item": "NO-SUCH"}, "item", "item_unknown"),
        ({"item": VOLUNTEER_HOURS}, "quantity", "quantity_needed"),
        ({"item": HONEST_SHOP, "quantity": "2"}, "quantity", "quantity_not_asked"),
        ({"item": VOLUNTEER_HOURS, "quantity": "0"}, "quantity", "too_small"),
        ({"item": VOLUNTEER_HOURS, "quantity": "10001"}, "quantity", "too_large"),
        ({"item": VOLUNTEER_HOURS, "quantity": "1.25"}, "quantity", "quantity_decimals"),
        ({"item": VOLUNTEER_HOURS, "quantity": "nan"}, "quantity", "too_small"),
        ({"item": VOLUNTEER_HOURS, "quantity": "三"}, "quantity", "wrong_type"),
        ({"item": HONEST_SHOP, "points": "100"}, "points", "unknown_field"),
    ],
)
async def test_what_cannot_be_supposed_is_a_clear_error(
    app: RunningApp, asked: dict[str, str], field: str, code: str
) -> None:
    phone = await app.enrolled()
    refused = await phone.get("/score/what-if", params=asked)
    assert refused.status_code == 422
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [(field, code)]
