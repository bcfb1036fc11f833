"""The stand-in is as strict as WeChat: its errcodes to raw requests, its token rules, its controls, its own process."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from backend.demo.wechat_stand_in import StandIn, openid_of, running, serve

ROOT = Path(__file__).resolve().parents[2]
ME = {"appid": "demo-app", "secret": "demo-secret"}
LOGIN = {**ME, "js_code": "x", "grant_type": "authorization_code"}
TOKEN = {**ME, "grant_type": "client_credential"}


@pytest.fixture
def raw(stand_in: StandIn) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stand_in.url, trust_env=False) as client:
        yield client


def errcode(response: httpx.Response) -> int:
    assert response.status_code == 200
    answer = response.json()
    assert answer.get("errmsg") or "errcode" not in answer
    return int(answer.get("errcode", 0))


def token(raw: httpx.Client, **how: Any) -> dict[str, Any]:
    answer: dict[str, Any] = raw.post("/cgi-bin/stable_token", json={**TOKEN, **how}).json()
    return answer


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 40029),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"js_code": ""}, 41008),
        ({"grant_type": "client_credential"}, 40002),
        ({"appid": "wx-other"}, 40013),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_a_login_is_checked_as_wechat_checks_it(changed: dict[str, str], expected: int, raw: httpx.Client) -> None:
    assert errcode(raw.get("/sns/jscode2session", params={**LOGIN, **changed})) == expected


def test_a_login_answers_openid_and_session_key_as_plain_text_and_no_errcode(
    stand_in: StandIn, raw: httpx.Client
) -> None:
    answer = raw.get("/sns/jscode2session", params={**LOGIN, "js_code": stand_in.code("demo-li")})
    assert answer.headers["content-type"] == "text/plain"
    assert answer.json().keys() == {"openid", "session_key"}
    assert len(openid_of("demo-li")) == 28


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", 47001),
        (b"[]", 47001),
        (b"[" * 60_000, 47001),
        (b'{"grant_type":"authorization_code"}', 40002),
        (b'{"grant_type":"client_credential"}', 41002),
        (b'{"grant_type":"client_credential","appid":7}', 47001),
        (b'{"grant_type":"client_credential","appid":"demo-app","secret":"demo-secret","force_refresh":"no"}', 47001),
    ],
)
def test_a_token_is_asked_for_in_json(body: bytes, expected: int, raw: httpx.Client) -> None:
    assert errcode(raw.post("/cgi-bin/stable_token", content=body)) == expected


def test_wrong_methods_and_paths_are_refused(raw: httpx.Client) -> None:
    assert errcode(raw.post("/sns/jscode2session", params=LOGIN)) == 43001
    assert errcode(raw.get("/cgi-bin/stable_token")) == 43002
    assert errcode(raw.get("/wxa/business/getuserphonenumber")) == 43002
    assert errcode(raw.get("/cgi-bin/token", params=TOKEN)) == 40066
    assert raw.post("/cgi-bin/stable_token", content=b" " * 70_000).status_code == 413


def phone_errcode(stand_in: StandIn, raw: httpx.Client, access_token: str) -> int:
    code = {"code": stand_in.phone_code("13800000001")}
    return errcode(raw.post("/wxa/business/getuserphonenumber", params={"access_token": access_token}, json=code))


def test_a_token_stays_the_same_till_its_last_five_minutes_and_then_two_are_good(
    stand_in: StandIn, raw: httpx.Client
) -> None:
    first = token(raw)
    assert first["expires_in"] in {7199, 7200}
    stand_in.advance(6880)
    assert token(raw)["access_token"] == first["access_token"]
    stand_in.advance(30)
    second = token(raw)
    assert second["access_token"] != first["access_token"]
    assert phone_errcode(stand_in, raw, first["access_token"]) == 0
    stand_in.advance(300)
    assert phone_errcode(stand_in, raw, first["access_token"]) == 42001
    assert phone_errcode(stand_in, raw, second["access_token"]) == 0
    assert phone_errcode(stand_in, raw, "made-up") == 40001
    assert phone_errcode(stand_in, raw, "") == 41001


def test_a_forced_token_ends_the_one_before_thirty_seconds_apart_twenty_times_a_day(
    stand_in: StandIn, raw: httpx.Client
) -> None:
    first = token(raw)["access_token"]
    forced = token(raw, force_refresh=True)["access_token"]
    assert forced != first
    assert phone_errcode(stand_in, raw, first) == 42001
    assert token(raw, force_refresh=True)["access_token"] == forced, "too soon: nothing is refreshed"
    for _ in range(19):
        stand_in.advance(30)
        assert "access_token" in token(raw, force_refresh=True)
    stand_in.advance(30)
    assert token(raw, force_refresh=True)["errcode"] == 45009
    stand_in.advance(86_400)
    assert "access_token" in token(raw, force_refresh=True)


@pytest.mark.parametrize(
    ("control", "body"),
    [
        ("codes", {}),
        ("codes", {"user": ""}),
        ("codes", {"user": 7}),
        ("codes", {"user": "li", "age": 7}),
        ("phone-codes", {"phone": "none"}),
        ("clock", {"advance_seconds": -1}),
        ("clock", {"advance_seconds": float("nan")}),
        ("clock", {"advance_seconds": True}),
        ("faults", {"kind": "locusts"}),
        ("faults", {"kind": "down", "times": 0}),
        ("faults", {"kind": "slow", "delay_seconds": 601}),
    ],
)
def test_a_wrong_control_is_refused_with_a_reason(control: str, body: dict[str, Any], raw: httpx.Client) -> None:
    text = str(body).replace("'", '"').replace("nan", "NaN").replace("True", "true")
    answer = raw.post(f"/stand-in/{control}", content=text.encode())
    assert answer.status_code == 400
    assert answer.json()["fault"]


def test_a_fault_lasts_for_its_times_its_seconds_or_till_cleared(stand_in: StandIn, raw: httpx.Client) -> None:
    def busy() -> bool:
        return errcode(raw.get("/sns/jscode2session", params=LOGIN)) == -1

    stand_in.fault("busy", times=2)
    assert [busy(), busy(), busy()] == [True, True, False]
    stand_in.fault("busy", seconds=60)
    assert busy()
    stand_in.advance(60)
    assert not busy()
    stand_in.fault("busy")
    assert busy()
    stand_in.clear_faults()
    assert not busy()


def test_after_the_block_nobody_answers_even_on_an_open_connection() -> None:
    with running() as stand_in:
        connection = HTTPConnection(urlsplit(stand_in.url).netloc, timeout=5)
        connection.request("GET", "/stand-in/calls")
        assert connection.getresponse().read() == b"{}"
    with closing(connection):
        assert connection.sock.recv(1) == b"", "the other side hung up"
    with pytest.raises(ConnectionRefusedError):
        stand_in.code("demo-li")


def test_it_refuses_to_be_reached_from_elsewhere() -> None:
    with pytest.raises(ValueError, match="this machine only"):
        serve("0.0.0.0", 0)  # noqa: S104 - the point


def test_it_runs_as_a_process_of_its_own_and_says_nothing_when_it_is_interrupted() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = f"from backend.demo.wechat_stand_in import serve; serve('127.0.0.1', {port})"
    process = subprocess.Popen(
        [sys.executable, "-c", command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        stand_in, deadline = StandIn(f"http://127.0.0.1:{port}"), time.monotonic() + 20
        while True:
            try:
                assert len(stand_in.code("demo-li")) == 32
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, said) == (0, b"")
