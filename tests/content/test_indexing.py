"""The search table is filled anew from what stands: nothing is lost, and nothing that was taken back comes in."""

import pytest
from tortoise.connection import get_connection

from backend.content import publishing, search
from backend.content.indexing import index_all
from tests.article_factories import published
from tests.running_app import both_databases

pytestmark = pytest.mark.usefixtures("monday", "database")


async def titles(query: str) -> list[str]:
    return [hit.publication.title for hit in (await search.find(query, None, 50)).hits]


@both_databases
async def test_an_emptied_table_is_filled_and_filling_it_twice_changes_nothing() -> None:
    await published("诚信是立身之本。", title="立身", tags=("诚信",))
    taken_back = await published("诚信也是规矩。", title="规矩")
    await publishing.retract(taken_back)
    await get_connection("default").execute_query("DELETE FROM article_search")
    assert await titles("诚信") == []
    for _ in range(2):
        assert await index_all() == 1
        assert await titles("诚信") == ["立身"]
        assert len(await search.tagged(["诚信"], search.BEYOND, 9)) == 1
