"""Where WeChat pushes to: the set-up's echo, and events, of which verdicts on pictures are taken.

No citizen speaks here and no session is asked; the signature over each push speaks, so it is no operation of the API.
"""

from collections.abc import Mapping
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from backend.nominations import check_answers
from backend.wechat_checks import Verdict, read_verdict
from backend.wechat_pushes import DONE, PICTURE_CHECKED, Push, Pushes
from miniprogram_api.surface.serving import PREFIX

PUSHES = f"{PREFIX}/wechat/pushes"
_NOT_KEPT = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"}


def blueprint(pushes: Pushes) -> Blueprint:
    """GET for the set-up, POST for events. What is not WeChat's is refused as everywhere, by its problem."""

    async def echo_push(request: Request) -> HTTPResponse:
        return HTTPResponse(pushes.echo(_query(request)), 200, _NOT_KEPT, "text/plain")

    async def take_push(request: Request) -> HTTPResponse:
        await _take(pushes.open(_query(request), request.body))
        return HTTPResponse(DONE, 200, _NOT_KEPT, "text/plain")

    door = Blueprint("wechat_pushes")
    for method, handler in (("GET", echo_push), ("POST", take_push)):
        # Unsaid, Sanic would parse the source of each handler to guess the format.
        door.add_route(handler, PUSHES, methods=[method], name=handler.__name__, error_format="json")
    return door


def _query(request: Request) -> dict[str, str]:
    return {name: str(request.args.get(name, "")) for name in request.args}


async def _take(push: Push) -> None:
    """Other events than this one are heard and left: nobody asked for them."""
    trace_id = push.said.get("trace_id")
    if push.event == PICTURE_CHECKED and isinstance(trace_id, str):
        await check_answers.take(trace_id, _verdict(push.said))


def _verdict(said: Mapping[str, Any]) -> Verdict | None:
    """None where WeChat could not look: its `errcode` says that it could not fetch the picture, or it has no result."""
    return read_verdict(said.get("result")) if str(said.get("errcode", "0")) == "0" else None
