"""Rendering the pages of people without an account."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import HTTPResponse

_HERE = Path(__file__).parent
STATIC = _HERE / "static"

_environment = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def page(template: str, status: int = 200, **values: Any) -> HTTPResponse:
    """A template of this folder as an HTML answer; every value is escaped."""
    html = _environment.get_template(template).render(**values)
    return HTTPResponse(html, status, {"Cache-Control": "no-store"}, "text/html; charset=utf-8")
