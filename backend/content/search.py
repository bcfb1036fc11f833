"""Searching what is published: hits in the title first, then those in the summary, then in the body, each newest first.

Each of the three tiers is walked by itself from the newest, and only as far as the page needs, so a word that stands in
every article costs no more than a rare one. A cursor is the place of the last hit: its tier and its number.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from backend import clock
from backend.content.lists import in_order
from backend.content.models import Publication
from backend.content.search_index import dialect_of
from backend.content.search_marks import Piece, excerpt, marked, marks_of
from backend.content.search_words import (
    FTS5,
    TSQUERY,
    ZONES,
    Word,
    any_of,
    composed,
    in_tier,
    phrases,
    query_words,
    tag_word,
)
from backend.database import transaction

BEYOND = 2**63 - 1  # above every number
TIERS = range(len(ZONES))

_VISIBLE = "p.retracted_at IS NULL AND p.publish_at <= $3 AND (p.ends_at IS NULL OR p.ends_at > $3)"
_SELECT = {
    # CROSS: the newest matches first, each looked up among the publications; never the other way round.
    "sqlite": (
        "SELECT s.rowid AS number, s.article_id{more} FROM article_search s "  # noqa: S608 (no value is in it)
        "CROSS JOIN publication p ON p.article_id = s.article_id "
        f"WHERE s.article_search MATCH $1 AND s.rowid < $2 AND {_VISIBLE}{{also}} ORDER BY s.rowid DESC LIMIT {{limit}}"
    ),
    # PostgreSQL knows nothing of how often a rare word stands anywhere, and would walk all articles to find it from the
    # newest. So the newest few are looked at first, and where they do not fill the page, all matches are sorted.
    "postgres": (
        "SELECT s.number, s.article_id{more} FROM {source} s "  # noqa: S608
        "JOIN publication p ON p.article_id = s.article_id "
        f"WHERE s.words @@ CAST($1::text AS tsquery) AND s.number < $2 AND {_VISIBLE}{{also}} "
        "ORDER BY s.number {order} DESC LIMIT {limit}"
    ),
}
_NEWEST = "(SELECT * FROM article_search WHERE number < $2 ORDER BY number DESC LIMIT 100)"
_NEAR = {"source": _NEWEST, "order": ""}
_FAR = {"source": "article_search", "order": "+ 0"}  # an order that no index has
_AMONG = " AND (p.channel = $4 OR CAST($4 AS text) IS NULL) AND (p.campaign_id = $5 OR CAST($5 AS {id}) IS NULL)"
# A plan for any query would not know how often this one's words stand; and no page is worth reading the whole table.
PLANNING = "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true)"


class Place(NamedTuple):
    """Where a page of hits ended."""

    tier: int  # of ZONES: every word in the title, one at best in the summary, one at best in the body
    number: int


class Hit(NamedTuple):
    """One article that was found, and how it is shown."""

    publication: Publication
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]


class Found(NamedTuple):
    """A page of hits, and where the next one goes on."""

    hits: list[Hit]
    next: Place | None


class _Row(NamedTuple):
    tier: int
    number: int
    article_id: UUID
    text: str


async def find(text: str, after: Place | None, limit: int) -> Found:
    """Visible articles in which every word of the query stands. A query without any word finds nothing."""
    words = query_words(text)
    if not words:
        return Found([], None)
    async with _reading() as connection:
        rows = await _walk(connection, words, after or Place(0, BEYOND), limit + 1)
    page = rows[:limit]
    more = len(rows) > limit
    marks = marks_of(words)
    texts = {each.article_id: each.text.split("\n", 2)[2] for each in page}
    hits = [
        Hit(one, marked(composed(one.title), marks), excerpt(composed(one.summary), texts[one.article_id], marks))
        for one in await in_order(list(texts))
    ]
    return Found(hits, Place(page[-1].tier, page[-1].number) if more else None)


async def tagged(
    tags: Sequence[str], below: int, limit: int, *, channel: str | None = None, campaign_id: UUID | None = None
) -> list[UUID]:
    """Visible articles with any of these tags, the newest first, those below a number of `search_index`."""
    sqlite = dialect_of(get_connection("default")) == "sqlite"
    asked = any_of(map(tag_word, tags), FTS5 if sqlite else TSQUERY)
    parts = {"more": "", "also": _AMONG.format(id="text" if sqlite else "uuid"), "limit": "$6"}
    async with _reading() as connection:
        rows = await _ask(connection, parts, [asked, below, clock.now(), channel, campaign_id, limit])
    return [UUID(str(row["article_id"])) for row in rows]


@asynccontextmanager
async def _reading() -> AsyncIterator[BaseDBAsyncClient]:
    """The database; on PostgreSQL planned as we want it. SQLite's transactions are for who writes."""
    if dialect_of(get_connection("default")) == "sqlite":
        yield get_connection("default")
        return
    async with transaction() as connection:
        await connection.execute_query(PLANNING)
        yield connection


async def _walk(connection: BaseDBAsyncClient, words: tuple[Word, ...], after: Place, wanted: int) -> list[_Row]:
    found: list[_Row] = []
    now = clock.now()
    for tier in TIERS[after.tier :]:
        below = after.number if tier == after.tier else BEYOND
        parts, values = _question(dialect_of(connection), words, tier)
        rows = await _ask(connection, parts, [values[0], below, now, *values[1:], wanted - len(found)])
        found += [_Row(tier, row["number"], UUID(str(row["article_id"])), row["text"]) for row in rows]
        if len(found) >= wanted:
            break
    return found


def _question(dialect: str, words: tuple[Word, ...], tier: int) -> tuple[dict[str, str], list[str]]:
    """The words of one tier, by the index, and longer Chinese ones by a look at the text too; and where they stand."""
    runs = phrases(words)
    found_in = "instr" if dialect == "sqlite" else "strpos"
    also = "".join(f" AND {found_in}(s.text, ${place}) > 0" for place in range(4, 4 + len(runs)))
    asked = in_tier(words, tier, FTS5 if dialect == "sqlite" else TSQUERY)
    return {"more": ", s.text", "also": also, "limit": f"${4 + len(runs)}"}, [asked, *runs]


async def _ask(connection: BaseDBAsyncClient, parts: dict[str, str], values: list[Any]) -> Sequence[Any]:
    """The newest matches; the last of `values` is how many are wanted."""
    select = _SELECT[dialect_of(connection)]
    if dialect_of(connection) == "sqlite":
        return (await connection.execute_query(select.format(**parts), values))[1]
    _, near = await connection.execute_query(select.format(**parts, **_NEAR), values)
    if len(near) >= values[-1]:
        return near
    return (await connection.execute_query(select.format(**parts, **_FAR), values))[1]
