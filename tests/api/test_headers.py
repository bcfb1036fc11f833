"""What stands around the answers: caching, limits, request ids, security, and what the log says."""

import asyncio
import logging
import re
from collections.abc import Iterator
from datetime import date
from inspect import signature
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sanic import Request

from backend import clock
from backend.demo.wechat_stand_in import openid_of
from backend.http_headers import GuardedRequest
from tests import factories
from tests.answers import refused
from tests.factories import CITIZEN, NEIGHBOUR
from tests.running_app import RunningApp

OPERATION_LINE = re.compile(r"[0-9a-f-]{36} (GET|POST|DELETE|PUT) [a-z_]+|- \d{3} \d+ ms")


@pytest.fixture
def log(app: RunningApp) -> Iterator[list[logging.LogRecord]]:
    """Everything that the server logs; the test's own HTTP client logs addresses, and is left out."""
    lines: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if not record.name.startswith(("httpx", "httpcore")):
                lines.append(record)

    keeper = Keeper(logging.DEBUG)
    logging.getLogger().addHandler(keeper)
    yield lines
    logging.getLogger().removeHandler(keeper)


async def test_public_reads_are_cached_and_answer_304(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = app.phone()
    for path in ("/texts", "/catalogue"):
        first = await phone.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=60"
        etag = first.headers["ETag"]
        for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            again = await phone.get(path, headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
        for unknown in ('"other"', etag.strip('"'), "", "W/"):
            again = await phone.get(path, headers={"If-None-Match": unknown})
            assert (again.status_code, again.content) == (200, first.content)


async def test_a_changed_catalogue_has_another_etag(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    first = (await app.phone().get("/catalogue")).headers["ETag"]
    with clock.pinned(clock.start_of(date(2024, 6, 1))):  # a version is published before it takes force
        await factories.load_tiny_catalogue(version="2026.2-sample", in_force_from=date(2025, 1, 1))
    answer = await app.phone().get("/catalogue", headers={"If-None-Match": first})
    assert (answer.status_code, answer.json()["version"]) == (200, "2026.2-sample")


async def test_personal_answers_are_kept_by_nobody(app: RunningApp) -> None:
    phone = await app.enrolled()
    for path in ("/me", "/consents", "/score", "/score/trend", "/entries", "/records", "/notices"):
        answer = await phone.get(path, headers={"If-None-Match": "*"})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
        assert "ETag" not in answer.headers
    assert (await phone.delete("/enrolment")).headers["Cache-Control"] == "private, no-store"
    assert (await phone.delete("/sessions")).headers["Cache-Control"] == "private, no-store"


@pytest.mark.usefixtures("one_window")
async def test_every_answer_tells_what_is_left_of_the_limit(app: RunningApp) -> None:
    phone = await app.guest()
    left = []
    for answer in (await phone.get("/me"), await phone.get("/consents"), await phone.get("/score")):
        limit, remaining, reset = (int(answer.headers[f"RateLimit-{each}"]) for each in ("Limit", "Remaining", "Reset"))
        assert 0 < reset <= 60
        left.append(limit - remaining)
    assert left == [1, 2, 3], "all reads of a citizen are counted together, refused ones too"
    assert "RateLimit-Limit" not in (await app.phone().get("/me")).headers, "a stranger is not counted, she gets 401"


@pytest.mark.usefixtures("one_window")
async def test_too_many_writes_are_told_when_to_come_back(app: RunningApp) -> None:
    phone, neighbour = await app.guest(), await app.guest(NEIGHBOUR)
    limit = int((await phone.decide("terms")).headers["RateLimit-Limit"])
    for _ in range(limit - 1):
        assert (await phone.decide("terms")).status_code == 201
    answer = await phone.decide("terms")
    refused(answer, 429, "too_often")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["RateLimit-Remaining"] == "0"
    assert (await phone.get("/consents")).status_code == 200, "reads have a limit of their own"
    assert (await neighbour.decide("terms")).status_code == 201, "and so has a neighbour"


@pytest.mark.usefixtures("one_window")
async def test_too_many_reads_are_told_so_too(app: RunningApp) -> None:
    phone = await app.guest()
    limit = int((await phone.get("/me")).headers["RateLimit-Limit"])
    for _ in range(limit - 1):
        assert (await phone.get("/me")).status_code == 200
    refused(await phone.get("/me"), 429, "too_often")
    refused(await phone.get("/consents"), 429, "too_often")
    assert (await app.phone().get("/texts")).status_code == 200


async def test_request_ids_are_ours(app: RunningApp) -> None:
    phone = await app.guest()
    seen = set()
    for path in ("/me", "/score", "/no-such-route", "/texts"):
        answer = await phone.get(path, headers={"X-Request-ID": "chosen-by-the-client"})
        assert "chosen-by-the-client" not in answer.text + str(answer.headers)
        seen.add(UUID(answer.headers["X-Request-ID"]))
    assert len(seen) == 4


async def test_every_answer_is_guarded_against_the_browser(app: RunningApp) -> None:
    for answer in (await app.phone().get("/texts"), await app.phone().get("/me"), await app.phone().get("/nothing")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" in answer.headers
        assert "Server" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"no HTTP at all\r\n\r\n", b"400"),
        (b"GET /api/v1/texts HTTP/9.9\r\n\r\n", b"400"),
        (b"GET /api/v1/\xff HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /api/v1/texts HTTP/1.1\r\nExpect: a miracle\r\nContent-Length: 1\r\n\r\n", b"400"),
        (b"GET /api/v1/texts HTTP/1.1\r\nX-Name : odd\r\n\r\n", b"400"),
        (b"GET /api/v1/texts HTTP/1.1\r\nX-Name\t: odd\r\n\r\n", b"400"),
        (b"GET /api/v1/texts HTTP/1.1\r\nX-Odd\nContent-Length : 9\r\n\r\n", b"400"),
        (b"GET /api/v1/texts HTTP/1.1\r\n X-Folded: odd\r\n\r\n", b"400"),
        (b"GET /api/v1/texts HTTP/1.1\r\nX-Name: odd : but well\r\nConnection: close\r\n\r\n", b"200"),
        (b"PUT /api/v1/texts HTTP/1.1\r\nConnection: close\r\n\r\n", b"405"),
        (b"GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n", b"404"),
    ],
)
async def test_whatever_comes_is_answered_with_id_and_guard(app: RunningApp, sent: bytes, status: bytes) -> None:
    """Also where Sanic finds no route, and where it cannot read the request and makes one up to answer to."""
    url = urlsplit(app.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(sent)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()
    assert answer.split(b" ", 2)[:2] == [b"HTTP/1.1", status]
    for once in (b"X-Request-ID: ", b"X-Content-Type-Options: nosniff", b"Strict-Transport-Security: "):
        assert answer.split(b"\r\n\r\n")[0].count(once) == 1


def test_our_request_is_made_as_sanic_makes_its_own() -> None:
    ours, sanics = (list(signature(kind.__init__).parameters) for kind in (GuardedRequest, Request))
    assert ours == sanics


async def test_the_log_names_operations_and_nobody(app: RunningApp, log: list[logging.LogRecord]) -> None:
    phone = await app.enrolled()
    await factories.file_records(factories.row(), factories.row(item=factories.PENALTY))
    entry = (await phone.read("/entries"))["items"][0]["id"]
    await phone.get(f"/entries/{entry}")
    await phone.get("/entries", params={"cursor": CITIZEN.name})
    await phone.get(f"/{CITIZEN.number}")
    await phone.post(f"/consents?name={CITIZEN.name}", {"text": CITIZEN.number})
    await phone.bind(name="鲁大明", counter_code="87654321")
    await phone.get("/me", headers={"User-Agent": CITIZEN.phone, "X-Request-ID": CITIZEN.number})
    written = "\n".join(f"{line.getMessage()} {line.args} {line.exc_info}" for line in log)
    secrets = (CITIZEN.name, "鲁大明", CITIZEN.number, CITIZEN.phone, openid_of(CITIZEN.wechat), phone.token, entry)
    assert [secret for secret in (*secrets, "87654321", "/api/", "name=") if str(secret) in written] == []
    requests = [line.getMessage() for line in log if line.name == "backend.requests"]
    assert len(requests) > 10
    assert [line for line in requests if not OPERATION_LINE.search(line)] == []
    assert {line.name for line in log if line.levelno >= logging.WARNING} == set()
