"""Links to pictures: each belongs to one viewer's session, or to WeChat's check, and dies within minutes."""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from backend import clock
from backend.errors import NotFound
from backend.secrets import Vault

Size = Literal["master", "middle", "small"]

LASTS = timedelta(minutes=10)
SIZES: tuple[Size, ...] = ("master", "middle", "small")
WECHAT = "wechat"  # no session, but a nomination whose pictures WeChat checks
VIEWERS = ("account-session", "staff-session", WECHAT)

_SAID = struct.Struct(">16sBB16sI")  # picture, size, kind of viewer, her session, end in seconds since 1970
_SEAL = 32  # bytes of an HMAC-SM3
_FIELD = "picture.link"


@dataclass(frozen=True)
class Link:
    """What a link says, once its seal is proved. Whoever serves it checks that the viewer's session still lives."""

    picture_id: UUID
    size: Size
    viewer: str  # `account-session:ID`, `staff-session:ID` or `wechat:ID`
    expires_at: datetime


def link_gone() -> NotFound:
    return NotFound("link_gone", "照片链接已失效，请返回上一页重新打开。")


def sign_link(vault: Vault, picture_id: UUID, size: Size, viewer: str, lasts: timedelta = LASTS) -> str:
    """A token, safe in a URL, that shows one size of one picture to one session for ten minutes.

    `viewer` is `account-session:ID`, `staff-session:ID` or, for what WeChat checks, `wechat:ID` of the nomination.
    None of these ids opens anything by itself.
    """
    kind, _, session = viewer.partition(":")
    ends = int((clock.now() + lasts).timestamp())
    said = _SAID.pack(picture_id.bytes, SIZES.index(size), VIEWERS.index(kind), UUID(session).bytes, ends)
    return base64.urlsafe_b64encode(said + _seal(vault, said)).decode().rstrip("=")


def open_link(vault: Vault, token: str) -> Link:
    """What a token says. Raises NotFound link_gone for a forged, cut or expired one."""
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise link_gone() from None
    said, seal = whole[: _SAID.size], whole[_SAID.size :]
    if len(seal) != _SEAL or not hmac.compare_digest(seal, _seal(vault, said)):
        raise link_gone()
    picture, size, kind, session, ends = _SAID.unpack(said)
    expires_at = datetime.fromtimestamp(ends, UTC)
    if expires_at <= clock.now():
        raise link_gone()
    return Link(UUID(bytes=picture), SIZES[size], f"{VIEWERS[kind]}:{UUID(bytes=session)}", expires_at)


def _seal(vault: Vault, said: bytes) -> bytes:
    return bytes.fromhex(vault.digest(said.hex(), _FIELD))
