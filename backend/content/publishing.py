"""What readers see, and when: an article that passed is copied here, moved, pinned, and taken back (撤稿).

Everything here is part of the caller's transaction. Whatever changes what readers see ends in `changed`: by its number
every process notices.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from tortoise.connection import get_connection
from tortoise.expressions import Q

from backend import clock
from backend.content import search_index, watch
from backend.content.cleaning import files_in, minutes_to_read, text_of
from backend.content.draft import Draft
from backend.content.lists import without_html
from backend.content.models import Article, Publication, PublishedFile
from backend.database import transaction
from backend.errors import Conflict

MOST_PINNED = 5  # of all channels together: more would push what is new off the first screen

_CHANGED = (
    "INSERT INTO content_change (id, number) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET number = content_change.number + 1 RETURNING number"
)


def not_published() -> Conflict:
    return Conflict("not_published", "这篇文章没有发布，或者已经撤稿，请刷新页面看看。")


def too_many_pinned() -> Conflict:
    return Conflict("too_many_pinned", f"最多置顶 {MOST_PINNED} 篇，请先取消一篇再来。")


def visible(now: datetime) -> Q:
    """Of publications: those that readers may see at that moment. Asked at each read, so that no job has to run."""
    return Q(publish_at__lte=now, retracted_at=None) & (Q(ends_at=None) | Q(ends_at__gt=now))


def is_visible(row: Publication, now: datetime) -> bool:
    """What `visible` asks, of a row that is here."""
    return row.retracted_at is None and row.publish_at <= now and (row.ends_at is None or row.ends_at > now)


async def next_boundary(now: datetime) -> datetime | None:
    """When, after that moment, an article next appears or ends by itself; nothing while none is to."""
    standing = Publication.filter(retracted_at=None)
    begins = await standing.filter(publish_at__gt=now).order_by("publish_at").first().only("publish_at")
    ends = await standing.filter(ends_at__gt=now).order_by("ends_at").first().only("ends_at")
    moments = [begins.publish_at] if begins else []
    moments += [ends.ends_at] if ends and ends.ends_at else []
    return min(moments, default=None)


async def changed() -> None:
    """Say that what readers see has changed. Last in its transaction: until that ends, others who publish wait here."""
    _, rows = await get_connection("default").execute_query(_CHANGED)
    watch.expect(rows[0][0])


async def publish(article: Article, number: int, draft: Draft, when: datetime) -> None:
    """Show readers this revision from `when` on, until the article's `ends_at`.

    One that readers see already keeps its place in the lists and is marked as changed now, unless `when` is still to
    come: then it is gone until then. A pinned one stays pinned; one taken back stands again.
    """
    now = clock.now()
    async with transaction():
        before = await Publication.get_or_none(article_id=article.id)
        stays = before.publish_at if before is not None and is_visible(before, now) and when <= now else None
        files = _files_of(draft)
        said = _said(number, draft, files) | {
            "publish_at": stays or when,
            "ends_at": article.ends_at,
            "pinned_at": before.pinned_at if before else None,
            "retracted_at": None,
            "updated_at": now if stays else when,
        }
        await Publication.update_or_create(said, article_id=article.id)
        await PublishedFile.filter(article_id=article.id).delete()
        await PublishedFile.bulk_create(PublishedFile(article_id=article.id, file_id=each) for each in files)
        await search_index.put(article.id, stays or when, draft, text_of(draft.html))
        await changed()


async def schedule(article_id: UUID, publish_at: datetime, ends_at: datetime | None) -> None:
    """Move the times of what is published or waits for its time. Raises Conflict not_published."""
    async with transaction():
        standing = Publication.filter(article_id=article_id, retracted_at=None)
        row = await without_html(standing).first()
        updated = row.updated_at if row and row.updated_at > row.publish_at else publish_at
        if not await standing.update(publish_at=publish_at, ends_at=ends_at, updated_at=updated):
            raise not_published()
        await search_index.move(article_id, publish_at)
        await changed()


async def pin(article_id: UUID, on: bool) -> None:
    """Put it first on the first page of its lists, or let it go. Raises Conflict not_published, too_many_pinned."""
    now = clock.now()
    async with transaction():
        standing = Publication.filter(article_id=article_id, retracted_at=None)
        if not await standing.update(pinned_at=now if on else None):
            raise not_published()
        await changed()  # of two who pin at once the second waits here, and then counts the first one's
        pinned = Publication.filter(pinned_at__lte=now)
        await pinned.filter(ends_at__lte=now).update(pinned_at=None)  # whose time has passed, and who kept her place
        if on and await pinned.count() > MOST_PINNED:
            raise too_many_pinned()


async def retract(article_id: UUID) -> None:
    """撤稿: nobody sees it from now on. Raises Conflict not_published, also for one taken back already."""
    async with transaction():
        standing = Publication.filter(article_id=article_id, retracted_at=None)
        if not await standing.update(retracted_at=clock.now(), pinned_at=None):
            raise not_published()
        await search_index.forget(article_id)
        await changed()


def _files_of(draft: Draft) -> list[UUID]:
    """Every file that readers fetch with the article, each once."""
    cover = [draft.cover_id] if draft.cover_id else []
    return list(dict.fromkeys([*cover, *files_in(draft.html), *(each.file_id for each in draft.attachments)]))


def _said(number: int, draft: Draft, files: list[UUID]) -> dict[str, object]:
    return {
        "revision_number": number,
        "title": draft.title,
        "summary": draft.summary,
        "source": draft.source,
        "author": draft.author,
        "channel": draft.channel,
        "campaign_id": draft.campaign_id,
        "tags": list(draft.tags),
        "cover_id": draft.cover_id,
        "html": draft.html,
        "attachments": msgspec.to_builtins(draft.attachments),
        "files": [str(each) for each in files],
        "minutes": minutes_to_read(text_of(draft.html)),
    }
