"""错敏词: the list of wrong and sensitive words that are pointed out before review."""

from typing import Any

from sanic import HTTPResponse

from backend.console.desk import Desk
from backend.console.review_words import beside
from backend.console.visit import Visit
from backend.content import watched_words
from backend.content.guards import KINDS
from backend.errors import Conflict, DomainError, Invalid
from miniprogram_api.surface.problem import status_of

desk = Desk("watched_words")
MANAGE = "manage_words"
MOST_SHOWN = 300  # rows; the rest is searched for
DONE = {"added": "已添加。以后写文章和送审时会标出来。", "removed": "已删除。"}


@desk.add("GET", "/words", permission=MANAGE)
async def show_words(visit: Visit) -> HTTPResponse:
    """The list, or what is searched for in it."""
    return await _show(visit, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/words", permission=MANAGE)
async def add(visit: Visit) -> HTTPResponse:
    """One more word, or other advice for one that is there."""
    form = visit.form
    try:
        await watched_words.add(visit.staff, form.get("word", ""), form.get("kind", ""), form.get("advice", ""))
    except (Invalid, Conflict) as error:
        return await _show(visit, fault=error)
    return visit.go("/words?done=added")


@desk.add("POST", "/words/remove", permission=MANAGE)
async def remove(visit: Visit) -> HTTPResponse:
    """One word fewer."""
    await watched_words.remove(visit.staff, visit.form.get("word", ""))
    return visit.go("/words?done=removed")


async def _show(visit: Visit, *, fault: DomainError | None = None, done: str = "") -> HTTPResponse:
    find, kind = visit.asked("find"), visit.asked("kind")
    every = await watched_words.listed()
    rows = [row for row in every if (not kind or row.kind == kind) and find in f"{row.word} {row.advice}"]
    values: dict[str, Any] = {
        "rows": rows[:MOST_SHOWN],
        "left_out": max(0, len(rows) - MOST_SHOWN),
        "total": len(every),
        "find": find,
        "kind": kind,
        "kinds": KINDS,
        "faults": beside(fault),
        "typed": visit.form if fault else {},
    }
    status = status_of(fault) if fault else 200
    return await visit.show("review_words.html", status, fault=fault, done=done, **values)
