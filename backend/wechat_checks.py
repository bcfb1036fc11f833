"""WeChat's two content checks, version 2: of a text at once, of a picture by a link, to be answered by a push."""

import re
from typing import Any, Literal, NamedTuple

from backend.errors import Conflict
from backend.wechat import WeChat
from backend.wechat_errors import CONTENT_CHECK_MEANINGS, wechat_away

Suggest = Literal["pass", "review", "risky"]
Scene = Literal[1, 2, 3, 4]
FORUM: Scene = 3  # 论坛, of WeChat's four (资料 评论 论坛 社交日志): where the content would stand

MOST_TEXT = 2500  # characters of one call
OVERLAP = 60  # characters that two pieces share, so that no word is cut in two unseen
PICTURE = 2  # WeChat's media_type; 1 is a sound
VERSION = 2  # version 1 was given up in 2021

# WeChat's kinds of content, as its document of msgSecCheck lists them.
LABELS = {
    100: "正常",
    10001: "广告",
    20001: "时政",
    20002: "色情",
    20003: "辱骂",
    20006: "违法犯罪",
    20008: "欺诈",
    20012: "低俗",
    20013: "版权",
    21000: "其他",
}

_SUGGESTS: dict[str, Suggest] = {"pass": "pass", "review": "review", "risky": "risky"}
_SENTENCE_END = re.compile("[。！？!?\n]")


class Verdict(NamedTuple):
    """What WeChat says of a text or a picture. `label` is one of LABELS; none where it gave no verdict itself."""

    suggest: Suggest
    label: int | None = None


async def check_text(wechat: WeChat, openid: str, text: str, scene: Scene) -> Verdict:
    """WeChat's verdict on what this user wrote; `review`, for a person to look, where it gives none (errcode 61010).

    Raises ValueError for no text, or more than MOST_TEXT characters (see `pieces`); Unavailable when WeChat is away.
    """
    if not 0 < len(text) <= MOST_TEXT:
        raise ValueError(f"WeChat takes 1 to {MOST_TEXT} characters")
    asked = {"version": VERSION, "openid": openid, "scene": scene, "content": text}
    try:
        answer = await wechat.ask("/wxa/msg_sec_check", asked, CONTENT_CHECK_MEANINGS)
    except Conflict:
        return Verdict("review")
    verdict = read_verdict(answer.get("result"))
    if verdict is None:
        raise wechat_away()
    return verdict


async def check_picture(wechat: WeChat, openid: str, url: str, scene: Scene) -> str:
    """Let WeChat fetch a picture of this user (10 MB at most); the trace id by which its verdict is pushed later.

    The push comes within thirty minutes, or never. Raises Conflict wechat_gives_no_verdict, Unavailable.
    """
    asked = {"version": VERSION, "openid": openid, "scene": scene, "media_type": PICTURE, "media_url": url}
    trace_id = (await wechat.ask("/wxa/media_check_async", asked, CONTENT_CHECK_MEANINGS)).get("trace_id")
    if not isinstance(trace_id, str) or not trace_id:
        raise wechat_away()
    return trace_id


def read_verdict(result: Any) -> Verdict | None:
    """The verdict in WeChat's `result`, where figures may be text; None for anything else."""
    if not isinstance(result, dict) or (suggest := _SUGGESTS.get(str(result.get("suggest")))) is None:
        return None
    label = str(result.get("label", ""))
    return Verdict(suggest, int(label) if label.isascii() and label.isdigit() and len(label) < 9 else None)


def pieces(text: str) -> list[str]:
    """A text in pieces that WeChat takes, cut behind a sentence where there is one, each beginning in the last one."""
    found, start = [], 0
    while len(text) - start > MOST_TEXT:
        end = _cut(text, start + MOST_TEXT // 2, start + MOST_TEXT)
        found.append(text[start:end])
        start = end - OVERLAP
    return [*found, text[start:]] if text[start:] else found


def _cut(text: str, least: int, most: int) -> int:
    ends = [each.end() for each in _SENTENCE_END.finditer(text, least, most)]
    return ends[-1] if ends else most
