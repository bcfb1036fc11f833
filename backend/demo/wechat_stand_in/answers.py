"""WeChat's paths: which parameters each one takes, in which order they are checked, with which errcodes."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from backend.demo.wechat_stand_in.content_checks import ask_picture, judge_text
from backend.demo.wechat_stand_in.drawn_code import mini_code
from backend.demo.wechat_stand_in.memory import Memory, RefusedError

PAGES = {"pages/index/index", "pages/article/article"}  # of the released mini-program
VERSIONS = {"release", "trial", "develop"}
SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~-]{1,32}")
USUAL_WIDTH = 430  # pixels


def answer_wechat(
    memory: Memory, method: str, path: str, query: Mapping[str, str], body: bytes, *, refuse_token: bool = False
) -> dict[str, Any] | bytes:
    """The JSON, or the picture, that WeChat would answer. Raises RefusedError. Hold the memory's lock."""
    if path == "/sns/jscode2session":
        return _sign_in(memory, method, query)
    if path == "/cgi-bin/stable_token":
        return _token(memory, method, body)
    if path in _WITH_TOKEN:
        if refuse_token:
            raise RefusedError(40001, "invalid credential, access_token is invalid or not latest")
        if method != "POST":
            raise RefusedError(43002, "require POST method")
        return _WITH_TOKEN[path](memory, query.get("access_token", ""), body)
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


def _phone(memory: Memory, access_token: str, body: bytes) -> dict[str, Any]:
    return memory.phone(access_token, _text(_object(body), "code"))


def _mini_code(memory: Memory, access_token: str, body: bytes) -> bytes:
    """No bodies of JSON without a scene, none that is too long, and no page that the released version has not."""
    memory.check_token(access_token)
    asked = _object(body)
    scene, page, width = _text(asked, "scene"), _text(asked, "page"), asked.get("width", USUAL_WIDTH)
    if not SCENE.fullmatch(scene):
        raise RefusedError(40169, "invalid length for scene, or the data is not json string")
    version, check_path = asked.get("env_version", "release"), asked.get("check_path", True)
    if version not in VERSIONS or not isinstance(check_path, bool) or type(width) is not int:
        raise RefusedError(47001, "data format error")
    if page.startswith("/") or "?" in page or (check_path and page and page not in PAGES):
        raise RefusedError(41030, "invalid page")
    memory.count_mini_code()
    return mini_code(scene, page, min(max(width, 280), 1280))


def _text_check(memory: Memory, access_token: str, body: bytes) -> dict[str, Any]:
    return judge_text(memory, access_token, _object(body))


def _picture_check(memory: Memory, access_token: str, body: bytes) -> dict[str, Any]:
    """A promise: the verdict comes as a push."""
    asked = ask_picture(memory, access_token, _object(body))
    memory.pictures.put(asked)
    return {"errcode": 0, "errmsg": "ok", "trace_id": asked.trace_id}


_WITH_TOKEN: dict[str, Callable[[Memory, str, bytes], dict[str, Any] | bytes]] = {
    "/wxa/business/getuserphonenumber": _phone,
    "/wxa/getwxacodeunlimit": _mini_code,
    "/wxa/msg_sec_check": _text_check,
    "/wxa/media_check_async": _picture_check,
}


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
