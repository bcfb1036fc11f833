"""Rendering pages: an audience's templates inside the one frame, every value escaped, in the reader's text size."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import HTTPResponse, Request

from backend import clock

_HERE = Path(__file__).parent
STATIC = _HERE / "static"

TEXT_SIZE = "text_size"  # the cookie of the switch 大字
LARGE = "large"
_OUR_PAGE = re.compile(r"/(?![/\\])[\w./-]*(?:\?[\w=-]*)?", re.ASCII)


class Pages:
    """Templates in `folders`, which extend those beside this file."""

    def __init__(self, *folders: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([*folders, _HERE / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "day": say_day,
            "month_day": say_month_day,
            "moment": say_moment,
            "signed": say_signed,
        }

    def show(self, template: str, status: int = 200, request: Request | None = None, **values: Any) -> HTTPResponse:
        """A template as an HTML answer. Without the request, text has its usual size."""
        large = request is not None and request.cookies.get(TEXT_SIZE) == LARGE
        html = self._environment.get_template(template).render(large=large, here=_address(request), **values)
        return HTTPResponse(html, status, {"Cache-Control": "private, no-store"}, "text/html; charset=utf-8")


def go_to(address: str) -> HTTPResponse:
    """After a form: send the browser on with a GET. An address that is not a page of ours leads to the start page."""
    location = address if _OUR_PAGE.fullmatch(address) else "/"
    return HTTPResponse(status=303, headers={"Location": location, "Cache-Control": "no-store"})


def form_of(request: Request) -> dict[str, str]:
    """The fields of a plain form; anything else has none. Sanic's own reader logs what it could not read."""
    return dict(parse_qsl(request.body.decode("utf-8", "replace")))


def say_day(day: date) -> str:
    """2026年3月1日; a moment is on the county's day."""
    day = _local(day)
    return f"{day.year}年{day.month}月{day.day}日"


def say_month_day(day: date) -> str:
    """3月1日, where the year stands above."""
    day = _local(day)
    return f"{day.month}月{day.day}日"


def say_moment(moment: datetime) -> str:
    """2026年3月1日 9:05, by the county's clock."""
    local = moment.astimezone(clock.SHANGHAI)
    return f"{say_day(local.date())} {local.hour}:{local.minute:02d}"


def say_signed(points: int) -> str:
    """+5 or −5, with a minus that is as wide as the plus."""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def _local(day: date) -> date:
    return clock.local_date(day) if isinstance(day, datetime) else day


def _address(request: Request | None) -> str:
    if request is None:
        return "/"
    return request.path + (f"?{request.query_string}" if request.query_string else "")


page = Pages().show
