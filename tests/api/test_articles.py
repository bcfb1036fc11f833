"""Articles, read by anybody without an account: lists, one whole, and what is gone."""

import asyncio
import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.content import publishing
from backend.content.channels import CHANNELS
from backend.content.counts import add_reads
from backend.content.draft import Attachment
from media.models import PublishedMedia
from tests import article_factories
from tests.answers import faults, refused
from tests.article_factories import moment, published, published_over_days
from tests.running_app import CountyClock, RunningApp, both_databases


async def media(kind: str, **about: Any) -> UUID:
    """A file's row; nobody fetches it here."""
    row = {"held_by": "article:x", "name": "", "format": "webp", "size": 1234, "crops": {}, "original_digest": "0" * 64}
    about = {"uploaded_by": uuid7(), "uploaded_at": clock.now(), **about}
    return (await PublishedMedia.create(kind=kind, **row | about)).id


def ids(page: Any) -> list[str]:
    return [each["id"] for each in page["items"]]


@both_databases
async def test_a_stranger_reads_an_article_whole(app: RunningApp) -> None:
    campaign = await article_factories.campaign("质量月")
    picture, cover = await media("picture", width=1600, height=900), await media("picture", width=900, height=383)
    video = await media("video", size=5_000_000, seconds=93, format="mp4")
    row = await article_factories.article()
    draft = article_factories.a_draft(
        title="质量月开始了",
        summary="一句话",
        source="县市场监管局",
        author="宣编辑",
        campaign_id=campaign.id,
        tags=("质量", "企业"),
        cover_id=cover,
        attachments=(Attachment(video, "开幕式"),),
        html=f'<h2>开始</h2><p>正文</p><p><img src="file:{picture}" alt="现场"></p>',
    )
    await publishing.publish(row, 1, draft, clock.now())
    await add_reads(row.id, {clock.today(): 41})
    shown = await app.phone().read(f"/articles/{row.id}")
    assert (shown["title"], shown["channel"], shown["channel_label"]) == ("质量月开始了", "knowledge", "信用知识")
    assert (shown["source"], shown["author"], shown["tags"]) == ("县市场监管局", "宣编辑", ["质量", "企业"])
    assert (shown["campaign"], shown["minutes"]) == ({"id": str(campaign.id), "name": "质量月"}, 1)
    assert (shown["reads"], shown["likes"], shown["updated_at"], shown["related"]) == (41, 0, None, [])
    assert shown["cover"] == {
        "wide_url": f"/api/v1/files/{cover}/wide",
        "square_url": f"/api/v1/files/{cover}/square",
    }
    assert f'src="/api/v1/files/{picture}/middle"' in shown["html"]
    assert "file:" not in shown["html"]
    about_video = {"kind": "video", "name": "开幕式", "size": 5_000_000, "seconds": 93}
    assert shown["attachments"] == [{**about_video, "url": f"/api/v1/files/{video}/whole"}]


async def test_a_stranger_reads_lists_and_their_pages(app: RunningApp) -> None:
    made = [str(each) for each in await published_over_days(5)]
    await publishing.pin(UUID(made[3]), True)
    phone = app.phone()
    first = await phone.read("/articles", params={"limit": 2})
    assert ids(first) == [made[3], made[0]]
    assert [each["pinned"] for each in first["items"]] == [True, False]
    second = await phone.read("/articles", params={"limit": 2, "cursor": first["next_cursor"]})
    third = await phone.read("/articles", params={"limit": 2, "cursor": second["next_cursor"]})
    assert ids(second) + ids(third) == [made[1], made[2], made[4]]
    assert third["next_cursor"] is None
    assert "html" not in first["items"][0]


async def test_lists_by_channel_campaign_and_tag(app: RunningApp) -> None:
    campaign = await article_factories.campaign()
    one = str(await published(channel="stories", campaign_id=campaign.id, tags=("好人",)))
    await published()
    phone = app.phone()
    for asked in ({"channel": "stories"}, {"campaign": str(campaign.id)}, {"tag": "好人"}):
        assert ids(await phone.read("/articles", params=asked)) == [one]
    assert ids(await phone.read("/articles", params={"campaign": str(uuid7())})) == []


async def test_a_hidden_campaign_is_not_named(app: RunningApp) -> None:
    campaign = await article_factories.campaign(hidden=True)
    article_id = await published(campaign_id=campaign.id)
    assert (await app.phone().read(f"/articles/{article_id}"))["campaign"] is None


async def test_the_channels_in_their_order(app: RunningApp) -> None:
    shown = (await app.phone().read("/channels"))["items"]
    assert {each["code"]: each["label"] for each in shown} == CHANNELS


async def test_what_is_not_to_be_read_is_not_there(app: RunningApp) -> None:
    phone = app.phone()
    coming = await published(at=clock.now() + timedelta(hours=1))
    gone = await published()
    await publishing.retract(gone)
    refused(await phone.get(f"/articles/{coming}"), 404, "article_not_found")
    refused(await phone.get(f"/articles/{uuid7()}"), 404, "article_not_found")
    assert "撤稿" in refused(await phone.get(f"/articles/{gone}"), 404, "article_retracted")["detail"]
    assert ids(await phone.read("/articles")) == []


async def test_it_appears_and_ends_by_itself_to_the_minute(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 08:59")
    article_id = await published(at=moment("2026-11-23 09:00"), ends_at=moment("2026-11-23 10:00"))
    phone = app.phone()
    assert ids(await phone.read("/articles")) == []
    county_clock.set("2026-11-23 09:00")
    assert ids(await phone.read("/articles")) == [str(article_id)]
    await phone.read(f"/articles/{article_id}")
    county_clock.set("2026-11-23 10:00")
    assert ids(await phone.read("/articles")) == []
    refused(await phone.get(f"/articles/{article_id}"), 404, "article_not_found")


@both_databases
async def test_a_change_is_shown_with_its_time_and_at_once(app: RunningApp) -> None:
    article_id = await published(title="第一版", at=clock.now() - timedelta(days=1))
    phone = app.phone()
    before = await phone.read(f"/articles/{article_id}")
    assert (before["title"], before["updated_at"]) == ("第一版", None)
    row = await (await article_factories.publication(article_id)).article
    await publishing.publish(row, 2, article_factories.a_draft(title="第二版"), clock.now())
    after = await phone.read(f"/articles/{article_id}")
    assert (after["title"], after["published_at"]) == ("第二版", before["published_at"])
    assert after["updated_at"] is not None
    await publishing.retract(article_id)
    refused(await phone.get(f"/articles/{article_id}"), 404, "article_retracted")


async def test_what_is_kept_by_anybody_says_so_and_is_not_sent_twice(app: RunningApp) -> None:
    article_id = await published()
    phone = app.phone()
    for path in ("/articles", f"/articles/{article_id}", "/channels", "/article-search?q=诚实"):
        answer = await phone.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"].startswith("public")
        again = await phone.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_arguments_that_make_no_sense_are_named(app: RunningApp) -> None:
    phone = app.phone()
    assert faults(await phone.get("/articles", params={"channel": "gossip"})).keys() == {"channel"}
    wrong = {"campaign": "1", "tag": "长" * 13, "limit": "101"}
    assert faults(await phone.get("/articles", params=wrong)).keys() == {"campaign", "tag", "limit"}
    assert faults(await phone.get("/articles", params={"reader": "me"})).keys() == {"reader"}


MADE_UP = (b"", b"x", b"1:1:1", bytes(23), bytes(25), b"\xff" * 24, b"\x7f" * 24, bytes(24 + 6 * 8))
MADE_UP_HITS = (b"", b"x", b"1", b"3:1", b"1:%d" % 2**63, b"1:1:1", b"-1:1", "²:1".encode(), b"\xff:1")


async def test_a_made_up_place_in_a_list_is_refused(app: RunningApp) -> None:
    asked = [("/articles", each) for each in MADE_UP] + [("/article-search?q=诚信&", each) for each in MADE_UP_HITS]
    for path, place in asked:
        cursor = base64.urlsafe_b64encode(place).decode().rstrip("=")
        joint = "" if path.endswith("&") else "?"
        answer = await app.phone().get(f"{path}{joint}cursor={cursor}")
        assert faults(answer) == {"cursor": "bad_cursor"}, place


async def test_a_hundred_readers_at_once(app: RunningApp) -> None:
    article_id = await published()
    phone = app.phone()
    answers = await asyncio.gather(*(phone.get(f"/articles/{article_id}") for _ in range(100)))
    assert {answer.status_code for answer in answers} == {200}
