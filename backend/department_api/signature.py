"""Pure: how a department's request is signed (HMAC-SHA256), and what its four headers say."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from backend.errors import Unauthenticated

KEY, TIME, NONCE, SIGNATURE = "X-Lushan-Key", "X-Lushan-Time", "X-Lushan-Nonce", "X-Lushan-Signature"
FORMATS = {
    KEY: "[0-9a-f]{32}",
    TIME: "[0-9]{1,12}",
    NONCE: "[A-Za-z0-9_-]{16,64}",
    SIGNATURE: "[0-9a-f]{64}",
}
WINDOW = 300  # seconds that a system's clock may be away from ours, either way

_formats = {name: re.compile(pattern) for name, pattern in FORMATS.items()}


@dataclass(frozen=True)
class Claim:
    """Who says to be speaking, when, and by what proof. Nothing of it is proven yet."""

    public_id: str
    time: str  # seconds since 1970, as it was sent
    nonce: str
    signature: str


def not_signed() -> Unauthenticated:
    """One answer for a missing, unknown, revoked or expired key and for a wrong signature: none can be felt out."""
    detail = "密钥不对、已停用或已到期，或者签名不符。请对照接口说明核对密钥和签名。"
    return Unauthenticated("not_signed", detail)


def clock_off() -> Unauthenticated:
    return Unauthenticated("clock_off", f"请求的时间与服务器相差超过 {WINDOW // 60} 分钟。请校准时钟后重新签名。")


def replayed() -> Unauthenticated:
    return Unauthenticated("replayed", "这个请求已经收到过。每次发送（重试也一样）都要用新的随机串重新签名。")


def read_claim(headers: Mapping[str, str], now: datetime) -> Claim:
    """The four headers, well formed and of about now. Raises Unauthenticated not_signed, clock_off."""
    said = {name: headers.get(name) or "" for name in FORMATS}
    if not all(_formats[name].fullmatch(text) for name, text in said.items()):
        raise not_signed()
    if abs(now.timestamp() - int(said[TIME])) > WINDOW:
        raise clock_off()
    return Claim(said[KEY], said[TIME], said[NONCE], said[SIGNATURE])


def sign(signing_key: bytes, method: str, target: bytes, claim: Claim, body: bytes) -> str:
    """The signature of a request as 64 hex digits; `target` is its path and query just as they were sent.

    `signing_key` is the SHA-256 of the secret, so that the secret itself need not be kept anywhere.
    """
    digest = hashlib.sha256(body).hexdigest()
    message = b"\n".join(
        [method.encode(), target, claim.time.encode(), claim.nonce.encode(), digest.encode()],
    )
    return hmac.new(signing_key, message, hashlib.sha256).hexdigest()


def check(signing_key: bytes, method: str, target: bytes, claim: Claim, body: bytes) -> None:
    """Raise Unauthenticated unless the claim's signature is the request's. Takes as long for any wrong one."""
    if not hmac.compare_digest(sign(signing_key, method, target, claim, body), claim.signature):
        raise not_signed()
