"""Reads and likes in sums: told from one row of each article, however many years it has stood, and never apart."""

import asyncio
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise.connection import get_connection

from backend import clock
from backend.citizens.models import Account
from backend.content import campaigns, likes
from backend.content.counts import Counts, add_reads, counts
from backend.content.models import Like, ReadCount
from tests import article_factories, factories
from tests.running_app import both_databases

VAULT = factories.VAULT
TEN_YEARS = 3_650  # days


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning."""


async def somebody() -> Account:
    return await Account.create(openid_digest=uuid4().hex, openid_hidden=b"", created_at=clock.now())


async def plan_of(query: str, values: list[Any]) -> str:
    database = get_connection("default")
    postgres = database.capabilities.dialect == "postgres"
    rows = await database.execute_query_dict(f"EXPLAIN {'ANALYZE' if postgres else 'QUERY PLAN'} {query}", values)
    return "\n".join(str(row.get("detail") or row.get("QUERY PLAN")) for row in rows)


async def asked_for(monkeypatch: pytest.MonkeyPatch, article_id: UUID, campaign_id: UUID) -> list[tuple[str, Any]]:
    """The statements that tell the counts of an article and a campaign."""
    kind = type(get_connection("default"))
    send, asked = kind.execute_query, []

    async def noted(self: Any, query: str, values: list[Any] | None = None) -> Any:
        asked.append((query, values))
        return await send(self, query, values)

    with monkeypatch.context() as watched:
        watched.setattr(kind, "execute_query", noted)
        assert (await counts([article_id]))[article_id] == Counts(TEN_YEARS, 1)
        totals = (await campaigns.totals([campaign_id]))[campaign_id]
        assert (totals.reads, totals.likes) == (TEN_YEARS, 1)
    return asked


@both_databases
async def test_after_ten_years_no_day_and_no_like_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = await article_factories.campaign()
    article = await article_factories.published(campaign_id=campaign.id)
    first = date(2016, 11, 24)
    await add_reads(article, {first + timedelta(days=each): 1 for each in range(TEN_YEARS)})
    await likes.like(VAULT, await somebody(), article)
    for table in ("read_count", "article_total", "publication"):
        await get_connection("default").execute_query(f"ANALYZE {table}")
    asked = await asked_for(monkeypatch, article, campaign.id)
    assert len(asked) == 3, "the article's, the campaign's articles, and its sums"
    for query, values in asked:
        assert not re.search("read_count|article_like", query + await plan_of(query, values or []))


@both_databases
async def test_days_and_total_say_the_same_however_many_write_at_once() -> None:
    article = await article_factories.published()
    days = [date(2026, 11, day) for day in (20, 21, 22)]
    await asyncio.gather(*(add_reads(article, dict.fromkeys(days, 2)) for _ in range(12)))
    assert sum(await ReadCount.filter(article_id=article).values_list("reads", flat=True)) == 72
    assert (await counts([article]))[article] == Counts(72, 0)


@both_databases
async def test_a_write_that_fails_half_way_leaves_neither() -> None:
    article = await article_factories.published()
    with pytest.raises(Exception, match=r".+"):
        await add_reads(article, {date(2026, 11, 20): 5, date(2026, 11, 21): 2**71})
    assert await ReadCount.all().count() == 0
    assert (await counts([article]))[article] == Counts()


@both_databases
async def test_a_like_counts_once_and_names_nobody() -> None:
    her, him = await somebody(), await somebody()
    one, other = await article_factories.published(), await article_factories.published()
    for article in (one, other, one):
        await asyncio.gather(*(likes.like(VAULT, her, article) for _ in range(4)))
    assert (await likes.like(VAULT, him, one)).likes == 2
    rows = await Like.all().values()
    assert len({row["digest"] for row in rows}) == 3, "of one account no two rows are alike"
    held = str(rows)
    assert str(her.id) not in held
    assert her.id.hex not in held
    assert {row["id"].version for row in rows} == {4}, "no moment by which one row would follow another"


@both_databases
async def test_taken_back_twice_at_once_it_is_one_fewer_and_may_come_again() -> None:
    her, him, article = await somebody(), await somebody(), await article_factories.published()
    for account in (her, him):
        await likes.like(VAULT, account, article)
    await asyncio.gather(*(likes.take_back(VAULT, her, article) for _ in range(6)))
    assert (await counts([article]))[article].likes == 1 == await Like.all().count()
    assert not (await likes.liked(VAULT, her, article)).mine
    assert (await likes.like(VAULT, her, article)).likes == 2


async def test_an_account_that_is_gone_leaves_the_number_and_nothing_else() -> None:
    her, article = await somebody(), await article_factories.published()
    await likes.like(VAULT, her, article)
    await Account.filter(id=her.id).delete()
    assert (await counts([article]))[article].likes == 1
