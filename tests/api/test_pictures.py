"""Links to pictures: hers alone, for minutes, and only while she is signed in."""

import logging
from typing import Any

import httpx
import pytest

from backend.citizens.models import Account, Session
from backend.settings import Settings
from media.intake import file_keys
from media.links import sign_link
from media.models import Picture
from media.storage import open_storage
from miniprogram_api.media import picture_shown
from tests.answers import refused
from tests.api.sending import send_photo
from tests.factories import NEIGHBOUR, VAULT
from tests.media.photos import a_photo
from tests.running_app import CountyClock, Phone, RunningApp

PHOTO = a_photo()
SIZES = ("url", "middle_url", "small_url")


async def sent_by(phone: Phone) -> Any:
    return phone.succeeded(await send_photo(phone, PHOTO), 201)


async def look(app: RunningApp, shown: Any) -> list[httpx.Response]:
    """At the three sizes, as an image on her screen does: without any token."""
    return [await app.http.get(shown[size]) for size in SIZES]


async def gone(app: RunningApp, shown: Any, code: str = "link_gone") -> bool:
    for answer in await look(app, shown):
        refused(answer, 404, code)
    return True


async def test_a_picture_is_private_and_nothing_but_a_picture(app: RunningApp) -> None:
    for answer in await look(app, await sent_by(await app.bound())):
        assert answer.status_code == 200
        headers = answer.headers
        assert headers["Cache-Control"] == "private, max-age=300"
        assert headers["Content-Disposition"] == "inline"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "etag" not in headers
        starts = {"image/webp": b"RIFF", "image/jpeg": b"\xff\xd8\xff"}
        assert answer.content.startswith(starts[headers["Content-Type"]])


async def test_a_link_ends_after_ten_minutes(app: RunningApp, county_clock: CountyClock) -> None:
    shown = await sent_by(await app.bound())
    county_clock.forward(minutes=9)
    assert [answer.status_code for answer in await look(app, shown)] == [200] * 3
    county_clock.forward(minutes=1.1)
    assert await gone(app, shown)


async def test_a_link_dies_with_the_session_that_it_was_made_for(app: RunningApp) -> None:
    phone = await app.bound()
    mine = await sent_by(phone)
    other_phone = app.phone()
    await other_phone.sign_in()
    hers = await sent_by(other_phone)
    await phone.delete("/sessions/current")
    assert await gone(app, mine)
    assert [answer.status_code for answer in await look(app, hers)] == [200] * 3
    await other_phone.delete("/sessions")
    assert await gone(app, hers)


async def test_a_session_that_ended_by_itself_shows_nothing(app: RunningApp) -> None:
    shown = await sent_by(await app.bound())
    await Session.all().update(expires_at="2026-01-01T00:00:00+00:00")
    assert await gone(app, shown)


async def test_a_link_shows_a_picture_of_the_citizen_behind_the_session_and_no_other(app: RunningApp) -> None:
    phone, neighbour = await app.bound(), await app.bound(NEIGHBOUR)
    shown, _ = await sent_by(phone), await sent_by(neighbour)
    session = await Session.get(account__citizen_id=(await Picture.get(id=shown["id"])).owner_id)
    for picture in await Picture.all():
        token = sign_link(VAULT, picture.id, "small", f"account-session:{session.id}")
        answer = await phone.get(f"/pictures/{token}")
        assert answer.status_code == (200 if str(picture.id) == shown["id"] else 404)
    await Account.filter(id=session.account_id).update(citizen_id=None)  # her real name moved to another WeChat
    assert await gone(app, shown)


async def test_a_link_of_the_console_is_worth_nothing_here(app: RunningApp) -> None:
    shown = await sent_by(await app.bound())
    session = await Session.get()
    for viewer in (f"staff-session:{session.id}", f"staff-session:{shown['id']}"):
        token = sign_link(VAULT, (await Picture.get()).id, "small", viewer)
        refused(await app.phone().get(f"/pictures/{token}"), 404, "link_gone")


async def test_a_made_up_link_shows_nothing(app: RunningApp) -> None:
    token = (await sent_by(await app.bound()))["url"].rpartition("/")[2]
    for made_up in (token[:-1], token + "A", token[::-1], "x", "a.b", str((await Picture.get()).id)):
        refused(await app.phone().get(f"/pictures/{made_up}"), 404, "link_gone")
    for nothing in ("a" * 201, "%00", "%E7%85%A7", token + "="):
        refused(await app.phone().get(f"/pictures/{nothing}"), 404, "not_found")


async def test_a_picture_whose_files_are_gone_is_gone(app: RunningApp, settings: Settings) -> None:
    phone = await app.bound()
    shown = await sent_by(phone)
    picture, session = await Picture.get(), await Session.get()
    assert picture_shown(VAULT, session.id, picture).deleted is False
    await open_storage(settings).delete(file_keys(picture))
    assert await gone(app, shown, "file_gone")
    await Picture.all().update(deleted_at="2026-11-23T01:00:00+00:00")
    assert await gone(app, shown)
    told = picture_shown(VAULT, session.id, await Picture.get())
    assert (told.deleted, told.url, told.middle_url, told.small_url) == (True, None, None, None)


async def test_no_log_holds_a_link_or_a_file_s_name(app: RunningApp, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        shown = await sent_by(await app.bound())
        assert [answer.status_code for answer in await look(app, shown)] == [200] * 3
        await look(app, {size: shown[size][:-1] for size in SIZES})
        ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert [line for line in ours if "show_picture" in line]
    secrets = [shown[size].rpartition("/")[2][:40] for size in SIZES] + ["1.jpg"]
    assert [line for line in ours if any(secret in line for secret in secrets)] == []
