"""What WeChat pushes to us: proved by its signature, decrypted, and never older than minutes.

In WeChat's own console the mini-program is set to 安全模式, JSON or XML. WeChat waits five seconds for `success` and
sends again, three times in all: what is done with a push has to be done once, however often it comes.
"""

import hmac
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from lxml import etree
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.utils import WeChatSigner

from backend import clock
from backend.errors import Forbidden, NotFound

DONE = "success"  # all that WeChat wants to hear
LASTS = 600  # seconds for which a signed push is believed: WeChat's own repeats come within twenty
PICTURE_CHECKED = "wxa_media_check"

_ENCRYPTED = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?\s*</Encrypt>")
_MOMENT = re.compile(r"[0-9]{1,12}")
_XML = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


class Push(NamedTuple):
    """One event, as WeChat said it."""

    event: str
    said: Mapping[str, Any]


def pushes_not_taken() -> NotFound:
    return NotFound("pushes_not_taken", "这里没有接收微信推送。")


def push_not_genuine() -> Forbidden:
    """One answer for every cause: which one it is would help whoever forges."""
    return Forbidden("push_not_genuine", "这条推送不是微信发来的，或者已经过时。")


class Pushes:
    """The token and the key that WeChat's console and our settings share."""

    def __init__(self, app_id: str, token: str, key: str) -> None:
        """`key` is WeChat's EncodingAESKey of 43 characters; without token and key nothing is believed."""
        self._app_id = app_id
        self._token = token
        self._cipher = PrpCrypto(WeChatCrypto(token, key, app_id).key) if token and key else None

    def echo(self, query: Mapping[str, str]) -> str:
        """What WeChat wants back when the address is set up. Raises NotFound, Forbidden push_not_genuine."""
        if self._cipher is None:
            raise pushes_not_taken()
        self._check(query, "signature")
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes) -> Push:
        """The event in a pushed body. Raises NotFound pushes_not_taken, Forbidden push_not_genuine for all others."""
        if self._cipher is None:
            raise pushes_not_taken()
        encrypted = _encrypted(body)
        self._check(query, "msg_signature", encrypted)
        try:
            said = _read(self._cipher.decrypt(encrypted, self._app_id))
        except Exception:  # another mini-program's, or whatever damage makes of wechatpy, which checks no padding
            raise push_not_genuine() from None
        return Push(str(said.get("Event", "")), said)

    def _check(self, query: Mapping[str, str], name: str, *signed: str) -> None:
        """Raises Forbidden unless the query's signature under this name is right, and of these minutes."""
        moment, nonce = query.get("timestamp", ""), query.get("nonce", "")
        signer = WeChatSigner()
        signer.add_data(self._token, moment, nonce, *signed)
        right = hmac.compare_digest(signer.signature.encode(), query.get(name, "").encode("utf-8", "replace"))
        fresh = _MOMENT.fullmatch(moment) and abs(clock.now().timestamp() - int(moment)) <= LASTS
        if not (right and fresh):
            raise push_not_genuine()


def _encrypted(body: bytes) -> str:
    """The encrypted part of a body, which nobody has vouched for yet: of XML no more is read than this."""
    if body.lstrip().startswith(b"<"):
        found = _ENCRYPTED.search(body)
        return found[1].decode() if found else ""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    text = said.get("Encrypt") if isinstance(said, dict) else None
    return text if isinstance(text, str) and text.isascii() else ""


def _read(text: str) -> dict[str, Any]:
    if not text.lstrip().startswith("<"):
        said = json.loads(text)
        if not isinstance(said, dict):
            raise ValueError("an event is an object")
        return said
    return {each.tag: _value(each) for each in etree.fromstring(text.encode(), _XML)}


def _value(element: Any) -> Any:
    return {each.tag: each.text or "" for each in element} if len(element) else element.text or ""
