"""Campaigns on the phone: read by anybody, and a pledge that counts once and names nobody."""

from datetime import date
from uuid import uuid4

import pytest

from backend.content import campaigns
from backend.content.models import Campaign
from tests.answers import faults, refused
from tests.content.editors import editor
from tests.factories import NEIGHBOUR
from tests.running_app import CountyClock, RunningApp, both_databases


@pytest.fixture
async def running(app: RunningApp, county_clock: CountyClock) -> Campaign:
    """A campaign with a pledge, a week long; it is its third day."""
    county_clock.set("2026-11-23 09:00")
    said = campaigns.CampaignSaid(
        name="诚信公约阳光行",
        summary="愿意就说一声“我承诺”。",
        starts_on=date(2026, 11, 21),
        ends_on=date(2026, 11, 27),
        pledge=True,
    )
    return await campaigns.create(await editor(), said)


@both_databases
async def test_a_stranger_reads_and_does_not_pledge(app: RunningApp, running: Campaign) -> None:
    stranger = app.phone()
    (shown,) = (await stranger.read("/campaigns"))["items"]
    assert shown == await stranger.read(f"/campaigns/{running.id}")
    assert (shown["state"], shown["state_label"], shown["pledge"], shown["pledged"]) == ("running", "进行中", True, 0)
    assert (shown["articles"], shown["reads"], shown["likes"], shown["banner_url"]) == (0, 0, 0, None)
    refused(await stranger.send("PUT", f"/campaigns/{running.id}/pledge"), 401, "sign_in_needed")
    refused(await stranger.get(f"/campaigns/{uuid4()}"), 404, "campaign_not_found")
    assert faults(await stranger.get("/campaigns?cursor=x")) == {"cursor": "bad_cursor"}


async def test_two_people_pledge_and_only_the_count_is_told(app: RunningApp, running: Campaign) -> None:
    path = f"/campaigns/{running.id}/pledge"
    mine, hers = await app.bound(), await app.bound(NEIGHBOUR)
    assert await mine.read(path) == {"pledged": False, "count": 0}
    for _ in range(2):
        assert (await mine.send("PUT", path)).json() == {"pledged": True, "count": 1}
    assert (await hers.send("PUT", path)).json() == {"pledged": True, "count": 2}
    assert await hers.read(path) == {"pledged": True, "count": 2}


async def test_after_its_last_day_it_is_over(app: RunningApp, running: Campaign, county_clock: CountyClock) -> None:
    phone = await app.bound()
    county_clock.set("2026-11-28 00:00")
    shown = await phone.read(f"/campaigns/{running.id}")
    assert (shown["state"], shown["state_label"]) == ("over", "已结束")
    refused(await phone.send("PUT", f"/campaigns/{running.id}/pledge"), 409, "no_pledge_here")


async def test_pages_go_on_by_cursor(app: RunningApp, running: Campaign) -> None:
    for day in (1, 2, 3):
        said = campaigns.CampaignSaid(
            name=f"活动{day}", summary="一句话。", starts_on=date(2026, 10, day), ends_on=date(2026, 10, day)
        )
        await campaigns.create(await editor(), said)
    names, cursor = [], ""
    while True:
        page = await app.phone().read(f"/campaigns?limit=3{cursor}")
        names += [each["name"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert names == ["诚信公约阳光行", "活动3", "活动2", "活动1"]
