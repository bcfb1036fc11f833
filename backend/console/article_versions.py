"""The versions of an article: every save, two of them side by side, an old one restored."""

import asyncio
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.console.desk import Desk
from backend.console.review_words import field_rows, sections, side_rows
from backend.console.visit import Visit
from backend.content import articles, comparing, revisions
from backend.content.flow_words import EDITABLE, PASSED
from backend.content.look import campaign_names
from backend.pages import typed

desk = Desk("article_versions")
WRITE = "write_articles"
DONE = {"restored": "已恢复，另存为新的一版。要改的话，点“编辑”接着写。"}
ROWS = 20  # a page; each one's text is counted


@desk.add("GET", "/articles/<article_id:uuid>/versions", permission=WRITE)
async def show_versions(visit: Visit, article_id: UUID) -> HTTPResponse:
    """Every save, newest first; with `from` and `to`, two of them side by side."""
    loaded = await articles.load(article_id)
    seen = await revisions.list_of(article_id, before=typed.whole_number(visit.asked("before"), 6), limit=ROWS + 1)
    rows = seen[:ROWS]
    newest = loaded.article.newest_number
    old, new = typed.whole_number(visit.asked("from"), 6), typed.whole_number(visit.asked("to"), 6)
    compared = await _compared(article_id, old, new) if old and new else {"sections": None}
    published = loaded.publication and not loaded.publication.retracted_at and loaded.publication.revision_number
    values: dict[str, Any] = {
        "article": loaded.article,
        "rows": rows,
        "further": rows[-1].number if len(seen) > ROWS else None,
        "numbers": rows,
        "old": old or max(1, newest - 1),
        "new": new or newest,
        "published": published,
        "may_restore": loaded.article.state in EDITABLE,
        "passed": loaded.article.state == PASSED,
        **compared,
    }
    return await visit.show("review_versions.html", done=DONE.get(visit.asked("done"), ""), **values)


@desk.add("POST", "/articles/<article_id:uuid>/versions/<number:int>/restore", permission=WRITE)
async def restore(visit: Visit, article_id: UUID, number: int) -> HTTPResponse:
    """An old version again, as the newest one; none is lost."""
    version = typed.whole_number(visit.form.get("version", ""), 6) or 0
    await articles.restore(visit.staff, article_id, number, version)
    return visit.go(f"/articles/{article_id}/versions?done=restored")


async def _compared(article_id: UUID, old: int, new: int) -> dict[str, Any]:
    before, after = await revisions.one(article_id, old), await revisions.one(article_id, new)
    compared = await asyncio.to_thread(comparing.compare, before, after)  # a long text takes a while
    rows = side_rows(compared)
    names = await campaign_names(before.campaign_id, after.campaign_id)
    return {
        "fields": field_rows(compared, names),
        "sections": list(sections(rows)),
        "differs": any(row.changed for row in rows),
    }
