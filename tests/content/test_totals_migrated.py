"""Migration 0006 meets what stands: reads and likes are summed up, and who liked is forgotten."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import pytest
from tortoise.connection import get_connection

from backend import clock
from backend.citizens.models import Account
from backend.content import likes
from backend.content.counts import Counts, add_reads, counts
from backend.content.models import Like
from backend.database import close_database, migrate, open_database
from backend.settings import Settings, demo_settings
from backend.tables import MODEL_MODULES
from tests import article_factories, factories
from tests.running_app import both_databases

BEFORE, HERE = "0005_article_search", "0006_totals_digests_and_versions"
OLD_LIKE = "INSERT INTO article_like (id, article_id, account_id, day) VALUES ($1, $2, $3, $4)"


@pytest.fixture
async def here(database_url: str) -> AsyncIterator[Settings]:
    yield demo_settings(database_url=database_url)
    await close_database()


async def somebody() -> Account:
    return await Account.create(openid_digest=uuid4().hex, openid_hidden=b"", created_at=clock.now())


async def two_read_articles(here: Settings) -> tuple[UUID, UUID, list[Account]]:
    """One that was read on two days, one that nobody read, and three accounts."""
    await open_database(here, MODEL_MODULES)
    read, unread = await article_factories.published(), await article_factories.published()
    await add_reads(read, {date(2026, 11, 20): 5, date(2026, 11, 21): 7})
    return read, unread, [await somebody() for _ in range(3)]


@both_databases
async def test_what_stands_is_carried_on_without_names(here: Settings) -> None:
    read, unread, accounts = await two_read_articles(here)
    await close_database()
    await migrate(here, MODEL_MODULES, target=HERE)
    assert await migrate(here, MODEL_MODULES, target=BEFORE) == [HERE]
    await open_database(here, MODEL_MODULES)
    for account in accounts:
        row = [uuid4(), read, account.id, date(2026, 11, 22)]
        await get_connection("default").execute_query(OLD_LIKE, row)
    await close_database()
    assert (await migrate(here, MODEL_MODULES))[0] == HERE
    await open_database(here, MODEL_MODULES)
    assert await counts([read, unread]) == {read: Counts(12, 3), unread: Counts()}
    assert await Like.all().count() == 0
    her = await likes.like(factories.VAULT, accounts[0], read)
    assert (her.mine, her.likes) == (True, 4)
    assert (await likes.take_back(factories.VAULT, accounts[0], read)).likes == 3
