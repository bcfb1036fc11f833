"""The search table, written with what is published: each article's words, under a number in the order of publishing."""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection

from backend.content.draft import Draft
from backend.content.search_words import composed, zoned

LAST_SECOND = 2**32 - 1  # of Unix time, in the year 2106: a number has 32 bits for it and 31 for the article's id
MOST_BYTES = 1_000_000  # of a tsvector's words (PostgreSQL takes 1 MiB); no real text has so many pairs

_NUMBER = {
    "sqlite": "SELECT rowid FROM article_search WHERE article_search MATCH $1",
    "postgres": "SELECT number FROM article_search WHERE article_id = $1",
}
_TAKEN = {
    "sqlite": "SELECT 1 FROM article_search WHERE rowid = $1",
    "postgres": "SELECT 1 FROM article_search WHERE number = $1",
}
PUT = {
    "sqlite": "INSERT INTO article_search (rowid, article_id, text, words) VALUES ($1, $2, $3, $4)",
    "postgres": (
        "INSERT INTO article_search (number, article_id, text, words) "
        "VALUES ($1, $2, $3, array_to_tsvector($4::text[]))"
    ),
}
_MOVE = {
    "sqlite": "UPDATE article_search SET rowid = $2 WHERE rowid = $1",
    "postgres": "UPDATE article_search SET number = $2 WHERE number = $1",
}
_FORGET = {
    "sqlite": "DELETE FROM article_search WHERE rowid = $1",
    "postgres": "DELETE FROM article_search WHERE number = $1",
}


def number_of(at: datetime, article_id: UUID) -> int:
    """Where an article stands among all: by the second of its publishing, then by its id."""
    return min(max(int(at.timestamp()), 0), LAST_SECOND) << 31 | (article_id.int & 0x7FFFFFFF)


def dialect_of(connection: BaseDBAsyncClient) -> str:
    """`sqlite` or `postgres`."""
    return str(connection.capabilities.dialect)


async def put(article_id: UUID, at: datetime, draft: Draft, text: str) -> None:
    """Find the article by these words from now on, and by no others. `text` is what readers read of its html."""
    connection = get_connection("default")
    await forget(article_id)
    number = await _free(connection, number_of(at, article_id))
    dialect = dialect_of(connection)
    await connection.execute_query(PUT[dialect], row_of(dialect, number, article_id, draft, text))


def row_of(dialect: str, number: int, article_id: UUID, draft: Draft, text: str) -> list[Any]:
    """The values of PUT. The text is the title in a line, the summary in a line, and the body."""
    title, summary = (" ".join(composed(each).split()) for each in (draft.title, draft.summary))
    words = zoned(title, summary, text, draft.tags)
    shown = "\n".join([title, summary, composed(text)])
    if dialect == "sqlite":
        return [number, article_id, shown, " ".join([_own_word(article_id), *words])]
    return [number, article_id, shown, _within(words)]


async def move(article_id: UUID, at: datetime) -> None:
    """Its time of publishing is another one now."""
    connection = get_connection("default")
    known = await _number(connection, article_id)
    if known is not None:
        number = await _free(connection, number_of(at, article_id), known)
        await connection.execute_query(_MOVE[dialect_of(connection)], [known, number])


async def forget(article_id: UUID) -> None:
    """Nobody finds it any more."""
    connection = get_connection("default")
    known = await _number(connection, article_id)
    if known is not None:
        await connection.execute_query(_FORGET[dialect_of(connection)], [known])


async def _number(connection: BaseDBAsyncClient, article_id: UUID) -> int | None:
    sqlite = dialect_of(connection) == "sqlite"
    asked = f'"{_own_word(article_id)}"' if sqlite else article_id
    _, rows = await connection.execute_query(_NUMBER[dialect_of(connection)], [asked])
    return rows[0][0] if rows else None


def _own_word(article_id: UUID) -> str:
    """By which FTS5, which has no other index, finds an article's row."""
    return f"i{article_id.hex}"


async def _free(connection: BaseDBAsyncClient, number: int, own: int | None = None) -> int:
    """This number, or the next that no other article has: two of one second may share their ids' last 31 bits."""
    while number != own and (await connection.execute_query(_TAKEN[dialect_of(connection)], [number]))[1]:
        number += 1
    return number


def _within(words: Sequence[str]) -> list[str]:
    """As many as a tsvector can hold, the first ones."""
    sizes = accumulate(len(each.encode()) + 2 for each in words)
    return [each for each, size in zip(words, sizes, strict=True) if size <= MOST_BYTES]
