"""What WeChat pushes: only what it signed, for us, in these minutes, is believed; all else is refused alike."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import parse_qsl, urlsplit

import pytest

from backend import clock
from backend.demo.wechat_stand_in import Address
from backend.demo.wechat_stand_in.content_checks import verdict
from backend.demo.wechat_stand_in.pushing import encrypt, event_of, sign, signed
from backend.errors import Forbidden, NotFound
from backend.settings import DEMO_PUSHES
from backend.wechat_pushes import LASTS, PICTURE_CHECKED, Pushes

ClockAt = Callable[[str], AbstractContextManager[None]]

APP = "demo-app"
TOKEN, KEY = DEMO_PUSHES["wechat_push_token"], DEMO_PUSHES["wechat_push_key"]
OTHER_KEY = "x" * 42 + "w"
PUSHES = Pushes(APP, TOKEN, KEY)
EVENT = event_of(APP, "o" + "a" * 27, "trace-1", {**verdict("risky", 20003), "errcode": 0})
FORMS = pytest.mark.parametrize("form", ["json", "xml"])

Pushed = tuple[dict[str, str], bytes]


def pushed(form: str = "json", app: str = APP, token: str = TOKEN, key: str = KEY, seconds_ago: int = 0) -> Pushed:
    """A push as it comes in: its query and its body."""
    moment = int(clock.now().timestamp()) - seconds_ago
    request = signed(app, Address("http://here", token, key, form), EVENT, moment)
    assert isinstance(request.data, bytes)
    return dict(parse_qsl(urlsplit(request.full_url).query)), request.data


def refused(query: dict[str, str], body: bytes, pushes: Pushes = PUSHES) -> bool:
    try:
        pushes.open(query, body)
    except Forbidden as error:
        return error.code == "push_not_genuine"
    return False


@FORMS
def test_a_genuine_push_says_what_wechat_said(form: str) -> None:
    push = PUSHES.open(*pushed(form))
    assert push.event == PICTURE_CHECKED
    assert (push.said["trace_id"], str(push.said["errcode"])) == ("trace-1", "0")
    assert push.said["result"] == {"suggest": "risky", "label": "20003"}


@FORMS
def test_a_forged_one_is_refused_whatever_was_forged(form: str) -> None:
    query, body = pushed(form)
    for name, value in {
        "msg_signature": "0" * 40,
        "timestamp": str(int(query["timestamp"]) + 1),
        "nonce": query["nonce"] + "1",
    }.items():
        assert refused({**query, name: value}, body), name
        assert refused({each: said for each, said in query.items() if each != name}, body), name
    place = body.index(b"Encrypt") + 40
    assert refused(query, body[:place] + (b"B" if body[place : place + 1] == b"A" else b"A") + body[place + 1 :])
    assert refused({**query, "msg_signature": query["signature"]}, body), "the other signature covers no body"
    assert refused({**query, "msg_signature": "签名"}, body)


@FORMS
def test_signed_by_somebody_else_or_for_another_mini_program_it_is_refused(form: str) -> None:
    assert refused(*pushed(form, token="guessed"))
    assert refused(*pushed(form, key=OTHER_KEY))
    assert refused(*pushed(form, app="wx-another-app"))


def test_an_old_one_is_refused_and_one_of_these_minutes_is_not() -> None:
    for seconds in (0, LASTS - 5, 5 - LASTS):
        assert PUSHES.open(*pushed(seconds_ago=seconds)).event == PICTURE_CHECKED
    for seconds in (LASTS + 5, 86_400, -LASTS - 5):
        assert refused(*pushed(seconds_ago=seconds)), seconds


def test_bodies_that_are_none_are_refused_and_never_unpacked() -> None:
    query, body = pushed()
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
    for made_up in (
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"Encrypt": 7}',
        b"[" * 50_000,
        b"<xml>",
        bomb,
        b"\xff" * 60,
        body[:40],
    ):
        assert refused(query, made_up), made_up[:20]


@pytest.mark.parametrize("encrypted", ["", "AAAA", "A" * 44, "A" * 64, "=" * 64])
def test_a_signature_over_nonsense_opens_nothing(encrypted: str) -> None:
    moment = str(int(clock.now().timestamp()))
    query = {"timestamp": moment, "nonce": "1", "msg_signature": sign(TOKEN, moment, "1", encrypted)}
    assert refused(query, json.dumps({"Encrypt": encrypted}).encode())


@pytest.mark.parametrize("text", ["", "no event", "[1]", "<xml>", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><xml>&a;'])
def test_what_is_signed_and_is_no_event_is_refused(text: str) -> None:
    encrypted, moment = encrypt(APP, KEY, text), str(int(clock.now().timestamp()))
    query = {"timestamp": moment, "nonce": "1", "msg_signature": sign(TOKEN, moment, "1", encrypted)}
    assert refused(query, json.dumps({"Encrypt": encrypted}).encode())


def test_the_set_up_gets_its_echo_and_a_stranger_gets_none() -> None:
    moment = str(int(clock.now().timestamp()))
    query = {"timestamp": moment, "nonce": "7", "echostr": "4375120948345356249"}
    assert PUSHES.echo({**query, "signature": sign(TOKEN, moment, "7")}) == "4375120948345356249"
    for signature in ("", "0" * 40, sign("guessed", moment, "7")):
        with pytest.raises(Forbidden, match="push_not_genuine"):
            PUSHES.echo({**query, "signature": signature})


def test_wechats_own_example_of_a_signature() -> None:
    """From its document 消息推送: Token AAAAA."""
    assert sign("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"


def test_without_token_and_key_nothing_is_believed() -> None:
    closed = Pushes(APP, "", "")
    with pytest.raises(NotFound, match="pushes_not_taken"):
        closed.open(*pushed())
    with pytest.raises(NotFound, match="pushes_not_taken"):
        closed.echo({})
