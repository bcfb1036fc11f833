"""What readers read: lists by channel, campaign and tag, the pinned ones first, and one article whole."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend import clock
from backend.content import search
from backend.content.lists import in_order, without_html
from backend.content.models import Campaign, Publication
from backend.content.publishing import is_visible, visible
from backend.content.search_index import number_of
from backend.content.search_words import tag_word
from backend.errors import NotFound


def article_not_found() -> NotFound:
    return NotFound("article_not_found", "没有这篇文章，或者它还没有发布、已经过了展示时间。")


def article_retracted() -> NotFound:
    return NotFound("article_retracted", "这篇文章已撤稿，不再展示。")


class Place(NamedTuple):
    """Where a page of a list ended."""

    publish_at: datetime
    article_id: UUID
    pinned: tuple[
        int, ...
    ]  # `mark_of` those that the first page began with: whatever is pinned since, they come no more


class Page(NamedTuple):
    """Publications without their html, and where the next page goes on."""

    rows: list[Publication]
    next: Place | None


class Among(NamedTuple):
    """Of which list: each that is named narrows it."""

    channel: str | None = None  # of CHANNELS
    campaign_id: UUID | None = None
    tag: str | None = None

    def has(self, row: Publication) -> bool:
        """Whether this publication belongs there."""
        return (
            self.channel in (None, row.channel)
            and self.campaign_id in (None, row.campaign_id)
            and (self.tag is None or tag_word(self.tag) in map(tag_word, row.tags))
        )


async def newest(among: Among, after: Place | None, limit: int) -> Page:
    """Visible articles, the newest first; those that are pinned begin the first page."""
    pinned = [] if after else (await _pinned(among))[:limit]
    shown = after.pinned if after else tuple(mark_of(each.article_id) for each in pinned)
    room = limit - len(pinned)
    rows = await _rows(among, after, shown, room + 1)
    page = [*pinned, *rows[:room]]
    if len(rows) <= room:
        return Page(page, None)
    last = rows[room - 1] if room else None
    # A first page of pinned ones only goes on with the very newest.
    at, article_id = (last.publish_at, last.article_id) if last else (clock.now(), UUID(int=2**128 - 1))
    return Page(page, Place(at, article_id, shown))


def mark_of(article_id: UUID) -> int:
    """What tells an article from every other in half the room: the random part of its id, below 2 ** 64."""
    return article_id.int & 0xFFFF_FFFF_FFFF_FFFF


async def one(article_id: UUID) -> Publication:
    """An article whole. Raises NotFound article_not_found, and article_retracted for what readers may have seen."""
    row = await Publication.get_or_none(visible(clock.now()), article_id=article_id)
    if row is not None:
        return row
    taken_back = await Publication.get_or_none(article_id=article_id).only("article_id", "publish_at", "retracted_at")
    if taken_back and taken_back.retracted_at and taken_back.publish_at <= taken_back.retracted_at:
        raise article_retracted()
    raise article_not_found()


async def campaigns_of(rows: Iterable[Publication]) -> dict[UUID, Campaign]:
    """The campaigns under which these stand, without hidden ones."""
    ids = {each.campaign_id for each in rows if each.campaign_id}
    return {each.id: each for each in await Campaign.filter(id__in=ids, hidden=False)} if ids else {}


def _standing(among: Among) -> QuerySet[Publication]:
    rows = without_html(Publication.filter(visible(clock.now())))
    if among.channel is not None:
        rows = rows.filter(channel=among.channel)
    return rows if among.campaign_id is None else rows.filter(campaign_id=among.campaign_id)


async def _pinned(among: Among) -> list[Publication]:
    """The handful that is pinned, asked for by nothing else: so the index of the pinned ones is taken."""
    now = clock.now()
    rows = await without_html(Publication.filter(pinned_at__lte=now)).order_by("-pinned_at")
    return [each for each in rows if is_visible(each, now) and among.has(each)]


async def _rows(among: Among, after: Place | None, but: Sequence[int], wanted: int) -> list[Publication]:
    """The next ones, without those of these marks."""
    rows = await (_tagged if among.tag is not None else _dated)(among, after, wanted + len(but))
    return [each for each in rows if mark_of(each.article_id) not in but][:wanted]


async def _dated(among: Among, after: Place | None, wanted: int) -> list[Publication]:
    rows = _standing(among)
    if after is not None:  # the first condition says where in the index to begin, the second where exactly
        earlier = Q(publish_at__lt=after.publish_at) | Q(article_id__lt=after.article_id)
        rows = rows.filter(Q(publish_at__lte=after.publish_at), earlier)
    return await rows.order_by("-publish_at", "-article_id").limit(wanted)


async def _tagged(among: Among, after: Place | None, wanted: int) -> list[Publication]:
    below = number_of(after.publish_at, after.article_id) if after else search.BEYOND
    tags = [among.tag or ""]
    return await in_order(
        await search.tagged(tags, below, wanted, channel=among.channel, campaign_id=among.campaign_id)
    )
