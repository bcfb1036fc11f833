"""Pure: a TOML file as one struct, naming every structural fault at once in plain Chinese."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec.inspect import StrType, type_info

from backend.errors import FieldError, Invalid


@dataclass(frozen=True)
class Fault:
    """One fault of a file: where it is, a stable English code, and a Chinese sentence for who wrote the file."""

    where: str
    code: str
    detail: str


class CatalogueRefused(Invalid):
    """A file of the catalogue cannot be used; `faults` are all that was found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        fields = [FieldError(each.where, each.code, each.detail) for each in faults]
        super().__init__("catalogue_refused", f"文件有 {len(faults)} 处需要改正，请逐条修改后再试。", fields=fields)
        self.faults = tuple(faults)


File = TypeVar("File", bound=msgspec.Struct)


def read_toml(data: bytes, kind: type[File]) -> File:
    """A TOML file as one struct. Raises CatalogueRefused with every fault, where msgspec alone names the first."""
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))  # Windows editors put a mark in front
    except UnicodeDecodeError as error:
        raise CatalogueRefused([Fault("文件", "not_utf8", "文件不是 UTF-8 编码，请另存为 UTF-8 后再试。")]) from error
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError; so is an endless number's
        raise CatalogueRefused([_broken(str(error))]) from error
    faults = list(_table_faults(kind, raw, ""))
    if faults:
        raise CatalogueRefused(faults)
    return msgspec.convert(raw, kind, builtin_types=_TOML_TYPES)


# Dates are written as TOML dates, so text is not taken for one.
_TOML_TYPES = (date, datetime, time)
_EXPECTED = {
    str: "这里应当是文字，用英文引号括起来。",
    int: "这里应当是整数，不加引号。",
    bool: "这里只能写 true 或 false，不加引号。",
    date: "这里应当是日期，写成 2024-01-01 的样子，不加引号。",
}


def _broken(message: str) -> Fault:
    place = re.search(r"line (\d+), column (\d+)", message)
    where = f"第 {place[1]} 行第 {place[2]} 列" if place else "文件"
    return Fault(where, "broken_toml", "从这里开始读不下去：请检查引号、括号、等号是否成对，同一项是否写了两遍。")


def _table_faults(kind: type[msgspec.Struct], value: object, where: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(where, "wrong_type", "这里应当是一组“名称 = 内容”。")
        return
    known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    prefix = f"{where}." if where else ""
    for name in [each for each in value if each not in known]:
        yield Fault(prefix + name, "unknown_key", f"没有这一项，请核对拼写；这里可以写：{'、'.join(known)}。")
    for name, field in known.items():
        if name in value:
            yield from _value_faults(field.type, value[name], prefix + name)
        elif field.required:
            yield Fault(prefix + name, "missing", "缺少这一项，请补上。")


def _value_faults(annotation: Any, value: object, where: str) -> Iterator[Fault]:
    if get_origin(annotation) is UnionType or NoneType in get_args(annotation):
        annotation = next(each for each in get_args(annotation) if each is not NoneType)
    if get_origin(annotation) is tuple:
        if not isinstance(value, list):
            yield Fault(where, "wrong_type", "这里应当是一个列表，用方括号括起来。")
            return
        for number, each in enumerate(value):
            yield from _value_faults(get_args(annotation)[0], each, f"{where}[{number}]")
    elif isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield from _table_faults(annotation, value, where)
    else:
        yield from _leaf_faults(annotation, value, where)


def _leaf_faults(annotation: Any, value: object, where: str) -> Iterator[Fault]:
    try:
        msgspec.convert(value, annotation, builtin_types=_TOML_TYPES)
    except msgspec.ValidationError:
        info = type_info(annotation)
        if get_origin(annotation) is Literal:
            yield Fault(where, "not_allowed", f"这里只能写：{'、'.join(get_args(annotation))}。")
        elif isinstance(info, StrType) and isinstance(value, str):
            blank = not value.strip()
            detail = "这里不能空着，请填写。" if blank else f"这里太长了，最多 {info.max_length} 个字。"
            yield Fault(where, "blank" if blank else "too_long", detail)
        else:
            plain = str if isinstance(info, StrType) else annotation
            yield Fault(where, "wrong_type", _EXPECTED[plain])
