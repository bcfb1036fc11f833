"""Pure: how a nominator reads where her nomination stands; of a nominee she learns no reason and no second thought."""

import msgspec

from backend.nominations.words import NOMINATION_STATES, NominationState

# The steps that she sees, by their kind; the others are the moderators' own.
STEPS = {
    "submitted": "提交",
    "accepted": "通过审核",
    "refused": "没有通过审核",
    "appealed": "提出申诉",
    "closed": "申诉后仍未通过",
    "withdrawn": "撤回",
}
ENDED = "这位被推荐人的推荐已结束"
_ROADS = {
    "gathered": "正在征求本人意见",
    "asked": "正在征求本人意见",
    "agreed": "已进入评选",
    "chosen": "已进入评选",
    "passed_over": "已进入评选",
    "honoured": "已授予",
    "handed_over": "已移交主办单位",
}


def state_label(state: str) -> str:
    """A nomination's state in a word."""
    return NOMINATION_STATES[msgspec.convert(state, NominationState)]


def road_of(nominee_state: str | None, *, announced: bool) -> str | None:
    """How it goes on with one nominee; nothing before she is one. Before the result nobody learns who is chosen."""
    if nominee_state is None:
        return None
    if nominee_state == "passed_over" and announced:
        return "本届没有入选，谢谢您的推荐"
    return _ROADS.get(nominee_state, ENDED)


def title_of(names: list[str]) -> str:
    """What a nomination is called in a list: whom it is about."""
    if len(names) > 2:
        return f"{names[0]}、{names[1]} 等 {len(names)} 人"
    return "、".join(names)
