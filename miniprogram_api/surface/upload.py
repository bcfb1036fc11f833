"""Files from phones and browsers: multipart bodies, streamed, counted and timed, read only once identity is known."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from sanic import HTTPResponse, Request
from sanic.exceptions import BadRequest, PayloadTooLarge, RequestTimeout

from backend.errors import Invalid, TooMany, Unavailable
from miniprogram_api.surface.form import Form, unreadable_upload

FORM = b"multipart/form-data"
OVERHEAD = 64 * 1024  # bytes around the file: boundaries, headers of parts, short fields
MOST_OF_ONE = 3  # uploads of one speaker at once
MOST_HERE = 24  # uploads at once in this process: each may hold its whole file in memory
MOST_OF_STAFF = 6  # besides: slow phones must not keep departments from filing
STAFF = "staff:"  # begins a staff user's name as a speaker


@dataclass
class Patience:
    """How long a slow phone is waited for, in seconds. At 2 KB a second a photo of 300 KB takes two and a half minutes.

    Sanic's own time-out of an answer counts from the last byte that came, so while a phone sends it never strikes
    first; once all is here, the picture waits for its turn in the workshop, which may take longer than other answers.
    """

    idle: float = 20.0  # without a byte
    whole: float = 600.0  # for all of a body
    working: float = 90.0  # from the last byte to the answer
    linger: float = 60.0  # after a refusal, for what the phone is still sending
    linger_idle: float = 5.0


PATIENCE = Patience()
LINGER_BYTES = 64 * 1024 * 1024

Serve = Callable[..., Awaitable[HTTPResponse | None]]

_under_way: Counter[str] = Counter()


@dataclass(frozen=True)
class Upload:
    """The file of a form and the short texts beside it."""

    fields: dict[str, str] = field(repr=False)
    data: bytes = field(repr=False)
    digest: str  # SHA-256 of the file, hex


def not_multipart() -> Invalid:
    return Invalid("not_multipart", "上传的格式不对，请更新小程序后重试。")


def uploads_at_once() -> TooMany:
    return TooMany("uploads_at_once", f"同时上传的文件太多，请等前面 {MOST_OF_ONE} 个传完再传。", retry_after=5)


def uploads_busy() -> Unavailable:
    return Unavailable("uploads_busy", "现在上传的人很多，请过一会儿再传。", retry_after=15)


@contextmanager
def slot(speaker: str) -> Iterator[None]:
    """One speaker's place for one upload, from its first byte until the deed is done. Counted in this process.

    Raises TooMany uploads_at_once, Unavailable uploads_busy.
    """
    if _under_way[speaker] >= MOST_OF_ONE:
        raise uploads_at_once()
    staff = speaker.startswith(STAFF)
    alike = sum(count for each, count in _under_way.items() if each.startswith(STAFF) == staff)
    if alike >= (MOST_OF_STAFF if staff else MOST_HERE):
        raise uploads_busy()
    _under_way[speaker] += 1
    try:
        yield
    finally:
        _under_way[speaker] -= 1
        if not _under_way[speaker]:
            del _under_way[speaker]


async def read_upload(request: Request, most_bytes: int) -> Upload:
    """Read a form with one file in its field `file`. Call it once it is known who speaks, and inside her `slot`.

    Raises Invalid (not_multipart, unreadable_upload, invalid_fields), and Sanic's PayloadTooLarge over `most_bytes`,
    RequestTimeout on a phone that fell silent or took ten minutes, and BadRequest on bytes that are no HTTP.
    """
    form = Form(most_bytes)
    await _read(request, form, most_bytes)
    fields, data = form.finished()
    return Upload(fields, data, form.digest.hexdigest())


async def read_upload_into(request: Request, most_bytes: int, file: IO[bytes]) -> dict[str, str]:
    """The same for a large file, which goes into this open one as it comes; the short texts. Raises OSError, too."""
    form = Form(most_bytes, file)
    await _read(request, form, most_bytes)
    return form.texts()


async def _read(request: Request, form: Form, most_bytes: int) -> None:
    parser = MultipartParser(_boundary(request), form.callbacks())
    async for chunk in _chunks(request, most_bytes + OVERHEAD):
        try:
            parser.write(chunk)
        except FormParserError:
            raise unreadable_upload() from None


def answered_early(serve: Serve) -> Serve:
    """A route whose refusals reach phones that are still sending. Its handler gets the body unread (`stream=True`)."""

    async def serve_early(request: Request, **path: Any) -> HTTPResponse | None:
        stream: Any = request.stream
        usual = stream.protocol.response_timeout
        stream.protocol.response_timeout = PATIENCE.working
        try:
            try:
                answer = await serve(request, **path)
            except Exception as error:
                if not stream.request_body:
                    raise
                answer = request.app.error_handler.response(request, error)  # type: ignore[no-untyped-call]
            if answer is None or not stream.request_body:  # read to its end: nothing special
                return answer
            await _refuse(request, answer)
            return None
        finally:
            stream.protocol.response_timeout = usual

    return serve_early


async def _refuse(request: Request, answer: HTTPResponse) -> None:
    """Answer before the body was read to its end, and hang up only once the phone has finished sending, or for long.

    To close on unread bytes resets the connection, and most phones, which read when they have sent, would never see
    the answer (RFC 9112, 9.6).
    """
    stream: Any = request.stream
    stream.keep_alive = False
    stream.expecting_continue = False  # who waits for a `100 Continue` is told the end instead
    response = await request.respond(answer)
    await response.send(end_stream=True)
    left = LINGER_BYTES
    with suppress(TimeoutError, BadRequest):  # it is told already; whatever comes after that is of no interest
        async with asyncio.timeout(PATIENCE.linger):
            while left > 0 and (chunk := await asyncio.wait_for(stream.read(), PATIENCE.linger_idle)) is not None:
                left -= len(chunk)
    stream.request_body = None


def _boundary(request: Request) -> bytes:
    try:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
    except ValueError:  # headers may hold any bytes
        raise not_multipart() from None
    boundary = options.get(b"boundary", b"")
    if kind != FORM or not 1 <= len(boundary) <= 70:  # RFC 2046, 5.1.1
        raise not_multipart()
    return boundary


async def _chunks(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body as it comes, never more than `most` bytes of it, whatever its length was said to be."""
    if int(request.headers.get("content-length", 0)) > most:
        raise PayloadTooLarge
    stream: Any = request.stream
    clock = asyncio.get_running_loop().time
    end = clock() + PATIENCE.whole
    received = 0
    while True:
        try:
            async with asyncio.timeout_at(min(clock() + PATIENCE.idle, end)):
                chunk = await stream.read()
        except TimeoutError:
            raise RequestTimeout from None
        if chunk is None:
            return
        received += len(chunk)
        if received > most:
            raise PayloadTooLarge
        yield chunk
