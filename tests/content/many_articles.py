"""Twenty thousand published articles, put straight into the tables: what lists and search must not walk through."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from tortoise.connection import get_connection
from uuid_utils.compat import uuid7

from backend import clock
from backend.content import search_index
from backend.content.channels import CHANNELS
from backend.content.draft import Draft
from backend.content.models import Article, Publication
from backend.database import transaction
from backend.database.bulk import insert_rows
from tests import article_factories
from tests.content.search_corpus import noise

ARTICLE = (
    *("id", "state", "version", "newest_number", "round", "writer_id", "title", "channel"),
    *("created_at", "changed_at"),
)
PUBLICATION = (
    *(
        "article_id",
        "revision_number",
        "title",
        "summary",
        "source",
        "author",
        "channel",
        "campaign_id",
        "tags",
        "html",
    ),
    *("attachments", "files", "minutes", "publish_at", "updated_at"),
)
RARE_TAG = "罕见标签"


async def put_articles(count: int) -> list[UUID]:
    """An article every ten minutes up to now, the newest first; the 5,000th alone says 一诺千金 and has a rare tag."""
    campaign, writer = await article_factories.campaign(), await article_factories.writer()
    now = clock.now()
    made = list(_made(count, now, campaign.id))
    connection = get_connection("default")
    dialect = search_index.dialect_of(connection)
    async with transaction() as inside:
        articles = [(id_, "passed", 1, 1, 1, writer.id, said.title, said.channel, at, at) for id_, at, said, _ in made]
        await insert_rows(Article, ARTICLE, articles)
        await insert_rows(Publication, PUBLICATION, [_publication(id_, at, said) for id_, at, said, _ in made])
        rows = [
            search_index.row_of(dialect, search_index.number_of(at, id_), id_, said, text)
            for id_, at, said, text in made
        ]
        await inside.execute_many(search_index.PUT[dialect], rows)
    await connection.execute_query("ANALYZE")
    return [id_ for id_, *_ in made]


def _made(count: int, now: datetime, campaign_id: UUID) -> Iterator[tuple[UUID, datetime, Draft, str]]:
    channels = list(CHANNELS)
    for number, (title, summary, text) in enumerate(noise(count)):
        one = number == count // 4
        said = Draft(
            title=title,
            summary=summary,
            channel=channels[number % len(channels)],
            campaign_id=campaign_id if number % 100 == 0 else None,
            tags=("常见标签", RARE_TAG) if one else ("常见标签",),
        )
        yield uuid7(), now - timedelta(minutes=10 * number), said, text + ("。一诺千金" if one else "")


def _publication(article_id: UUID, at: datetime, said: Draft) -> tuple[Any, ...]:
    html = "<p>正文</p>" * 200
    about = (article_id, 1, said.title, said.summary, "", "", said.channel, said.campaign_id, list(said.tags), html)
    return (*about, msgspec.to_builtins(said.attachments), [], 1, at, at)
