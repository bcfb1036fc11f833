"""A phone from WeChat, and the access token that it costs: fetched once, shared, renewed, never without end."""

import asyncio

import pytest

from backend.demo.wechat_stand_in import StandIn
from backend.errors import Invalid, Unavailable
from backend.wechat import WeChat
from tests.wechat.opening import Shelf, opened

TOKEN = "/cgi-bin/stable_token"
PHONE = "/wxa/business/getuserphonenumber"
LI = "13800000001"
TWENTY = [f"138000000{n:02}" for n in range(20)]


async def all_twenty(stand_in: StandIn, wechat: WeChat) -> list[str | BaseException]:
    codes = [stand_in.phone_code(phone) for phone in TWENTY]
    return await asyncio.gather(*(wechat.phone_number(code) for code in codes), return_exceptions=True)


async def test_li_gives_her_phone_and_the_token_is_kept_till_five_minutes_before_its_end(stand_in: StandIn) -> None:
    shelf = Shelf()
    async with opened(stand_in.url, tokens=shelf) as wechat:
        assert await wechat.phone_number(stand_in.phone_code(LI)) == LI
    assert list(shelf.kept) == ["wechat:access_token:demo-app"]
    assert 6890 <= shelf.seconds[0] <= 6900


async def test_a_token_met_in_the_middle_of_its_life_is_kept_for_the_rest(stand_in: StandIn, wechat: WeChat) -> None:
    await wechat.phone_number(stand_in.phone_code(LI))
    stand_in.advance(3000)
    shelf = Shelf()
    async with opened(stand_in.url, tokens=shelf) as late:
        await late.phone_number(stand_in.phone_code(LI))
    assert 3890 <= shelf.seconds[0] <= 3900


@pytest.mark.parametrize(("phone", "country"), [("91234567", "852"), (LI, "1"), ("1380000", "86")])
async def test_a_phone_from_elsewhere_is_named_as_such(
    phone: str, country: str, stand_in: StandIn, wechat: WeChat
) -> None:
    with pytest.raises(Invalid, match="wechat_phone_foreign"):
        await wechat.phone_number(stand_in.phone_code(phone, country))


async def test_a_phone_code_works_once_for_five_minutes_and_a_login_code_is_none(
    stand_in: StandIn, wechat: WeChat
) -> None:
    used, old, login = stand_in.phone_code(LI), stand_in.phone_code(LI), stand_in.code("demo-li")
    await wechat.phone_number(used)
    with pytest.raises(Invalid, match="wechat_phone_code_invalid"):
        await wechat.phone_number(used)
    with pytest.raises(Invalid, match="wechat_phone_code_invalid"):
        await wechat.phone_number(login)
    stand_in.advance(300)
    with pytest.raises(Invalid, match="wechat_phone_code_invalid"):
        await wechat.phone_number(old)


async def test_two_processes_share_one_token(stand_in: StandIn) -> None:
    shelf = Shelf()
    async with opened(stand_in.url, tokens=shelf) as one, opened(stand_in.url, tokens=shelf) as other:
        await one.phone_number(stand_in.phone_code(LI))
        await other.phone_number(stand_in.phone_code(LI))
    assert stand_in.calls(TOKEN) == 1


async def test_twenty_at_once_fetch_one_token_and_one_more_when_it_ends_early(
    stand_in: StandIn, wechat: WeChat
) -> None:
    assert await all_twenty(stand_in, wechat) == TWENTY
    assert stand_in.calls(TOKEN) == 1
    stand_in.fault("expire_tokens")
    assert await all_twenty(stand_in, wechat) == TWENTY
    assert stand_in.calls(TOKEN) == 2


async def test_when_the_one_fetch_fails_all_twenty_hear_it_and_the_next_one_succeeds(
    stand_in: StandIn, wechat: WeChat
) -> None:
    stand_in.fault("down", path=TOKEN)
    assert [str(error) for error in await all_twenty(stand_in, wechat)] == ["wechat_away"] * 20
    assert stand_in.calls(TOKEN) == 1
    assert stand_in.calls(PHONE) == 0
    stand_in.clear_faults()
    assert await wechat.phone_number(stand_in.phone_code(LI)) == LI


@pytest.mark.parametrize("kind", ["down", "broken", "garbage", "moved", "busy"])
@pytest.mark.parametrize("path", [TOKEN, PHONE])
async def test_when_wechat_fails_li_hears_it_and_can_try_again(
    kind: str, path: str, stand_in: StandIn, wechat: WeChat
) -> None:
    stand_in.fault(kind, times=1, path=path)
    with pytest.raises(Unavailable, match="wechat_away"):
        await wechat.phone_number(stand_in.phone_code(LI))
    assert await wechat.phone_number(stand_in.phone_code(LI)) == LI


async def test_a_token_that_ended_early_costs_one_retry(stand_in: StandIn, wechat: WeChat) -> None:
    await wechat.phone_number(stand_in.phone_code(LI))
    stand_in.fault("refuse_tokens", times=1)
    assert await wechat.phone_number(stand_in.phone_code(LI)) == LI
    assert (stand_in.calls(TOKEN), stand_in.calls(PHONE)) == (2, 3)


async def test_a_token_refused_for_good_is_an_error_after_two_tries(stand_in: StandIn, wechat: WeChat) -> None:
    stand_in.fault("refuse_tokens")
    with pytest.raises(Unavailable, match="wechat_away"):
        await wechat.phone_number(stand_in.phone_code(LI))
    assert (stand_in.calls(TOKEN), stand_in.calls(PHONE)) == (2, 2)


async def test_who_started_the_fetch_may_leave_and_the_others_still_get_their_token(
    stand_in: StandIn, wechat: WeChat
) -> None:
    stand_in.fault("slow", delay_seconds=0.3, path=TOKEN, times=1)
    first = asyncio.create_task(wechat.phone_number(stand_in.phone_code(LI)))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(wechat.phone_number(stand_in.phone_code(LI)))
    await asyncio.sleep(0.05)
    first.cancel()
    assert await second == LI
    assert first.cancelled()
    assert stand_in.calls(TOKEN) == 1


class SlowShelf(Shelf):
    async def set(self, key: str, value: str, seconds: int) -> None:
        await asyncio.sleep(0.3)
        await super().set(key, value, seconds)


async def test_closing_leaves_no_fetch_behind_that_nobody_waits_for(stand_in: StandIn) -> None:
    stand_in.fault("slow", delay_seconds=0.2)
    async with opened(stand_in.url, tokens=SlowShelf()) as wechat:
        alone = asyncio.create_task(wechat.phone_number(stand_in.phone_code(LI)))
        await asyncio.sleep(0.1)
        alone.cancel()
    assert asyncio.all_tasks() == {asyncio.current_task()}
