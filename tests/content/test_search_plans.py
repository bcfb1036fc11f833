"""At twenty thousand articles no list and no search walks through them, on either database."""

import re
from typing import Any
from uuid import UUID

import pytest
from tortoise.connection import get_connection

from backend import clock
from backend.content import publishing, reading, related, search, search_index
from backend.content.reading import Among
from backend.database import transaction
from tests import article_factories
from tests.content.many_articles import RARE_TAG, put_articles

pytestmark = [pytest.mark.usefixtures("monday", "database"), pytest.mark.slow]

ARTICLES = 20_000
QUERIES = (
    *("诚信", "一诺千金", "诚信建设", "大家认真学习文件", "诚", "简报", "诚信 群众", "第19999期"),
    *("简报 诚信", "没有这个词", "abc"),
)
# Read from one end to the other, or sorted as a whole. FTS5 says SCAN of what it finds by its own index.
WALKS = re.compile("Seq Scan on (publication|article_search)|SCAN (p|publication)( |$)(?!USING INDEX)|TEMP B-TREE")


async def plan(query: str, values: list[Any]) -> str:
    async with transaction() as connection:
        postgres = search_index.dialect_of(connection) == "postgres"
        if postgres and "article_search" in query:  # as it was asked
            await connection.execute_query(search.PLANNING)
        rows = await connection.execute_query_dict(f"EXPLAIN {'' if postgres else 'QUERY PLAN'} {query}", values)
    return "\n".join(str(row.get("detail") or row.get("QUERY PLAN")) for row in rows)


async def test_nothing_walks_through_all_articles() -> None:
    ids = await put_articles(ARTICLES)
    found = await search.find("一诺千金", None, 20)
    assert [hit.publication.article_id for hit in found.hits] == [ids[ARTICLES // 4]]
    asked: list[tuple[str, list[Any]]] = []
    with pytest.MonkeyPatch.context() as watched:
        listen(watched, asked)
        for query in QUERIES:
            await search.find(query, None, 20)
    await nothing_walks(asked)
    await lists_do_not_walk(ids)


async def nothing_walks(asked: list[tuple[str, list[Any]]]) -> None:
    assert len(asked) > 20
    for query, values in asked:
        said = await plan(query, values)
        assert not WALKS.search(said), f"{query} walks:\n{said}"
        if "article_search_pkey" in said:
            assert "LIMIT 100)" in query, f"{query} walks from the newest:\n{said}"


async def lists_do_not_walk(ids: list[UUID]) -> None:
    campaign_id = (await article_factories.publication(ids[0])).campaign_id
    asked: list[tuple[str, list[Any]]] = []
    with pytest.MonkeyPatch.context() as watched:
        listen(watched, asked)
        for among in (Among(), Among(channel="culture"), Among(campaign_id=campaign_id), Among(tag=RARE_TAG)):
            page = await reading.newest(among, None, 20)
            if page.next:
                await reading.newest(among, page.next, 20)
        assert (await reading.newest(Among(tag=RARE_TAG), None, 20)).rows[0].article_id == ids[ARTICLES // 4]
        assert len(await related.related(await article_factories.publication(ids[0]))) == related.MOST
        await publishing.next_boundary(clock.now())
    await nothing_walks(asked)


def listen(watched: pytest.MonkeyPatch, asked: list[tuple[str, list[Any]]]) -> None:
    """Write down each SELECT that is sent from now on."""
    kind = type(get_connection("default"))
    send = kind.execute_query

    async def noted(self: Any, query: str, values: list[Any] | None = None) -> Any:
        if query.startswith("SELECT"):
            asked.append((query, values or []))
        return await send(self, query, values)

    watched.setattr(kind, "execute_query", noted)
