"""What becomes of an article beside its reviews: its times, its place in the lists, and 撤稿."""

from datetime import datetime
from uuid import UUID

from tortoise.expressions import F

from backend import clock
from backend.content import publishing
from backend.content.article_faults import about, article_discarded, hold
from backend.content.flow_words import DISCARDED, IN_REVIEW, RETRACTED, WITHDRAWN, showing_of
from backend.content.models import Article, Publication, Review
from backend.database import transaction
from backend.errors import Conflict, FieldError, Invalid
from backend.staff import audit
from backend.staff.permissions import Staff, require

LONGEST_REASON = 500
LEAST_REASON = 5
_YEARS = range(2000, 2100)  # a year half typed is 20 or 202; of long ago, no database keeps the county's clock
_FINISH = "finish_articles"


def reason_needed() -> Invalid:
    return Invalid("reason_needed", f"请写明撤稿的原因，{LEAST_REASON} 到 {LONGEST_REASON} 个字。")


def already_live() -> Conflict:
    return Conflict("already_live", "文章已经发布，发布时间不能再改。可以改结束时间，或者撤稿。")


def wrong_times(field: str, code: str, detail: str) -> Invalid:
    return Invalid("invalid_fields", detail, fields=[FieldError(field, code, detail)])


async def schedule(staff: Staff, article_id: UUID, publish_at: datetime | None, ends_at: datetime | None) -> Article:
    """Set when readers see it (None: as soon as it has passed) and until when (None: for good), to the minute.

    A writer may wish times for her draft; what has passed or is in review is a chief editor's. Raises Forbidden,
    NotFound, Invalid, and Conflict for a discarded article, or one that readers see already being put off.
    """
    require(staff, "write_articles")
    begins, ends = _minute(publish_at), _minute(ends_at)
    async with transaction():
        article = await hold(article_id)
        if article.state == DISCARDED:
            raise article_discarded()
        publication = await Publication.get_or_none(article_id=article_id, retracted_at=None)
        if publication is not None or article.state in IN_REVIEW:
            require(staff, _FINISH)
        now = clock.now()
        if publication is not None:
            begins = _moved(publication, begins, now)
        _check_order(begins, ends, now, published=publication is not None)
        await Article.filter(id=article_id).update(publish_at=begins, ends_at=ends, changed_at=now)
        if publication is not None:
            await publishing.schedule(article_id, begins or now, ends)
        times = {"publish_at": _said(begins), "ends_at": _said(ends)}
        await audit.record(staff, "article.schedule", about(article_id), **times)
    return await Article.get(id=article_id)


async def pin(staff: Staff, article_id: UUID, on: bool) -> None:
    """置顶, or no longer. Raises Forbidden, NotFound, and Conflict for what readers do not see or too many."""
    require(staff, _FINISH)
    async with transaction():
        await hold(article_id)
        await publishing.pin(article_id, on)
        await audit.record(staff, "article.pin", about(article_id), on="1" if on else "0")


async def retract(staff: Staff, article_id: UUID, reason: str) -> Article:
    """撤稿: readers see it no longer, at once, nor who has its private link; a change in review comes back, too.

    Afterwards it is edited and reviewed anew. Raises Forbidden, NotFound, Invalid without a reason, and Conflict for
    what is not published, or was discarded.
    """
    require(staff, _FINISH)
    words = reason.strip()
    if not LEAST_REASON <= len(words) <= LONGEST_REASON:
        raise reason_needed()
    async with transaction():
        article = await hold(article_id)
        if article.state == DISCARDED:
            raise article_discarded()
        publication = await Publication.get_or_none(article_id=article_id)
        await publishing.retract(article_id)
        now = clock.now()
        moved = {"state": RETRACTED, "version": F("version") + 1, "changed_at": now}
        await Article.filter(id=article_id).update(**moved, preview_key=None, preview_until=None)
        await Review.create(
            article_id=article_id,
            round=article.round,
            revision_number=publication.revision_number if publication else article.newest_number,
            step=WITHDRAWN,
            by_id=staff.id,
            comment=words,
            confirmed=[],
            at=now,
        )
        await audit.record(staff, "article.retract", about(article_id))
    return await Article.get(id=article_id)


def _moved(publication: Publication, begins: datetime | None, now: datetime) -> datetime:
    """When what has passed begins to be seen: what is seen already keeps its moment, and its place in the lists."""
    if showing_of(publication, now) == "scheduled":
        return max(begins or now, now)  # what nobody has seen yet was not published yesterday
    if begins is not None and begins > now:
        raise already_live()
    return publication.publish_at


def _check_order(begins: datetime | None, ends: datetime | None, now: datetime, *, published: bool) -> None:
    if begins is not None and begins.year not in _YEARS:
        raise wrong_times("publish_at", "wrong_year", "发布时间的年份不对，请核对。")
    if ends is None:
        return
    if ends.year not in _YEARS:
        raise wrong_times("ends_at", "wrong_year", "结束时间的年份不对，请核对。")
    if begins is not None and ends <= begins:
        raise wrong_times("ends_at", "ends_before_start", "结束时间应在发布时间之后，请核对。")
    if not published and ends <= now:
        raise wrong_times("ends_at", "in_past", "结束时间已经过了，请核对。")


def _minute(moment: datetime | None) -> datetime | None:
    return moment.replace(second=0, microsecond=0) if moment is not None else None


def _said(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""
