"""Whole answers of public reads, kept in this process: what a rush of readers asks for is worked out once."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sanic import HTTPResponse, Request

from backend import clock
from backend.content.keeping import Entry, Kept
from backend.content.watch import ContentWatch
from backend.errors import NotFound
from miniprogram_api.surface.answer import CompleteAnswer, Head
from miniprogram_api.surface.etags import etag_of, names
from miniprogram_api.surface.limits import Readers

MOST_BYTES = 64 * 1024 * 1024  # of a process
MAX_AGE = 2  # seconds for which a phone or a proxy need not ask again: so late it may show what was taken back
STALE = 10  # seconds more in which it may show the old one while it asks
_LONGEST_KEY = 500  # bytes of path and query; none of ours is longer, made-up ones are
_OVERHEAD = 1500  # bytes that an answer takes beside its body and its key

_JSON = "application/json"
_USUAL = f"public, max-age={MAX_AGE}, stale-while-revalidate={STALE}"


class _Ready:
    """An answer as it is sent, but for what differs from request to request."""

    __slots__ = ("body", "etag", "head", "limit", "route", "usual")

    def __init__(self, body: bytes, usual: Mapping[str, str], limit: str, route: Any) -> None:
        self.body = body
        self.limit = limit  # how often one address may ask for it
        self.route = route  # by which the log names it
        self.usual = usual  # the headers that every answer of ours carries
        self.etag = etag_of(body)
        self.head = self.head_with(_USUAL)

    def head_with(self, cache_control: str) -> Head:
        """All headers that do not hang on the request."""
        return Head.of({"ETag": self.etag, "Cache-Control": cache_control, **self.usual})


_Outcome = _Ready | NotFound  # what is not there is asked for in a rush, too: an article that was taken back


class KeptAnswers:
    """The kept answers of all operations, by the address that was asked for."""

    def __init__(self, watch: ContentWatch, readers: Readers, usual: Mapping[str, str]) -> None:
        """`usual` headers are those that every answer of the app carries: what is kept is kept with them."""
        self._usual = usual
        self._readers = readers
        self._kept: Kept[_Outcome] = Kept(watch, MOST_BYTES, _weight)

    def find(self, request: Request) -> HTTPResponse | None:
        """The answer, if it may be given without asking anybody; it counts as a read. Raises TooMany."""
        now = clock.now()
        entry = self._kept.find(request.raw_url, now)
        if entry is None or isinstance(entry.value, NotFound):
            return None
        request.route = entry.value.route
        self._readers.let_in(request, entry.value.limit)
        return _respond(request, entry, now)

    async def get(
        self, request: Request, limit: str, work_out: Callable[[], Awaitable[msgspec.Struct | None]]
    ) -> HTTPResponse:
        """The answer, worked out now unless it is kept. Raises what `work_out` raises; reads count as at `find`."""
        route = request.route

        async def outcome() -> _Outcome:
            try:
                return _Ready(msgspec.json.encode(await work_out()), self._usual, limit, route)
            except NotFound as error:
                return error

        entry = await self._kept.get(request.raw_url, outcome)
        return _respond(request, entry, clock.now())


def _respond(request: Request, entry: Entry[_Outcome], now: datetime) -> HTTPResponse:
    ready = entry.value
    if isinstance(ready, NotFound):
        raise ready.with_traceback(None)  # a kept error that is raised again and again would grow with each trace
    left = (entry.until - now).total_seconds()
    head = ready.head if left >= MAX_AGE + STALE else ready.head_with(_until(left))
    known = request.headers.getall("if-none-match", None)
    if known and names(known, ready.etag):
        return CompleteAnswer(request, 304, head)
    return CompleteAnswer(request, 200, head, ready.body, _JSON)


def _until(left: float) -> str:
    """Nobody shows it longer than it stands: something appears or ends in so many seconds."""
    seconds = max(0, int(left))
    max_age = min(MAX_AGE, seconds)
    return f"public, max-age={max_age}, stale-while-revalidate={min(STALE, seconds - max_age)}"


def _weight(key: Hashable, outcome: _Outcome) -> int:
    asked = len(key) if isinstance(key, bytes) else 0
    if asked > _LONGEST_KEY:
        return MOST_BYTES  # too much to be kept
    return _OVERHEAD + asked + (len(outcome.body) if isinstance(outcome, _Ready) else 0)
