"""Pure: what WeChat's checks of one nomination come to, in words for the moderator."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from backend.wechat_checks import LABELS

Outcome = Literal["risky", "review", "unchecked", "silent", "pass"]
# The gravest first: of several parts the gravest counts. Each with its words and the look of its badge.
OUTCOMES: dict[Outcome, tuple[str, str]] = {
    "risky": ("微信提示有风险", "bad"),
    "review": ("微信建议人工复看", "waiting"),
    "unchecked": ("微信没有检查", "waiting"),
    "silent": ("微信还没有回答", "waiting"),
    "pass": ("微信检查通过", "good"),
}
_OF_STATE: dict[str, Outcome] = {
    "risky": "risky",
    "review": "review",
    "failed": "unchecked",
    "asked": "silent",
    "pass": "pass",
}


class Checked(NamedTuple):
    """One part in words: 文字第 1 段, 照片第 2 张."""

    part: str
    outcome: Outcome
    label: str  # WeChat's kind of content, where it says more than that all is well


def outcome_of(states: Iterable[str]) -> Outcome:
    """What the parts come to together; without any part nothing was checked."""
    found = {_OF_STATE[each] for each in states}
    return next((each for each in OUTCOMES if each in found), "unchecked")


def checked(part: str, state: str, label: int | None, pictures: dict[str, int]) -> Checked:
    """One part; `pictures` are the places of pictures by id, from 1."""
    kind, _, name = part.partition(":")
    if kind == "text":
        said = f"文字第 {int(name) + 1} 段"
    else:
        said = f"照片第 {pictures[name]} 张" if name in pictures else "已删除的照片"
    told = LABELS.get(label, "其他") if label and state in {"risky", "review"} else ""
    return Checked(said, _OF_STATE[state], told)
