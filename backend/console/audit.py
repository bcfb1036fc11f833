"""审计日志: what staff did and read, newest first, and the proof that nothing of it was altered."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.console.account import day_of
from backend.console.desk import Desk
from backend.console.evidence_words import hours
from backend.console.visit import Visit
from backend.database import transaction
from backend.errors import Invalid
from backend.repairs.models import Evidence
from backend.repairs.reasons import ASK, OTHER, REJECT, REVERSE
from backend.staff import audit
from backend.staff.models import AuditEvent, StaffUser
from backend.staff.people import USERNAME
from backend.staff.permissions import ROLES
from backend.staff.sealing import verify_audit

desk = Desk("audit")
READ = "read_audit"
PAGE = 50
LENGTH_OF_AN_ID = 36

# What `about` and `detail` hold, for people; a word that is not here is shown as it is.
KINDS = {
    "staff": "账号",
    "evidence": "证明材料",
    "batch": "批次",
    "import": "批次",
    "record": "记录",
    "key": "接口密钥",
    "catalogue": "目录",
}
_DETAILS = {
    "roles": "角色",
    "before": "原来",
    "after": "改为",
    "officer": "负责人",
    "from_officer": "原来由",
    "to_officer": "改由",
    "key": "密钥编号",
    "rows": "行数",
    "bytes": "字节数",
    "part": "第几份",
    "to": "转给",
    "number": "编号",
    "step": "环节",
    "revision": "第几版",
    "word": "词语",
    "kind": "种类",
    "hidden": "隐藏",
    "on": "置顶",
    "first": "从",
    "last": "到",
    "department": "部门",
    "until": "到",
    "reason": "理由",
    "quantity": "时长",
    "tries": "次数",
    "sessions": "电脑数",
    "by_action": "行为",
    "by_person": "工作人员",
    "by_day": "日期",
    "sound": "完好",
    "own_number": "本人身份证号",
    "found": "找到条数",
    "change": "更正编号",
    "award": "评选项目",
    "dates": "改了哪些日期",
    "draft": "草稿",
    "added": "加入的委员",
    "removed": "退出的委员",
    "chair": "主任委员",
    "deed": "做了什么",
    "person": "被推荐人编号",
    "anew": "重新征求意见",
    "outcome": "通话结果",
    "checked": "核查人数",
    "people": "人数",
    "handed_over": "移交人数",
    "shown": "展示",
}
_ROLE_LISTS = {"roles", "before", "after"}
_PEOPLE = {"officer", "from_officer", "to_officer", "before", "after"}  # ids; the last two in older lines only
_SENTENCES = {**REVERSE, **ASK, **REJECT, OTHER: "其他"}
_VALUES = {
    ("own_number", "new"): "首次登记",
    ("own_number", "same"): "与原来一致",
    ("own_number", "changed"): "与原来不同",
    ("sound", "yes"): "是",
    ("sound", "no"): "否",
    ("hidden", "1"): "是",
    ("hidden", "0"): "否",
    ("on", "1"): "是",
    ("on", "0"): "否",
}


@desk.add("GET", "/audit", permission=READ)
async def show_audit(visit: Visit) -> HTTPResponse:
    """One page of the log; that it was read is itself in the log."""
    asked = {name: visit.asked(name) for name in ("action", "person", "day")}
    try:
        day, before = _asked_for(asked, visit.asked("before"))
    except Invalid as error:
        return await _show(visit, 422, asked=asked, fault=error)
    async with transaction():
        await audit.record(visit.staff, "audit.read", **{f"by_{name}": value for name, value in asked.items() if value})
    found = await audit.events(
        action=asked["action"] or None, username=asked["person"] or None, day=day, before=before, limit=PAGE + 1
    )
    rows = list(found[:PAGE])
    further = str(rows[-1].id) if len(found) > PAGE else ""
    names = await _names(rows)
    return await _show(visit, asked=asked, rows=rows, further=further, names=names, abouts=await _abouts(rows))


@desk.add("POST", "/audit/verify", permission=READ)
async def verify(visit: Visit) -> HTTPResponse:
    """Recompute every seal, and name what does not fit."""
    verified = await verify_audit()
    async with transaction():
        await audit.record(visit.staff, "audit.verify", sound="no" if verified.misfits else "yes")
    return await visit.show("audit_verified.html", verified=verified)


def nothing_found(detail: str) -> Invalid:
    return Invalid("filter_invalid", detail)


def _asked_for(asked: dict[str, str], before: str) -> tuple[date | None, UUID | None]:
    """The day and the place in the list. Raises Invalid for what names nothing."""
    if asked["action"] and asked["action"] not in audit.ACTIONS:
        raise nothing_found("没有这一种行为，请在列表里选。")
    if asked["person"] and not USERNAME.fullmatch(asked["person"]):
        raise nothing_found("账号名只有小写字母、数字和短横线。")
    try:
        place = UUID(before) if before else None
    except ValueError:
        raise nothing_found("没有这一页，请从第一页看起。") from None
    return day_of(asked["day"]) if asked["day"] else None, place


async def _show(visit: Visit, status: int = 200, **values: Any) -> HTTPResponse:
    every: dict[str, Any] = {"rows": [], "further": "", "names": {}, "abouts": {}, **values}
    return await visit.show("audit.html", status, actions=audit.ACTIONS, said=_said, **every)


def _said(row: AuditEvent, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What an event says besides, for people; `names` are user names by their ids."""
    return [(_DETAILS.get(key, key), names.get(value) or _value(key, value)) for key, value in row.detail.items()]


def _value(key: str, value: str) -> str:
    if key in _ROLE_LISTS:
        return "、".join(name for code, name in ROLES.items() if code in value.split()) or "没有"
    if key == "by_action":
        return audit.ACTIONS.get(value, value)
    if key == "reason":
        return _SENTENCES.get(value, value).partition("。")[0]
    if key == "quantity":
        return f"{hours(int(value))} 小时"
    return _VALUES.get((key, value), value)


async def _names(rows: list[AuditEvent]) -> dict[str, str]:
    """The user names of the officers that these events name by their ids; roles and other words are no ids."""
    ids = {value for row in rows for key, value in row.detail.items() if key in _PEOPLE and _is_id(value)}
    return {str(each.id): each.username for each in await StaffUser.filter(id__in=sorted(ids))}


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


async def _abouts(rows: list[AuditEvent]) -> dict[str, str]:
    """What each event is about, for people: an account by its user name, evidence by its number."""
    keys = {row.about: row.about.partition(":")[::2] for row in rows if row.about}
    staff = {str(each.id): each.username for each in await StaffUser.filter(id__in=_ids(keys, "staff"))}
    numbers = {str(each.id): each.number for each in await Evidence.filter(id__in=_ids(keys, "evidence"))}
    names = staff | numbers
    return {about: f"{KINDS.get(kind, kind)} {names.get(key) or _short(key)}" for about, (kind, key) in keys.items()}


def _short(key: str) -> str:
    """Of an id, its end; a name, as a catalogue version has, is said whole."""
    return key.rpartition("-")[2] if len(key) == LENGTH_OF_AN_ID else key


def _ids(keys: dict[str, tuple[str, str]], kind: str) -> list[str]:
    return sorted({key for here, key in keys.values() if here == kind})
