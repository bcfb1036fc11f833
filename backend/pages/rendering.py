"""Rendering pages: an audience's templates, every value escaped, in the reader's text size."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import HTTPResponse, Request

from backend.pages import formats

TEXT_SIZE = "text_size"  # the cookie of the switch 大字
LARGE = "large"


class Pages:
    """The templates in these folders; where two have one of the same name, the first folder's counts."""

    def __init__(self, *folders: Path) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(folders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters |= {
            "day": formats.say_day,
            "month_day": formats.say_month_day,
            "moment": formats.say_moment,
            "signed": formats.say_signed,
        }

    def show(self, template: str, status: int = 200, request: Request | None = None, **values: Any) -> HTTPResponse:
        """A template as an HTML answer. Without the request, text has its usual size."""
        html = self.environment.get_template(template).render({**_of(request), **values})
        return _answer(html, status)

    def show_block(
        self, template: str, block: str, status: int = 200, request: Request | None = None, **values: Any
    ) -> HTTPResponse:
        """One block of a template, for a page that exchanges a part of itself. What its file imports is not there."""
        whole = self.environment.get_template(template)
        context = whole.new_context({**_of(request), **values})
        return _answer("".join(whole.blocks[block](context)), status)


def _answer(html: str, status: int) -> HTTPResponse:
    return HTTPResponse(html, status, {"Cache-Control": "private, no-store"}, "text/html; charset=utf-8")


def _of(request: Request | None) -> dict[str, Any]:
    if request is None:
        return {"large": False, "here": "/"}
    # A page that answers a form has no address that could be opened again: the switch of text sizes leads elsewhere.
    address = request.path + (f"?{request.query_string}" if request.query_string else "")
    here = address if request.method == "GET" else "/"
    return {"large": request.cookies.get(TEXT_SIZE) == LARGE, "here": here}
