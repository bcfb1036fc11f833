"""Mini-program codes from WeChat: a picture or a plain no, within WeChat's limits, and never without end."""

import asyncio
from io import BytesIO
from uuid import UUID

import httpx
import pytest
from PIL import Image

from backend.demo.wechat_stand_in import StandIn
from backend.errors import Unavailable
from backend.wechat import WeChat
from tests.wechat.opening import SECRET, Shelf, opened

CODE = "/wxa/getwxacodeunlimit"
TOKEN = "/cgi-bin/stable_token"
PAGE = "pages/article/article"
SCENE = UUID(int=7).hex


async def test_an_articles_id_is_a_scene_and_the_code_a_picture(stand_in: StandIn, wechat: WeChat) -> None:
    code = await wechat.mini_code(SCENE, PAGE)
    assert (Image.open(BytesIO(code)).format, Image.open(BytesIO(code)).size) == ("JPEG", (430, 430))
    assert await wechat.mini_code(SCENE, PAGE) == code
    assert await wechat.mini_code(UUID(int=8).hex, PAGE) != code
    assert (stand_in.calls(TOKEN), stand_in.calls(CODE)) == (1, 3)


@pytest.mark.parametrize("scene", ["", "x" * 33, "文章", "a b", "a%20b", "a\n"])
async def test_a_scene_that_wechat_would_not_take_is_never_sent(scene: str, stand_in: StandIn, wechat: WeChat) -> None:
    with pytest.raises(ValueError, match="scene"):
        await wechat.mini_code(scene, PAGE)
    assert stand_in.calls(CODE) == 0


async def test_a_page_that_is_not_released_is_our_fault_but_may_be_tried_out(
    wechat: WeChat, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unavailable, match="wechat_misconfigured"):
        await wechat.mini_code(SCENE, "pages/no/such")
    assert "41030" in caplog.text
    assert (await wechat.mini_code(SCENE, "pages/no/such", "develop")).startswith(b"\xff\xd8")


@pytest.mark.parametrize("kind", ["down", "broken", "garbage", "moved", "busy"])
@pytest.mark.parametrize("path", [TOKEN, CODE])
async def test_when_wechat_fails_there_is_no_code_and_next_time_there_is(
    kind: str, path: str, stand_in: StandIn, wechat: WeChat
) -> None:
    stand_in.fault(kind, times=1, path=path)
    with pytest.raises(Unavailable, match="wechat_away"):
        await wechat.mini_code(SCENE, PAGE)
    assert await wechat.mini_code(SCENE, PAGE)


async def test_when_the_minute_is_used_up_it_is_said_as_that(stand_in: StandIn, wechat: WeChat) -> None:
    stand_in.fault("exhausted", path=CODE)
    with pytest.raises(Unavailable, match="wechat_codes_exhausted") as refusal:
        await wechat.mini_code(SCENE, PAGE)
    assert refusal.value.retry_after


async def test_a_token_that_ended_early_costs_one_retry_and_one_refused_for_good_no_more(
    stand_in: StandIn, wechat: WeChat
) -> None:
    await wechat.mini_code(SCENE, PAGE)
    stand_in.fault("refuse_tokens", times=1)
    assert await wechat.mini_code(SCENE, PAGE)
    assert (stand_in.calls(TOKEN), stand_in.calls(CODE)) == (2, 3)
    stand_in.fault("refuse_tokens")
    with pytest.raises(Unavailable, match="wechat_away"):
        await wechat.mini_code(SCENE, PAGE)
    assert stand_in.calls(CODE) == 5


async def test_codes_and_phones_share_one_token(stand_in: StandIn, wechat: WeChat) -> None:
    phone = wechat.phone_number(stand_in.phone_code("13800000001"))
    number, code = await asyncio.gather(phone, wechat.mini_code(SCENE, PAGE))
    assert (number, code[:2], stand_in.calls(TOKEN)) == ("13800000001", b"\xff\xd8", 1)


async def test_a_slow_wechat_is_given_up_in_time(stand_in: StandIn) -> None:
    async with opened(stand_in.url, patience=0.2) as wechat:
        await wechat.mini_code(SCENE, PAGE)
        stand_in.fault("slow", delay_seconds=2, path=CODE)
        async with asyncio.timeout(1.5):
            with pytest.raises(Unavailable, match="wechat_away"):
                await wechat.mini_code(SCENE, PAGE)
        stand_in.clear_faults()


async def test_no_log_holds_the_secret_or_a_token(stand_in: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    shelf = Shelf()
    async with opened(stand_in.url, tokens=shelf) as wechat:
        await wechat.mini_code(SCENE, PAGE)
        stand_in.fault("broken", path=CODE)
        with pytest.raises(Unavailable):
            await wechat.mini_code(SCENE, PAGE)
    assert SECRET not in caplog.text
    assert all(token not in caplog.text for token in shelf.kept.values())


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"scene": ""}, 40169),
        ({"scene": "x" * 33}, 40169),
        ({"scene": 7}, 47001),
        ({"page": f"/{PAGE}"}, 41030),
        ({"page": f"{PAGE}?id=1"}, 41030),
        ({"page": "pages/no/such"}, 41030),
        ({"env_version": "beta"}, 47001),
        ({"check_path": "no"}, 47001),
        ({"width": "430"}, 47001),
    ],
)
async def test_the_stand_in_is_as_strict_as_wechat(
    changed: dict[str, object], errcode: int, stand_in: StandIn, wechat: WeChat
) -> None:
    token = await wechat._token()
    async with httpx.AsyncClient(base_url=stand_in.url, trust_env=False) as raw:
        answer = await raw.post(CODE, params={"access_token": token}, json={"scene": SCENE, "page": PAGE, **changed})
        assert answer.json()["errcode"] == errcode
        answer = await raw.post(CODE, params={"access_token": "x"}, json={"scene": SCENE})
        assert answer.json()["errcode"] == 40001
        assert (await raw.get(CODE, params={"access_token": token})).json()["errcode"] == 43002
