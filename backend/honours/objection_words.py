"""Pure: the words for where an objection stands, and why one that is upheld removes a nominee."""

from typing import Literal

ObjectionState = Literal["waiting", "upheld", "refused", "withdrawn"]
OBJECTION_STATES: dict[ObjectionState, str] = {
    "waiting": "办理中",
    "upheld": "成立，已移出公示",
    "refused": "不成立",
    "withdrawn": "已撤回",
}

# Why a nominee is removed: sentences for her notice, which must name nobody, since notices are kept.
REASONS: dict[str, str] = {
    "untrue": "公示的事迹与核实到的情况不符。",
    "unfit": "核实到不符合这项评选条件的情况。",
    "procedure": "推荐或者评审的程序有误。",
}
