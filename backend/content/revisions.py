"""What an article said at each save: the list of its revisions, and one of them whole."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from backend.content import cleaning
from backend.content.draft import Draft
from backend.content.models import Article, Revision
from backend.errors import NotFound

MOST_ROWS = 200


@dataclass(frozen=True)
class RevisionLine:
    """One revision in a list. `characters` of its text, without blanks."""

    number: int
    who: str
    when: datetime
    automatic: bool
    restored_from: int | None
    characters: int


def no_such_article() -> NotFound:
    return NotFound("article_not_found", "没有这篇文章，请回到文章列表看看。")


def no_such_revision() -> NotFound:
    return NotFound("revision_not_found", "没有这个版本，请刷新后再选。")


async def list_of(article_id: UUID, *, before: int | None = None, limit: int = MOST_ROWS) -> list[RevisionLine]:
    """The revisions below the number `before`, newest first. Raises NotFound for an article that is none."""
    if not await Article.exists(id=article_id):
        raise no_such_article()
    rows = Revision.filter(article_id=article_id)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = await rows.order_by("-number").limit(limit).select_related("saved_by")
    return await asyncio.to_thread(lambda: [_line(row) for row in found])  # each is read for its length


async def one(article_id: UUID, number: int) -> Draft:
    """What the article said in one revision. Raises NotFound."""
    return draft_of(await row_of(article_id, number))


async def row_of(article_id: UUID, number: int) -> Revision:
    """One revision with who saved it. Raises NotFound."""
    row = await Revision.get_or_none(article_id=article_id, number=number).select_related("saved_by")
    if row is None:
        raise no_such_revision()
    return row


def draft_of(revision: Revision) -> Draft:
    """What was written, as one value."""
    return msgspec.convert(revision.content, Draft)


def content_of(draft: Draft) -> dict[str, object]:
    """What a revision's row keeps of a draft."""
    content: dict[str, object] = msgspec.to_builtins(draft)
    return content


def _line(row: Revision) -> RevisionLine:
    text = "".join(cleaning.text_of(draft_of(row).html).split())
    return RevisionLine(row.number, row.saved_by.name, row.saved_at, row.automatic, row.restored_from, len(text))
