"""What a person sees when a page cannot be shown."""

from typing import Any

from sanic import HTTPResponse

from backend.windows.page import page


def error_page(detail: str, status: int, request_id: str, path: str) -> HTTPResponse:
    """A plain page with one sentence and the number by which the office finds the request in its log.

    `path` is what was asked for: staff are led back to their own first page.
    """
    home: dict[str, Any] = {"home": "/console"} if path.split("/")[1:2] == ["console"] else {}
    return page("error.html", status, detail=detail, request_id=request_id, **home)
