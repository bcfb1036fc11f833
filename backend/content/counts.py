"""How often articles were read and liked: sums over everybody, moved with each reading and each 赞.

An article has one row with both, so that to tell them costs the same after ten years as on the first day.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tortoise.connection import get_connection
from uuid_utils.compat import uuid7

from backend.database import transaction
from backend.database.bulk import select_among

_TOTALS = "SELECT article_id, reads, likes FROM article_total WHERE article_id {1}"
_ADD_TO_DAY = (
    "INSERT INTO read_count (id, article_id, day, reads) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (article_id, day) DO UPDATE SET reads = read_count.reads + excluded.reads"
)
_ADD_TO_TOTAL = (
    "INSERT INTO article_total (article_id, reads, likes) VALUES ($1, $2, $3) ON CONFLICT (article_id) "
    "DO UPDATE SET reads = article_total.reads + excluded.reads, likes = article_total.likes + excluded.likes"
)


@dataclass(frozen=True)
class Counts:
    """Of one article, since it was first published. Nobody is named in either (charter 10)."""

    reads: int = 0
    likes: int = 0


async def counts(article_ids: Collection[UUID]) -> dict[UUID, Counts]:
    """The counts of each of these articles, zero for what nobody has read.

    Reads are written every two seconds, and an answer that is kept shows them as they were up to a minute ago.
    """
    found = await select_among(_TOTALS, (UUID, int, int), article_ids)
    counted = {article_id: Counts(reads, likes) for article_id, reads, likes in found}
    return {each: counted.get(each, Counts()) for each in article_ids}


async def likes_of(article_id: UUID) -> int:
    """How many like it at this moment."""
    return (await counts([article_id]))[article_id].likes


async def add_reads(article_id: UUID, by_day: Mapping[date, int]) -> None:
    """Add so many reads to days of an article and to its total: both, or neither."""
    async with transaction() as database:
        for day in sorted(by_day):
            await database.execute_query(_ADD_TO_DAY, [uuid7(), article_id, day, by_day[day]])
        await database.execute_query(_ADD_TO_TOTAL, [article_id, sum(by_day.values()), 0])


async def move_likes(article_id: UUID, by: int) -> None:
    """Say that one more likes it, or one fewer: last in the transaction that says who, for here others wait."""
    await get_connection("default").execute_query(_ADD_TO_TOTAL, [article_id, 0, by])
