"""The columns of the county register that 县公安局 supplies, and one of its rows with all its faults at once."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from backend.citizens.identity_number import IdentityNumber, parse_identity_number
from backend.citizens.person_name import parse_name
from backend.errors import Invalid
from backend.spreadsheets import Column, Row, RowFaults, open_table, read_cells
from backend.spreadsheets.cells import fold, lost_digits

_MOST_TOWNSHIP_CHARACTERS = 30
_PHONE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})|0[0-9]{9,11}")


class RegisterRow(msgspec.Struct, frozen=True):
    """One person of the register. `phone` is None where the register has none; `township` may be blank."""

    row_number: int
    name: str
    identity: IdentityNumber
    phone: str | None
    township: str

    def __repr__(self) -> str:
        return f"RegisterRow({self.row_number})"


def parse_phone(text: str) -> str:
    """A mobile number as 11 digits, or a landline with its area code. Raises Invalid with code `phone_format`."""
    match = _PHONE.fullmatch(fold(text).replace("-", ""))
    if match is None:
        raise Invalid("phone_format", "手机号应为 11 位数字（座机请带区号），请核对；没有的请留空。")
    return match[1] or match[0]


@lru_cache(maxsize=4)
def register_columns(today: date) -> tuple[Column, ...]:
    """The register's columns; birth dates are checked against `today`."""
    return (
        Column("name", "姓名", parse_name, ("公民姓名", "居民姓名")),
        Column("identity_number", "身份证号", lambda text: parse_number_cell(text, today), NUMBER_TITLES),
        Column("phone", "手机号", parse_phone, ("手机号码", "联系电话", "电话", "手机", "联系方式"), filled=False),
        Column("township", "乡镇", _township, ("乡镇街道", "乡镇(街道)", "所属乡镇", "乡(镇)"), filled=False),
    )


NUMBER_TITLES = ("身份证号码", "公民身份号码", "公民身份证号码", "身份证件号码", "证件号码", "身份号码")


def parse_number_cell(text: str, today: date) -> IdentityNumber:
    """`parse_identity_number` for a cell: also notices a number whose last digits Excel dropped."""
    if lost_digits(text):
        raise Invalid(
            "identity_number_is_number",
            "身份证号被 Excel 当成数值，后几位已经丢失。请把这一列的单元格格式设为“文本”，再重新填写身份证号。",
        )
    return parse_identity_number(text, today)


def read_register_row(row: Row, today: date) -> RegisterRow | RowFaults:
    """One row of a table opened with `register_columns(today)`: typed, or with all its faults."""
    (name, identity, phone, township), faults = read_cells(row, register_columns(today))
    if faults:
        return RowFaults(row.row_number, tuple(faults), row.cells)
    return RegisterRow(row.row_number, name, identity, phone, township or "")


def read_register(path: Path, today: date) -> Iterator[RegisterRow | RowFaults]:
    """All rows of a register file, in flat memory. Raises Invalid as `open_table` and `Table.rows` do."""
    # Opened here and not in the first step of the iteration, so that a refusal comes at once.
    table = open_table(path, register_columns(today))
    return (read_register_row(row, today) for row in table.rows())


def _township(text: str) -> str:
    if len(text) > _MOST_TOWNSHIP_CHARACTERS:
        raise Invalid("township_length", f"乡镇不超过 {_MOST_TOWNSHIP_CHARACTERS} 个字，请核对。")
    return text
