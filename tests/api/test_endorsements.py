"""支持推荐 on the phone: a tap, a second tap, a sixth nominee, and a change of mind."""

from uuid import uuid4

import pytest

from backend.awards.models import Season
from backend.nominations import consents
from backend.nominations.endorsing import count_of
from backend.nominations.models import Nominee
from tests.answers import refused
from tests.evidence_factories import citizen_of
from tests.factories import COUSIN, NEIGHBOUR, register
from tests.honours.judging_season import a_nominee
from tests.open_seasons import an_open_season
from tests.running_app import CountyClock, RunningApp, both_databases


@pytest.fixture
async def season(app: RunningApp, county_clock: CountyClock) -> Season:
    """Open for endorsing, until 9 December."""
    county_clock.set("2026-11-23 09:00")
    return await an_open_season()


def path(nominee: Nominee) -> str:
    return f"/nominees/{nominee.id}/endorsement"


@both_databases
async def test_a_stranger_cannot_and_a_tap_counts_once(app: RunningApp, season: Season) -> None:
    nominee = await a_nominee(season)
    for method in ("PUT", "DELETE"):
        refused(await app.phone().send(method, path(nominee)), 401, "sign_in_needed")
        refused(await (await app.reader()).send(method, path(nominee)), 403, "binding_needed")
    phone = await app.bound()
    for _ in range(2):
        assert phone.succeeded(await phone.send("PUT", path(nominee))) == {"endorsed": True, "left": 4}
    shown = await phone.read(f"/nominees/{nominee.id}")
    assert (shown["endorsed"], shown["actions"]) == (True, ["take_back"])
    mine = await phone.read(f"/seasons/{season.id}/endorsements")
    assert ([each["name"] for each in mine["items"]], mine["left"]) == (["石大山"], 4)
    neighbour = await app.bound(NEIGHBOUR)
    assert await neighbour.read(f"/seasons/{season.id}/endorsements") == {"items": [], "left": 5}
    assert (await neighbour.read(f"/nominees/{nominee.id}"))["endorsed"] is False
    for _ in range(2):
        assert phone.succeeded(await phone.send("DELETE", path(nominee))) == {"endorsed": False, "left": 5}
    assert (await count_of([nominee.id]))[nominee.id] == 0
    refused(await phone.send("PUT", f"/nominees/{uuid4()}/endorsement"), 404, "nominee_not_shown")


async def test_the_sixth_is_refused_and_not_offered(app: RunningApp, season: Season) -> None:
    phone = await app.bound()
    nominees = [await a_nominee(season, f"石{number}山") for number in "一二三四五六"]
    left = [phone.succeeded(await phone.send("PUT", path(nominee)))["left"] for nominee in nominees[:5]]
    assert left == [4, 3, 2, 1, 0]
    assert (await phone.read(f"/nominees/{nominees[5].id}"))["actions"] == []
    refused(await phone.send("PUT", path(nominees[5])), 409, "too_many_endorsements")
    page = await phone.read(f"/seasons/{season.id}/nominees")
    assert (page["left"], [each["endorsed"] for each in page["items"]]) == (0, [True] * 5 + [False])


async def test_not_for_oneself(app: RunningApp, season: Season) -> None:
    await register()
    herself = await app.bound(COUSIN)
    nominee = await a_nominee(season, "鲁小芳", citizen=await citizen_of(COUSIN))
    assert (await herself.read(f"/nominees/{nominee.id}"))["actions"] == []
    refused(await herself.send("PUT", path(nominee)), 403, "not_yourself")


async def test_a_no_of_hers_takes_it_away_for_everybody(app: RunningApp, season: Season) -> None:
    await register()
    nominated = await citizen_of(COUSIN)
    nominee, phone = await a_nominee(season, citizen=nominated), await app.bound()
    phone.succeeded(await phone.send("PUT", path(nominee)))
    await consents.change(nominated, nominee.id, "endorse", False)
    assert await phone.read(f"/seasons/{season.id}/endorsements") == {"items": [], "left": 5}
    refused(await phone.send("PUT", path(nominee)), 404, "nominee_not_shown")


async def test_after_judging_began_only_taking_back_is_left(
    app: RunningApp, season: Season, county_clock: CountyClock
) -> None:
    nominee, other, phone = await a_nominee(season), await a_nominee(season), await app.bound()
    phone.succeeded(await phone.send("PUT", path(nominee)))
    county_clock.set("2026-12-10 00:00")
    refused(await phone.send("PUT", path(other)), 409, "season_not_open")
    assert [each["name"] for each in (await phone.read(f"/seasons/{season.id}/endorsements"))["items"]] == ["石大山"]
    phone.succeeded(await phone.send("DELETE", path(nominee)))
    phone.succeeded(await phone.send("DELETE", path(nominee)))
    assert (await count_of([nominee.id]))[nominee.id] == 0
