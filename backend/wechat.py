"""The door to WeChat: who stands behind a login code, which phone behind a phone code, and mini-program codes.

wechatpy's client sends the requests; what it does badly is done here: its calls run in threads of their own, its access
token is never used, and nothing that it raises or logs gets out, because all of it may hold the secret and the code.
"""

import asyncio
import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol, TypeAlias

from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from backend.errors import DomainError
from backend.wechat_errors import MINI_CODE_ERRORS as MINI_CODE_ERRORS
from backend.wechat_errors import (
    MINI_CODE_MEANINGS,
    MISCONFIGURED,
    PHONE_MEANINGS,
    SIGN_IN_MEANINGS,
    STALE_TOKEN,
    Meanings,
    wechat_code_invalid,
    wechat_phone_code_invalid,
    wechat_phone_foreign,
)
from backend.wechat_errors import PHONE_ERRORS as PHONE_ERRORS
from backend.wechat_errors import SIGN_IN_ERRORS as SIGN_IN_ERRORS
from backend.wechat_errors import wechat_away as wechat_away
from backend.wechat_errors import wechat_misconfigured as wechat_misconfigured

_CODE = re.compile(r"[!-~]{1,256}")  # WeChat's own are 32 and 64 letters and digits
_MAINLAND_PHONE = re.compile(r"1[0-9]{10}")
_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~-]{1,32}")  # all that WeChat takes
_PICTURE = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")  # how a JPEG and a PNG begin
_LARGEST_CODE = 1024 * 1024  # bytes; WeChat's own have about a tenth of that
CODE_WIDTH = 430  # pixels, WeChat's usual
RELEASE = "release"  # of a mini-program's three versions (release, trial, develop) the one that everybody has
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


# What WeChat answered (bytes: a picture), or its errcode, or None: nothing usable came.
_Answer: TypeAlias = dict[str, Any] | bytes | int | None


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
            raise self._error(answer, SIGN_IN_MEANINGS)
        openid, unionid = answer.get("openid"), answer.get("unionid")
        if not isinstance(openid, str) or not openid:
            raise wechat_away()
        return WeChatUser(openid, unionid if isinstance(unionid, str) and unionid else None)

    async def phone_number(self, code: str) -> str:
        """The 11 digits of the mainland phone behind a getPhoneNumber code, which works once. Raises PHONE_ERRORS."""
        if not _CODE.fullmatch(code):
            raise wechat_phone_code_invalid()
        info = (await self.ask("/wxa/business/getuserphonenumber", {"code": code}, PHONE_MEANINGS)).get("phone_info")
        if not isinstance(info, dict) or not isinstance(number := info.get("purePhoneNumber"), str):
            raise wechat_away()
        if str(info.get("countryCode")) != "86" or not _MAINLAND_PHONE.fullmatch(number):
            raise wechat_phone_foreign()
        return number

    async def mini_code(self, scene: str, page: str, version: str = RELEASE) -> bytes:
        """A 小程序码, JPEG or PNG, that opens `page` of the mini-program with this scene. Raises MINI_CODE_ERRORS.

        Only of the released version does WeChat check that the page is there. Raises ValueError on a scene that WeChat
        would not take: more than 32 characters, or others than it lists.
        """
        if not _SCENE.fullmatch(scene):
            raise ValueError("a scene is up to 32 letters, digits and a few signs")
        asked = {"scene": scene, "page": page, "env_version": version, "check_path": version == RELEASE}
        answer = await self._ask_with_token("/wxa/getwxacodeunlimit", {**asked, "width": CODE_WIDTH})
        if not isinstance(answer, bytes):
            raise self._error(None if isinstance(answer, dict) else answer, MINI_CODE_MEANINGS)
        return answer

    async def ask(self, path: str, body: dict[str, Any], meanings: Meanings) -> dict[str, Any]:
        """What one of WeChat's paths that want a token answers in JSON. Raises by `meanings`, Unavailable otherwise."""
        answer = await self._ask_with_token(path, body)
        if not isinstance(answer, dict):
            raise self._error(answer, meanings)
        return answer

    async def close(self) -> None:
        """Wait for the calls that are under way (no longer than their time-outs) and let go of all connections."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        self._client._http.close()

    async def _ask_with_token(self, path: str, body: dict[str, Any]) -> _Answer:
        """What WeChat says with a token, and once more with a new one if it is tired of the first."""
        token = await self._token()
        answer = await self._ask("post", path, {"access_token": token}, body)
        if isinstance(answer, int) and answer in STALE_TOKEN:
            token = await self._token(refused=token)
            answer = await self._ask("post", path, {"access_token": token}, body)
            if isinstance(answer, int) and answer in STALE_TOKEN:
                _log.error("WeChat refuses an access token that it has just given")
                return None
        return answer

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
            return answer if isinstance(answer, int) else None
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
            content = getattr(answer, "content", None)  # of a response that is no JSON
            if isinstance(content, bytes) and content.startswith(_PICTURE) and len(content) <= _LARGEST_CODE:
                return content
            fault = "neither a JSON object nor a picture"
        except WeChatClientException as refusal:
            if isinstance(refusal.errcode, int):
                return refusal.errcode
            fault = "an HTTP error"
        except Exception as failure:
            fault = type(failure).__name__
        _log.warning("WeChat gave no usable answer to %s: %s", path, fault)
        return None

    def _error(self, refusal: bytes | int | None, meanings: Meanings) -> DomainError:
        if not isinstance(refusal, int) or refusal == -1:
            return wechat_away()
        if refusal in meanings:
            return meanings[refusal]()
        if refusal not in self._told:
            self._told.add(refusal)
            settings = "WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_ARTICLE_PAGE"
            _log.error("WeChat refuses with errcode %d: check %s and the rights", refusal, settings)
        return wechat_misconfigured() if refusal in MISCONFIGURED else wechat_away()
