"""The start page, the text-size switch of all pages, health, the API's document and its reader."""

from typing import Any

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from tortoise import connections

from backend import clock
from backend.errors import Unavailable
from backend.pages.forms import form_of, go_to
from backend.pages.rendering import LARGE, TEXT_SIZE
from backend.records.items import version_in_force
from backend.settings import Settings
from backend.windows.page import STATIC, page
from miniprogram_api.surface.openapi import document
from miniprogram_api.surface.operation import Routes

A_YEAR = 365 * 24 * 60 * 60  # seconds


def blueprint(all_routes: list[Routes], version: str, settings: Settings) -> Blueprint:
    """The pages as routes."""
    pages = Blueprint("windows")
    contract = msgspec.json.format(msgspec.json.encode(document(all_routes, version)))
    reader = (STATIC / "docs" / "docs.html").read_text("utf-8")

    async def show_start(request: Request) -> HTTPResponse:
        return page("start.html", request=request, demo=settings.demo, version=version, notice=await sample_notice())

    async def show_health(_request: Request) -> HTTPResponse:
        await connections.get("default").execute_query("SELECT 1")
        return _answer(b'{"status":"ok"}', "application/json")

    async def show_contract(_request: Request) -> HTTPResponse:
        return _answer(contract, "application/json")

    async def show_docs(_request: Request) -> HTTPResponse:
        return _answer(reader, "text/html; charset=utf-8")

    for path, handler in (
        ("/", show_start),
        ("/health", show_health),
        ("/docs/openapi.json", show_contract),
        ("/docs", show_docs),
    ):
        pages.add_route(handler, path, methods=["GET"], name=handler.__name__)
    pages.add_route(choose_text_size, "/text-size", methods=["POST"])
    pages.static("/static", STATIC, name="static")
    return pages


async def choose_text_size(request: Request) -> HTTPResponse:
    """The switch 大字: kept in the browser for a year, and back to the page where it was pressed."""
    form = form_of(request)
    answer = go_to(form.get("back", "/"))
    answer.add_cookie(
        TEXT_SIZE,
        LARGE if form.get("size") == LARGE else "usual",
        max_age=A_YEAR,
        samesite="Lax",
        secure=request.scheme == "https",
        httponly=True,
    )
    return answer


async def sample_notice() -> str:
    """What a sample catalogue says about itself; nothing once a confirmed one is in force, or before the first."""
    try:
        catalogue = await version_in_force(clock.today())
    except Unavailable:
        return ""
    return catalogue.notice if catalogue.sample else ""


def _answer(body: bytes | str, content_type: str) -> HTTPResponse:
    headers: dict[str, Any] = {"Cache-Control": "no-cache"}
    return HTTPResponse(body, 200, headers, content_type)
