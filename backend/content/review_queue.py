"""What is being reviewed: what waits for her, and what is with colleagues."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.content.article_list import BACK, Filter, listing
from backend.content.flow_words import IN_REVIEW
from backend.content.models import Article
from backend.content.reviewers import waiting_for
from backend.staff.permissions import Staff

MOST_ROWS = 100


@dataclass(frozen=True)
class Queue:
    """Articles in review, each with its writer, the longest waiting first; `more`: of hers than are listed."""

    hers: Sequence[Article]
    others: Sequence[Article]
    more: bool


async def queue_of(staff: Staff) -> Queue:
    """Both lists, of at most MOST_ROWS each."""
    hers = await waiting_for(staff, limit=MOST_ROWS + 1)
    ids = [article.id for article in hers]
    rest = Article.filter(state__in=IN_REVIEW, id__not_in=ids) if ids else Article.filter(state__in=IN_REVIEW)
    others = await rest.order_by("changed_at", "id").limit(MOST_ROWS).select_related("writer")
    return Queue(hers[:MOST_ROWS], others, len(hers) > MOST_ROWS)


async def sent_back(staff: Staff) -> int:
    """How many of her own articles were sent back and wait for her, up to MOST_ROWS."""
    listed = await listing(staff, Filter(state=BACK, mine=True), limit=MOST_ROWS)
    return sum(line.sent_back for line in listed.lines)
