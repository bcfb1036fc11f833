"""The public page of the daily checkpoints, in plain words."""

from sanic import Blueprint, HTTPResponse, Request

from backend.pages import typed
from backend.points import checkpoints
from backend.windows.page import page

_SHOWN = 31  # a month


def blueprint() -> Blueprint:
    """The page as a route."""
    pages = Blueprint("checkpoints")
    pages.add_route(show_checkpoints, "/checkpoints", methods=["GET"], name="show_checkpoints")
    return pages


async def show_checkpoints(request: Request) -> HTTPResponse:
    """A month of checkpoints, newest first, or those before `?before=NUMBER`."""
    rows = await checkpoints.newest(before=_before(request), limit=_SHOWN + 1)
    older = rows[_SHOWN - 1].number if len(rows) > _SHOWN else None
    return page("checkpoints.html", request=request, checkpoints=rows[:_SHOWN], older=older)


def _before(request: Request) -> int | None:
    """The newest page for an address that somebody mistyped; nothing lies before the first."""
    number = typed.whole_number(request.args.get("before", ""), 9)
    return number if number is not None and number > 1 else None
