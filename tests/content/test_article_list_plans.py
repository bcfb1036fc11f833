"""The editors' list at any number of articles: a page of it is read by an index, and in few queries."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tortoise.connection import get_connection
from tortoise.expressions import Q

from backend import clock
from backend.content import articles, reviewers
from backend.content.models import Article
from tests.content.editors import editor, submitted
from tests.repairs.query_plans import plan_of, reads_whole_table


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning at the editorial desk."""


async def test_the_next_page_begins_at_its_place_in_an_index() -> None:
    writer, now = await editor(), clock.now()
    about: dict[str, Any] = {"state": "draft", "version": 1, "newest_number": 1, "title": "旧文", "channel": "stories"}
    days = (now - timedelta(minutes=number) for number in range(3_000))
    await Article.bulk_create(Article(writer_id=writer.id, created_at=day, changed_at=day, **about) for day in days)
    await get_connection("default").execute_query("ANALYZE article")
    moment, last = now - timedelta(minutes=500), uuid4()
    here = Q(changed_at__lt=moment) | Q(changed_at=moment, id__lt=last)
    page = Article.filter(here, ~Q(state="discarded"), changed_at__lte=moment).order_by("-changed_at", "-id").limit(31)
    plan = await plan_of(page)
    assert not reads_whole_table(plan, "article"), plan
    assert "Sort" not in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


async def test_what_waits_for_review_is_found_by_its_state() -> None:
    await submitted()
    plan = await plan_of(Article.filter(state__in=["first_review", "second_review"]).order_by("changed_at", "id"))
    assert not reads_whole_table(plan, "article"), plan


async def test_a_page_and_the_queue_are_a_few_queries_however_long(monkeypatch: pytest.MonkeyPatch) -> None:
    who = await editor("first")
    kind = type(get_connection("default"))
    send, asked = kind.execute_query, []

    async def noted(self: Any, query: str, values: list[Any] | None = None) -> Any:
        asked.append(query)
        return await send(self, query, values)

    counts = []
    for _ in range(2):
        for _ in range(3):
            await submitted()
        with monkeypatch.context() as watched:
            watched.setattr(kind, "execute_query", noted)
            asked.clear()
            assert await reviewers.waiting_for(who)
            assert (await articles.listing(who, articles.Filter())).lines
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert 0 < counts[0] <= 8
