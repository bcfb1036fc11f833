"""What every request gets: an id, one log line that names the operation and nobody, and the security headers."""

import logging
import re
import time
from types import SimpleNamespace
from typing import Any

from sanic import Request, Sanic
from sanic.compat import Header
from sanic.exceptions import BadRequest
from sanic.models.protocol_types import TransportProtocol
from sanic.response import BaseHTTPResponse
from uuid_utils import uuid4

# White space in a header's name. Looked for in the head's bytes: Sanic's mapping makes each name anew to list it.
_BROKEN_NAME = re.compile(rb"\r\n[^: \t]*+[ \t]")

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


class GuardedRequest(Request[Any, SimpleNamespace]):
    """Sanic's request, which begins with an id, and whose answer never goes without its headers.

    Two middlewares would do the same, at the price of Sanic's machinery around them, which every answer would pay.
    """

    __slots__ = ()

    def __init__(
        self,
        url_bytes: bytes,
        headers: Header,
        version: str,
        method: str,
        transport: TransportProtocol,
        app: Sanic[Any, Any],
        head: bytes = b"",
        stream_id: int = 0,
    ) -> None:
        """Raises BadRequest on a header whose name holds white space, upon which Sanic answers and hangs up.

        RFC 9112, 5.1: `Content-Length : 9` is read by some and not by others, so the rest could pass for a request.
        """
        super().__init__(url_bytes, headers, version, method, transport, app, head, stream_id)
        self.ctx.began = time.monotonic()
        if _BROKEN_NAME.search(head):
            raise BadRequest

    @staticmethod
    def make_context() -> SimpleNamespace:
        """With an id of our own: one that a client chose could carry anything into the log."""
        return SimpleNamespace(request_id=str(uuid4()), allowance=None)

    async def respond(self, response: BaseHTTPResponse | None = None, **about: Any) -> BaseHTTPResponse:
        """What every answer goes through, of a handler as of an error: the last of it, its headers and its log line."""
        answer: BaseHTTPResponse = await super().respond(response, **about)
        if not getattr(answer, "complete", False):  # it has brought all of these itself
            _add_headers(self, answer)
        if logger.isEnabledFor(logging.INFO):
            _log(self, answer)
        return answer


def _add_headers(request: Request, response: BaseHTTPResponse) -> None:
    """The headers that every answer carries; a page may have set a stricter or wider one itself."""
    headers, context = response.headers, request.ctx
    if headers.keys().isdisjoint(SECURITY):
        headers.extend(SECURITY)
    else:
        for name, value in SECURITY.items():
            headers.setdefault(name, value)
    headers["X-Request-ID"] = context.request_id
    allowance = context.allowance
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
