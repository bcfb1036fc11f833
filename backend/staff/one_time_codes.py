"""动态验证码: the six digits that an authenticator app shows for thirty seconds (TOTP, RFC 6238)."""

import re
import unicodedata

import pyotp
from pyotp.exceptions import OTPVerificationError

from backend import clock
from backend.errors import TooMany
from backend.secrets import Vault

ISSUER = "诚信鲁山"
LASTS = 30  # seconds
_DRIFT = 1  # steps that a phone's clock may run ahead or behind
_FIELD = "staff.totp"
_SIX_DIGITS = re.compile("[0-9]{6}")


def codes_used_up(seconds: int) -> TooMany:
    return TooMany("codes_used_up", f"动态验证码已经用过，请在 {seconds} 秒后再取新的。", retry_after=seconds)


def new_secret() -> str:
    """160 random bits in base32, as authenticator apps take it."""
    return pyotp.random_base32()


def hide_secret(vault: Vault, secret: str) -> bytes:
    """As it is stored."""
    return vault.encrypt(secret, _FIELD)


def open_secret(vault: Vault, hidden: bytes) -> str:
    """The secret again. Raises Undecipherable."""
    return vault.decrypt(hidden, _FIELD)


def secret_uri(secret: str, username: str) -> str:
    """The `otpauth:` address that an authenticator app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def step_of(secret: str, code: str) -> int | None:
    """Which thirty-second step the code belongs to, now or one step before or after; None for a wrong one.

    Keep the step: a code works once when no step at or below the last one is taken.
    """
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    if not _SIX_DIGITS.fullmatch(digits):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=clock.now(), valid_window=_DRIFT)
    except OTPVerificationError:
        return None


def unused_code(secret: str, last: int | None) -> tuple[str, int]:
    """The present code, and for how many seconds it is taken; the next one when it was used, `last` being its step.

    Raises TooMany when both were used.
    """
    now = int(clock.now().timestamp())
    present = now // LASTS
    step = present if last is None else max(present, last + 1)
    if step > present + _DRIFT:
        raise codes_used_up((step - _DRIFT) * LASTS - now)
    return pyotp.TOTP(secret).at(step * LASTS), (step + 1 + _DRIFT) * LASTS - now
