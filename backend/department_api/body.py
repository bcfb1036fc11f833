"""What a system sends: rows as JSON, every wrong field of every row named at once, and turned into a file's cells."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from backend.errors import FieldError, Invalid, invalid_fields
from backend.records.measures import MOST as MOST_MEASURES
from backend.records.pushing import MOST_ROWS
from miniprogram_api.surface.body import read_fields, read_json, unreadable
from miniprogram_api.surface.operation import Body

T = TypeVar("T", bound=msgspec.Struct)

MOST_FAULTS = 100  # that an answer names
NAMELESS = "?"  # stands for the name of an unknown field that might be somebody's

_FIELD_NAME = re.compile(r"[A-Za-z_]{1,40}")

Day = Annotated[str, msgspec.Meta(max_length=40, description="日期，例如 2026-01-31", examples=["2026-01-31"])]
# In a file a measure is one line of a cell, its parts between bars: what came here may be sent as a file another day.
_ONE_LINE = "^[^|｜\\r\\n]*$"


def _text(about: str, most: int) -> msgspec.Meta:
    return msgspec.Meta(max_length=most, description=about)


class MeasureSent(Body, frozen=True, kw_only=True):
    """措施: what is in force, under its code in the national or provincial list."""

    code: Annotated[str, msgspec.Meta(max_length=20, pattern=_ONE_LINE, description="清单里的措施代码")]
    authority: Annotated[str, msgspec.Meta(max_length=200, pattern=_ONE_LINE, description="决定机关")]
    until: Annotated[str, msgspec.Meta(max_length=40, pattern=_ONE_LINE, description="截止日期")]
    way_out: Annotated[str, msgspec.Meta(max_length=500, pattern=_ONE_LINE, description="怎样解除")]


Quantity = (
    Annotated[str, msgspec.Meta(max_length=20)]
    | Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    | Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
    | None
)


class ContentSent(Body, frozen=True, kw_only=True):
    """What a record says, whoever it is about: the columns of a record file by their keys."""

    item_code: Annotated[str, _text("目录事项代码", 40)]
    document_number: Annotated[str, _text("文书号", 200)]
    document_date: Day
    conduct_end: Day
    finality_date: Day | None = None
    publication_place: Annotated[str, _text("公示地点", 500)] | None = None
    quantity: Annotated[Quantity, msgspec.Meta(description="数量，最多一位小数")] = None
    summary: Annotated[str, _text("摘要", 2000)]
    occupation: Annotated[str, _text("职业", 60)] | None = None
    capacity: Annotated[str, _text("资格身份", 40)] | None = None
    measures: Annotated[tuple[MeasureSent, ...], msgspec.Meta(max_length=MOST_MEASURES)] = ()


class RowSent(ContentSent, frozen=True, kw_only=True):
    """One row: a person and what is filed of her."""

    name: Annotated[str, _text("姓名", 100)]
    identity_number: Annotated[str, _text("身份证号", 40)]


class Push(Body, frozen=True, kw_only=True):
    """Up to a thousand rows."""

    rows: Annotated[tuple[RowSent, ...], msgspec.Meta(min_length=1, max_length=MOST_ROWS)]


class _Push(Body, frozen=True, kw_only=True):
    rows: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=MOST_ROWS)]


class Amendment(Body, frozen=True, kw_only=True):
    """更正: the whole content that the record has from now on, the version it replaces, and why."""

    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="更正的是第几版")]
    content: ContentSent
    reason: Annotated[str, _text("更正原因代码", 20)]
    words: Annotated[str, _text("更正说明", 1000)] = ""


class _Amendment(Body, frozen=True, kw_only=True):
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    content: dict[str, Any]
    reason: Annotated[str, msgspec.Meta(max_length=20)]
    words: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Withdrawal(Body, frozen=True, kw_only=True):
    """撤回: which version, and why."""

    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="撤回的是第几版")]
    reason: Annotated[str, _text("撤回原因代码", 20)]
    words: Annotated[str, _text("撤回说明", 1000)] = ""


def not_json() -> Invalid:
    return Invalid("unreadable_body", "提交的内容不是 UTF-8 编码的一个 JSON 对象，请核对。")


def read_push(raw: bytes) -> Push:
    """Raises Invalid with the wrong fields of all rows, MOST_FAULTS at most."""
    shell = _read(raw, _Push)
    faults: list[FieldError] = []
    rows = [_nested(row, RowSent, f"rows[{place}]", faults) for place, row in enumerate(shell.rows)]
    if faults:
        raise invalid_fields(faults[:MOST_FAULTS])
    return Push(rows=tuple(row for row in rows if row is not None))


def read_amendment(raw: bytes) -> Amendment:
    """Raises Invalid with every wrong field."""
    shell = _read(raw, _Amendment)
    faults: list[FieldError] = []
    content = _nested(shell.content, ContentSent, "content", faults)
    if content is None:
        raise invalid_fields(faults)
    return Amendment(version=shell.version, content=content, reason=shell.reason, words=shell.words)


def read_withdrawal(raw: bytes) -> Withdrawal:
    """Raises Invalid with every wrong field."""
    return _read(raw, Withdrawal)


def cells_of(content: ContentSent) -> dict[str, str]:
    """What a file would have in its cells for the same row, but for its measures."""
    values = {key: value for key, value in msgspec.structs.asdict(content).items() if key != "measures"}
    return {key: "" if value is None else str(value) for key, value in values.items()}


def measures_of(content: ContentSent) -> list[dict[str, str]]:
    """Its measures, each part by its name."""
    return [msgspec.structs.asdict(each) for each in content.measures]


def without_names(refusal: Invalid) -> Invalid:
    """The refusal, in which no unknown field has a name but a plain English word: a number or a person's may be one."""
    refusal.fields = tuple(map(_unnamed, refusal.fields))
    return refusal


def _unnamed(fault: FieldError) -> FieldError:
    if fault.code not in {"unknown_field", "given_twice"} or _FIELD_NAME.fullmatch(fault.field):
        return fault
    return FieldError(NAMELESS, fault.code, fault.detail)


def _read(raw: bytes, kind: type[T]) -> T:
    try:
        return read_json(raw, kind)
    except Invalid as refusal:
        if refusal.code == unreadable().code:  # its own words are for a phone
            raise not_json() from None
        raise without_names(refusal) from None


def _nested(values: Mapping[str, Any], kind: type[T], path: str, faults: list[FieldError]) -> T | None:
    try:
        return read_fields(values, kind, strict=True)
    except Invalid as refusal:
        fields = without_names(refusal).fields
        faults += [FieldError(f"{path}.{each.field}", each.code, each.detail) for each in fields]
        return None
