"""Phones in villages: slow, cut off, silent, or too many at once. None holds the server, and each can try again."""

import asyncio
import time

import pytest
from sanic import Sanic

from backend.citizens.models import IdempotencyKey
from backend.settings import Settings
from media.models import Picture
from media.storage import open_storage
from miniprogram_api.surface import upload
from miniprogram_api.surface.upload import Patience
from tests.answers import refused
from tests.api.sending import Line, chunked, form, head, part, send_photo
from tests.factories import NEIGHBOUR
from tests.media.photos import a_photo
from tests.media.stored import files_in
from tests.running_app import Phone, RunningApp

PHOTO = a_photo()
BODY = form(part(PHOTO))
LARGE = form(part(bytes(8_000_000)))
LENGTH = b"Content-Length: %d"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Patience:
    """Half a second of silence is too long, and so are three seconds in all."""
    patience = Patience(idle=0.5, whole=3.0, linger=2.0, linger_idle=0.2)
    monkeypatch.setattr(upload, "PATIENCE", patience)
    return patience


def pieces(body: bytes, number: int) -> list[bytes]:
    size = -(-len(body) // number)
    return [body[start : start + size] for start in range(0, len(body), size)]


async def begin(line: Line, phone: Phone, share: float = 0.8, *, key: str = "raw-key-1") -> None:
    """Send so much of a photo, and stop."""
    await line.send(head(phone, LENGTH % len(BODY), key=key), BODY[: int(len(BODY) * share)])


async def until(uploads: int) -> None:
    """Wait until so many uploads are under way."""
    async with asyncio.timeout(5):
        while upload._under_way.total() != uploads:  # noqa: ASYNC110 (it is a plain number)
            await asyncio.sleep(0.01)


async def test_a_phone_cut_off_again_and_again_leaves_nothing_and_finishes_by_retrying(
    app: RunningApp, settings: Settings
) -> None:
    phone = await app.bound()
    for _ in range(2 * upload.MOST_OF_ONE):
        async with Line(phone) as line:
            await begin(line, phone)
            await until(1)
        await until(0)
    assert (await Picture.all().count(), await files_in(open_storage(settings))) == (0, set())
    assert await IdempotencyKey.filter(operation="upload_picture").count() == 0
    first = phone.succeeded(await send_photo(phone, PHOTO, key="raw-key-1"), 201)
    again = phone.succeeded(await send_photo(phone, PHOTO, key="raw-key-1"), 201)
    assert first["id"] == again["id"]
    assert await Picture.all().count() == 1


@pytest.mark.slow
async def test_a_slow_phone_finishes_though_it_takes_longer_than_any_other_answer(
    app: RunningApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await app.bound()
    phone.succeeded(await send_photo(phone, a_photo(2)), 201)  # the workshop is open now
    monkeypatch.setattr(upload, "PATIENCE", Patience(idle=2.0, working=3.0))
    Sanic.get_app("lushan").config.RESPONSE_TIMEOUT = 1.0
    async with Line(phone) as line:
        began = time.monotonic()
        await line.send(head(phone, LENGTH % len(BODY)))
        await line.send(*pieces(BODY, 12), rest=0.4)
        status, answer = await line.answer()
    assert (status, time.monotonic() - began > upload.PATIENCE.working) == (201, True), answer


async def test_nobody_waits_for_a_slow_phone(app: RunningApp) -> None:
    phone, neighbour = await app.bound(), await app.bound(NEIGHBOUR)
    async with Line(phone) as line:
        await begin(line, phone)
        await until(1)
        assert (await neighbour.get("/me")).status_code == 200
        assert (await send_photo(neighbour, a_photo(2))).status_code == 201
        await line.send(BODY[int(len(BODY) * 0.8) :])
        assert (await line.answer())[0] == 201


@pytest.mark.parametrize("sent", [0.0, 0.8])
async def test_a_phone_that_falls_silent_is_told_so(app: RunningApp, impatient: Patience, sent: float) -> None:
    phone = await app.bound()
    async with Line(phone) as line:
        await begin(line, phone, sent)
        status, answer = await line.answer()
        assert (status, b"too_slow" in answer, b"connection: close" in answer) == (408, True, True)
        assert await asyncio.wait_for(line.reader.read(), 5) == b"", "and is hung up on"
    await until(0)


@pytest.mark.slow
async def test_a_phone_that_never_ends_is_ended(app: RunningApp, impatient: Patience) -> None:
    phone = await app.bound()
    async with Line(phone) as line:
        began = time.monotonic()
        await line.send(head(phone, LENGTH % len(BODY)))
        with pytest.raises(ConnectionError):
            await line.send(*pieces(BODY, 1000), rest=0.1)
    assert time.monotonic() - began < impatient.whole + impatient.linger + 3
    await until(0)
    assert await Picture.all().count() == 0


@pytest.mark.parametrize("length", [b"Content-Length: %d" % len(LARGE), b"Transfer-Encoding: chunked"])
async def test_a_refusal_reaches_a_phone_that_first_sends_all_and_then_listens(app: RunningApp, length: bytes) -> None:
    phone = app.phone()
    phone.token = "made-up"
    async with Line(phone) as line:
        await line.send(head(phone, length), *(chunked(LARGE) if b"chunked" in length else [LARGE]), rest=0.001)
        await asyncio.sleep(0.2)
        status, answer = await line.answer()
    assert (status, b"sign_in_needed" in answer) == (401, True)


async def test_a_refusal_comes_before_the_photo_is_sent(app: RunningApp) -> None:
    """Also to a phone that asks first whether it may go on: only who is known is told to."""
    stranger, phone = app.phone(), await app.bound()
    stranger.token = "made-up"
    for expect in ([], [b"Expect: 100-continue"]):
        async with Line(stranger) as line:
            await line.send(head(stranger, LENGTH % len(BODY), *expect))
            first = await asyncio.wait_for(line.reader.readline(), 5)
            assert first.split()[1] == b"401"
    async with Line(phone) as line:
        await line.send(head(phone, LENGTH % len(BODY), b"Expect: 100-continue"))
        assert await asyncio.wait_for(line.reader.readuntil(b"\r\n\r\n"), 5) == b"HTTP/1.1 100 Continue\r\n\r\n"
        await line.send(BODY)
        assert (await line.answer())[0] == 201


async def test_who_is_refused_and_then_silent_is_hung_up_on(app: RunningApp, impatient: Patience) -> None:
    stranger = app.phone()
    stranger.token = "made-up"
    async with Line(stranger) as line:
        await line.send(head(stranger, LENGTH % len(LARGE)), LARGE[:100_000])
        assert (await line.answer())[0] == 401
        assert await asyncio.wait_for(line.reader.read(), 2) == b""


async def test_what_follows_a_refused_photo_is_never_taken_for_a_request(app: RunningApp) -> None:
    stranger = app.phone()
    stranger.token = "made-up"
    hidden = b"GET /api/v1/texts HTTP/1.1\r\nHost: here\r\n\r\n"
    async with Line(stranger) as line:
        await line.send(head(stranger, LENGTH % (len(hidden) * 2)), hidden * 3)
        answer = await asyncio.wait_for(line.reader.read(), 10)
    assert (answer.count(b"HTTP/1.1 "), answer[:12]) == (1, b"HTTP/1.1 401")


async def test_broken_chunks_are_no_error_of_ours(app: RunningApp) -> None:
    phone = await app.bound()
    for broken in (b"ZZ\r\n", b"-5\r\nabc", b"5\r\n" + b"x" * 90, b"0\r\nTrailer: x\r\n\r\n"):
        async with Line(phone) as line:
            await line.send(head(phone, b"Transfer-Encoding: chunked"), broken)
            line.writer.write_eof()
            reply = await asyncio.wait_for(line.reader.read(), 10)
            assert reply[:12] in {b"HTTP/1.1 400", b""}, reply
    await until(0)


async def test_a_fourth_photo_at_once_waits_and_so_does_everybody_when_the_house_is_full(
    app: RunningApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, neighbour = await app.bound(), await app.bound(NEIGHBOUR)
    lines = [Line(phone) for _ in range(upload.MOST_OF_ONE)]
    for number, line in enumerate(lines):
        await line.__aenter__()
        await begin(line, phone, key=f"raw-key-{number}")
    await until(upload.MOST_OF_ONE)
    answer = await send_photo(phone, PHOTO)
    refused(answer, 429, "uploads_at_once")
    assert answer.headers["Retry-After"] == "5"
    assert (await send_photo(neighbour, PHOTO)).status_code == 201
    monkeypatch.setattr(upload, "MOST_HERE", upload.MOST_OF_ONE)
    answer = await send_photo(neighbour, PHOTO)
    refused(answer, 503, "uploads_busy")
    assert answer.headers["Retry-After"] == "15"
    for line in lines:
        await line.__aexit__()
    await until(0)
    assert (await send_photo(phone, PHOTO)).status_code == 201
