"""A phone that sends a photo: all at once, byte by byte, cut in the middle, or as no proper client would."""

import asyncio
import itertools
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from tests.running_app import PREFIX, Phone

BOUNDARY = b"----made-up-boundary"
FORM = f"multipart/form-data; boundary={BOUNDARY.decode()}"

_keys = itertools.count(1)


def part(data: bytes, name: bytes = b'name="file"; filename="photo.jpg"') -> bytes:
    """One part of a form."""
    head = b"--%b\r\nContent-Disposition: form-data; %b\r\nContent-Type: image/jpeg\r\n\r\n" % (BOUNDARY, name)
    return head + data + b"\r\n"


def form(*parts: bytes) -> bytes:
    """A whole form."""
    return b"".join(parts) + b"--%b--\r\n" % BOUNDARY


async def send_photo(phone: Phone, data: bytes, *, key: str | None = None) -> httpx.Response:
    """As `wx.uploadFile` does."""
    return await phone.post("/media", key=key or f"photo-{next(_keys):06}", files={"file": ("1.jpg", data)})


async def send_form(phone: Phone, body: bytes, kind: str | None = FORM) -> httpx.Response:
    """Any body under any content type."""
    headers = {} if kind is None else {"Content-Type": kind}
    return await phone.post("/media", content=body, headers=headers)


def head(phone: Phone, *lines: bytes, key: str = "raw-key-1") -> bytes:
    """The head of an upload, as bytes."""
    said = [
        b"POST %b/media HTTP/1.1" % PREFIX.encode(),
        b"Host: here",
        b"Authorization: Bearer %b" % str(phone.token).encode(),
        b"Idempotency-Key: %b" % key.encode(),
        b"Content-Type: %b" % FORM.encode(),
        *lines,
    ]
    return b"\r\n".join(said) + b"\r\n\r\n"


def chunked(body: bytes, size: int = 65536) -> Iterator[bytes]:
    """The body in chunks that announce no length of the whole."""
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


class Line:
    """A connection of our own to the app, for what no client library would send."""

    def __init__(self, phone: Phone) -> None:
        url = urlsplit(phone.app.url)
        self.address = (url.hostname, url.port)

    async def __aenter__(self) -> "Line":
        self.reader, self.writer = await asyncio.open_connection(*self.address)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def send(self, *pieces: bytes, rest: float = 0.0) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(rest)

    async def answer(self) -> tuple[int, bytes]:
        """The status and the rest of what came until the app hung up or was quiet for a moment."""
        first = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 20)
        status = int(first.split()[1])
        if status == 100:
            return await self.answer()
        length = int(first.lower().partition(b"content-length: ")[2].split()[0])
        return status, first + await asyncio.wait_for(self.reader.readexactly(length), 20)
