"""Answers whose headers become bytes once and not each time: a dozen of them are the same on every answer."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, Self

from sanic import HTTPResponse, Request
from sanic.helpers import has_message_body

_without_line_ends = HTTPResponse._sanitize_header_value


class Answer(HTTPResponse):
    """Sanic's response, sent as Sanic sends it. To encode its headers anew took a tenth of a small answer's time."""

    __slots__ = ()

    @property
    def processed_headers(self) -> Iterator[tuple[bytes, bytes]]:
        """The headers as bytes."""
        if has_message_body(self.status):  # type: ignore[no-untyped-call]
            self.headers.setdefault("content-type", self.content_type)
        return (_encoded(name, f"{value}") for name, value in self.headers.items())


class Head(NamedTuple):
    """Headers that many answers share, as bytes: the first one's name, and all after it."""

    name: bytes
    rest: bytes

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self:
        """At least one header."""
        (name, value), *others = [_encoded(*each) for each in headers.items()]
        return cls(name, value + b"".join(b"\r\n%b: %b" % each for each in others))


class CompleteAnswer(HTTPResponse):
    """One that was made before, with all its headers in `head`: only the request's id and its limits are new.

    Of a small answer's time a fifth went into building its headers each time.
    """

    __slots__ = ("_head",)
    complete = True  # for http_headers, which adds what other answers have to be given

    def __init__(
        self, request: Request, status: int, head: Head, body: bytes = b"", content_type: str | None = None
    ) -> None:
        # Not through Sanic's own, which makes a case-insensitive mapping for the two headers that it adds here itself.
        self.asgi = False
        self.body = body
        self.content_type = content_type
        self.stream = None
        self.status = status
        headers: Any = {}
        self.headers = headers
        self._cookies = None
        self._head = head.name, head.rest + _of(request)

    @property
    def processed_headers(self) -> Iterator[tuple[bytes, bytes]]:
        """Sanic's own, and ours as if they were one: it joins names, values and line ends to bytes."""
        for name, value in self.headers.items():
            yield _encoded(name, f"{value}")
        if self.content_type:
            yield _encoded("content-type", self.content_type)
        yield self._head


def _of(request: Request) -> bytes:
    context = request.ctx
    limit, remaining, reset = context.allowance[1:]
    told = f"{limit}\r\nRateLimit-Remaining: {remaining}\r\nRateLimit-Reset: {reset}"
    return f"\r\nX-Request-ID: {context.request_id}\r\nRateLimit-Limit: {told}".encode()


@lru_cache(maxsize=1024)
def _encoded(name: str, value: str) -> tuple[bytes, bytes]:
    """As Sanic encodes them. The few that never come again push each other out, not those that always do."""
    return _without_line_ends(name).encode("ascii"), _without_line_ends(value).encode(errors="surrogateescape")
