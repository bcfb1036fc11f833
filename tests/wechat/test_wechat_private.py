"""Nothing that a citizen sent, that WeChat answered, or that is secret gets into a log or a traceback."""

import logging
import traceback

import pytest

from backend.demo.wechat_stand_in import StandIn, openid_of
from backend.errors import DomainError
from backend.wechat import WeChat
from tests.wechat.opening import SECRET, Shelf, opened

LI = "13800000001"
TALKATIVE = ["", "urllib3", "urllib3.connectionpool", "requests", "wechatpy", "wechatpy.client.base", "asyncio"]


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    for name in TALKATIVE:
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def said(record: logging.LogRecord) -> str:
    return logging.Formatter("%(name)s %(message)s %(pathname)s").format(record)


def chain(error: BaseException | None) -> list[BaseException]:
    """The error and all that hangs on it, whether a traceback would print it or not."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


async def through_all_kinds_of_trouble(stand_in: StandIn, wechat: WeChat, planted: list[str]) -> list[DomainError]:
    errors = []
    for kind in ("", "down", "broken", "garbage", "busy", "refuse_tokens", "slow"):
        stand_in.clear_faults()
        if kind:
            stand_in.fault(kind, delay_seconds=2)
        for deed, code in (
            (wechat.sign_in, stand_in.code("demo-li", with_unionid=True)),
            (wechat.phone_number, stand_in.phone_code(LI)),
        ):
            planted.append(code)
            for _ in range(2):  # the second time the code is used up
                try:
                    await deed(code)
                except DomainError as error:
                    errors.append(error)
    return errors


async def test_planted_values_are_nowhere(stand_in: StandIn, everything_logged: pytest.LogCaptureFixture) -> None:
    planted, shelf = [SECRET, openid_of("demo-li"), openid_of("unionid of demo-li"), LI], Shelf()
    async with opened(stand_in.url, tokens=shelf, patience=0.2) as wechat:
        errors = await through_all_kinds_of_trouble(stand_in, wechat, planted)
    async with opened("http://127.0.0.1:1", patience=0.2) as nowhere:
        with pytest.raises(DomainError) as caught:
            await nowhere.sign_in(planted[-1])
    errors.append(caught.value)
    planted += shelf.kept.values()
    text = "\n".join(said(record) for record in everything_logged.records)
    assert "/sns/jscode2session" in text, "failures are logged, by path and kind"
    assert len(errors) >= 15
    for error in errors:
        assert chain(error) == [error], "nothing hangs on the error, where a reporter would print it"
        text += "".join(traceback.format_exception(error)) + error.detail + repr(error)
    assert [value for value in planted if value in text] == []


def test_other_users_of_the_same_libraries_are_still_heard(everything_logged: pytest.LogCaptureFixture) -> None:
    logging.getLogger("urllib3.connectionpool").warning("somebody else's pool is full")
    assert "somebody else's pool is full" in everything_logged.text
