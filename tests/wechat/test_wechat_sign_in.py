"""Citizens come in through WeChat: the real client against the running stand-in, on good days and on bad ones."""

import asyncio
import socket
import time
from collections.abc import Callable

import pytest

from backend.demo.wechat_stand_in import StandIn, openid_of
from backend.errors import DomainError, Forbidden, Invalid, TooMany, Unavailable
from backend.wechat import PHONE_ERRORS, SIGN_IN_ERRORS, WeChat, WeChatUser
from tests.wechat.opening import opened


async def test_li_signs_in_and_is_the_same_person_the_next_day(stand_in: StandIn, wechat: WeChat) -> None:
    first = await wechat.sign_in(stand_in.code("demo-li"))
    stand_in.advance(86_400)
    assert await wechat.sign_in(stand_in.code("demo-li")) == first == WeChatUser(openid_of("demo-li"), None)
    assert (await wechat.sign_in(stand_in.code("demo-wang"))).openid != first.openid
    assert stand_in.calls("/cgi-bin/stable_token") == 0, "signing in needs no access token"


async def test_a_unionid_is_taken_when_there_is_one_and_neither_shows_in_a_repr(
    stand_in: StandIn, wechat: WeChat
) -> None:
    user = await wechat.sign_in(stand_in.code("demo-li", with_unionid=True))
    assert user.unionid
    assert repr(user) == "WeChatUser()"


async def test_a_code_works_once(stand_in: StandIn, wechat: WeChat) -> None:
    code = stand_in.code("demo-li")
    await wechat.sign_in(code)
    with pytest.raises(Invalid, match="wechat_code_used"):
        await wechat.sign_in(code)


async def test_a_code_dies_after_five_minutes(stand_in: StandIn, wechat: WeChat) -> None:
    young, old = stand_in.code("demo-li"), stand_in.code("demo-li")
    stand_in.advance(290)
    await wechat.sign_in(young)
    stand_in.advance(10)
    with pytest.raises(Invalid, match="wechat_code_invalid"):
        await wechat.sign_in(old)


@pytest.mark.parametrize(
    "code", ["", " ", "nobody-gave-this", "a&secret=b", "x" * 257, "编码", "a\r\nb", "\ud800", "%00"]
)
async def test_garbage_for_a_code_is_an_invalid_code(code: str, wechat: WeChat) -> None:
    with pytest.raises(Invalid, match="wechat_code_invalid"):
        await wechat.sign_in(code)
    with pytest.raises(Invalid, match="wechat_phone_code_invalid"):
        await wechat.phone_number(code)


async def test_whom_wechat_takes_for_a_risk_is_told_so(stand_in: StandIn, wechat: WeChat) -> None:
    stand_in.block("demo-li")
    with pytest.raises(Forbidden, match="wechat_blocked"):
        await wechat.sign_in(stand_in.code("demo-li"))
    stand_in.block("demo-li", False)
    await wechat.sign_in(stand_in.code("demo-li"))


async def test_the_hundred_and_first_sign_in_of_a_minute_waits(stand_in: StandIn, wechat: WeChat) -> None:
    for _ in range(100):
        await wechat.sign_in(stand_in.code("demo-li"))
    with pytest.raises(TooMany, match="wechat_busy", check=lambda error: error.retry_after == 60):
        await wechat.sign_in(stand_in.code("demo-li"))
    await wechat.sign_in(stand_in.code("demo-wang"))
    stand_in.advance(60)
    await wechat.sign_in(stand_in.code("demo-li"))


@pytest.mark.parametrize("kind", ["down", "broken", "garbage", "moved", "busy"])
async def test_when_wechat_fails_li_hears_it_and_can_come_back(kind: str, stand_in: StandIn, wechat: WeChat) -> None:
    stand_in.fault(kind, times=1)
    with pytest.raises(Unavailable, match="wechat_away", check=lambda error: error.retry_after == 30):
        await wechat.sign_in(stand_in.code("demo-li"))
    assert stand_in.calls("/sns/jscode2session") == 1, "a login code is never sent twice"
    await wechat.sign_in(stand_in.code("demo-li"))


async def test_nobody_listening_is_wechat_away() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with opened(f"http://127.0.0.1:{taken.getsockname()[1]}") as wechat:
            with pytest.raises(Unavailable, match="wechat_away"):
                await wechat.sign_in("some-code")


async def test_a_proxy_in_the_environment_does_not_get_to_see_the_code(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with opened(stand_in.url) as wechat:
        await wechat.sign_in(stand_in.code("demo-li"))


async def test_a_slow_wechat_holds_up_neither_the_server_nor_the_eightieth_person(stand_in: StandIn) -> None:
    pauses: list[float] = []

    async def tick() -> None:
        while True:
            last = time.monotonic()
            await asyncio.sleep(0.005)
            pauses.append(time.monotonic() - last)

    stand_in.fault("slow", delay_seconds=30)
    codes = [stand_in.code("demo-li") for _ in range(80)]
    async with opened(stand_in.url, patience=0.5) as wechat:
        ticker, began = asyncio.create_task(tick()), time.monotonic()
        people = asyncio.gather(*(wechat.sign_in(code) for code in codes), return_exceptions=True)
        await asyncio.sleep(0.05)
        assert await asyncio.wait_for(asyncio.to_thread(lambda: "free"), 0.4) == "free", "the default pool is not used"
        assert [str(error) for error in await people] == ["wechat_away"] * 80
        took = time.monotonic() - began
        ticker.cancel()
        stand_in.clear_faults()
        await wechat.sign_in(stand_in.code("demo-li"))
    assert took < 2.5, "in turn, eight at a time, they would have waited five seconds"
    assert max(pauses) < 0.4, "one call on the event loop would have stopped it for half a second"


async def test_people_who_go_away_in_the_middle_leave_a_client_that_works(stand_in: StandIn) -> None:
    stand_in.fault("slow", delay_seconds=30)
    async with opened(stand_in.url) as wechat:
        people = [asyncio.create_task(wechat.sign_in(stand_in.code("demo-li"))) for _ in range(20)]
        await asyncio.sleep(0.1)
        for each in people:
            each.cancel()
        await asyncio.wait(people)
        assert all(each.cancelled() for each in people)
        stand_in.clear_faults()
        await wechat.sign_in(stand_in.code("demo-li"))
        calls = stand_in.calls("/sns/jscode2session")
    assert calls <= 9, "twelve of the twenty never left: they were cancelled in the queue"


@pytest.mark.parametrize(("app_id", "secret"), [("demo-app", "stale-secret"), ("other-app", "demo-secret")])
async def test_wrong_settings_are_told_to_the_operator_once_and_without_the_secret(
    app_id: str, secret: str, stand_in: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(stand_in.url, app_id=app_id, secret=secret) as wechat:
        for _ in range(3):
            with pytest.raises(Unavailable, match="wechat_misconfigured"):
                await wechat.sign_in(stand_in.code("demo-li"))
            with pytest.raises(Unavailable, match="wechat_misconfigured"):
                await wechat.phone_number(stand_in.phone_code("13800000001"))
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "WECHAT_APP_SECRET" in caplog.text
    assert secret not in caplog.text


@pytest.mark.parametrize("error", [*SIGN_IN_ERRORS, *PHONE_ERRORS])
def test_each_error_says_in_chinese_what_to_do(error: Callable[[], DomainError]) -> None:
    assert error().code == getattr(error, "__name__", "")
    assert error().detail.endswith("。")
    assert any(word in error().detail for word in ("请", "可以"))
