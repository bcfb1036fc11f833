"""The console's templates and static files, and how a refusal looks in them.

Under `default-src 'self'` there is no inline script or style, and htmx may evaluate nothing: no `hx-on`, no filters in
`hx-trigger`, no `js:` values. A desk has a file of its own in static/ instead.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from sanic import HTTPResponse, Request

from backend.errors import DomainError, NotFound
from backend.pages.rendering import Pages
from miniprogram_api.surface.problem import TITLES, status_of

if TYPE_CHECKING:
    from backend.console.visit import Guest, Visit

_HERE = Path(__file__).parent
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_A_YEAR = 365 * 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class NavigationEntry:
    """A way to a desk, shown to whom the permission is given; None: to all staff."""

    path: str
    title: str
    icon: str  # of templates/parts.html
    permission: str | None = None


def no_such_file() -> NotFound:
    return NotFound("file_not_found", "没有这个文件。")


_files = {path.name: path.read_bytes() for path in (_HERE / "static").iterdir() if path.suffix}
_versions = {name: hashlib.sha256(data).hexdigest()[:12] for name, data in _files.items()}


def static(name: str) -> str:
    """The address of a static file, which changes with its content, so that browsers may keep it."""
    return f"/console/static/{name}?v={_versions[name]}"


_pages = Pages(_HERE / "templates")
_pages.environment.globals |= {"static": static, "parts": _pages.environment.get_template("parts.html").module}


def show(
    call: "Guest | Visit", template: str, status: int, *, fragment: str | None = None, **values: Any
) -> HTTPResponse:
    """A template, or one block of it, with what every page of the console has."""
    call.request.ctx.shown = True
    values |= {} if call.request.method == "GET" else {"here": "/console"}
    csrf_field = Markup('<input type="hidden" name="csrf" value="{}">').format(call.csrf)
    every = {"request": call.request, "csrf": call.csrf, "csrf_field": csrf_field, "typed": {}, "done": "", **values}
    if fragment is None:
        return _pages.show(template, status, **every)
    return _pages.show_block(template, fragment, status, **every)


def refusal(call: "Guest | Visit", error: DomainError) -> HTTPResponse:
    """A refusal as a page, or as a sentence for the page that asked."""
    status = status_of(error)
    request_id = str(call.request.ctx.request_id)
    said: dict[str, Any] = {"title": TITLES[status], "fault": error, "request_id": request_id}
    if call.from_htmx:
        answer = _pages.show("fault.html", status, request=call.request, **said)
    else:
        answer = show(call, "refusal.html", status, **call.frame, **said)
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


async def static_files(request: Request, name: str) -> HTTPResponse:
    """A file of static/: kept by the browser for good when its address names its content."""
    if name not in _files:
        raise no_such_file()
    etag = f'"{_versions[name]}"'
    fresh = request.args.get("v") == _versions[name]
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={_A_YEAR}, immutable" if fresh else "no-cache"}
    if request.headers.get("if-none-match") == etag:
        return HTTPResponse(status=304, headers=headers)
    kind = _KINDS.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return HTTPResponse(_files[name], 200, headers, kind)
