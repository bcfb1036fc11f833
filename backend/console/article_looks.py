"""An article as others will see it: on a reader's phone, in a 公众号, and through the eyes of the guards."""

import asyncio
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.console.desk import Desk
from backend.console.visit import HOME, Visit
from backend.content import articles, cleaning, guards, readiness, watched_words, wechat_copy
from backend.content.look import look_of
from backend.pages.article_look import article_html

desk = Desk("article_looks")

_WRITE = "write_articles"
# The phone frame on the editor's page shows this page of ours, and no other site may.
_FRAMED = {
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'none'"
    ),
}


@desk.add("GET", "/articles/<article_id:uuid>/preview", permission=_WRITE)
async def show_preview(visit: Visit, article_id: UUID) -> HTTPResponse:
    """The newest revision as a reader's phone shows it."""
    loaded = await articles.load(article_id)
    look = await look_of(loaded.draft, _for_staff)
    answer = await visit.show("article_preview.html", look=article_html(look))
    answer.headers.update(_FRAMED)
    return answer


@desk.add("GET", "/articles/<article_id:uuid>/findings", permission=_WRITE)
async def show_findings(visit: Visit, article_id: UUID) -> HTTPResponse:
    """What the guards find in the newest revision, for the page beside the text."""
    draft = (await articles.load(article_id)).draft
    text = await asyncio.to_thread(cleaning.text_of, draft.html)
    values: dict[str, Any] = {
        "missing": readiness.missing(draft),
        "found": await asyncio.to_thread(guards.findings, draft, await watched_words.all_words()),
        "characters": len("".join(text.split())),
        "minutes": cleaning.minutes_to_read(text),
    }
    return await visit.show("article_findings.html", **values)


@desk.add("GET", "/articles/<article_id:uuid>/wechat", permission=_WRITE)
async def send_wechat_copy(visit: Visit, article_id: UUID) -> HTTPResponse:
    """The newest revision as a 公众号's editor takes it, for the clipboard."""
    loaded = await articles.load(article_id)
    site = f"{visit.request.scheme}://{visit.request.host}"

    def address(file_id: UUID, size: str) -> str:
        return f"{site}/api/v1/files/{file_id}/{size}"

    html = await asyncio.to_thread(wechat_copy.copy, loaded.draft.html, address)
    return HTTPResponse(html, 200, {"Cache-Control": "no-store"}, "text/plain; charset=utf-8")


def _for_staff(file_id: UUID, size: str) -> str:
    return f"{HOME}/articles/files/{file_id}/{size}"
