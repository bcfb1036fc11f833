"""WeChat's content checks, version 2: a verdict on a text at once, a promise about a picture, and never a guess."""

import asyncio

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.demo.wechat_stand_in import StandIn, openid_of
from backend.demo.wechat_stand_in.content_checks import DOUBTFUL_WORD, RISKY_WORD
from backend.errors import Conflict, Unavailable
from backend.wechat import WeChat
from backend.wechat_checks import (
    FORUM,
    MOST_TEXT,
    OVERLAP,
    Verdict,
    check_picture,
    check_text,
    pieces,
    read_verdict,
)
from tests.wechat.opening import opened

TEXT, PICTURE = "/wxa/msg_sec_check", "/wxa/media_check_async"
USER = "wechat-of-ming"
OPENID = openid_of(USER)
URL = "http://127.0.0.1:9/nobody-is-there.jpg"


@pytest.fixture
async def user(stand_in: StandIn, wechat: WeChat) -> str:
    """The openid of somebody who has just opened the mini-program."""
    return (await wechat.sign_in(stand_in.code(USER))).openid


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("他每天给老人送水。", Verdict("pass", 100)),
        (f"他每天{DOUBTFUL_WORD}给老人送水。", Verdict("review", 10001)),
        (f"他每天{RISKY_WORD}给老人送水。", Verdict("risky", 20003)),
        ("水" * MOST_TEXT, Verdict("pass", 100)),
    ],
)
async def test_a_text_gets_its_verdict(text: str, verdict: Verdict, user: str, wechat: WeChat) -> None:
    assert await check_text(wechat, user, text, FORUM) == verdict


@pytest.mark.parametrize("text", ["", "水" * (MOST_TEXT + 1)])
async def test_what_wechat_would_not_take_is_never_sent(
    text: str, user: str, stand_in: StandIn, wechat: WeChat
) -> None:
    with pytest.raises(ValueError, match="2500"):
        await check_text(wechat, user, text, FORUM)
    assert stand_in.calls(TEXT) == 0


async def test_of_who_was_not_here_within_two_hours_a_person_decides(
    user: str, stand_in: StandIn, wechat: WeChat
) -> None:
    stand_in.advance(7199)
    assert (await check_text(wechat, user, "好人好事", FORUM)).suggest == "pass"
    assert await check_picture(wechat, user, URL, FORUM)
    stand_in.advance(1)
    assert await check_text(wechat, user, "好人好事", FORUM) == Verdict("review", None)
    with pytest.raises(Conflict, match="wechat_gives_no_verdict"):
        await check_picture(wechat, user, URL, FORUM)
    assert await check_text(wechat, "of-another-mini-program", "好人好事", FORUM) == Verdict("review", None)


async def test_a_picture_gets_a_trace_of_its_own_each_time(user: str, wechat: WeChat) -> None:
    traces = await asyncio.gather(*(check_picture(wechat, user, URL, FORUM) for _ in range(4)))
    assert len(set(traces)) == 4
    assert all(0 < len(each) <= 100 for each in traces)


@pytest.mark.parametrize("kind", ["down", "broken", "garbage", "moved", "busy", "exhausted"])
@pytest.mark.parametrize("path", [TEXT, PICTURE])
async def test_when_wechat_fails_there_is_no_verdict_and_next_time_there_is(
    kind: str, path: str, user: str, stand_in: StandIn, wechat: WeChat
) -> None:
    stand_in.fault(kind, times=1, path=path)
    code = "wechat_checks_exhausted" if kind == "exhausted" else "wechat_away"
    with pytest.raises(Unavailable, match=code):
        await (check_text(wechat, user, "好人好事", FORUM) if path == TEXT else check_picture(wechat, user, URL, FORUM))
    assert (await check_text(wechat, user, "好人好事", FORUM)).suggest == "pass"
    assert await check_picture(wechat, user, URL, FORUM)


async def test_a_slow_wechat_is_given_up_in_time(stand_in: StandIn) -> None:
    async with opened(stand_in.url, patience=0.2) as wechat:
        user = (await wechat.sign_in(stand_in.code(USER))).openid
        await check_text(wechat, user, "好人好事", FORUM)
        stand_in.fault("slow", delay_seconds=2, path=TEXT)
        async with asyncio.timeout(1.5):
            with pytest.raises(Unavailable, match="wechat_away"):
                await check_text(wechat, user, "好人好事", FORUM)
        stand_in.clear_faults()


async def test_no_log_holds_the_text_or_who_wrote_it(
    user: str, stand_in: StandIn, wechat: WeChat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await check_text(wechat, user, "周三每天给老人送水", FORUM)
    await check_picture(wechat, user, URL, FORUM)
    stand_in.fault("broken", path=TEXT)
    with pytest.raises(Unavailable):
        await check_text(wechat, user, "周三每天给老人送水", FORUM)
    for secret in (OPENID, "送水", "nobody-is-there"):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        ({"suggest": "pass", "label": "100"}, Verdict("pass", 100)),  # as pushes have it
        ({"suggest": "risky", "label": 20002}, Verdict("risky", 20002)),
        ({"suggest": "review"}, Verdict("review", None)),
        ({"suggest": "review", "label": "many"}, Verdict("review", None)),
        ({"suggest": "good"}, None),
        ({}, None),
        (None, None),
        ("pass", None),
    ],
)
def test_a_verdict_is_read_as_wechat_writes_it_and_nothing_else_is_one(result: object, verdict: Verdict | None) -> None:
    assert read_verdict(result) == verdict


@given(st.text(alphabet="水火土。！\n", max_size=9000))
def test_pieces_are_short_enough_and_lose_nothing(text: str) -> None:
    found = pieces(text)
    assert all(0 < len(each) <= MOST_TEXT for each in found)
    whole = found[0] if found else ""
    for each in found[1:]:
        assert whole.endswith(each[:OVERLAP])
        whole += each[OVERLAP:]
    assert whole == text


def test_a_word_across_a_cut_stands_whole_in_one_piece() -> None:
    for place in range(MOST_TEXT - 12, MOST_TEXT + 1):
        text = "水" * place + RISKY_WORD + "水" * MOST_TEXT
        assert any(RISKY_WORD in each for each in pieces(text)), place


@pytest.mark.parametrize(
    ("path", "changed", "errcode"),
    [
        (TEXT, {"version": 1}, 47001),
        (TEXT, {"version": "2"}, 47001),
        (TEXT, {"openid": None}, 40003),
        (TEXT, {"openid": "x"}, 40003),
        (TEXT, {"openid": openid_of("never-here")}, 61010),
        (TEXT, {"scene": 5}, 40129),
        (TEXT, {"content": ""}, 44002),
        (TEXT, {"content": "水" * 2501}, 45002),
        (PICTURE, {"version": 1}, 47001),
        (PICTURE, {"media_type": 3}, 40004),
        (PICTURE, {"media_url": "file:///etc/passwd"}, 44002),
        (PICTURE, {"media_url": ""}, 44002),
    ],
)
async def test_the_stand_in_is_as_strict_as_wechat(
    path: str, changed: dict[str, object], errcode: int, user: str, stand_in: StandIn, wechat: WeChat
) -> None:
    asked = {"version": 2, "openid": user, "scene": 3, "content": "水", "media_type": 2, "media_url": URL}
    async with httpx.AsyncClient(base_url=stand_in.url, trust_env=False) as raw:
        answer = await raw.post(path, params={"access_token": await wechat._token()}, json=asked | changed)
        assert answer.json()["errcode"] == errcode
        assert (await raw.post(path, params={"access_token": "x"}, json=asked)).json()["errcode"] == 40001
