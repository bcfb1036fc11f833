"""How evidence is worded for reviewers: states, steps, and the fields that the citizen filled in."""

from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from backend.pages.formats import say_day, say_moment
from backend.repairs.case import Case
from backend.repairs.content import LABELS

# What a state is called, and how its badge looks.
STATES = {
    "submitted": ("待审核", ""),
    "second_review": ("待复核", "waiting"),
    "asked": ("等申请人补充", "waiting"),
    "approved": ("已通过", "good"),
    "rejected": ("未通过", "bad"),
    "withdrawn": ("申请人撤回", ""),
    "reversed": ("已撤销通过", "bad"),
}
STEPS = {
    "submitted": "提交",
    "answered": "补充",
    "first_approved": "初审通过",
    "approved": "通过",
    "rejected": "不通过",
    "asked": "要求补充",
    "withdrawn": "撤回",
    "reversed": "撤销通过",
}
_APART = {"words", "department"}
_SHORT = {
    "starts_at": "服务时间",
    "hours": "填报时长",
    "certificate_number": "证书编号",
    "certificate_issuer": "出具单位",
}


class Said(NamedTuple):
    """One field as it stands on the page."""

    label: str
    value: str


def said_by(case: Case) -> list[Said]:
    """What the citizen filled in, in the order in which it was asked; her words to the reviewer stand apart."""
    values: dict[str, Any] = msgspec.structs.asdict(case.content)
    if values.get("starts_at") and values.get("ends_at"):
        values["starts_at"] = _say_spell(values["starts_at"], values.pop("ends_at"))
    filled = [(name, values[name]) for name in LABELS if name not in _APART and values.get(name) is not None]
    return [Said(_SHORT.get(name, LABELS[name]), _say(name, value)) for name, value in filled]


def hours(tenths: int | None) -> str:
    """Tenths of an hour as the field for hours has them: 65 → 6.5; nothing where there are none."""
    return "" if tenths is None else f"{tenths / 10:g}"


def _say_spell(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when, the day once: 2026年3月1日 9:00 到 17:00."""
    day, end = say_day(starts_at), say_moment(ends_at)
    return f"{say_moment(starts_at)} 到 {end.removeprefix(day).strip()}"


def _say(name: str, value: Any) -> str:
    if name == "amount_fen":
        return f"{value / 100:,.2f} 元"
    if isinstance(value, datetime):
        return say_moment(value)
    if isinstance(value, float):
        return f"{value:g} 小时"
    return value if isinstance(value, str) else say_day(value)
