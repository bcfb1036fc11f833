"""WeChat's message push, made up: verdicts on pictures go to the set-up address, encrypted and signed, a moment later.

It encrypts by itself, as WeChat's 消息加解密说明 has it (AES-256-CBC, padded to blocks of 32 bytes), so that the server
decrypts somebody else's work.
"""

import base64
import hashlib
import json
import queue
import secrets
import struct
import threading
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from backend import clock
from backend.demo.wechat_stand_in.content_checks import MOST_BYTES, Asked, judge_picture

MOMENT = 0.05  # seconds until it looks; WeChat's own take up to thirty minutes
TRIES = 3
BETWEEN_TRIES = 0.5  # seconds; WeChat waits five for an answer before it sends again
_PATIENCE = 3  # seconds for a picture, and for an answer
_BLOCK = 32
_OURS = "gh_0123456789ab"  # the mini-program's 原始 ID


@dataclass(frozen=True)
class Address:
    """What is set up in WeChat's console under 消息推送. `form` is json or xml."""

    url: str
    token: str
    key: str
    form: str = "json"


class Pushing:
    """One thread that looks at pictures and pushes what it found. It says nothing while no address is set up."""

    def __init__(self, app_id: str, asked: queue.SimpleQueue[Asked | None], to: Address | None) -> None:
        self.to = to
        self._app_id = app_id
        self._asked = asked
        self._stopped = threading.Event()
        self._opener = build_opener(ProxyHandler({}))
        self._thread = threading.Thread(target=self._work, name="stand-in-pushes")
        self._thread.start()

    def stop(self) -> None:
        """Leave nothing behind."""
        self._stopped.set()
        self._asked.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            if not self._stopped.wait(MOMENT):
                self._answer(asked)

    def _answer(self, asked: Asked) -> None:
        to = self.to
        if to is None:
            return
        event = event_of(self._app_id, asked.openid, asked.trace_id, self._look(asked.url))
        for _ in range(TRIES):
            if self._stopped.is_set() or self._send(signed(self._app_id, to, event)):
                return
            self._stopped.wait(BETWEEN_TRIES)

    def _look(self, url: str) -> dict[str, Any]:
        try:
            with self._opener.open(url, timeout=_PATIENCE) as answer:
                data = answer.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                raise OSError("too large")
            return {**judge_picture(data), "errcode": 0, "errmsg": "ok"}
        except OSError:
            return {"detail": [], "errcode": -1008, "errmsg": "下载错误,请检查媒体链接是否有效"}

    def _send(self, request: Request) -> bool:
        try:
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                return bool(answer.read(100) == b"success")
        except (URLError, OSError):
            return False


def event_of(app_id: str, openid: str, trace_id: str, found: dict[str, Any]) -> dict[str, Any]:
    """The event `wxa_media_check` as WeChat words it; its label is text."""
    if "result" in found:
        found = {**found, "result": {**found["result"], "label": str(found["result"]["label"])}}
    return {
        "ToUserName": _OURS,
        "FromUserName": openid,
        "CreateTime": int(clock.now().timestamp()),
        "MsgType": "event",
        "Event": "wxa_media_check",
        "appid": app_id,
        "trace_id": trace_id,
        "version": 2,
        **found,
    }


def signed(app_id: str, to: Address, event: dict[str, Any], moment: int | None = None) -> Request:
    """The POST that carries an event in 安全模式, signed at `moment`, in seconds since 1970, or now."""
    text = json.dumps(event, ensure_ascii=False) if to.form == "json" else f"<xml>{_xml(event)}</xml>"
    encrypted = encrypt(app_id, to.key, text)
    timestamp = str(int(clock.now().timestamp()) if moment is None else moment)
    nonce = str(secrets.randbelow(10**10))
    query = {
        "signature": sign(to.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": event["FromUserName"],
        "encrypt_type": "aes",
        "msg_signature": sign(to.token, timestamp, nonce, encrypted),
    }
    outside = {"ToUserName": _OURS, "Encrypt": encrypted}
    body = json.dumps(outside) if to.form == "json" else f"<xml>{_xml(outside)}</xml>"
    return Request(f"{to.url}?{urlencode(query)}", body.encode(), {"Content-Type": f"text/{to.form}"})  # noqa: S310 (http on this machine)


def sign(token: str, *parts: str) -> str:
    """WeChat's signature: SHA-1 of the sorted parts."""
    return hashlib.sha1("".join(sorted((token, *parts))).encode()).hexdigest()  # noqa: S324 (WeChat's choice)


def encrypt(app_id: str, key: str, text: str) -> str:
    """16 random bytes, the length, the text and the AppID, under the EncodingAESKey; base64."""
    plain = text.encode()
    whole = secrets.token_bytes(16) + struct.pack(">I", len(plain)) + plain + app_id.encode()
    missing = _BLOCK - len(whole) % _BLOCK
    whole += bytes([missing]) * missing
    raw = base64.b64decode(f"{key}=")
    encryptor = Cipher(AES(raw), modes.CBC(raw[:16])).encryptor()
    return base64.b64encode(encryptor.update(whole) + encryptor.finalize()).decode()


def _xml(said: dict[str, Any]) -> str:
    return "".join(f"<{name}>{_xml_value(value)}</{name}>" for name, value in said.items())


def _xml_value(value: Any) -> str:
    if isinstance(value, dict):
        return _xml(value)
    if isinstance(value, list):
        return "".join(map(_xml_value, value))
    return str(value) if isinstance(value, int) else f"<![CDATA[{value}]]>"
