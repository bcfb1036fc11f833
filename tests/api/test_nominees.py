"""Nominees on the phone: for real-name citizens only, with their pictures, and without a count of anybody's support."""

from uuid import UUID, uuid4

import pytest

from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.nominations import consents
from backend.nominations.models import Nominee
from backend.settings import Settings
from media import intake
from media.models import Picture
from media.storage import open_storage
from media.workshop import Workshop
from tests.answers import refused
from tests.contract import published
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, register
from tests.honours.judging_season import a_nomination, a_nominee
from tests.media.photos import a_photo
from tests.open_seasons import an_open_season, said_of
from tests.running_app import PREFIX, CountyClock, Phone, RunningApp, both_databases


@pytest.fixture
async def season(app: RunningApp, county_clock: CountyClock) -> Season:
    """Open for endorsing, until 9 December."""
    county_clock.set("2026-11-23 09:00")
    return await an_open_season()


@both_databases
async def test_a_stranger_sees_nobody_and_a_neighbour_who_agreed(app: RunningApp, season: Season) -> None:
    nominee = await a_nominee(season)
    await Nominee.filter(id=(await a_nominee(season, "石中山")).id).update(state="asked")
    stranger, guest, reader = app.phone(), await app.guest(COUSIN), await app.reader(NEIGHBOUR)
    for path in (f"/seasons/{season.id}/nominees", f"/nominees/{nominee.id}", f"/seasons/{season.id}/endorsements"):
        refused(await stranger.get(path), 401, "sign_in_needed")
        refused(await guest.get(path), 403, "consent_needed")
        refused(await reader.get(path), 403, "binding_needed")
    phone = await app.bound()
    page = await phone.read(f"/seasons/{season.id}/nominees")
    assert [each["name"] for each in page["items"]] == ["石大山"]
    assert (page["left"], page["next_cursor"], page["items"][0]["actions"]) == (5, None, ["endorse"])
    one = await phone.read(f"/nominees/{nominee.id}")
    assert (one["unit"], one["township"], one["season_id"]) == ("下汤镇十亩地村", "下汤镇", str(season.id))
    assert "13800000009" not in str(one)
    refused(await phone.get(f"/nominees/{uuid4()}"), 404, "nominee_not_shown")
    refused(await phone.get(f"/seasons/{uuid4()}/nominees"), 404, "season_not_found")


async def test_pages_go_on_by_cursor(app: RunningApp, season: Season) -> None:
    for number in "一二三四五":
        await a_nominee(season, f"石{number}山")
    phone, names, cursor = await app.bound(), [], ""
    while True:
        page = await phone.read(f"/seasons/{season.id}/nominees?limit=2{cursor}")
        names += [each["name"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert names == ["石一山", "石二山", "石三山", "石四山", "石五山"]


async def test_when_judging_begins_the_list_is_closed(
    app: RunningApp, season: Season, county_clock: CountyClock
) -> None:
    nominee, phone = await a_nominee(season), await app.bound()
    county_clock.set("2026-12-10 00:00")
    for path in (f"/seasons/{season.id}/nominees", f"/nominees/{nominee.id}"):
        assert "评审" in refused(await phone.get(path), 409, "season_not_open")["detail"]


async def test_neighbours_see_her_picture_until_she_says_no(
    app: RunningApp, season: Season, settings: Settings
) -> None:
    await register()
    nominator, nominated = await app.bound(), await citizen_of(COUSIN)
    nominee = await a_nominee(season, citizen=nominated)
    picture = await _picture(settings, await citizen_of(CITIZEN), nominee)
    neighbour = await app.bound(NEIGHBOUR)
    shown = (await neighbour.read(f"/nominees/{nominee.id}"))["pictures"]
    assert [each["id"] for each in shown] == [str(picture)]
    link = shown[0]["small_url"].removeprefix(PREFIX)
    assert (await app.phone().get(link)).status_code == 200, "the link is made for her phone, which has her token"
    assert (await nominator.get(await _own_link(nominator, nominee))).status_code == 200
    await consents.change(nominated, nominee.id, "endorse", False)
    refused(await neighbour.get(link), 404, "link_gone")
    refused(await neighbour.get(f"/nominees/{nominee.id}"), 404, "nominee_not_shown")


@both_databases
async def test_what_others_say_changes_nothing_that_anybody_reads(app: RunningApp, season: Season) -> None:
    """Charter 4: no order, no count, no winner of the day."""
    await register()
    few, many = await a_nominee(season, "石一山"), await a_nominee(season, "石二山")
    herself = await app.bound(COUSIN)
    await Nominee.filter(id=many.id).update(citizen_id=(await citizen_of(COUSIN)).id)
    watcher = await app.bound(NEIGHBOUR)
    paths = [f"/seasons/{season.id}/nominees", f"/nominees/{few.id}", f"/nominees/{many.id}"]
    before = [[await phone.read(path) for path in paths] for phone in (watcher, herself)]
    endorser = await app.bound()
    endorser.succeeded(await endorser.send("PUT", f"/nominees/{many.id}/endorsement"))
    assert [[await phone.read(path) for path in paths] for phone in (watcher, herself)] == before


def test_no_answer_has_a_place_for_a_count_of_endorsements() -> None:
    schemas = published()["components"]["schemas"].values()
    numbers = {
        name
        for schema in schemas
        for name, kind in schema.get("properties", {}).items()
        if {"integer", "number"} & {kind.get("type"), *(each.get("type") for each in kind.get("anyOf", ()))}
    }
    assert {"left", "likes"} <= numbers, "the yardstick sees numbers at all"
    assert {name for name in numbers if "endors" in name or "support" in name} == set()


async def _picture(settings: Settings, owner: Citizen, nominee: Nominee) -> UUID:
    """A real picture of a nomination, which the nominee agreed to show."""
    workshop = Workshop()
    try:
        picture = await intake.take_in(open_storage(settings), workshop, owner.id, a_photo())
    finally:
        await workshop.close()
    nomination = await a_nomination(nominee, by=owner)
    await Picture.filter(id=picture.id).update(held_by=f"nomination:{nomination.id}", position=0)
    await said_of(nominee, pictures=(picture.id,))
    return picture.id


async def _own_link(phone: Phone, nominee: Nominee) -> str:
    shown = (await phone.read(f"/nominees/{nominee.id}"))["pictures"]
    return str(shown[0]["small_url"]).removeprefix(PREFIX)
