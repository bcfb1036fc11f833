"""Plain forms: their fields, whence they come, and where the browser goes afterwards."""

import re
from urllib.parse import parse_qs, parse_qsl

from sanic import HTTPResponse, Request

from backend.errors import Forbidden

_OUR_PAGE = re.compile(r"/(?![/\\])[\w./-]*(?:\?[\w=&%.+/-]*)?", re.ASCII)


def from_elsewhere() -> Forbidden:
    return Forbidden("from_elsewhere", "这次提交不是从本页面发出的，没有生效。请回到首页再试。")


def form_of(request: Request) -> dict[str, str]:
    """The filled-in fields of a plain form; anything else has none. Sanic's own reader logs what it could not read."""
    return dict(parse_qsl(_text(request)))


def chosen(request: Request, field: str) -> list[str]:
    """Every value of a field that may be ticked more than once."""
    return parse_qs(_text(request)).get(field, [])


def is_our_page(address: str) -> bool:
    """Whether an address that a browser handed back is a page of this server, and no more than that."""
    return _OUR_PAGE.fullmatch(address) is not None


def go_to(address: str) -> HTTPResponse:
    """After a form: send the browser on with a GET. An address that is not a page of ours leads to the start page."""
    location = address if is_our_page(address) else "/"
    return HTTPResponse(status=303, headers={"Location": location, "Cache-Control": "no-store"})


def refuse_from_elsewhere(request: Request) -> None:
    """Raise Forbidden for a form that another site sent; the cookie's SameSite=Strict keeps it signed out besides.

    Not by Origin: under our own Referrer-Policy browsers send `null` there with their own forms, too.
    """
    if request.method != "GET" and request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise from_elsewhere()


def _text(request: Request) -> str:
    return request.body.decode("utf-8", "replace")
