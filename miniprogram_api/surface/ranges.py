"""Long answers: whole or the one range that was asked for (RFC 9110, 14), read piece by piece, never held at once."""

import re
from collections.abc import AsyncIterator
from typing import Any

from sanic import HTTPResponse, Request

from miniprogram_api.surface.answer import Answer
from miniprogram_api.surface.etags import names
from miniprogram_api.surface.operation import Streamed
from miniprogram_api.surface.problem import WORDS, problem

READ = 1024 * 1024  # bytes that are asked of the store at once
SENT = 32 * 1024  # bytes a write: a phone has as long for each as for a whole other answer

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class NoSuchRange(ValueError):
    """The file ends before the part that was asked for begins."""


class _Pieced(Answer):
    """An answer whose body comes while it is sent."""

    __slots__ = ("_first", "_further")

    def __init__(
        self, status: int, headers: dict[str, str], media_type: str, first: bytes, further: AsyncIterator[bytes]
    ) -> None:
        super().__init__(None, status, headers, media_type)
        self._first, self._further = first, further

    async def send(self, data: Any = None, end_stream: bool | None = None) -> None:
        """All of it, however Sanic asks; who goes away ends it."""
        await self._send(self._first)
        async for piece in self._further:
            await self._send(piece)
        await super().send(b"", end_stream=True)

    async def _send(self, piece: bytes) -> None:
        for place in range(0, len(piece), SENT):
            await super().send(piece[place : place + SENT], end_stream=False)


async def respond(request: Request, file: Streamed) -> HTTPResponse:
    """The file or a part of it as an answer. Raises what `file.read` raises for its first piece."""
    headers = {"ETag": file.etag, "Accept-Ranges": "bytes", **file.headers}
    if names(request.headers.getall("if-none-match", []), file.etag):
        return Answer(status=304, headers=headers)
    try:
        part = asked_part(request.headers.get("range", ""), request.headers.get("if-range"), file)
    except NoSuchRange:
        return _unsatisfied(request, file)
    start, end = part or (0, file.size)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    headers["Content-Length"] = str(end - start)
    pieces = _pieces(file, start, end)
    first = await anext(pieces, b"")  # before anything is sent: a store that is away is said as what it is
    return _Pieced(200 if part is None else 206, headers, file.media_type, first, pieces)


def asked_part(asked: str, if_range: str | None, file: Streamed) -> tuple[int, int] | None:
    """From which byte to before which; None is the whole: nothing, several parts or nonsense were asked for.

    So it is when `If-Range` names another file than this: part of an old one would be put to part of a new one.
    Raises NoSuchRange.
    """
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or found[0] == "bytes=-" or (if_range is not None and if_range.strip() != file.etag):
        return None
    if not found[1]:  # so many of the last
        if not int(found[2]):
            raise NoSuchRange
        return max(0, file.size - int(found[2])), file.size
    start = int(found[1])
    last = int(found[2]) if found[2] else file.size - 1
    if found[2] and last < start:
        return None
    if start >= file.size:
        raise NoSuchRange
    return start, min(last + 1, file.size)


async def _pieces(file: Streamed, start: int, end: int) -> AsyncIterator[bytes]:
    for place in range(start, end, READ):
        yield await file.read(place, min(place + READ, end))


def _unsatisfied(request: Request, file: Streamed) -> HTTPResponse:
    code, detail = WORDS[416]
    headers = {"Content-Range": f"bytes */{file.size}", "Accept-Ranges": "bytes"}
    return problem(416, code, detail, str(request.ctx.request_id), headers=headers)
