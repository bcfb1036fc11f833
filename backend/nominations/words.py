"""Pure: the words for every state of a nomination and of a nominee, for relations, consents and reasons."""

from typing import Literal

NominationState = Literal["draft", "checking", "waiting", "accepted", "refused", "appealed", "closed", "withdrawn"]
NOMINATION_STATES: dict[NominationState, str] = {
    "draft": "草稿",
    "checking": "内容检查中",
    "waiting": "等待审核",
    "accepted": "已通过审核",
    "refused": "未通过审核",
    "appealed": "申诉处理中",
    "closed": "申诉后未通过",
    "withdrawn": "已撤回",
}
UNDECIDED = ("checking", "waiting", "appealed")  # what a nominator may still take back

NomineeState = Literal[
    "gathered", "asked", "agreed", "declined", "unreachable", "stepped_down", "chosen", "passed_over", "removed",
    "honoured", "handed_over",
]  # fmt: skip
NOMINEE_STATES: dict[NomineeState, str] = {
    "gathered": "待征求本人意见",
    "asked": "正在征求本人意见",
    "agreed": "本人同意",
    "declined": "本人不同意",
    "unreachable": "联系不上",
    "stepped_down": "本人退出",
    "chosen": "拟授予",
    "passed_over": "未入选",
    "removed": "已移出",
    "honoured": "已授予",
    "handed_over": "已移交主办单位",
}
ON_THE_ROAD = ("agreed", "chosen")  # who may still withdraw with an effect on the season
TO_ERASE = ("declined", "unreachable", "stepped_down", "removed")

Relation = Literal["family", "neighbour", "colleague", "helped", "knows", "heard", "unit"]
RELATIONS: dict[Relation, str] = {
    "family": "家人",
    "neighbour": "邻居",
    "colleague": "同事",
    "helped": "受过对方帮助",
    "knows": "熟人朋友",
    "heard": "听说过事迹",
    "unit": "本单位（本乡镇）推荐",
}

ConsentKind = Literal["endorse", "credit_check", "publication", "referral"]
# What a nominee says yes or no to, each for itself: none is needed for another, and a no is never asked again.
CONSENTS: dict[ConsentKind, tuple[str, str]] = {
    "endorse": ("让邻里看到并支持", "您的姓名、所在单位或村、乡镇和下面的事迹，会给实名的居民看，他们可以表示支持。"),
    "credit_check": ("核查失信记录", "评审委员会只知道“通过”或“未通过”，看不到任何一条记录。不同意也可以继续参加。"),
    "publication": (
        "公示并公布",
        "入选后，姓名、单位或村、乡镇、照片和事迹会公示并在光荣榜公布。不同意的，不能公示，也就不能授予。",
    ),
    "referral": ("转给主办单位", "把您的姓名、联系方式和事迹转给主办单位，由他们决定是否表彰。"),
}
CONSENTS_OF_MODE: dict[str, tuple[ConsentKind, ...]] = {
    "judged": ("endorse", "credit_check", "publication"),
    "referred": ("referral",),
}

# Why a moderator refuses a nomination.
REASONS: dict[str, str] = {
    "not_about_award": "内容与这项评选无关",
    "no_deeds": "没有写明具体的事迹",
    "private": "写有他人隐私，请去掉后重新推荐",
    "insulting": "有不当言论",
    "untrue": "事迹与核实到的情况不符",
    "advert": "内容是广告",
    "minor": "被推荐人未满十八周岁",
    "other": "其他原因（见说明）",
}
