"""Bodies that no mini-program sends: broken, huge, nested, of the wrong kind, to the wrong place."""

import asyncio
import json
from urllib.parse import urlsplit

from backend.citizens.models import Consent
from miniprogram_api.surface.body import MOST_UNKNOWN
from tests.answers import faults, refused
from tests.running_app import RunningApp

LIMIT = 64 * 1024


async def status_of(app: RunningApp, sent: bytes) -> bytes:
    """The status of what the server answers to these bytes, with nothing after them."""
    url = urlsplit(app.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    writer.write(sent)
    status = (await asyncio.wait_for(reader.readline(), 5)).split()[1]
    writer.close()
    await writer.wait_closed()
    return status


async def test_what_is_no_json_object_is_unreadable(app: RunningApp) -> None:
    phone = await app.guest()
    for body in (
        b"",
        b"{",
        b"null",
        b"[]",
        b'"privacy"',
        b"7",
        b"text=privacy&version=1&given=true",
        b'{"text": "privacy", "version": 1, "given": true',
        b'{"text": "privacy", "version": 1, "given": true}}',
        b"{'text': 'privacy'}",
        b'{"text": NaN}',
        b'\xef\xbb\xbf{"text": "privacy"}',
        '{"text": "隐私"}'.encode("gb18030"),
        b'{"text": "\xff"}',
        b'{"text": "\\ud800"}',
        b"\x00" * 100,
        b"\x1f\x8b\x08\x00garbage",
    ):
        refused(await phone.post("/consents", content=body), 422, "unreadable_body")
    assert await Consent.all().count() == 0


async def test_nested_junk_is_unreadable_and_breaks_nothing(app: RunningApp) -> None:
    phone = await app.guest()
    for body in (b"[" * 60_000, b'{"text":' * 8_000, b'{"text":' * 7_000 + b"1" + b"}" * 7_000, b"{" * 60_000):
        refused(await phone.post("/consents", content=body), 422, "unreadable_body")
    nested = {"text": [[[[["privacy"]]]]], "version": {"a": {"b": 1}}, "given": [True]}
    assert faults(await phone.post("/consents", nested)) == dict.fromkeys(nested, "wrong_type")
    assert (await phone.get("/me")).status_code == 200


async def test_a_body_over_the_limit_is_refused_before_it_is_read(app: RunningApp) -> None:
    phone = await app.guest()
    refused(await phone.post("/consents", content=b" " * (LIMIT + 1)), 413, "too_large")
    for announced in (b"Content-Length: 10000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\nA00000\r\n"):
        head = b"POST /api/v1/consents HTTP/1.1\r\nAuthorization: Bearer %s\r\n" % str(phone.token).encode()
        assert await status_of(app, head + announced) == b"413"
    padded = json.dumps({"text": "privacy", "version": 1, "given": True}).encode().ljust(LIMIT)
    assert (await phone.post("/consents", content=padded)).status_code == 201


async def test_a_header_name_with_a_space_ends_the_connection(app: RunningApp) -> None:
    """What some take for a length and others do not could hide a second request (RFC 9112, 5.1)."""
    url = urlsplit(app.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    hidden = b"GET /api/v1/texts HTTP/1.1\r\nHost: here\r\n\r\n"
    head = b"POST /api/v1/sessions HTTP/1.1\r\nHost: here\r\nContent-Length : %d\r\n\r\n" % len(hidden)
    writer.write(head + hidden)
    answer = await asyncio.wait_for(reader.read(), 5)
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1 ") == 1
    writer.close()
    await writer.wait_closed()


async def test_many_unknown_fields_are_named_but_not_repeated_at_length(app: RunningApp) -> None:
    phone = await app.guest()
    body = {"text": "privacy", "version": 1, "given": True}
    answer = await phone.post("/consents", body | {"nick name<script>" + "x" * 200: 1})
    (field,) = faults(answer)
    assert (len(field) <= 40, "<" in field, " " in field) == (True, False, False)
    answer = await phone.post("/consents", body | {f"field{each}": each for each in range(3000)})
    assert len(faults(answer)) == MOST_UNKNOWN
    assert await Consent.all().count() == 0


async def test_an_argument_that_nobody_reads_is_a_fault_too(app: RunningApp) -> None:
    phone = await app.enrolled()
    assert faults(await phone.get("/score", params={"order": "points"})) == {"order": "unknown_field"}


async def test_every_wrong_field_is_told_at_once(app: RunningApp) -> None:
    phone = await app.guest()
    wrong = {"text": "secret-word", "version": -98765, "extra": "another-secret"}
    answer = await phone.post("/consents", wrong)
    assert faults(answer) == {
        "text": "not_a_choice",
        "version": "too_small",
        "given": "required",
        "extra": "unknown_field",
    }
    assert not [value for value in ("secret-word", "98765", "another-secret") if value in answer.text]


async def test_a_wrong_method_names_the_right_ones(app: RunningApp) -> None:
    phone = await app.guest()
    for method, path, allowed in (
        ("PUT", "/consents", {"GET", "POST"}),
        ("DELETE", "/score", {"GET"}),
        ("PATCH", "/me", {"GET"}),
        ("POST", "/texts", {"GET"}),
        ("GET", "/binding", {"POST"}),
    ):
        answer = await phone.send(method, path)
        refused(answer, 405, "method_not_allowed")
        assert set(answer.headers["Allow"].split(", ")) == allowed


async def test_an_unknown_route_is_a_problem_for_everybody(app: RunningApp) -> None:
    for phone in (app.phone(), await app.guest()):
        for path in ("", "/", "/citizens", "/scores", "/score/ranking", "/me/extra", "//me", "/entries/1/2", "/%2e%2e"):
            refused(await phone.get(path), 404, "not_found")


async def test_a_stranger_is_a_stranger_whatever_she_sends(app: RunningApp) -> None:
    stranger = app.phone()
    for body in (b"", b"{", b"[" * 60_000, b'{"text": 7}', b'{"text":"privacy","version":1,"given":true}'):
        for path in ("/consents", "/binding", "/enrolment"):
            refused(await stranger.post(path, content=body, key=None), 401, "sign_in_needed")


async def test_bytes_that_are_no_http_get_an_answer_and_an_end(app: RunningApp) -> None:
    for nonsense in (
        b"GARBAGE\r\n\r\n",
        b"GET /api/v1/me HTTP/9.9\r\n\r\n",
        b"GET /api/v1/me\r\n\r\n",
        "GET /api/v1/中文 HTTP/1.1\r\n\r\n".encode(),
        b"POST /api/v1/consents HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/consents HTTP/1.1\r\nContent-Length: abc\r\n\r\n",
        b"POST /api/v1/consents HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"POST /api/v1/consents HTTP/1.1\r\nContent-Length: 2\r\nExpect: a-miracle\r\n\r\n{}",
    ):
        assert await status_of(app, nonsense) == b"400", nonsense
    assert (await app.phone().get("/texts")).status_code == 200
