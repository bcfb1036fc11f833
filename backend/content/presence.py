"""Who else has an article open: a hint for two editors, who are told before one of them has to start again.

One mark, which each page that is open takes over every twenty seconds: so each of two sees the other's. It protects
nothing; that no save overwrites another is the business of the article's version.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from backend import clock
from backend.content.models import Article
from backend.content.revisions import no_such_article
from backend.staff.permissions import Staff, require

LASTS = timedelta(seconds=60)


@dataclass(frozen=True)
class OtherEditor:
    """A colleague whose page has the article open. `since`: when it last said so."""

    name: str
    since: datetime


async def opened(staff: Staff, article_id: UUID) -> OtherEditor | None:
    """She has the article open: take the mark over, and say whose it was, if of the last minute and not hers.

    Raises Forbidden, NotFound.
    """
    require(staff, "write_articles")
    article = await Article.get_or_none(id=article_id).select_related("open_by")
    if article is None:
        raise no_such_article()
    now = clock.now()
    await Article.filter(id=article_id).update(open_by_id=staff.id, open_at=now)
    other, since = article.open_by, article.open_at
    if other is None or other.id == staff.id or since is None or since + LASTS <= now:
        return None
    return OtherEditor(other.name, since)


async def closed(staff: Staff, article_id: UUID) -> None:
    """Her page is closed: her own mark goes, nobody else's."""
    await Article.filter(id=article_id, open_by_id=staff.id).update(open_by_id=None, open_at=None)
