"""The page of who looked at her data, when and why (charter 8)."""

from sanic import HTTPResponse

from backend.demo.pages.points import page_asked
from backend.demo.pages.visitor import Visitor
from miniprogram_api import access_log


async def list_looks(visitor: Visitor) -> HTTPResponse:
    """Newest first."""
    shown = await access_log.list_looks(visitor.account, page_asked(visitor))
    return await visitor.show(
        "looks.html",
        "records",
        looks=shown.items,
        next_cursor=shown.next_cursor,
        later="cursor" in visitor.request.args,
    )
