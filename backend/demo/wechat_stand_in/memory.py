"""What the stand-in remembers, and WeChat's rules about it: codes, tokens, users, and a clock of its own."""

import hashlib
import hmac
import re
import secrets
import threading
import time
from base64 import b64encode, urlsafe_b64encode
from collections import deque
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from backend import clock

CODE_LIFE = 300
TOKEN_LIFE = 7200
TOKEN_RENEWED_BEFORE_END = 300
SIGN_INS_A_MINUTE = 100
FORCED_A_DAY = 20
FORCED_APART = 30
MINI_CODES_A_MINUTE = 5000
ACTIVE_FOR = 7200  # seconds for which content of a user is checked after her visit

_OPENID = re.compile(r"o[A-Za-z0-9_-]{27}")
_PHONE = re.compile(r"[0-9]{5,15}")


class RefusedError(Exception):
    """WeChat's no: an errcode with its errmsg."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errmsg)
        self.errcode = errcode
        self.errmsg = errmsg


def openid_of(user: str) -> str:
    """The openid that a made-up user always has: 28 characters, beginning with o."""
    return "o" + urlsafe_b64encode(hashlib.sha256(user.encode()).digest()).decode()[:27]


@dataclass
class _Code:
    made_at: float
    answer: dict[str, Any]
    user: str = ""
    used: bool = False


@dataclass
class _Token:
    value: str
    ends_at: float


class Memory:
    """The whole state of one stand-in. Not thread-safe by itself: hold `lock` around each call."""

    def __init__(self, app_id: str, app_secret: str) -> None:
        self.lock = threading.Lock()
        self._app_id = app_id
        self._app_secret = app_secret
        self._ahead = 0.0
        self._codes: dict[str, _Code] = {}
        self._phone_codes: dict[str, _Code] = {}
        self._blocked: set[str] = set()
        self._sign_ins: dict[str, deque[float]] = {}
        self._tokens: dict[str, _Token] = {}
        self._current: _Token | None = None
        self._forced: deque[float] = deque()
        self._mini_codes: deque[float] = deque()
        self._active: dict[str, float] = {}  # openid → when its user was last here
        self.pictures: SimpleQueue[Any] = SimpleQueue()  # to be looked at, by pushing.py

    def now(self) -> float:
        """Seconds on the stand-in's own clock, which only `advance` moves besides time itself."""
        return time.monotonic() + self._ahead

    def advance(self, advance_seconds: float) -> None:
        """Let time pass. Raises ValueError on a step backwards."""
        if advance_seconds < 0:
            raise ValueError("time does not go back")
        self._ahead += advance_seconds

    def mint_code(self, user: str, with_unionid: bool = False) -> dict[str, str]:
        """A code as `wx.login` gives on that user's phone: 32 characters, five minutes, once."""
        if not user:
            raise ValueError("user is empty")
        answer = {"openid": openid_of(user)}
        if with_unionid:
            answer["unionid"] = openid_of(f"unionid of {user}")
        return {"code": self._keep(self._codes, _Code(self.now(), answer, user), 16)}

    def mint_phone_code(self, phone: str, country_code: str = "86") -> dict[str, str]:
        """A code as the button `getPhoneNumber` gives on that phone: 64 characters, five minutes, once."""
        if not _PHONE.fullmatch(phone) or not _PHONE.fullmatch(country_code.zfill(5)):
            raise ValueError("phone and country_code are digits")
        answer = {
            "phoneNumber": phone if country_code == "86" else f"+{country_code}{phone}",
            "purePhoneNumber": phone,
            "countryCode": country_code,
            "watermark": {"timestamp": int(clock.now().timestamp() + self._ahead), "appid": self._app_id},
        }
        return {"code": self._keep(self._phone_codes, _Code(self.now(), answer), 32)}

    def set_user(self, user: str, blocked: bool) -> None:
        """Put a user on WeChat's list of high risk, or take them off."""
        if blocked:
            self._blocked.add(user)
        else:
            self._blocked.discard(user)

    def expire_tokens(self) -> None:
        """All tokens given so far end now, before their time."""
        for token in self._tokens.values():
            token.ends_at = self.now()

    def check_identity(self, app_id: str, app_secret: str) -> None:
        """Raises RefusedError unless this mini-program's own AppID and AppSecret were sent."""
        if not app_id:
            raise RefusedError(41002, "appid missing")
        if not app_secret:
            raise RefusedError(41004, "appsecret missing")
        if app_id != self._app_id:
            raise RefusedError(40013, "invalid appid")
        if not hmac.compare_digest(app_secret.encode(), self._app_secret.encode()):
            raise RefusedError(40125, "invalid appsecret")

    def check_token(self, value: str) -> None:
        """Raises RefusedError unless this token was given and still holds."""
        if not value:
            raise RefusedError(41001, "access_token missing")
        token = self._tokens.get(value)
        if token is None:
            raise RefusedError(40001, "invalid credential, access_token is invalid or not latest")
        if self.now() >= token.ends_at:
            raise RefusedError(42001, "access_token expired")

    def check_active(self, openid: object) -> None:
        """Raises RefusedError unless this openid is of a user who was here within two hours."""
        if not isinstance(openid, str) or not _OPENID.fullmatch(openid):
            raise RefusedError(40003, "invalid openid")
        if self.now() - self._active.get(openid, -ACTIVE_FOR) >= ACTIVE_FOR:
            raise RefusedError(61010, "code is expired")

    def count_mini_code(self) -> None:
        """Raises RefusedError when the minute has had all of its mini-program codes."""
        while self._mini_codes and self.now() - self._mini_codes[0] >= 60:
            self._mini_codes.popleft()
        if len(self._mini_codes) >= MINI_CODES_A_MINUTE:
            raise RefusedError(45009, "reach max api minute quota limit")
        self._mini_codes.append(self.now())

    def sign_in(self, code: str) -> dict[str, Any]:
        """The answer of jscode2session, which has no errcode when all is well."""
        known = self._codes.get(code)
        if known is None or self.now() >= known.made_at + CODE_LIFE:
            raise RefusedError(40029, "invalid code")
        if known.used:
            raise RefusedError(40163, "code been used")
        self._count_sign_in(known.user)
        if known.user in self._blocked:
            raise RefusedError(40226, "code blocked")
        known.used = True
        self._active[known.answer["openid"]] = self.now()
        return {"session_key": b64encode(secrets.token_bytes(16)).decode(), **known.answer}

    def phone(self, access_token: str, code: str) -> dict[str, Any]:
        """The answer of getuserphonenumber. A used code is as invalid as an unknown one here."""
        self.check_token(access_token)
        known = self._phone_codes.get(code)
        if known is None or known.used or self.now() >= known.made_at + CODE_LIFE:
            raise RefusedError(40029, "invalid code")
        known.used = True
        return {"errcode": 0, "errmsg": "ok", "phone_info": known.answer}

    def token(self, force_refresh: bool) -> dict[str, Any]:
        """The answer of stable_token: the same token while it lives, the next one in its last five minutes.

        A forced one ends the one before at once; twenty a day, and within thirty seconds of the last it does nothing.
        """
        now = self.now()
        current = self._current
        if force_refresh and self._may_force(now):
            if current is not None:
                current.ends_at = now
            current = None
        if current is None or current.ends_at - now <= TOKEN_RENEWED_BEFORE_END:
            current = self._current = _Token(secrets.token_urlsafe(96), now + TOKEN_LIFE)
            self._tokens = {each.value: each for each in self._tokens.values() if now < each.ends_at + TOKEN_LIFE}
            self._tokens[current.value] = current
        return {"access_token": current.value, "expires_in": int(current.ends_at - now)}

    def _may_force(self, now: float) -> bool:
        while self._forced and now - self._forced[0] >= 86_400:
            self._forced.popleft()
        if self._forced and now - self._forced[-1] < FORCED_APART:
            return False
        if len(self._forced) >= FORCED_A_DAY:
            raise RefusedError(45009, "reach max api daily quota limit")
        self._forced.append(now)
        return True

    def _count_sign_in(self, user: str) -> None:
        times = self._sign_ins.setdefault(user, deque())
        while times and self.now() - times[0] >= 60:
            times.popleft()
        if len(times) >= SIGN_INS_A_MINUTE:
            raise RefusedError(45011, "api minute-quota reach limit  mustslower  retry next minute")
        times.append(self.now())

    def _keep(self, codes: dict[str, _Code], code: _Code, length: int) -> str:
        for old in [each for each, known in codes.items() if self.now() >= known.made_at + CODE_LIFE]:
            del codes[old]
        name = secrets.token_hex(length)
        codes[name] = code
        return name
