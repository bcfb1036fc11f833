"""Articles, readable by everyone: lists by channel, campaign and tag, and one article whole."""

from datetime import UTC, datetime, timedelta
from struct import pack, unpack
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend.content import reading
from backend.content.channels import CHANNELS
from backend.content.publishing import MOST_PINNED
from backend.content.related import related
from miniprogram_api.article_shown import ArticleLine, ArticleShown, Channel, lines_of, whole
from miniprogram_api.surface.operation import Routes
from miniprogram_api.surface.pages import PageQuery, bad_cursor, decode_bytes, encode_cursor

routes = Routes("文章")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_PLACE = ">q16s{}Q"  # when, its id, and the marks of those that were pinned
_PLACES = {24 + 8 * pinned: pinned for pinned in range(MOST_PINNED + 1)}  # by length in bytes


class ArticleQuery(PageQuery, frozen=True, kw_only=True):
    """Which articles; without anything all of them."""

    channel: Annotated[Channel, Meta(description="频道")] | None = None
    campaign: Annotated[UUID, Meta(description="宣传活动的 id")] | None = None
    tag: Annotated[str, Meta(min_length=1, max_length=12, description="标签")] | None = None


class ArticlePage(Struct, frozen=True):
    """Articles, the newest first; the pinned ones begin the first page."""

    items: tuple[ArticleLine, ...]
    next_cursor: str | None


class ChannelShown(Struct, frozen=True):
    """频道."""

    code: Channel
    label: str


class Channels(Struct, frozen=True):
    """The channels in their order."""

    items: tuple[ChannelShown, ...]


@routes.add("GET", "/channels", summary="文章的频道", public=True)
async def list_channels() -> Channels:
    """频道的代码和名称，按展示顺序。"""
    return Channels(tuple(ChannelShown(code, label) for code, label in _channels()))


@routes.add("GET", "/articles", summary="文章列表", public=True, kept=True)
async def list_articles(page: ArticleQuery) -> ArticlePage:
    """已发布的文章，从新到旧，可以按频道、宣传活动、标签看；置顶的在第一页最前面。阅读和点赞数最多晚一分钟。"""
    among = reading.Among(page.channel, page.campaign, page.tag)
    found = await reading.newest(among, _place(page.cursor), page.limit)
    return ArticlePage(tuple(await lines_of(found.rows)), _cursor(found.next))


@routes.add(
    "GET",
    "/articles/<article_id>",
    summary="一篇文章",
    errors=[reading.article_not_found, reading.article_retracted],
    public=True,
    kept=True,
)
async def show_article(article_id: UUID) -> ArticleShown:
    """正文、图片和附件的地址、来源和作者、大约几分钟读完，还有相关的文章。阅读和点赞数最多晚一分钟。"""
    row = await reading.one(article_id)
    return await whole(row, await related(row))


def _channels() -> list[tuple[Channel, str]]:
    return msgspec.convert(list(CHANNELS.items()), list[tuple[Channel, str]])


def _place(cursor: str | None) -> reading.Place | None:
    """Raises Invalid for a cursor that was made up."""
    if cursor is None:
        return None
    key = decode_bytes(cursor)
    if len(key) not in _PLACES:
        raise bad_cursor()
    microseconds, article, *pinned = unpack(_PLACE.format(_PLACES[len(key)]), key)
    if not 0 <= microseconds <= _LAST:
        raise bad_cursor()
    return reading.Place(_EPOCH + timedelta(microseconds=microseconds), UUID(bytes=article), tuple(pinned))


def _cursor(place: reading.Place | None) -> str | None:
    if place is None:
        return None
    microseconds = (place.publish_at - _EPOCH) // timedelta(microseconds=1)
    pinned = place.pinned
    return encode_cursor(pack(_PLACE.format(len(pinned)), microseconds, place.article_id.bytes, *pinned))
