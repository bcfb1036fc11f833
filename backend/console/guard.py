"""Before every console page: who is signed in, whether the form is really hers, whether her roles permit it.

A desk is a file beside this one whose handlers get a `Visit`; nothing under /console is reached except through here.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import BaseHTTPResponse

from backend.console.desk import Desk, Route
from backend.console.pages import NavigationEntry, refusal, static_files
from backend.console.visit import COOKIE, HOME, Guest, Tools, Visit, cookie_of, of_console
from backend.errors import DomainError, Forbidden, Unauthenticated
from backend.pages.forms import go_to, refuse_from_elsewhere
from backend.staff import sessions
from backend.staff.permissions import require
from miniprogram_api.surface.upload import answered_early

__all__ = ["Desk", "Guest", "Visit", "blueprint"]

SIGN_IN = f"{HOME}/sign-in"


def form_expired() -> Forbidden:
    return Forbidden("form_expired", "页面停留太久或登录已经更换，这次提交没有生效。请刷新页面，再提交一次。")


def blueprint(desks: Sequence[Desk], navigation: Sequence[NavigationEntry], tools: Tools) -> Blueprint:
    """All desks under /console, with their static files."""
    console = Blueprint("console", url_prefix=HOME)
    for desk in desks:
        for route in desk.routes:
            console.add_route(
                _serve(route, tuple(navigation), tools),
                route.path,
                methods=[route.method],
                name=f"{desk.name}_{route.handler.__name__}",
                stream=route.upload,
                error_format="html",  # unsaid, Sanic would parse the source of each handler to guess it
            )
    console.add_route(static_files, "/static/<name:str>", methods=["GET"], name="static_files")
    console.middleware(_keep_typed_text, "response")
    return console


def _serve(route: Route, navigation: tuple[NavigationEntry, ...], tools: Tools) -> Any:
    async def serve(request: Request, **path: Any) -> HTTPResponse:
        guest = Guest(request, tools)
        if route.public:
            return await _answer(route, guest, path)
        try:
            staff, session = await sessions.find(cookie_of(request, COOKIE))
        except Unauthenticated:
            return _to_sign_in(request)
        return await _answer(route, Visit(request, tools, staff, session, navigation), path)

    return answered_early(serve) if route.upload else serve


async def _answer(route: Route, call: Guest | Visit, path: dict[str, Any]) -> HTTPResponse:
    """The handler's answer, or the refusal as a page: forged forms before wrong roles, and both before the handler."""
    try:
        if route.method != "GET":
            refuse_from_elsewhere(call.request)
            if not call.is_hers(call.sent_csrf(in_header=route.upload)):
                raise form_expired()
        if route.permission is not None and isinstance(call, Visit):
            require(call.staff, route.permission)
        answer = await route.handler(call, **path)
    except DomainError as error:
        answer = refusal(call, error)
    call.keep_token(answer)
    return answer


def _to_sign_in(request: Request) -> HTTPResponse:
    """To the sign-in page, and back afterwards: to the page that was asked for, or that the form stood on."""
    here = request.path + (f"?{request.query_string}" if request.query_string else "")
    if request.headers.get("hx-request"):
        asked = urlsplit(request.headers.get("hx-current-url", ""))
        here = asked.path + (f"?{asked.query}" if asked.query else "")
    elif request.method != "GET":
        here = HOME
    address = f"{SIGN_IN}?next={quote(of_console(here), safe='/')}"
    if request.headers.get("hx-request"):
        return HTTPResponse(status=401, headers={"HX-Redirect": address, "Cache-Control": "no-store"})
    return go_to(address)


async def _keep_typed_text(request: Request, response: BaseHTTPResponse) -> None:
    """A refusal that no desk has shown itself goes above the page's content: a form under it keeps what was typed."""
    if request.headers.get("hx-request") and response.status >= 400 and not hasattr(request.ctx, "shown"):
        response.headers["HX-Retarget"] = "#fault"
        response.headers["HX-Reswap"] = "innerHTML show:top"
        response.headers["HX-Push-Url"] = "false"
        response.headers["HX-Reselect"] = "#content > *"
