"""What every request gets: an id, one log line that names the operation and nobody, and the security headers."""

import logging
import time

from sanic import Request
from sanic.exceptions import BadRequest
from sanic.response import BaseHTTPResponse
from uuid_utils import uuid4

HTTP_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = logging.getLogger("backend.requests")

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "Strict-Transport-Security": "max-age=31536000",
}


def open_request(request: Request) -> None:
    """Give the request an id of our own: one that a client chose could carry anything into the log."""
    context = request.ctx
    context.request_id = str(uuid4())
    context.began = time.monotonic()
    names = "".join(request.headers)
    if " " in names or "\t" in names:
        # RFC 9112, 5.1: `Content-Length : 9` is read by some and not by others, so the rest could pass for a request.
        request.stream.keep_alive = False  # type: ignore[union-attr]  # HTTP 1 is the only one served
        raise BadRequest


def close_request(request: Request, response: BaseHTTPResponse) -> None:
    """The last of every answer: its headers, and its line in the log."""
    if not getattr(response, "complete", False):  # it has brought all of these itself
        _add_headers(request, response)
    if logger.isEnabledFor(logging.INFO) and hasattr(request.ctx, "began"):
        _log(request, response)


def _add_headers(request: Request, response: BaseHTTPResponse) -> None:
    """The headers that every answer carries; a page may have set a stricter or wider one itself."""
    headers, context = response.headers, request.ctx
    if headers.keys().isdisjoint(SECURITY):
        headers.extend(SECURITY)
    else:
        for name, value in SECURITY.items():
            headers.setdefault(name, value)
    headers["X-Request-ID"] = getattr(context, "request_id", "")
    allowance = getattr(context, "allowance", None)
    if allowance is not None:  # refusals tell what is left, too
        headers["RateLimit-Limit"] = str(allowance.limit)
        headers["RateLimit-Remaining"] = str(allowance.remaining)
        headers["RateLimit-Reset"] = str(allowance.reset_in)


def _log(request: Request, response: BaseHTTPResponse) -> None:
    """Log the request by its operation, never by its path or arguments."""
    name = request.route.name.rpartition(".")[2] if request.route else "-"
    milliseconds = (time.monotonic() - request.ctx.began) * 1000
    method = request.method if request.method in HTTP_METHODS else "-"  # a made-up one may say anything
    logger.info("%s %s %s %d %.0f ms", request.ctx.request_id, method, name, response.status, milliseconds)
