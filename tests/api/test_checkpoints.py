"""The checkpoints, open to everybody: on the API, and in plain words on a page of their own."""

import hashlib
import json

from backend.points.checkpoints import take_checkpoint
from tests import factories
from tests.answers import faults
from tests.factories import CITIZEN
from tests.running_app import CountyClock, RunningApp, both_databases


async def take(count: int, county_clock: CountyClock) -> None:
    """So many days, each with its checkpoint."""
    for _ in range(count):
        assert await take_checkpoint()
        county_clock.forward(days=1)


@both_databases
async def test_a_stranger_reckons_the_published_chain_again(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    await app.enrolled()
    await factories.file_records(factories.row())
    await take(3, county_clock)
    items = (await app.phone().read("/checkpoints"))["items"]
    assert [(each["number"], each["day"]) for each in items] == [
        (3, "2026-11-25"),
        (2, "2026-11-24"),
        (1, "2026-11-23"),
    ]
    previous = ""
    for each in reversed(items):
        said = [each[name] for name in ("number", "day", "enrolments", "entries", "heads_digest")]
        assert (said[2:4], each["previous_hash"]) == ([1, 1], previous)
        previous = hashlib.sha256((previous + json.dumps(said, separators=(",", ":"))).encode()).hexdigest()
        assert each["hash"] == previous


async def test_page_by_page_to_the_first(app: RunningApp, county_clock: CountyClock) -> None:
    await take(5, county_clock)
    phone, cursor, numbers = app.phone(), None, []
    while True:
        page = await phone.read("/checkpoints", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        numbers += [each["number"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert numbers == [5, 4, 3, 2, 1]
    assert faults(await phone.get("/checkpoints", params={"cursor": "!"})) == {"cursor": "bad_cursor"}


async def test_before_the_first_one_the_list_is_empty_and_the_page_says_so(app: RunningApp) -> None:
    assert await app.phone().read("/checkpoints") == {"items": [], "next_cursor": None}
    page = await app.http.get("/checkpoints")
    assert page.status_code == 200
    assert "还没有校验码" in page.text


async def test_everybody_may_keep_the_answer(app: RunningApp, county_clock: CountyClock) -> None:
    await take(1, county_clock)
    first = await app.phone().get("/checkpoints")
    assert first.headers["Cache-Control"].startswith("public")
    again = await app.phone().get("/checkpoints", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


async def test_the_page_shows_a_month_and_leads_to_the_older_ones(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    await app.enrolled()
    await take(33, county_clock)
    newest = await app.phone().read("/checkpoints", params={"limit": 1})
    page = (await app.http.get("/checkpoints")).text
    assert newest["items"][0]["hash"] in page
    assert "2026年12月25日 · 第 33 号" in page
    assert page.count("<dt>校验码</dt>") == 31
    assert 'before=3">更早的' in page
    older = (await app.http.get("/checkpoints", params={"before": "3"})).text
    assert "第 2 号" in older
    assert "第 3 号" not in older
    assert "更早的" not in older
    for private in (CITIZEN.name, CITIZEN.number, str((await factories.guest()).citizen_id)):
        assert private not in page


async def test_a_mistyped_address_shows_the_newest(app: RunningApp, county_clock: CountyClock) -> None:
    await take(1, county_clock)
    for asked in ("", "-1", "x", "9" * 30, "１"):
        answer = await app.http.get("/checkpoints", params={"before": asked})
        assert answer.status_code == 200
        assert "第 1 号" in answer.text
