"""The start page, health, the API's document and its reader."""

from typing import Any

import msgspec
from sanic import Blueprint, HTTPResponse, Request
from tortoise import connections

from backend.settings import Settings
from backend.windows.page import STATIC, page
from miniprogram_api.surface.openapi import document
from miniprogram_api.surface.operation import Routes


def blueprint(all_routes: list[Routes], version: str, settings: Settings) -> Blueprint:
    """The pages as routes."""
    pages = Blueprint("windows")
    contract = msgspec.json.format(msgspec.json.encode(document(all_routes, version)))

    async def show_start(_request: Request) -> HTTPResponse:
        return page("start.html", demo=settings.demo)

    async def show_health(_request: Request) -> HTTPResponse:
        await connections.get("default").execute_query("SELECT 1")
        return _json(b'{"status":"ok"}')

    async def show_contract(_request: Request) -> HTTPResponse:
        return _json(contract)

    async def show_docs(_request: Request) -> HTTPResponse:
        return page("docs.html")

    for path, handler in (
        ("/", show_start),
        ("/health", show_health),
        ("/docs/openapi.json", show_contract),
        ("/docs", show_docs),
    ):
        pages.add_route(handler, path, methods=["GET"], name=handler.__name__)
    pages.static("/static", STATIC, name="static")
    return pages


def _json(body: bytes) -> HTTPResponse:
    headers: dict[str, Any] = {"Cache-Control": "no-cache"}
    return HTTPResponse(body, 200, headers, "application/json")
