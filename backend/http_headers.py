"""What every request gets: an id, one log line that names the operation and nobody, and the security headers."""

import logging
import time
from uuid import uuid4

from sanic import Request
from sanic.exceptions import BadRequest
from sanic.response import BaseHTTPResponse

HTTP_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = logging.getLogger("backend.requests")

_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "Strict-Transport-Security": "max-age=31536000",
}


async def open_request(request: Request) -> None:
    """Give the request an id of our own: one that a client chose could carry anything into the log."""
    request.ctx.request_id = str(uuid4())
    request.ctx.began = time.monotonic()
    if any(space in name for name in request.headers for space in " \t"):
        # RFC 9112, 5.1: `Content-Length : 9` is read by some and not by others, so the rest could pass for a request.
        request.stream.keep_alive = False  # type: ignore[union-attr]  # HTTP 1 is the only one served
        raise BadRequest


async def add_headers(request: Request, response: BaseHTTPResponse) -> None:
    """The headers that every answer carries; a page may have set a stricter or wider one itself."""
    for name, value in _SECURITY.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-ID"] = getattr(request.ctx, "request_id", "")


async def close_request(request: Request, response: BaseHTTPResponse) -> None:
    """Log the request by its operation, never by its path or arguments."""
    began = getattr(request.ctx, "began", None)
    if began is None:
        return
    name = request.route.name.rpartition(".")[2] if request.route else "-"
    milliseconds = (time.monotonic() - began) * 1000
    method = request.method if request.method in HTTP_METHODS else "-"  # a made-up one may say anything
    logger.info("%s %s %s %d %.0f ms", request.ctx.request_id, method, name, response.status, milliseconds)
