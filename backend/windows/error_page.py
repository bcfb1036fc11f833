"""What a person sees when a page cannot be shown."""

from sanic import HTTPResponse

from backend.windows.page import page


def error_page(detail: str, status: int, request_id: str) -> HTTPResponse:
    """A plain page with one sentence and the number by which the office finds the request in its log."""
    return page("error.html", status, detail=detail, request_id=request_id)
