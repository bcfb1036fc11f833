"""The example client before whatever may stand between it and us: proxies' pages, cut answers, odd headers."""

import importlib.util
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import NamedTuple

import pytest

from backend.settings import ROOT


class Said(NamedTuple):
    """One answer; `cut` bytes of it are promised and never come."""

    status: int
    body: bytes
    retry_after: str | None = None
    cut: int = 0


FINE = Said(200, b'{"ok": true}')
PAGE = b"<html>Bad Gateway</html>"


@contextmanager
def server(*answers: Said) -> Iterator[str]:
    """A server's address that gives these answers in turn."""
    left = iter(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = next(left)
            self.send_response(said.status)
            self.send_header("Content-Length", str(len(said.body) + said.cut))
            if said.retry_after is not None:
                self.send_header("Retry-After", said.retry_after)
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}"
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client meant to rest, each time."""
    told: list[float] = []
    monkeypatch.setattr("time.sleep", told.append)
    return told


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("department_client", ROOT / "docs" / "department_client.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("LUSHAN_KEY", "a" * 32)
    monkeypatch.setenv("LUSHAN_SECRET", "not in use")
    return module


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        (Said(502, PAGE), 1.0),
        (Said(503, b"", retry_after="7"), 7.0),
        (Said(503, b"[]", retry_after="86400"), 300.0),
        (Said(429, b"{}", retry_after="Wed, 21 Oct 2015 07:28:00 GMT"), 1.0),
        (Said(429, b"{}", retry_after="-5"), 1.0),
        (Said(409, b'{"code": "push_under_way"}', retry_after="2"), 2.0),
        (Said(500, b'{"co', cut=9), 1.0),
        (Said(200, b'{"o', cut=97), 1.0),
        (Said(200, PAGE), 1.0),
    ],
)
def test_what_is_no_whole_answer_is_asked_for_again(
    client: ModuleType, rests: list[float], monkeypatch: pytest.MonkeyPatch, first: Said, rest: float
) -> None:
    with server(first, FINE) as address:
        monkeypatch.setenv("LUSHAN_URL", address)
        assert client.send("GET", "/batches/x") == (200, {"ok": True})
    assert rests == [rest]


@pytest.mark.parametrize("body", [PAGE, b"", b"[1]"])
def test_a_refusal_that_cannot_be_read_has_its_status(
    client: ModuleType, rests: list[float], monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    with server(Said(413, body)) as address:
        monkeypatch.setenv("LUSHAN_URL", address)
        status, problem = client.send("GET", "/batches/x")
    assert (status, problem["status"], rests) == (413, 413, [])


def test_after_five_tries_it_says_that_nothing_is_doubled(
    client: ModuleType, rests: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(*[Said(502, PAGE)] * 5) as address:
        monkeypatch.setenv("LUSHAN_URL", address)
        with pytest.raises(SystemExit, match="不会重复入库"):
            client.send("GET", "/batches/x")
    assert rests == [1.0, 2.0, 4.0, 8.0]
