"""What the editor's page asks while somebody writes: saving, who else has it open, pasting, comparing in a conflict.

Answers are JSON, refusals too, so that the page can go on from them and nothing that was typed is lost.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from sanic import HTTPResponse

from backend.console.article_form import MOST_BYTES, read_sent, sent_file
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.content import articles, comparing, paste_intake
from backend.content.draft_faults import tidied
from backend.errors import DomainError
from miniprogram_api.surface.problem import status_of

desk = Desk("article_saving")

MOST_PASTED = 48 * 1024 * 1024  # bytes: a document with its pictures written into it
_WRITE = "write_articles"
Handler = Callable[..., Awaitable[Any]]


def as_json(handler: Handler) -> Callable[..., Awaitable[HTTPResponse]]:
    """A handler that returns a value or nothing: both, and its refusals, become JSON."""

    @functools.wraps(handler)
    async def answer(visit: Visit, **path: Any) -> HTTPResponse:
        try:
            value = await handler(visit, **path)
        except DomainError as error:
            said = {"code": error.code, "detail": error.detail, "fields": error.fields}
            return _json(said, status_of(error))
        return _json(value, 200)

    return answer


def _json(value: Any, status: int) -> HTTPResponse:
    return HTTPResponse(msgspec.json.encode(value), status, {"Cache-Control": "no-store"}, "application/json")


@desk.add("POST", "/articles/<article_id:uuid>/save", permission=_WRITE, upload=True)
@as_json
async def save(visit: Visit, article_id: UUID) -> Any:
    """Keep what is written, unless somebody else has saved since."""
    sent = read_sent(await sent_file(visit.request, MOST_BYTES))
    saved = await articles.save(
        visit.staff, article_id, sent.draft.draft(), from_version=sent.from_version, automatic=sent.automatic
    )
    return {"version": saved.version, "number": saved.number, "saved_at": saved.saved_at}


@desk.add("POST", "/articles/<article_id:uuid>/open", permission=_WRITE)
@as_json
async def keep_open(visit: Visit, article_id: UUID) -> Any:
    """The page says that it is open, and learns who else has the article open."""
    other = await articles.opened(visit.staff, article_id)
    return {"other": other.name if other else None}


@desk.add("POST", "/articles/<article_id:uuid>/close", permission=_WRITE)
@as_json
async def close(visit: Visit, article_id: UUID) -> Any:
    """The page is left."""
    await articles.closed(visit.staff, article_id)


@desk.add("POST", "/articles/<article_id:uuid>/paste", permission=_WRITE, upload=True)
@as_json
async def paste(visit: Visit, article_id: UUID) -> Any:
    """A clipboard's HTML, tidied, with the pictures that came in it kept as files of the article."""
    html = (await sent_file(visit.request, MOST_PASTED)).decode("utf-8", "replace")
    return await paste_intake.take_in(visit.storage, visit.workshop, visit.staff, article_id, html)


@desk.add("POST", "/articles/<article_id:uuid>/differences", permission=_WRITE, upload=True)
async def show_differences(visit: Visit, article_id: UUID) -> HTTPResponse:
    """In a conflict: what a colleague saved beside what stands on this page."""
    sent = read_sent(await sent_file(visit.request, MOST_BYTES))
    theirs = await articles.load(article_id)
    mine = await asyncio.to_thread(tidied, sent.draft.draft())
    found = await asyncio.to_thread(comparing.compare, theirs.draft, mine)
    return await visit.show("article_differences.html", compared=found, theirs=theirs)
