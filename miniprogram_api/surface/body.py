"""Reading what a client sent into a struct, naming every wrong field at once and never repeating a value."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from backend.errors import FieldError, Invalid, invalid_fields

T = TypeVar("T", bound=msgspec.Struct)

MOST_UNKNOWN = 20  # unknown fields that an answer names: a small request must not make a large answer

# msgspec's message → our code and sentence. Its own words may repeat the value, so they never leave this file.
_FAULTS = (
    (re.compile(r"`array` of length <= (\d+)"), "too_many", "太多，最多 {0} 个。"),
    (re.compile(r"of length <= (\d+)"), "too_long", "太长，最多 {0} 个字。"),
    (re.compile(r"of length >= (\d+)"), "too_short", "太短，至少 {0} 个字。"),
    (re.compile(r"matching regex"), "wrong_format", "格式不对，请检查后重新填写。"),
    (re.compile(r"`(?:int|float)` <= ([\d.]+)"), "too_large", "太大，最多 {0}。"),
    (re.compile(r"`(?:int|float)` >= (-?[\d.]+)"), "too_small", "太小，至少 {0}。"),
    (re.compile(r"Invalid enum value"), "not_a_choice", "不是可选的值。"),
    (re.compile(r"Invalid UUID|Invalid date|Invalid RFC3339"), "wrong_format", "格式不对，请检查后重新填写。"),
    (re.compile(r""), "wrong_type", "类型不对，请检查后重新填写。"),
)
_PATH = re.compile(r" - at `\$(.*)`$")


def unreadable() -> Invalid:
    """The body is not JSON, or not an object."""
    return Invalid("unreadable_body", "提交的内容无法读取，请更新小程序后重试。")


def read_json(raw: bytes, kind: type[T]) -> T:
    """Decode a JSON body. Raises Invalid with every wrong, missing or unknown field."""
    try:
        values = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise unreadable() from None
    if not isinstance(values, dict):
        raise unreadable()
    return read_fields(values, kind, strict=True)


def read_query(arguments: Mapping[str, list[str]], kind: type[T]) -> T:
    """Decode query arguments. Raises Invalid with every wrong or unknown one, or one given twice."""
    twice = [name for name, values in arguments.items() if len(values) > 1]
    if twice:
        raise invalid_fields([FieldError(safe_name(name), "given_twice", "只能填写一次。") for name in twice])
    return read_fields({name: values[0] for name, values in arguments.items()}, kind, strict=False)


def read_fields(values: Mapping[str, Any], kind: type[T], *, strict: bool) -> T:
    """Convert plain values to a struct field by field, so that all faults are found."""
    known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    unknown = [name for name in values if name not in known][:MOST_UNKNOWN]
    faults = [FieldError(safe_name(name), "unknown_field", "没有这一项。") for name in unknown]
    for name, field in known.items():
        if name in values:
            faults += _fault(name, values[name], field.type, strict=strict)
        elif field.required:
            faults.append(FieldError(name, "required", "请填写这一项。"))
    if faults:
        raise invalid_fields(faults)
    return msgspec.convert(dict(values), kind, strict=strict)


def _fault(name: str, value: Any, kind: Any, *, strict: bool) -> list[FieldError]:
    try:
        msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        message = str(error)
        inside = _PATH.search(message)
        for pattern, code, detail in _FAULTS:
            found = pattern.search(message)
            if found:
                return [FieldError(name + (inside.group(1) if inside else ""), code, detail.format(*found.groups()))]
    return []


def safe_name(name: str) -> str:
    """A name that the client made up, cut so that an answer cannot be used to echo a document."""
    return "".join(letter for letter in name[:40] if letter.isalnum() or letter in "_-")
