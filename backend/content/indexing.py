"""The search table made anew from what is published: after its words have changed, or a migration has emptied it."""

from uuid import UUID

from backend.content import search_index
from backend.content.cleaning import text_of
from backend.content.draft import Draft
from backend.content.models import Publication
from backend.content.publishing import changed
from backend.database import transaction

A_PAGE = 100  # articles of one transaction, so that editors need not wait long


async def index_all() -> int:
    """Put every article that stands into the search table, and the others out of it; how many stand.

    Harmless while the service runs, and when it is run again after it was killed.
    """
    standing, after = 0, UUID(int=0)
    while rows := await Publication.filter(article_id__gt=after).order_by("article_id").limit(A_PAGE):
        async with transaction():
            for row in rows:
                standing += await _index(row.article_id)
            await changed()
        after = rows[-1].article_id
    return standing


async def _index(article_id: UUID) -> bool:
    """As it stands at this moment: it may have changed since its page was read."""
    row = await Publication.get(article_id=article_id)
    if row.retracted_at is not None:
        await search_index.forget(article_id)
        return False
    draft = Draft(title=row.title, channel=row.channel, summary=row.summary, tags=tuple(row.tags), html=row.html)
    await search_index.put(article_id, row.publish_at, draft, text_of(row.html))
    return True
