"""Rows of publications for lists: all that a line shows, without the text, which is nearly all of a row."""

from collections.abc import Sequence
from uuid import UUID

from tortoise.queryset import QuerySet

from backend.content.models import Publication

_SHOWN = (
    "article_id",
    "title",
    "summary",
    "channel",
    "campaign_id",
    "tags",
    "cover_id",
    "minutes",
    "publish_at",
    "ends_at",
    "pinned_at",
    "retracted_at",
    "updated_at",
)


def without_html(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    """The same rows, each with what a line shows."""
    return rows.only(*_SHOWN)


async def in_order(article_ids: Sequence[UUID]) -> list[Publication]:
    """The publications of these articles, in the order of their ids here."""
    if not article_ids:
        return []
    rows = {each.article_id: each for each in await without_html(Publication.filter(article_id__in=list(article_ids)))}
    return [rows[each] for each in article_ids if each in rows]
