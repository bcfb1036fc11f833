"""WeChat's three paths: which parameters each one takes, in which order they are checked, with which errcodes."""

import json
from collections.abc import Mapping
from typing import Any

from backend.demo.wechat_stand_in.memory import Memory, RefusedError


def answer_wechat(
    memory: Memory, method: str, path: str, query: Mapping[str, str], body: bytes, *, refuse_token: bool = False
) -> dict[str, Any]:
    """The JSON that WeChat would answer. Raises RefusedError. Hold the memory's lock."""
    if path == "/sns/jscode2session":
        return _sign_in(memory, method, query)
    if path == "/cgi-bin/stable_token":
        return _token(memory, method, body)
    if path == "/wxa/business/getuserphonenumber":
        if refuse_token:
            raise RefusedError(40001, "invalid credential, access_token is invalid or not latest")
        return _phone(memory, method, query, body)
    raise RefusedError(40066, "invalid url")


def _sign_in(memory: Memory, method: str, query: Mapping[str, str]) -> dict[str, Any]:
    if method != "GET":
        raise RefusedError(43001, "require GET method")
    memory.check_identity(query.get("appid", ""), query.get("secret", ""))
    if not query.get("js_code"):
        raise RefusedError(41008, "missing code")
    if query.get("grant_type") != "authorization_code":
        raise RefusedError(40002, "invalid grant_type")
    return memory.sign_in(query["js_code"])


def _token(memory: Memory, method: str, body: bytes) -> dict[str, Any]:
    if method != "POST":
        raise RefusedError(43002, "require POST method")
    asked = _object(body)
    if asked.get("grant_type") != "client_credential":
        raise RefusedError(40002, "invalid grant_type")
    memory.check_identity(_text(asked, "appid"), _text(asked, "secret"))
    force_refresh = asked.get("force_refresh", False)
    if not isinstance(force_refresh, bool):
        raise RefusedError(47001, "data format error")
    return memory.token(force_refresh)


def _phone(memory: Memory, method: str, query: Mapping[str, str], body: bytes) -> dict[str, Any]:
    if method != "POST":
        raise RefusedError(43002, "require POST method")
    return memory.phone(query.get("access_token", ""), _text(_object(body), "code"))


def _object(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(47001, "data format error") from None
    if not isinstance(asked, dict):
        raise RefusedError(47001, "data format error")
    return asked


def _text(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name, "")
    if not isinstance(value, str):
        raise RefusedError(47001, "data format error")
    return value
