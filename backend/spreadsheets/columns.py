"""The columns that a table should have, and one row read through them with all its faults at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from backend.errors import Invalid

# What a file gives for one row: its number, its texts by place, and the places that cannot be read with a code.
Record = tuple[int, list[str], dict[int, str]]


@dataclass(frozen=True)
class Column:
    """One column: its key in code, its Chinese title, other titles that departments use for it, how a cell is read.

    `required`: the file must have the column. `filled`: each row must have something in it.
    `read` turns clean, non-empty text into a value, or raises Invalid.
    """

    key: str
    title: str
    read: Callable[[str], Any]
    aliases: tuple[str, ...] = ()
    required: bool = True
    filled: bool = True


class CellFault(msgspec.Struct, frozen=True):
    """What is wrong with one cell: the column's key, a stable code, and what to do in Chinese. Never the value."""

    column: str
    code: str
    detail: str


class Row(msgspec.Struct, frozen=True):
    """One row of the file: its number as Excel shows it, the clean cells in the order of the columns asked for.

    `faults`: cells that could not be read at all. `merged`: the data area of the sheet has merged cells.
    """

    row_number: int
    cells: tuple[str, ...]
    faults: tuple[CellFault, ...] = ()
    merged: bool = False

    def __repr__(self) -> str:
        return f"Row({self.row_number})"  # the cells are personal data, and a repr ends up in logs


class RowFaults(msgspec.Struct, frozen=True):
    """A row that cannot be taken: every fault of it, and its cells so that it can be sent back (masked)."""

    row_number: int
    faults: tuple[CellFault, ...]
    cells: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"RowFaults({self.row_number}, {[(fault.column, fault.code) for fault in self.faults]})"


def read_cells(row: Row, columns: Sequence[Column]) -> tuple[list[Any], list[CellFault]]:
    """The row's values in the order of the columns, None for blank or faulty ones, and all the faults of its cells."""
    values: list[Any] = []
    faults = list(row.faults)
    unreadable = {fault.column for fault in faults} if faults else ()
    for column, text in zip(columns, row.cells, strict=True):
        value = None
        if column.key not in unreadable:
            if text:
                try:
                    value = column.read(text)
                except Invalid as refusal:
                    faults.append(CellFault(column.key, refusal.code, refusal.detail))
            elif column.filled:
                faults.append(_missing(column, row.merged))
        values.append(value)
    return values, faults


def _missing(column: Column, merged: bool) -> CellFault:
    detail = f"“{column.title}”没有填写，请补上。"
    if merged:
        detail += "本表有合并单元格，合并后只有左上角一格有内容：请取消合并，把每一行都填上。"
    return CellFault(column.key, "missing", detail)
