"""Pure: a TOML file as one struct, naming every structural fault at once in plain Chinese."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from itertools import chain, islice
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec.inspect import IntType, StrType, type_info
from msgspec.structs import FieldInfo

from backend.errors import FieldError, Invalid

MOST_BYTES = 512 * 1024  # seven times the sample
MOST_LINES = 20_000
MOST_DOTS = 20  # on one line, outside quotes: tomllib's time grows with the square of a key's dots
MOST_ENTRIES = 1_000  # in one list
MOST_TOLD = 200


@dataclass(frozen=True)
class Fault:
    """One fault of a file: where it is, a stable English code, and a Chinese sentence for who wrote the file."""

    where: str
    code: str
    detail: str


class CatalogueRefused(Invalid):
    """A file of the catalogue cannot be used; `faults` are the first that were found, and there are `more`."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        found = iter(faults)
        self.faults = tuple(islice(found, MOST_TOLD))
        self.more = sum(1 for _ in found)
        fields = [FieldError(each.where, each.code, each.detail) for each in self.faults]
        count = len(self.faults) + self.more
        super().__init__("catalogue_refused", f"文件有 {count} 处需要改正，请逐条修改后再试。", fields=fields)


File = TypeVar("File", bound=msgspec.Struct)


def read_toml(data: bytes, kind: type[File]) -> File:
    """A TOML file as one struct. Raises CatalogueRefused with every fault, where msgspec alone names the first."""
    _refuse_any(_size_faults(data))
    try:
        text = data.decode("utf-8-sig")  # Windows editors put a mark in front
        _refuse_any(_depth_faults(text))
        raw = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise CatalogueRefused([Fault("文件", "not_utf8", "文件不是 UTF-8 编码，请另存为 UTF-8 后再试。")]) from error
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError; so is an endless number's
        raise CatalogueRefused([_broken(str(error))]) from error
    _refuse_any(_table_faults(kind, raw, ""))
    return msgspec.convert(raw, kind, builtin_types=_TOML_TYPES)


# Dates are written as TOML dates, so text is not taken for one.
_TOML_TYPES = (date, datetime, time)
_EXPECTED = {
    str: "这里应当是文字，用英文引号括起来。",
    int: "这里应当是整数，不加引号。",
    bool: "这里只能写 true 或 false，不加引号。",
    date: "这里应当是日期，写成 2024-01-01 的样子，不加引号。",
}
# A comment or a quoted text, up to where it ends or, if it never does, to where tomllib stops reading.
_UNREAD = re.compile(
    r'"""(?:[^\\"]++|\\.|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^\\"\n]++|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+",
    re.DOTALL,
)
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})  # control, zero width and direction, line and paragraph separators
_FILLERS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")  # letters and marks by category, blank to the eye


def _refuse_any(faults: Iterator[Fault]) -> None:
    first = next(faults, None)
    if first is not None:
        raise CatalogueRefused(chain([first], faults))


def _size_faults(data: bytes) -> Iterator[Fault]:
    if len(data) > MOST_BYTES or data.count(b"\n") > MOST_LINES:
        detail = f"文件太大：最多 {MOST_BYTES // 1024} KB、{MOST_LINES} 行。请确认选的是目录文件。"
        yield Fault("文件", "file_too_large", detail)


def _depth_faults(text: str) -> Iterator[Fault]:
    bare = _UNREAD.sub(lambda unread: "\n" * unread[0].count("\n"), text)
    for number, line in enumerate(bare.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            yield Fault(f"第 {number} 行", "too_deep", f"这一行引号外的点太多，最多 {MOST_DOTS} 个，请检查写法。")


def _broken(message: str) -> Fault:
    place = re.search(r"line (\d+), column (\d+)", message)
    where = f"第 {place[1]} 行第 {place[2]} 列" if place else "文件"
    return Fault(where, "broken_toml", "从这里开始读不下去：请检查引号、括号、等号是否成对，同一项是否写了两遍。")


@cache  # a file may have a hundred thousand tables
def _fields(kind: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _table_faults(kind: type[msgspec.Struct], value: object, where: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(where, "wrong_type", "这里应当是一组“名称 = 内容”。")
        return
    known = _fields(kind)
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
        if len(value) > MOST_ENTRIES:
            yield Fault(where, "too_many", f"这里写得太多，最多 {MOST_ENTRIES} 条。")
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
        elif isinstance(info, IntType) and type(value) is int:
            yield Fault(where, "out_of_range", f"这个数超出了范围，应在 {info.ge} 到 {info.le} 之间。")
        else:
            plain = str if isinstance(info, StrType) else int if isinstance(info, IntType) else annotation
            yield Fault(where, "wrong_type", _EXPECTED[plain])
    else:
        if isinstance(value, str) and get_origin(annotation) is not Literal:
            yield from _unseen_faults(value, where)


def _unseen_faults(text: str, where: str) -> Iterator[Fault]:
    """What looks like another text than it is, or like none: names are compared and signed by eye."""
    kinds = {unicodedata.category(each) for each in text}
    if kinds & _UNSEEN or not _FILLERS.isdisjoint(text):
        yield Fault(where, "unseen", "这里有看不见的字符（如换行、零宽字符），请删去后重新输入。")
    elif text.strip() and not any(kind[0] in "LNPS" for kind in kinds):
        yield Fault(where, "blank", "这里不能空着，请填写。")
