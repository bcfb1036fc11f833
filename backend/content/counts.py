"""How often articles were read and liked: sums over everybody, for the articles asked about."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from backend.database.bulk import select_among

_READS = "SELECT article_id, sum(reads) FROM read_count WHERE article_id {1} GROUP BY article_id"
_LIKES = "SELECT article_id, count(*) FROM article_like WHERE article_id {1} GROUP BY article_id"


@dataclass(frozen=True)
class Counts:
    """Of one article, since it was first published. Nobody is named in either (charter 10)."""

    reads: int = 0
    likes: int = 0


async def counts(article_ids: Collection[UUID]) -> dict[UUID, Counts]:
    """The counts of each of these articles, zero for what nobody has read.

    Reads are written every two seconds, and an answer that is kept shows them as they were up to a minute ago.
    """
    reads = await _by_article(_READS, article_ids)
    likes = await _by_article(_LIKES, article_ids)
    return {each: Counts(reads.get(each, 0), likes.get(each, 0)) for each in article_ids}


async def likes_of(article_id: UUID) -> int:
    """How many like it at this moment."""
    return (await counts([article_id]))[article_id].likes


async def _by_article(query: str, article_ids: Collection[UUID]) -> dict[UUID, int]:
    return {article_id: int(number) for article_id, number in await select_among(query, (UUID, int), article_ids)}
