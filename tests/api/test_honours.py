"""The gallery and my honours over HTTP: anybody reads what its owner shows, and her certificate is hers alone."""

from io import BytesIO
from uuid import UUID, uuid4

import pytest
from PIL import Image

from backend.honours import honour_pictures
from backend.honours.models import Honour
from backend.jobs.models import Job
from backend.settings import Settings
from media import intake
from media.storage import open_storage
from media.workshop import Workshop
from tests.answers import faults, refused
from tests.closing_seasons import an_honour, load_honours_catalogue
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, NEIGHBOUR
from tests.honours.judging_season import STORY
from tests.media.photos import a_photo
from tests.running_app import CountyClock, Phone, RunningApp, both_databases


@pytest.fixture
async def honour(app: RunningApp, county_clock: CountyClock) -> Honour:
    """鲁小明's, of 2026."""
    county_clock.set("2026-11-23 09:00")
    await load_honours_catalogue()
    await app.bound()
    return await an_honour("鲁小明", citizen=await citizen_of())


async def hers(app: RunningApp) -> Phone:
    """The phone of 鲁小明, who is bound already."""
    return await app.guest(CITIZEN)


async def with_picture(honour: Honour, settings: Settings) -> None:
    storage, workshop = open_storage(settings), Workshop()
    try:
        picture = await intake.take_in(storage, workshop, uuid4(), a_photo(size=(1600, 1200)))
    finally:
        await workshop.close()
    await honour_pictures.promise_copy(honour.id, (picture.id,))
    for job in await Job.filter(name=honour_pictures.COPY_PICTURE):
        await honour_pictures.copy_promised(storage, job.payload)


@both_databases
async def test_anybody_reads_the_gallery_and_nothing_private_of_it(app: RunningApp, honour: Honour) -> None:
    stranger = app.phone()
    answer = await stranger.get("/honours")
    (line,) = stranger.succeeded(answer)["items"]
    assert (line["id"], line["name"], line["award_name"], line["year"]) == (
        str(honour.id), "鲁小明", "道德模范", 2026,
    )  # fmt: skip
    one = await stranger.read(f"/honours/{honour.id}")
    assert (one["story"], one["owner"], one["number"], one["picture"]) == (STORY, "县市场监管局", honour.number, None)
    for private in (CITIZEN.number, "13800000009", str(honour.citizen_id), str(honour.nominee_id), "record"):
        assert private not in answer.text
        assert private not in str(one)
    found = await stranger.read("/honour-choices")
    assert found == {
        "awards": [{"code": "moral_model", "name": "道德模范"}], "years": [2026], "townships": ["下汤镇"],
    }  # fmt: skip
    refused(await stranger.get(f"/honours/{uuid4()}"), 404, "honour_not_found")
    again = await stranger.get("/honours", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@both_databases
async def test_what_is_announced_is_read_the_moment_after(app: RunningApp, honour: Honour) -> None:
    stranger = app.phone()
    assert len((await stranger.read("/honours"))["items"]) == 1
    other = await an_honour("石大山")
    assert [each["id"] for each in (await stranger.read("/honours"))["items"]] == [str(other.id), str(honour.id)]
    assert (await stranger.get(f"/honours/{other.id}")).status_code == 200


async def test_it_is_asked_by_award_year_and_township_and_read_page_by_page(app: RunningApp, honour: Honour) -> None:
    stranger = app.phone()
    other = await an_honour("石大山")
    page = await stranger.read("/honours?limit=1")
    assert [each["id"] for each in page["items"]] == [str(other.id)]
    page = await stranger.read(f"/honours?limit=1&cursor={page['next_cursor']}")
    assert ([each["id"] for each in page["items"]], page["next_cursor"]) == ([str(honour.id)], None)
    assert (await stranger.read("/honours?award=good_netizen"))["items"] == []
    assert len((await stranger.read("/honours", params={"township": "下汤镇", "year": 2026}))["items"]) == 2
    assert faults(await stranger.get("/honours?award=best")).keys() == {"award"}
    assert faults(await stranger.get("/honours?year=1")).keys() == {"year"}
    assert faults(await stranger.get("/honours?sort=endorsements")).keys() == {"sort"}


@both_databases
async def test_she_takes_it_down_and_nobody_reads_it_the_moment_after(app: RunningApp, honour: Honour) -> None:
    stranger, phone = app.phone(), await hers(app)
    path = f"/honours/{honour.id}"
    assert (await stranger.get(path)).status_code == 200
    for _ in range(2):
        answer = await phone.send("PUT", f"/my-honours/{honour.id}/visibility", json={"shown": False})
        assert phone.succeeded(answer)["actions"] == ["save_certificate", "show"]
        refused(await stranger.get(path), 404, "honour_not_found")
        assert (await stranger.read("/honours"))["items"] == []
    mine = (await phone.read("/my-honours"))["items"]
    assert [(each["shown"], each["number"], each["record_id"]) for each in mine] == [
        (False, honour.number, str((await Honour.get(id=honour.id)).record_id))
    ]
    await phone.send("PUT", f"/my-honours/{honour.id}/visibility", json={"shown": True})
    assert (await stranger.get(path)).status_code == 200


async def test_her_certificate_is_a_picture_for_her_alone(app: RunningApp, honour: Honour) -> None:
    path = f"/my-honours/{honour.id}/certificate"
    refused(await app.phone().get(path), 401, "sign_in_needed")
    neighbour = await app.bound(NEIGHBOUR)
    for each in (path, f"/my-honours/{honour.id}", f"/my-honours/{UUID(int=0)}/certificate"):
        refused(await neighbour.get(each), 404, "honour_not_found")
    refused(
        await neighbour.send("PUT", f"/my-honours/{honour.id}/visibility", json={"shown": False}),
        404,
        "honour_not_found",
    )
    refused(await neighbour.send("DELETE", f"/my-honours/{honour.id}/picture"), 404, "honour_not_found")
    phone = await hers(app)
    await phone.send("PUT", f"/my-honours/{honour.id}/visibility", json={"shown": False})
    answer = await phone.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert "private" in answer.headers["cache-control"]
    assert Image.open(BytesIO(answer.content)).size == (1080, 1440)


async def test_her_picture_is_shown_until_she_takes_it_away(
    app: RunningApp, honour: Honour, settings: Settings
) -> None:
    await with_picture(honour, settings)
    stranger, phone = app.phone(), await hers(app)
    shown = (await stranger.read(f"/honours/{honour.id}"))["picture"]
    for url, longest in ((shown["middle_url"], 1280), (shown["small_url"], 480)):
        answer = await app.http.get(url)
        assert answer.status_code == 200
        picture = Image.open(BytesIO(answer.content))
        assert max(picture.size) <= longest
        assert not picture.getexif()
        again = await app.http.get(url, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    for size in ("master", "large"):
        refused(await stranger.get(f"/honours/{honour.id}/picture/{size}"), 404, "honour_not_found")
    answer = await phone.send("DELETE", f"/my-honours/{honour.id}/picture")
    assert phone.succeeded(answer)["picture"] is None
    assert "drop_picture" not in answer.json()["actions"]
    refused(await stranger.get(f"/honours/{honour.id}/picture/small"), 404, "honour_not_found")
    assert (await stranger.read(f"/honours/{honour.id}"))["picture"] is None


async def test_wrong_bodies_are_told_field_by_field(app: RunningApp, honour: Honour) -> None:
    phone = await hers(app)
    path = f"/my-honours/{honour.id}/visibility"
    assert faults(await phone.send("PUT", path, json={})) == {"shown": "required"}
    assert faults(await phone.send("PUT", path, json={"shown": "no"})) == {"shown": "wrong_type"}
