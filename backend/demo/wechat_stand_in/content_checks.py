"""WeChat's content checks, version 2, made up: what is plainly marked is risky or doubtful, all else passes.

A text is marked by one of the made-up words below; a picture by being all red or all yellow, because nothing else of it
would outlive our own re-encoding.
"""

from collections.abc import Mapping
from io import BytesIO
from secrets import token_hex
from typing import Any, NamedTuple

from PIL import Image

from backend.demo.wechat_stand_in.memory import Memory, RefusedError

RISKY_WORD, DOUBTFUL_WORD = "测试违规词", "测试存疑词"
RISKY_COLOUR, DOUBTFUL_COLOUR = (220, 20, 20), (230, 200, 20)  # red, yellow: RGB of the whole picture
MOST_CHARACTERS = 2500
MOST_BYTES = 10 * 1024 * 1024
SCENES = {1, 2, 3, 4}
_SOUND, _PICTURE = 1, 2
_ALIKE = 40  # how far the mean of each colour may be away
_GOOD, _INSULT, _ADVERT = 100, 20003, 10001  # WeChat's labels


class Asked(NamedTuple):
    """A picture to be fetched and judged in a moment."""

    trace_id: str
    openid: str
    url: str


def judge_text(memory: Memory, access_token: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of msg_sec_check. Raises RefusedError."""
    _check_asked(memory, access_token, asked)
    content = asked.get("content")
    if not isinstance(content, str) or not content:
        raise RefusedError(44002, "empty post data")
    if len(content) > MOST_CHARACTERS:
        raise RefusedError(45002, "content size out of limit")
    marks = (RISKY_WORD in content, DOUBTFUL_WORD in content)
    return {"errcode": 0, "errmsg": "ok", "trace_id": new_trace_id(), **verdict(*_named(*marks))}


def ask_picture(memory: Memory, access_token: str, asked: Mapping[str, Any]) -> Asked:
    """What media_check_async promises to judge. Raises RefusedError."""
    _check_asked(memory, access_token, asked)
    if asked.get("media_type") not in (_SOUND, _PICTURE):
        raise RefusedError(40004, "invalid media type")
    url = asked.get("media_url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise RefusedError(44002, "empty post data")
    return Asked(new_trace_id(), str(asked["openid"]), url)


def judge_picture(data: bytes) -> dict[str, Any]:
    """The verdict on a picture's bytes. Raises OSError for what is no picture."""
    with Image.open(BytesIO(data)) as picture:
        red, green, blue = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    mean = (red, green, blue)
    return verdict(*_named(_alike(mean, RISKY_COLOUR), _alike(mean, DOUBTFUL_COLOUR)))


def verdict(suggest: str, label: int) -> dict[str, Any]:
    """The parts of an answer that say what was found."""
    found = {"suggest": suggest, "label": label}
    return {"result": found, "detail": [{"strategy": "content_model", "errcode": 0, **found, "prob": 90}]}


def new_trace_id() -> str:
    """As WeChat's look: three groups of hex digits."""
    return "-".join(token_hex(4) for _ in range(3))


def _check_asked(memory: Memory, access_token: str, asked: Mapping[str, Any]) -> None:
    memory.check_token(access_token)
    if asked.get("version") != 2:  # version 1 was given up
        raise RefusedError(47001, "data format error")
    memory.check_active(asked.get("openid"))
    if asked.get("scene") not in SCENES:
        raise RefusedError(40129, "invalid scene")


def _named(risky: bool, doubtful: bool) -> tuple[str, int]:
    if risky:
        return "risky", _INSULT
    return ("review", _ADVERT) if doubtful else ("pass", _GOOD)


def _alike(mean: tuple[int, int, int], colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) <= _ALIKE for one, other in zip(mean, colour, strict=True))
