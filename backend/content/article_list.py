"""The editors' list of articles: what each is at this moment, last changed first, by keyset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from tortoise.expressions import Q

from backend import clock
from backend.content.flow_words import CODES, DRAFT, PASSED, SENT_BACK, Status, status
from backend.content.models import Article, Publication, Review
from backend.errors import FieldError, Invalid
from backend.staff.permissions import Staff

ROWS = 30
BACK = "sent_back"  # a filter of its own: drafts whose last step was 退回修改


@dataclass(frozen=True)
class Filter:
    """Which articles: `state` is of flow_words.CODES or `sent_back`; `mine`: she began it; `text`: in the title."""

    state: str | None = None
    channel: str | None = None
    mine: bool = False
    text: str = ""


@dataclass(frozen=True)
class Line:
    """One article in the list; `publication` is None while it was never passed."""

    article: Article  # with its writer fetched
    status: Status
    publication: Publication | None
    sent_back: bool


@dataclass(frozen=True)
class Listed:
    """A page of the list, and where the next one begins."""

    lines: Sequence[Line]
    next_cursor: str | None


def bad_cursor() -> Invalid:
    fault = FieldError("cursor", "bad_cursor", "翻页位置无效，请从第一页重新打开。")
    return Invalid("invalid_fields", "翻页位置无效，请从第一页重新打开。", fields=[fault])


async def listing(staff: Staff, wanted: Filter, *, cursor: str | None = None, limit: int = ROWS) -> Listed:
    """Articles, last changed first; discarded ones only when asked for. Raises Invalid for a made-up cursor, state."""
    if wanted.state == BACK:
        rows = Article.filter(state=DRAFT, id__in=list(await _sent_back()))
    else:
        rows = Article.filter(_of_state(wanted.state, clock.now()))
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if wanted.mine:
        rows = rows.filter(writer_id=staff.id)
    if wanted.text.strip():
        rows = rows.filter(title__icontains=wanted.text.strip())
    if cursor is not None:
        changed_at, article_id = _place(cursor)
        here = Q(changed_at__lt=changed_at) | Q(changed_at=changed_at, id__lt=article_id)
        rows = rows.filter(here, changed_at__lte=changed_at)  # the range that an index begins at
    found = await rows.order_by("-changed_at", "-id").limit(limit + 1).select_related("writer")
    more = len(found) > limit
    shown = found[:limit]
    return Listed(await lines_of(shown), _cursor(shown[-1]) if more else None)


async def lines_of(articles: Sequence[Article]) -> list[Line]:
    """What each of these articles is now; three queries, however many there are."""
    ids = [article.id for article in articles]
    published = {row.article_id: row for row in await Publication.filter(article_id__in=ids)} if ids else {}
    back = await _sent_back([article for article in articles if article.state == DRAFT])
    now = clock.now()
    return [
        Line(
            article,
            status(article.state, published.get(article.id), now, sent_back=article.id in back),
            published.get(article.id),
            article.id in back,
        )
        for article in articles
    ]


async def _sent_back(drafts: Sequence[Article] | None = None) -> set[UUID]:
    """Of these drafts, or of all: those sent back in the round in which they are still."""
    back = Review.filter(step=SENT_BACK, article__state=DRAFT)
    if drafts is not None:
        back = back.filter(article_id__in=[each.id for each in drafts])
    rows = await back.values_list("article_id", "round", "article__round")
    return {article_id for article_id, then, now in rows if then == now}


def _of_state(code: str | None, now: datetime) -> Q:
    if code is None:
        return ~Q(state="discarded")
    standing = Q(state=PASSED, publication__retracted_at=None)
    match code:
        case "scheduled":
            return standing & Q(publication__publish_at__gt=now) & _not_over(now)
        case "live":
            return standing & Q(publication__publish_at__lte=now) & _not_over(now)
        case "ended":
            return standing & Q(publication__ends_at__lte=now)
    if code not in CODES:
        raise Invalid("unknown_state", "没有这种状态，请从列出的里面选。")
    return Q(state=code)


def _not_over(now: datetime) -> Q:
    return Q(publication__ends_at=None) | Q(publication__ends_at__gt=now)


def _cursor(article: Article) -> str:
    return f"{article.changed_at.isoformat()}_{article.id}"


def _place(cursor: str) -> tuple[datetime, UUID]:
    try:
        changed_at, _, article_id = cursor.partition("_")
        moment = datetime.fromisoformat(changed_at)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC), UUID(article_id)
    except (ValueError, OverflowError):
        raise bad_cursor() from None
