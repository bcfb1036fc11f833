"""Files of articles for everybody: while something shows them, whole or in parts, and never a minute longer."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from backend import clock
from backend.content import publishing
from backend.content.draft import Attachment
from backend.content.models import Campaign
from media.models import PublishedMedia
from media.storage import Storage
from tests import article_factories
from tests.answers import refused
from tests.article_factories import published
from tests.published_files import put
from tests.running_app import CountyClock, RunningApp

USUAL = "public, max-age=60, stale-while-revalidate=60"
FILM = bytes(range(256)) * 12_000  # three pieces of the store, and some


def attached(media: PublishedMedia) -> tuple[Attachment, ...]:
    return (Attachment(file_id=media.id, name="片子"),)


async def a_shown_film(storage: Storage, data: bytes = FILM) -> str:
    """The path of a video that a published article shows."""
    media = await put(storage, data)
    await published(attachments=attached(media))
    return f"/files/{media.id}/whole"


async def asked(app: RunningApp, path: str, **headers: str) -> httpx.Response:
    return await app.phone().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


async def test_a_stranger_gets_what_a_published_article_shows_and_nothing_else(
    app: RunningApp, storage: Storage
) -> None:
    shown, drafted = await put(storage), await put(storage)
    await published(attachments=attached(shown))
    answer = await asked(app, f"/files/{shown.id}/whole")
    assert (answer.status_code, answer.content) == (200, b"0123456789")
    refused(await asked(app, f"/files/{drafted.id}/whole"), 404, "file_not_found")
    refused(await asked(app, f"/files/{uuid4()}/whole"), 404, "file_not_found")
    for size in ("master", "nonsense", "..", "whole.mp4"):
        answer = await asked(app, f"/files/{shown.id}/{size}")
        assert answer.status_code == 404, size
    refused(await asked(app, "/files/nonsense/whole"), 404, "not_found")


async def test_a_file_comes_and_goes_with_its_article(
    app: RunningApp, storage: Storage, county_clock: CountyClock
) -> None:
    media, now = await put(storage), clock.now()
    row = await article_factories.article(ends_at=now + timedelta(hours=2))
    draft = article_factories.a_draft(attachments=attached(media))
    await publishing.publish(row, 1, draft, now + timedelta(hours=1))
    path = f"/files/{media.id}/whole"
    refused(await asked(app, path), 404, "file_not_found")
    county_clock.forward(minutes=61)
    assert (await asked(app, path)).status_code == 200
    county_clock.forward(minutes=60)
    refused(await asked(app, path), 404, "file_not_found")


async def test_no_cache_keeps_it_longer_than_it_is_shown(
    app: RunningApp, storage: Storage, county_clock: CountyClock
) -> None:
    media = await put(storage)
    await published(attachments=attached(media), ends_at=clock.now() + timedelta(seconds=100.5))
    path, said = f"/files/{media.id}/whole", []
    for seconds in (0, 50, 30, 20):
        county_clock.forward(seconds=seconds)
        answer = await asked(app, path)
        assert answer.status_code == 200
        said.append(answer.headers["cache-control"].removeprefix("public, "))
    ages = [(60, 40), (50, 0), (20, 0), (0, 0)]
    assert said == [f"max-age={age}, stale-while-revalidate={stale}" for age, stale in ages]


async def test_after_a_retraction_it_is_gone_and_published_again_it_is_back(app: RunningApp, storage: Storage) -> None:
    media = await put(storage)
    row = await article_factories.article()
    await publishing.publish(row, 1, article_factories.a_draft(attachments=attached(media)), clock.now())
    path = f"/files/{media.id}/whole"
    answer = await asked(app, path)
    assert answer.status_code == 200
    await publishing.retract(row.id)
    refused(await asked(app, path), 404, "file_not_found")
    refused(await asked(app, path, If_None_Match=answer.headers["etag"]), 404, "file_not_found")
    refused(await asked(app, path, If_Range=answer.headers["etag"], Range="bytes=5-"), 404, "file_not_found")
    await publishing.publish(row, 2, article_factories.a_draft(), clock.now())
    refused(await asked(app, path), 404, "file_not_found")
    await publishing.publish(row, 3, article_factories.a_draft(attachments=attached(media)), clock.now())
    assert (await asked(app, path)).status_code == 200


async def test_of_a_cover_nobody_sees_what_was_cut_off(app: RunningApp, storage: Storage) -> None:
    crops = {"wide": [0, 0, 900, 383], "square": [0, 0, 500, 500]}
    cover = await put(storage, kind="picture", format="webp", name="", crops=crops)
    await published(cover_id=cover.id)
    for size in crops:
        assert (await asked(app, f"/files/{cover.id}/{size}")).status_code == 200
    for size in ("master", "middle", "small"):
        refused(await asked(app, f"/files/{cover.id}/{size}"), 404, "file_not_found")
    await published(html=f'<p><img src="file:{cover.id}" alt=""></p>')
    assert (await asked(app, f"/files/{cover.id}/middle")).status_code == 200, "a text shows it whole"


async def test_a_campaigns_banner_is_shown_until_it_is_hidden(app: RunningApp, storage: Storage) -> None:
    banner = await put(storage, b"banner", kind="picture", format="webp", name="")
    campaign = await article_factories.campaign(banner_id=banner.id)
    answer = await asked(app, f"/files/{banner.id}/middle")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    await Campaign.filter(id=campaign.id).update(hidden=True)
    await publishing.changed()
    refused(await asked(app, f"/files/{banner.id}/middle"), 404, "file_not_found")


async def test_the_headers_let_it_be_kept_a_while_and_run_nothing(app: RunningApp, storage: Storage) -> None:
    media = await put(storage, kind="pdf", format="pdf", name='诚信/..\\"\r\n<倡议书>')
    await published(attachments=attached(media))
    answer = await asked(app, f"/files/{media.id}/whole")
    headers = answer.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["cache-control"] == USUAL
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "sandbox" in headers["content-security-policy"]
    assert (
        headers["content-disposition"] == "inline; filename*=UTF-8''%E8%AF%9A%E4%BF%A1..%E5%80%A1%E8%AE%AE%E4%B9%A6.pdf"
    )
    assert "set-cookie" not in headers


async def test_a_browser_that_opens_a_video_by_itself_can_play_it(app: RunningApp, storage: Storage) -> None:
    policy = (await asked(app, await a_shown_film(storage))).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "media-src 'self'" in policy
    assert "sandbox" not in policy, "it fetches the video once more, from nowhere of ours then"


async def test_who_has_it_is_not_sent_it_again(app: RunningApp, storage: Storage) -> None:
    path = await a_shown_film(storage)
    etag = (await asked(app, path)).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = await asked(app, path, If_None_Match=known)
        assert answer.headers["cache-control"] == USUAL, "it is good for another minute"
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert (await asked(app, path, If_None_Match='"other"')).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, len(FILM)),
        ("bytes=5-9", 5, 10),
        (f"bytes={len(FILM) - 1}-", len(FILM) - 1, len(FILM)),
        (f"bytes=1000-{10**17}", 1000, len(FILM)),
        ("bytes=-500", len(FILM) - 500, len(FILM)),
        (f"bytes=-{10**17}", 0, len(FILM)),
        ("bytes=1048570-1048590", 1048570, 1048591),
        ("bytes=100-2200000", 100, 2200001),
    ],
)
async def test_a_part_is_that_part(app: RunningApp, storage: Storage, wanted: str, start: int, end: int) -> None:
    answer = await asked(app, await a_shown_film(storage), Range=wanted)
    assert answer.status_code == 206
    assert answer.content == FILM[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(FILM)}"
    assert answer.headers["content-length"] == str(end - start)


async def test_what_is_no_range_or_several_gets_it_all(app: RunningApp, storage: Storage) -> None:
    path = await a_shown_film(storage, b"0123456789")
    for wanted in ("bytes=2-1", "bytes=-", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1", "0-1", "bytes=٣-٤", "", "-5"):
        answer = await asked(app, path, Range=wanted.encode())  # type: ignore[arg-type]
        assert (answer.status_code, answer.content) == (200, b"0123456789"), wanted
        assert answer.headers["accept-ranges"] == "bytes"


async def test_a_part_after_the_end_is_refused_with_how_long_it_is(app: RunningApp, storage: Storage) -> None:
    path = await a_shown_film(storage, b"0123456789")
    for wanted in ("bytes=10-", "bytes=10-11", f"bytes={10**17}-", "bytes=-0"):
        answer = await asked(app, path, Range=wanted)
        refused(answer, 416, "no_such_range")
        assert answer.headers["content-range"] == "bytes */10"


async def test_a_part_of_another_version_is_not_put_to_this_one(app: RunningApp, storage: Storage) -> None:
    path = await a_shown_film(storage, b"0123456789")
    etag = (await asked(app, path)).headers["etag"]
    assert (await asked(app, path, Range="bytes=0-1", If_Range=etag)).status_code == 206
    for other in ('"other"', f"W/{etag}", "Sun, 22 Nov 2026 08:00:00 GMT"):
        assert (await asked(app, path, Range="bytes=0-1", If_Range=other)).status_code == 200


async def test_a_picture_can_be_asked_for_in_parts_too(app: RunningApp, storage: Storage) -> None:
    media = await put(storage, b"0123456789", kind="picture", format="jpeg", name="")
    await published(html=f'<p>好</p><p><img src="file:{media.id}" alt=""></p>')
    answer = await asked(app, f"/files/{media.id}/small", Range="bytes=2-3")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (206, b"23", "image/jpeg")
    refused(await asked(app, f"/files/{media.id}/wide"), 404, "file_not_found")


async def test_a_file_that_the_store_lost_is_said_as_what_it_is(app: RunningApp, storage: Storage) -> None:
    path = await a_shown_film(storage)
    await storage.delete([each.key async for each in storage.list("published")])
    refused(await asked(app, path), 404, "file_gone")
    refused(await asked(app, path, Range="bytes=5-"), 404, "file_gone")


async def test_the_decision_is_made_once_for_many_readers(app: RunningApp, storage: Storage) -> None:
    path = await a_shown_film(storage, b"0123456789")
    assert (await asked(app, path)).status_code == 200
    await PublishedMedia.all().delete()  # by hand, and nobody is told
    assert (await asked(app, path)).status_code == 200
    await publishing.changed()
    refused(await asked(app, path), 404, "file_not_found")
