"""The score: what counts today, what comes next, how it went, and the time that a citizen has before a deduction."""

from datetime import date

from backend.points.verification import verify_ledger
from tests import factories
from tests.factories import HONEST_SHOP, NEIGHBOUR, VOLUNTEER_HOURS
from tests.running_app import CountyClock, Phone, RunningApp, both_databases


async def points(phone: Phone) -> int:
    return int((await phone.read("/score"))["points"])


@both_databases
async def test_a_negative_record_counts_ten_working_days_after_she_was_told(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-11-02 10:00")  # a Monday
    phone = await app.enrolled()
    record = await factories.penalty()
    told = (await phone.read("/notices"))["items"][0]
    assert (told["kind"], told["record_id"]) == ("negative_record", str(record.id))
    shown = await phone.read(f"/records/{record.id}")
    assert (shown["state"], shown["counts_from"], shown["workdays_left"]) == ("waiting", "2026-11-17", 10)
    score = await phone.read("/score")
    assert (score["points"], score["parts"]) == (1000, [])
    assert [(each["day"], each["points"], each["kind"]) for each in score["coming"]] == [
        ("2026-11-17", -40, "begins"),
        ("2027-11-02", 40, "lapses"),
    ]
    assert (await phone.read("/entries"))["items"] == []
    county_clock.set("2026-11-16 23:58")
    assert await points(phone) == 1000
    assert (await phone.read(f"/records/{record.id}"))["workdays_left"] == 0
    county_clock.set("2026-11-17 00:01")
    assert await points(phone) == 960
    assert (await phone.read(f"/records/{record.id}"))["state"] == "in_force"
    county_clock.set("2027-10-20 10:00")
    await phone.sign_in()
    phone.succeeded(await phone.enrol(), 201)  # her yes to points would end before the deduction does
    county_clock.set("2027-11-02 00:01")
    assert await points(phone) == 1000
    shown = await phone.read(f"/records/{record.id}")
    assert (shown["state"], shown["lapses_on"]) == ("lapsed", "2027-11-02")
    entries = (await phone.read("/entries"))["items"]
    assert [(each["points"], each["kind"], each["kind_label"]) for each in entries] == [
        (40, "lapsed", "到期失效"),
        (-40, "counted", "计入"),
    ]
    assert not (await verify_ledger()).misfits


async def test_the_ten_days_pass_over_weekends_and_holidays(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-09-24 10:00")  # before 中秋 and 国庆: off 25–27 Sep and 1–7 Oct, at work on 10 Oct
    phone = await app.enrolled()
    record = await factories.penalty()
    assert (await phone.read(f"/records/{record.id}"))["counts_from"] == "2026-10-16"


async def test_who_joins_later_is_told_later_and_has_her_ten_days_too(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-09-01 10:00")
    await factories.load_tiny_catalogue()
    await factories.register()
    record = await factories.penalty()
    county_clock.set("2026-11-02 10:00")
    phone = await app.enrolled()
    assert await points(phone) == 1000
    assert (await phone.read(f"/records/{record.id}"))["counts_from"] == "2026-11-17"
    county_clock.set("2026-11-17 00:01")
    assert await points(phone) == 960


async def test_the_parts_say_where_the_points_come_from(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-02 10:00")
    phone = await app.enrolled()
    await factories.file_records(factories.row(), factories.row(item=VOLUNTEER_HOURS, quantity="30"))
    await factories.penalty()
    county_clock.set("2026-11-20 10:00")
    score = await phone.read("/score")
    assert {each["domain"]: each["points"] for each in score["parts"]} == {"产品质量": -20, "志愿服务": 25}
    assert score["points"] == score["base"] + sum(each["points"] for each in score["parts"]) == 1005


async def test_levels_open_with_points_and_say_what_is_next(app: RunningApp) -> None:
    phone = await app.enrolled()
    ladder = []
    for quantity in ("10", "10", "60"):
        await factories.file_record(item=VOLUNTEER_HOURS, quantity=quantity)
        score = await phone.read("/score")
        ladder.append((score["points"], score["level"]["code"], (score["next_level"] or {}).get("at_least")))
    await factories.file_record(item=HONEST_SHOP)
    score = await phone.read("/score")
    ladder.append((score["points"], score["level"]["code"], score["next_level"]))
    assert ladder == [(1010, "basic", 1020), (1020, "good", 1060), (1050, "good", 1060), (1070, "model", None)]


async def test_the_lowest_level_opens_what_everybody_has(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-02 10:00")
    phone = await app.enrolled()
    await factories.penalty()
    county_clock.set("2026-11-20 10:00")
    score = await phone.read("/score")
    assert (score["points"], score["level"]["code"], score["level"]["at_least"]) == (960, "basic", None)


async def test_a_cap_that_cut_an_entry_is_named(app: RunningApp) -> None:
    phone = await app.enrolled()
    await factories.file_records(*(factories.row(item=VOLUNTEER_HOURS, quantity="60") for _ in range(2)))
    entries = (await phone.read("/entries"))["items"]
    assert sorted((each["points"], each["cut_by"]) for each in entries) == [
        (10, "已达到该事项每年分值上限"),
        (40, None),
    ]


async def test_the_trend_shows_each_month_since_she_enrolled(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-08-20 10:00")
    phone = await app.enrolled()
    county_clock.set("2026-09-10 10:00")
    await factories.file_record()
    county_clock.set("2026-11-02 10:00")
    await factories.file_record(item=VOLUNTEER_HOURS, quantity="5")
    await phone.sign_in()
    assert [(each["day"], each["points"]) for each in (await phone.read("/score/trend"))["items"]] == [
        ("2026-08-20", 1000),
        ("2026-08-31", 1000),
        ("2026-09-30", 1020),
        ("2026-10-31", 1020),
        ("2026-11-02", 1025),
    ]


async def test_the_trend_goes_back_a_year_at_most(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-01-15 10:00")
    phone = await app.enrolled()
    county_clock.set("2027-03-10 10:00")
    await phone.sign_in()
    await phone.accept_texts()
    phone.succeeded(await phone.enrol(), 201)
    days = [each["day"] for each in (await phone.read("/score/trend"))["items"]]
    assert (days[0], days[-1], len(days)) == ("2026-03-10", "2027-03-10", 14)


async def test_what_is_read_does_not_wait_for_the_nightly_job(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-02 10:00")
    phone = await app.enrolled()
    await factories.file_record(document_date=date(2024, 12, 1))
    assert await points(phone) == 1020
    county_clock.set("2026-12-01 00:01")
    entries = (await phone.read("/entries"))["items"]
    assert [each["points"] for each in entries] == [-20, 20], "the list of entries settles first, as the score does"
    assert await points(phone) == 1000


async def test_a_neighbours_records_move_nobody_elses_points(app: RunningApp) -> None:
    citizen, neighbour = await app.enrolled(), await app.enrolled(NEIGHBOUR)
    await factories.file_record(NEIGHBOUR)
    assert (await points(citizen), await points(neighbour)) == (1000, 1020)
