"""A rush on one article: the database hears nothing of it, and what editors do meanwhile is seen within two seconds."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from tortoise.connection import get_connection

from backend.content import publishing
from backend.content.counts import counts
from backend.settings import Settings
from tests import article_factories
from tests.servers import RunningServer
from tests.together.readers import rush

pytestmark = [
    pytest.mark.together,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]

READERS = 200
PROCESSES = 2
LATEST = 2.0  # seconds until every process shows what was published
TOLD = 2.5  # seconds until PostgreSQL's statistics tell of a statement, on a connection that is used each second
A_RENEWAL = 25  # scans at most, for the boundary, the list and the article together
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0.50"
SCANS = (
    "SELECT coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0) FROM pg_stat_user_tables "
    "WHERE relname IN ('publication', 'read_count', 'article_total', 'article_like', 'article_search', 'campaign')"
)


@pytest.fixture
def two_processes(database: None, settings: Settings, tmp_path: Path) -> Iterator[RunningServer]:
    """One connection each, which the watch uses each second: so PostgreSQL's statistics are never old."""
    about = replace(settings, web_processes=PROCESSES, trusted_proxies=1, database_connections=1)
    server = RunningServer(about, tmp_path / "server.log")
    server.start()
    yield server
    server.stop()


async def scans() -> int:
    """How often any table of published content has been looked into, by whomever."""
    connection = get_connection("default")
    await asyncio.sleep(TOLD)
    async with connection._in_transaction() as fresh:  # else its statistics are those of the last time
        _, rows = await fresh.execute_query(SCANS)
    return int(rows[0][0])


async def settled() -> int:
    """The same, once the jobs that a server begins with are done."""
    before = await scans()
    while (now := await scans()) != before:
        before = now
    return now


async def test_two_hundred_read_one_article_while_an_editor_publishes_another(two_processes: RunningServer) -> None:
    article = await article_factories.published(title="大家都看的文章")
    paths = [f"/api/v1/articles/{article}", "/api/v1/articles"]
    async with rush(two_processes.port, READERS, paths) as readers:
        before = await settled()
        already = len(readers.all())
        assert await scans() == before, "a rush costs the database nothing"
        assert len(readers.all()) > already + READERS
        await article_factories.published(title="刚刚发布的文章")
        published = time.monotonic()
        await asyncio.sleep(LATEST + 1)
        once_each = await scans() - before
        taking_back = time.monotonic()
        await publishing.retract(article)
        taken_back = time.monotonic()
        await asyncio.sleep(LATEST + 1)
    for answers in readers.seen.values():
        late = [each for each in answers if published + LATEST < each.asked < taken_back]
        lists = [each for each in late if each.path == paths[1]]
        assert lists, "every reader looked again"
        assert all("刚刚发布的文章" in each.body.decode() for each in lists)
        after = [each for each in answers if each.asked > taken_back + LATEST]
        assert {each.status for each in after if each.path == paths[0]} == {404}
        assert all("大家都看的文章" not in each.body.decode() for each in after)
        assert {each.status for each in answers if each.asked < taking_back - 1} == {200}
    assert once_each <= PROCESSES * A_RENEWAL, "made once a process, whoever asks"
    codes = {json.loads(each.body)["code"] for each in readers.all() if each.status != 200}
    assert codes == {"article_retracted"}


async def test_a_server_that_is_told_to_stop_loses_no_read(two_processes: RunningServer) -> None:
    article = await article_factories.published()
    async with httpx.AsyncClient(base_url=two_processes.url, headers={"User-Agent": PHONE}) as http:
        await asyncio.gather(*(_read(http, article, number) for number in range(50)))
        await asyncio.to_thread(two_processes.stop)
    assert (await counts([article]))[article].reads == 50


async def test_a_killed_server_loses_two_seconds_of_reads_at_most(two_processes: RunningServer) -> None:
    article = await article_factories.published()
    async with httpx.AsyncClient(base_url=two_processes.url, headers={"User-Agent": PHONE}) as http:
        await asyncio.gather(*(_read(http, article, number) for number in range(20)))
        await asyncio.sleep(2.5)
        await asyncio.gather(*(_read(http, article, 100 + number) for number in range(20)))
        await asyncio.to_thread(two_processes.kill)
    assert 20 <= (await counts([article]))[article].reads <= 40


async def _read(http: httpx.AsyncClient, article: UUID, number: int) -> None:
    forwarded = {"X-Forwarded-For": f"10.9.{number}.7"}
    answer = await http.post(f"/api/v1/articles/{article}/reads", json={"reader": f"w{number}"}, headers=forwarded)
    assert answer.status_code == 204
