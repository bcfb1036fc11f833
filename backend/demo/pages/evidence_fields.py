"""The form of evidence: what is asked in which way, and the way between what was typed and what the API takes."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from backend import clock
from backend.errors import FieldError, invalid_fields
from miniprogram_api.evidence_body import EvidenceChange
from miniprogram_api.evidence_rules import EvidenceKind
from miniprogram_api.evidence_shown import EvidenceContent
from miniprogram_api.surface.body import read_fields

Look = Literal["line", "moment", "day", "number", "yuan", "words", "choice"]

CERTIFICATE = ("certificate_number", "certificate_issuer", "served_on")  # asked apart: with them hardly more is needed
_LOOKS: dict[str, Look] = {
    **dict.fromkeys(("starts_at", "ends_at"), "moment"),
    **dict.fromkeys(("served_on", "donated_on", "fulfilled_on", "finished_on"), "day"),
    "hours": "number",
    "amount_fen": "yuan",
    "words": "words",
    "department": "choice",
}
_HINTS = {
    "organisation": "谁组织的，例如：下汤镇志愿服务队",
    "activity": "做了什么，例如：打扫老街",
    "place": "在哪里做的",
    "hours": "只算服务的时间，路上不算，例如 6 或 6.5",
    "amount_fen": "捐的是东西就空着",
    "receipt_number": "票据右上角的编号",
    "document_number": "处罚决定书或判决书上的文号",
    "words": "还有想告诉审核员的，写在这里",
}
_ZONE = "+08:00"
_HALVES = ("_day", "_time")
_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")
_YUAN = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True)
class Input:
    """One thing that is asked."""

    name: str
    label: str
    look: Look
    needed: bool
    hint: str


def inputs_of(kind: EvidenceKind) -> tuple[list[Input], list[Input]]:
    """What is asked of everybody, and what only of who has a certificate."""
    asked = [
        Input(
            each.name,
            "金额（元）" if each.name == "amount_fen" else each.label,
            _LOOKS.get(each.name, "line"),
            each.name in kind.needed,
            _HINTS.get(each.name, ""),
        )
        for each in kind.fields
        if each.name != "contact"  # somebody else's data, which nobody has to give
    ]
    usual = [each for each in asked if each.name not in CERTIFICATE]
    return usual, [each for each in asked if each.name in CERTIFICATE]


def read_form(pairs: Sequence[tuple[str, str]], *, whole: bool) -> EvidenceChange:
    """The body that the API takes. `whole`: half a moment is a fault; while typing it is left out.

    Raises Invalid with every fault at its field.
    """
    typed = {name: _tidy(text) for name, text in pairs if text.strip()}
    faults: list[FieldError] = []
    values: dict[str, object] = {"pictures": [text for name, text in pairs if name == "pictures"]}
    for name, text in typed.items():
        look = _LOOKS.get(name)
        if look == "yuan":
            values[name] = _fen(text, faults)
        elif look == "number" and not _NUMBER.fullmatch(text):
            faults.append(FieldError(name, "wrong_format", "请写数字，例如 6 或 6.5。"))
        elif name in EvidenceChange.__struct_fields__ and name != "pictures":
            values[name] = text
    for name in ("starts_at", "ends_at"):
        day, time = (typed.get(name + half) for half in _HALVES)
        if day and time:
            values[name] = f"{day}T{time}:00{_ZONE}"
        elif whole and (day or time):
            faults.append(FieldError(name, "half", "日期和几点都要填。"))
    if faults:
        raise invalid_fields(faults)
    return read_fields(values, EvidenceChange, strict=False)


def typed_in(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What stood in the inputs, to show it again."""
    return {name: text for name, text in pairs if name != "pictures"}


def written(content: EvidenceContent) -> dict[str, str]:
    """A content as it stands in the inputs."""
    filled: dict[str, str] = {}
    for name in content.__struct_fields__:
        value = getattr(content, name)
        if isinstance(value, datetime):
            local = value.astimezone(clock.SHANGHAI)
            filled |= {f"{name}_day": local.date().isoformat(), f"{name}_time": f"{local:%H:%M}"}
        elif name == "amount_fen" and value is not None:
            filled[name] = f"{value // 100}" if value % 100 == 0 else f"{value / 100:.2f}"
        elif isinstance(value, float):
            filled[name] = f"{value:g}"
        elif isinstance(value, date) or value is not None:
            filled[name] = str(value)
    return filled


def at_fields(faults: Iterable[FieldError]) -> dict[str, str]:
    """The sentence for each field, the first where there are several; of one photo, at the photos."""
    said: dict[str, str] = {}
    for fault in faults:
        said.setdefault(fault.field.partition("[")[0], fault.detail)
    return said


def said_rows(content: EvidenceContent, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """What she wrote, as rows to read; the department stands elsewhere, with its phone."""
    rows = []
    for name, label in labels.items():
        value = getattr(content, name)
        if value is not None and name != "department":
            rows.append((label.partition("（")[0], _said(name, value)))
    return rows


def _said(name: str, value: object) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(clock.SHANGHAI)
        return f"{local.year}年{local.month}月{local.day}日 {local.hour}:{local.minute:02d}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if name == "amount_fen" and isinstance(value, int):
        return f"{value / 100:g} 元" if value % 10 == 0 and value < 10**8 else f"{value / 100:.2f} 元"
    return f"{value:g} 小时" if isinstance(value, float) else str(value)


def _tidy(text: str) -> str:
    """Without blanks; digits that a Chinese keyboard made wide are as good as others."""
    text = text.strip()
    plain = unicodedata.normalize("NFKC", text)
    return plain if _NUMBER.fullmatch(plain) else text


def _fen(text: str, faults: list[FieldError]) -> int | None:
    found = _YUAN.fullmatch(text)
    if found is None:
        faults.append(FieldError("amount_fen", "wrong_format", "金额请写数字，例如 200 或 200.50。"))
        return None
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
