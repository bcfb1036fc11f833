"""The one door to WeChat: who stands behind a login code, and which phone behind a phone code.

wechatpy's client sends the requests; what it does badly is done here: its calls run in threads of their own, its access
token is never used, and nothing that it raises or logs gets out, because all of it may hold the secret and the code.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol, TypeAlias

from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from backend.errors import DomainError, Forbidden, Invalid, TooMany, Unavailable


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


SIGN_IN_ERRORS = (wechat_code_invalid, wechat_code_used, wechat_busy, wechat_blocked, wechat_away, wechat_misconfigured)
PHONE_ERRORS = (wechat_phone_code_invalid, wechat_phone_foreign, wechat_busy, wechat_away, wechat_misconfigured)

_Meanings: TypeAlias = Mapping[int, Callable[[], DomainError]]
_SIGN_IN_MEANINGS: _Meanings = {
    40029: wechat_code_invalid,  # unknown or older than five minutes
    40163: wechat_code_used,
    40226: wechat_blocked,
    45011: wechat_busy,
}
_PHONE_MEANINGS: _Meanings = {
    40029: wechat_phone_code_invalid,  # unknown, expired or used: this endpoint does not tell them apart
    40013: wechat_phone_code_invalid,  # the token proved our AppID, so the code was given to another mini-program
    40163: wechat_phone_code_invalid,
    45011: wechat_busy,
}
# AppID or secret wrong or missing (40001 too, where no token was sent), server address not allowed, no right to this.
_MISCONFIGURED = frozenset({40001, 40013, 40125, 40164, 41002, 41004, 48001})
_STALE_TOKEN = frozenset({40001, 40014, 42001})

_CODE = re.compile(r"[!-~]{1,256}")  # WeChat's own are 32 and 64 letters and digits
_MAINLAND_PHONE = re.compile(r"1[0-9]{10}")
_TOKEN_RESERVE = 300  # seconds before its end at which WeChat hands out the next token
_THREADS = 8  # requests keeps ten connections, so each thread has one
_THREAD_NAME = "wechat"

_log = logging.getLogger(__name__)


def _from_elsewhere(_record: logging.LogRecord) -> bool:
    return not threading.current_thread().name.startswith(_THREAD_NAME)


# These write whole URLs (appid, secret, js_code, access_token) at levels from debug to warning. A filter holds
# whatever level is set; it drops only what our own threads say.
for _name in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_from_elsewhere)
logging.getLogger("wechatpy.client.base").addFilter(_from_elsewhere)


class TokenStore(Protocol):
    """Where the access token is kept, best shared by all processes. A store that is away answers None."""

    async def get(self, key: str) -> str | None: ...

    async def set(self, key: str, value: str, seconds: int) -> None: ...


@dataclass(frozen=True, slots=True)
class WeChatUser:
    """Who signed in, as WeChat knows them; kept out of repr, so that no log shows it by accident."""

    openid: str = field(repr=False)
    unionid: str | None = field(default=None, repr=False)


_Answer: TypeAlias = dict[str, Any] | int | None  # what WeChat answered, or its errcode, or None: nothing usable came


class WeChat:
    """One mini-program's calls to WeChat. Safe under concurrent and cancelled calls; one event loop only."""

    def __init__(
        self, app_id: str, app_secret: str, api_url: str, tokens: TokenStore, timeouts: tuple[float, float] = (3.0, 5.0)
    ) -> None:
        """`timeouts`: seconds to connect, and to wait for an answer; a call ends after their sum at the latest."""
        self._identity = {"appid": app_id, "secret": app_secret}
        self._api_url = api_url.rstrip("/")
        self._tokens = tokens
        self._token_key = f"wechat:access_token:{app_id}"
        self._patience = sum(timeouts)
        # auto_retry would recurse without end on a lasting 40001, and fetch its own token with no time-out.
        self._client = WeChatClient(app_id, app_secret, timeout=timeouts, auto_retry=False)
        self._client._http.trust_env = False  # settings come from Settings alone; no .netrc, no proxy by variable
        self._client._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # Not the default pool: a WeChat that hangs may use up these threads, nobody else's.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=_THREAD_NAME)
        self._fetching: asyncio.Task[str | int | None] | None = None
        self._told: set[int] = set()

    async def sign_in(self, code: str) -> WeChatUser:
        """Who stands behind a `wx.login` code, which works once; its session_key is dropped. Raises SIGN_IN_ERRORS."""
        if not _CODE.fullmatch(code):
            raise wechat_code_invalid()
        asked = {**self._identity, "js_code": code, "grant_type": "authorization_code", "access_token": None}
        answer = await self._ask("get", "/sns/jscode2session", asked)
        if not isinstance(answer, dict):
            raise self._error(answer, _SIGN_IN_MEANINGS)
        openid, unionid = answer.get("openid"), answer.get("unionid")
        if not isinstance(openid, str) or not openid:
            raise wechat_away()
        return WeChatUser(openid, unionid if isinstance(unionid, str) and unionid else None)

    async def phone_number(self, code: str) -> str:
        """The 11 digits of the mainland phone behind a getPhoneNumber code, which works once. Raises PHONE_ERRORS."""
        if not _CODE.fullmatch(code):
            raise wechat_phone_code_invalid()
        token = await self._token()
        answer = await self._ask_phone(token, code)
        if isinstance(answer, int) and answer in _STALE_TOKEN:
            answer = await self._ask_phone(await self._token(refused=token), code)
            if isinstance(answer, int) and answer in _STALE_TOKEN:
                _log.error("WeChat refuses an access token that it has just given")
                raise wechat_away()
        if not isinstance(answer, dict):
            raise self._error(answer, _PHONE_MEANINGS)
        info = answer.get("phone_info")
        if not isinstance(info, dict) or not isinstance(number := info.get("purePhoneNumber"), str):
            raise wechat_away()
        if str(info.get("countryCode")) != "86" or not _MAINLAND_PHONE.fullmatch(number):
            raise wechat_phone_foreign()
        return number

    async def close(self) -> None:
        """Wait for the calls that are under way (no longer than their time-outs) and let go of all connections."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        self._client._http.close()

    async def _ask_phone(self, token: str, code: str) -> _Answer:
        return await self._ask("post", "/wxa/business/getuserphonenumber", {"access_token": token}, {"code": code})

    async def _token(self, refused: str | None = None) -> str:
        """An access token other than the refused one; whoever needs one meanwhile waits for the same fetch.

        A shared task rather than a lock: a waiter that is cancelled ends nobody's fetch, and a failure answers all
        waiters at once instead of each trying after the other.
        """
        token = await self._tokens.get(self._token_key)
        if token is not None and token != refused:
            return token
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch_token(refused))
        fetched = await asyncio.shield(self._fetching)
        if not isinstance(fetched, str):
            raise self._error(fetched, {})
        return fetched

    async def _fetch_token(self, refused: str | None) -> str | int | None:
        """The token, or an errcode, or None. Never forced: a plain fetch leaves other processes' token alive."""
        token = await self._tokens.get(self._token_key)  # another fetch may have ended since the caller looked
        if token is not None and token != refused:
            return token
        asked = {"grant_type": "client_credential", **self._identity, "force_refresh": False}
        answer = await self._ask("post", "/cgi-bin/stable_token", {"access_token": None}, asked)
        if not isinstance(answer, dict):
            return answer
        token, life = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(life, int):
            return None
        if life > _TOKEN_RESERVE:
            await self._tokens.set(self._token_key, token, life - _TOKEN_RESERVE)
        return token

    async def _ask(self, method: str, path: str, query: dict[str, Any], body: dict[str, Any] | None = None) -> _Answer:
        """One request in a thread of ours. A cancelled or late one leaves its thread to end by its own time-outs."""
        loop = asyncio.get_running_loop()
        try:
            # Counts the wait for a free thread too, so that a hanging WeChat cannot make a queue of people.
            async with asyncio.timeout(self._patience):
                return await loop.run_in_executor(self._threads, self._request, method, path, query, body)
        except TimeoutError:
            _log.warning("WeChat gave no answer in time to %s", path)
            return None

    def _request(self, method: str, path: str, query: dict[str, Any], body: dict[str, Any] | None) -> _Answer:
        """Runs in a thread. Returns failures: an exception raised here would carry the URL with its secrets.

        An access_token in the query, even None, keeps wechatpy from fetching its own.
        """
        url = f"{self._api_url}{path}"
        try:
            answer = self._client._request(method, url, params=query, data=body, allow_redirects=False)
            if isinstance(answer, dict):
                return answer
            fault = "not a JSON object"
        except WeChatClientException as refusal:
            if isinstance(refusal.errcode, int):
                return refusal.errcode
            fault = "an HTTP error"
        except Exception as failure:
            fault = type(failure).__name__
        _log.warning("WeChat gave no usable answer to %s: %s", path, fault)
        return None

    def _error(self, refusal: int | None, meanings: _Meanings) -> DomainError:
        if refusal is None or refusal == -1:
            return wechat_away()
        if refusal in meanings:
            return meanings[refusal]()
        if refusal not in self._told:
            self._told.add(refusal)
            _log.error("WeChat refuses with errcode %d: check WECHAT_APP_ID, WECHAT_APP_SECRET and the rights", refusal)
        return wechat_misconfigured() if refusal in _MISCONFIGURED else wechat_away()
