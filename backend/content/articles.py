"""文章 on the editors' side: written, saved, opened by two at once, restored, discarded."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import F

from backend import clock
from backend.content.article_faults import (
    about,
    article_changed,
    article_in_review,
    found,
    hold,
    refusal,
    still_published,
)
from backend.content.article_list import Filter, Line, Listed, listing
from backend.content.draft import Draft
from backend.content.draft_faults import tidied
from backend.content.draft_files import check_shown
from backend.content.flow_words import DISCARDED, DRAFT, EDITABLE, showing_of
from backend.content.models import Article, Publication, Review, Revision
from backend.content.presence import OtherEditor, closed, opened
from backend.content.revisions import content_of, draft_of, no_such_article, row_of
from backend.database import transaction
from backend.staff import audit
from backend.staff.permissions import Staff, require

__all__ = [
    "Filter",
    "Line",
    "Listed",
    "Loaded",
    "OtherEditor",
    "Saved",
    "closed",
    "create",
    "discard",
    "listing",
    "load",
    "opened",
    "restore",
    "save",
]

AUTOSAVES = timedelta(minutes=10)  # one person's within such a stretch of the clock are one revision
_WRITE = "write_articles"


@dataclass(frozen=True)
class Loaded:
    """An article with its newest revision (`saved_by` fetched), what is written in it, and what is published."""

    article: Article
    draft: Draft
    revision: Revision
    publication: Publication | None


@dataclass(frozen=True)
class Saved:
    """What the editor's page goes on from: the next save names `version`. `html` is as it was kept, clean."""

    version: int
    number: int
    saved_at: datetime
    html: str


async def create(staff: Staff, draft: Draft) -> Article:
    """A new article with its first revision. Raises Forbidden, and Invalid with every wrong field."""
    require(staff, _WRITE)
    ready = await asyncio.to_thread(tidied, draft)  # a long text takes a while
    await check_shown(ready, None)
    now = clock.now()
    async with transaction():
        article = await Article.create(
            state=DRAFT,
            version=1,
            newest_number=1,
            round=0,  # the first submission begins round 1
            writer_id=staff.id,
            title=ready.title,
            channel=ready.channel,
            created_at=now,
            changed_at=now,
        )
        await _keep(staff, article.id, 1, ready, now)
        await audit.record(staff, "article.create", about(article.id))
    return article


async def load(article_id: UUID) -> Loaded:
    """The article as its newest revision says. Raises NotFound."""
    article = await Article.get_or_none(id=article_id).select_related("writer")
    if article is None:
        raise no_such_article()
    revision = await row_of(article_id, article.newest_number)
    publication = await Publication.get_or_none(article_id=article_id)
    return Loaded(article, draft_of(revision), revision, publication)


async def save(staff: Staff, article_id: UUID, draft: Draft, *, from_version: int, automatic: bool = False) -> Saved:
    """Keep what she wrote, if nobody else has saved since `from_version`; a draft that says the same is no new one.

    Her autosaves within ten minutes of the clock stand in one revision. What was passed or retracted becomes a draft
    again; readers still see what was passed. Raises Forbidden, Invalid with every wrong field, NotFound, and Conflict
    `article_changed`, `article_in_review` or `article_discarded`: then nothing of the article has changed.
    """
    require(staff, _WRITE)
    ready = await asyncio.to_thread(tidied, draft)
    await check_shown(ready, article_id)
    return await _save(staff, article_id, ready, from_version, automatic=automatic)


async def restore(staff: Staff, article_id: UUID, number: int, from_version: int) -> Saved:
    """An old revision again, as the newest one; none is lost. Raises as `save`, and NotFound for no such revision."""
    require(staff, _WRITE)
    ready = draft_of(await row_of(article_id, number))
    await check_shown(ready, article_id)
    return await _save(staff, article_id, ready, from_version, restored_from=number)


async def discard(staff: Staff, article_id: UUID) -> None:
    """Put a draft away for good, with the link to its preview; again is harmless.

    Raises Forbidden, NotFound, and Conflict in review, or while readers see it or will.
    """
    require(staff, _WRITE)
    async with transaction():
        drafts = Article.filter(id=article_id, state__in=EDITABLE)
        changed = {"changed_at": clock.now(), "preview_key": None, "preview_until": None}
        if not await drafts.update(state=DISCARDED, version=F("version") + 1, **changed):
            article = await found(article_id)
            if article.state == DISCARDED:
                return
            raise article_in_review()
        publication = await Publication.get_or_none(article_id=article_id)
        if showing_of(publication, clock.now()) in ("live", "scheduled"):
            raise still_published()
        await audit.record(staff, "article.discard", about(article_id))


async def _save(
    staff: Staff,
    article_id: UUID,
    ready: Draft,
    from_version: int,
    *,
    automatic: bool = False,
    restored_from: int | None = None,
) -> Saved:
    now = clock.now()
    async with transaction():
        article = await hold(article_id)
        if article.state not in EDITABLE:
            raise await refusal(article_id)
        newest = await row_of(article_id, article.newest_number)
        if draft_of(newest) == ready:
            # Also what was sent again because the answer was lost: nothing of hers or of anybody's can be overwritten.
            return await _same(staff, article, newest, automatic=automatic)
        if article.version != from_version:
            raise article_changed(newest.saved_by.name, newest.saved_at)
        number = newest.number
        if automatic and await _goes_on(staff, newest, now):
            await Revision.filter(id=newest.id).update(content=content_of(ready), saved_at=now)
        else:
            number += 1
            await _keep(staff, article_id, number, ready, now, automatic=automatic, restored_from=restored_from)
            action = "article.save" if restored_from is None else "article.restore"
            await audit.record(staff, action, about(article_id), revision=str(number))
        shown = {"title": ready.title, "channel": ready.channel, "changed_at": now}
        version = from_version + 1
        await Article.filter(id=article_id).update(state=DRAFT, version=version, newest_number=number, **shown)
    return Saved(version, number, now, ready.html)


async def _same(staff: Staff, article: Article, newest: Revision, *, automatic: bool) -> Saved:
    if not automatic and newest.automatic and newest.saved_by_id == staff.id:
        await Revision.filter(id=newest.id).update(automatic=False)  # she meant to keep it: no autosave overwrites it
    return Saved(article.version, newest.number, newest.saved_at, draft_of(newest).html)


async def _goes_on(staff: Staff, newest: Revision, now: datetime) -> bool:
    """Whether this autosave is part of the newest revision, which nobody has built upon."""
    if not newest.automatic or newest.saved_by_id != staff.id or newest.restored_from is not None:
        return False
    if now.timestamp() // AUTOSAVES.total_seconds() != newest.saved_at.timestamp() // AUTOSAVES.total_seconds():
        return False
    handed_in = await Review.exists(article_id=newest.article_id, revision_number=newest.number)
    return not handed_in and not await Revision.exists(article_id=newest.article_id, restored_from=newest.number)


async def _keep(
    staff: Staff,
    article_id: UUID,
    number: int,
    draft: Draft,
    now: datetime,
    *,
    automatic: bool = False,
    restored_from: int | None = None,
) -> None:
    await Revision.create(
        article_id=article_id,
        number=number,
        content=content_of(draft),
        saved_by_id=staff.id,
        saved_at=now,
        automatic=automatic,
        restored_from=restored_from,
    )
