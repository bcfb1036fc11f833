"""What WeChat's refusals mean to the people who meet them, call by call."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from backend.errors import Conflict, DomainError, Forbidden, Invalid, TooMany, Unavailable


def wechat_code_invalid() -> Invalid:
    return Invalid("wechat_code_invalid", "登录没有成功，请关闭小程序，重新打开后再登录。")


def wechat_code_used() -> Invalid:
    return Invalid("wechat_code_used", "这次登录已经用过了，请回到小程序重新进入登录。")


def wechat_phone_code_invalid() -> Invalid:
    return Invalid("wechat_phone_code_invalid", "手机号授权已过期，请回到小程序，再点一次“获取手机号”。")


def wechat_phone_foreign() -> Invalid:
    return Invalid("wechat_phone_foreign", "这个微信绑定的不是大陆手机号，请换绑后再试，或到服务窗口办理。")


def wechat_busy() -> TooMany:
    return TooMany("wechat_busy", "操作太频繁了，请等一分钟再试。", retry_after=60)


def wechat_blocked() -> Forbidden:
    return Forbidden("wechat_blocked", "微信提示这个账号有安全风险，请先在微信里处理，或到服务窗口办理。")


def wechat_away() -> Unavailable:
    return Unavailable("wechat_away", "微信暂时没有回应，请过一会儿重新进入小程序再试。", retry_after=30)


def wechat_misconfigured() -> Unavailable:
    return Unavailable("wechat_misconfigured", "微信服务暂时不能使用，我们正在处理，请晚些时候再试。", retry_after=300)


def wechat_codes_exhausted() -> Unavailable:
    return Unavailable("wechat_codes_exhausted", "微信暂时不再给小程序码，请过一会儿再试。", retry_after=60)


def wechat_gives_no_verdict() -> Conflict:
    """WeChat checks nothing of who has not opened the mini-program within two hours, or is not its user."""
    return Conflict("wechat_gives_no_verdict", "微信没有检查这部分内容，请由工作人员审核。")


def wechat_checks_exhausted() -> Unavailable:
    return Unavailable("wechat_checks_exhausted", "微信暂时不再检查内容，请过一会儿再试。", retry_after=60)


SIGN_IN_ERRORS = (wechat_code_invalid, wechat_code_used, wechat_busy, wechat_blocked, wechat_away, wechat_misconfigured)
PHONE_ERRORS = (wechat_phone_code_invalid, wechat_phone_foreign, wechat_busy, wechat_away, wechat_misconfigured)
MINI_CODE_ERRORS = (wechat_codes_exhausted, wechat_away, wechat_misconfigured)

Meanings: TypeAlias = Mapping[int, Callable[[], DomainError]]
SIGN_IN_MEANINGS: Meanings = {
    40029: wechat_code_invalid,  # unknown or older than five minutes
    40163: wechat_code_used,
    40226: wechat_blocked,
    45011: wechat_busy,
}
PHONE_MEANINGS: Meanings = {
    40029: wechat_phone_code_invalid,  # unknown, expired or used: this endpoint does not tell them apart
    40013: wechat_phone_code_invalid,  # the token proved our AppID, so the code was given to another mini-program
    40163: wechat_phone_code_invalid,
    45011: wechat_busy,
}
MINI_CODE_MEANINGS: Meanings = {
    45009: wechat_codes_exhausted,  # five thousand a minute, of the whole mini-program
}
CONTENT_CHECK_MEANINGS: Meanings = {
    61010: wechat_gives_no_verdict,  # the openid was not active within two hours
    40003: wechat_gives_no_verdict,  # no openid of this mini-program's
    43104: wechat_gives_no_verdict,  # the openid is another mini-program's
    45009: wechat_checks_exhausted,  # a minute's or a day's quota
    45011: wechat_checks_exhausted,
}
# AppID or secret wrong or missing (40001 too, where no token was sent), server address not allowed, no right to this,
# no such page in the published mini-program.
MISCONFIGURED = frozenset({40001, 40013, 40125, 40164, 41002, 41004, 41030, 48001})
STALE_TOKEN = frozenset({40001, 40014, 42001})
