"""The poster of an article: for everybody the same, made once a version, gone with its article, kind without WeChat."""

import asyncio
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from backend import clock
from backend.content import poster_sweeping, posters, publishing
from backend.content.models import Article, Campaign
from backend.demo.wechat_stand_in.drawn_code import mini_code
from media.models import PublishedMedia
from media.poster_words import MOST_BYTES, PosterWords
from media.posters import poster
from media.storage import Storage
from miniprogram_api.files import cache_control
from tests import article_factories
from tests.answers import refused
from tests.article_factories import a_draft, published
from tests.media.photos import a_photo
from tests.published_files import put
from tests.running_app import CountyClock, RunningApp, both_databases

CODE = "/wxa/getwxacodeunlimit"
CUTS = {"wide": [0, 0, 900, 383], "square": [0, 0, 383, 383]}


async def a_cover(storage: Storage) -> PublishedMedia:
    return await put(storage, a_photo(size=(900, 383)), kind="picture", format="jpeg", name="", crops=CUTS)


async def asked(app: RunningApp, article_id: UUID, **headers: str) -> httpx.Response:
    return await app.phone().get(f"/articles/{article_id}/poster", headers=headers)


async def kept(storage: Storage) -> list[str]:
    return [each.key async for each in storage.list(posters.FOLDER)]


async def seen(app: RunningApp, article_id: UUID) -> bytes:
    answer = await asked(app, article_id)
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_a_stranger_gets_a_picture_with_cover_and_code(app: RunningApp, storage: Storage) -> None:
    cover = await a_cover(storage)
    campaign = await article_factories.campaign("质量月")
    words = PosterWords("质量月开始了", "一句话", "信用知识 · 质量月", "县市场监管局")
    said = {"title": words.title, "summary": words.summary, "source": words.source}
    article_id = await published(cover_id=cover.id, campaign_id=campaign.id, **said)
    answer = await asked(app, article_id)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == cache_control(3600)
    assert "set-cookie" not in answer.headers
    picture = Image.open(BytesIO(answer.content))
    assert (picture.format, picture.width, len(answer.content) < MOST_BYTES) == ("JPEG", 750, True)
    code = mini_code(article_id.hex, "pages/article/article", 430)
    assert answer.content == poster(words, a_photo(size=(900, 383)), code), "its scene is the article's id"


async def test_it_is_the_same_for_everybody_and_not_sent_twice(app: RunningApp) -> None:
    article_id = await published()
    first = await asked(app, article_id)
    signed_in = await (await app.guest()).get(f"/articles/{article_id}/poster")
    assert (signed_in.content, signed_in.headers["etag"]) == (first.content, first.headers["etag"])
    again = await asked(app, article_id, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    part = await asked(app, article_id, Range="bytes=0-1")
    assert (part.status_code, part.content) == (206, b"\xff\xd8")


async def test_what_is_not_shown_has_no_poster(app: RunningApp, county_clock: CountyClock) -> None:
    now = clock.now()
    refused(await asked(app, uuid4()), 404, "article_not_found")
    refused(await asked(app, (await article_factories.article()).id), 404, "article_not_found")
    later = await published(at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))
    refused(await asked(app, later), 404, "article_not_found")
    county_clock.forward(minutes=61)
    assert (await asked(app, later)).status_code == 200
    county_clock.forward(minutes=58.5)
    answer = await asked(app, later)
    assert int(answer.headers["cache-control"].split("max-age=")[1].split(",")[0]) <= 30, "not longer than it is shown"
    county_clock.forward(minutes=1)
    refused(await asked(app, later), 404, "article_not_found")
    refused(await app.phone().get("/articles/nonsense/poster"), 404, "not_found")


async def test_after_a_retraction_it_is_gone_at_once_and_its_file_with_the_next_sweep(
    app: RunningApp, storage: Storage
) -> None:
    taken_back, stays = await published(), await published()
    await seen(app, taken_back)
    await seen(app, stays)
    await publishing.retract(taken_back)
    refused(await asked(app, taken_back), 404, "article_retracted")
    assert await poster_sweeping.sweep(storage) == 1
    assert [str(stays) in key for key in await kept(storage)] == [True]
    assert await poster_sweeping.sweep(storage) == 0


async def test_twenty_at_once_ask_wechat_once_and_another_process_finds_it_in_the_store(
    app: RunningApp, storage: Storage
) -> None:
    article_id, before = await published(), app.wechat.calls(CODE)
    answers = await asyncio.gather(*(seen(app, article_id) for _ in range(20)))
    assert len(set(answers)) == 1
    await publishing.changed()  # this process forgets what it kept, as another one never knew it
    assert await seen(app, article_id) == answers[0]
    assert (app.wechat.calls(CODE) - before, len(await kept(storage))) == (1, 1)


@both_databases
async def test_another_version_cover_or_campaigns_name_is_another_poster_and_the_old_one_is_swept(
    app: RunningApp, storage: Storage
) -> None:
    campaign, cover = await article_factories.campaign("质量月"), await a_cover(storage)
    article_id = await published(campaign_id=campaign.id)
    drawn = [await seen(app, article_id)]
    await Campaign.filter(id=campaign.id).update(name="质量月活动")
    await publishing.changed()
    drawn.append(await seen(app, article_id))
    for number, said in ((2, {"cover_id": cover.id}), (3, {"cover_id": cover.id, "title": "另一个标题"})):
        draft = a_draft(campaign_id=campaign.id, **said)
        await publishing.publish(await Article.get(id=article_id), number, draft, clock.now())
        drawn.append(await seen(app, article_id))
    assert (len(set(drawn)), len(await kept(storage))) == (4, 4)
    assert await poster_sweeping.sweep(storage) == 3
    before = app.wechat.calls(CODE)
    await publishing.changed()
    assert (await seen(app, article_id), app.wechat.calls(CODE)) == (drawn[-1], before)


async def test_of_a_cover_that_was_never_cut_nothing_is_shown(app: RunningApp, storage: Storage) -> None:
    whole = await put(storage, a_photo(), kind="picture", format="jpeg", name="")
    height = Image.open(BytesIO(await seen(app, await published(cover_id=whole.id)))).height
    assert height == Image.open(BytesIO(await seen(app, await published()))).height


@pytest.mark.parametrize("kind", ["down", "garbage", "exhausted", "refuse_tokens"])
async def test_without_wechat_it_says_so_keeps_nothing_and_the_article_reads_on(
    app: RunningApp, storage: Storage, kind: str
) -> None:
    article_id = await published()
    app.wechat.fault(kind, path=CODE)
    answer = await asked(app, article_id)
    refused(answer, 503, "poster_not_ready")
    assert "文章照常可以看" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "30"
    assert await kept(storage) == []
    assert (await app.phone().get(f"/articles/{article_id}")).status_code == 200
    app.wechat.clear_faults()
    assert await seen(app, article_id)


async def test_a_cover_that_the_store_lost_is_waited_for(app: RunningApp, storage: Storage) -> None:
    article_id = await published(cover_id=(await a_cover(storage)).id)
    await storage.delete([each.key async for each in storage.list("published")])
    refused(await asked(app, article_id), 503, "poster_not_ready")
    assert await kept(storage) == []


async def test_a_crowd_of_new_posters_leaves_wechat_to_those_who_sign_in(app: RunningApp) -> None:
    articles = [await published() for _ in range(posters.MOST_WAITING + 3)]
    app.wechat.fault("slow", delay_seconds=0.5, path=CODE)
    crowd = asyncio.gather(*(asked(app, each) for each in articles))
    await asyncio.sleep(0.2)
    assert (await asyncio.wait_for(app.guest(), 5)).token
    statuses = [answer.status_code for answer in await crowd]
    assert (statuses.count(200), statuses.count(503)) == (posters.MOST_WAITING, 3)
