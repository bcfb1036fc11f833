"""Rejected rows written back as a workbook: which row, what is wrong, how to put it right; people masked."""

import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import msgspec
import xlsxwriter

from backend.citizens.identity_number import carries_number
from backend.records.columns import TITLES, FiledRow
from backend.secrets import mask_name, mask_number
from backend.spreadsheets import CellFault, RowFaults
from backend.spreadsheets.cells import fold
from backend.spreadsheets.exported import PLAIN, disarm

_HEADER = ("行号", "姓名", "身份证号", "目录事项", "文书号", "有问题的列", "原因和改法")
_WIDTHS = (8, 12, 22, 16, 30, 24, 70)
_SHOWN = tuple(list(TITLES).index(key) for key in ("name", "identity_number", "item_code", "document_number"))
_NUMBER_LIKE = re.compile(r"[0-9]{14,17}[0-9Xx]")
# 18 characters with a possible birth date, check digit or not: perhaps a mistyped number.
_NUMBER_INSIDE = re.compile(r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]")
_ITEM_CODE = re.compile(r"[A-Za-z]{2,6}-[0-9]{1,6}")


class RejectedRow(msgspec.Struct, frozen=True):
    """A row that did not become a record, fit to be kept and sent back: whoever it names is masked."""

    row_number: int
    masked_name: str
    masked_number: str
    item_code: str
    document_number: str
    faults: tuple[CellFault, ...]


def reject(row: FiledRow | RowFaults, faults: Sequence[CellFault] = ()) -> RejectedRow:
    """Mask a row: one that could not be read carries its own faults, to a well-formed one the caller gives them.

    `masked_name` has at most 50 characters, `masked_number` 18, `item_code` 20, `document_number` 100.
    """
    if isinstance(row, FiledRow):
        own: tuple[CellFault, ...] = ()
        name, number, item_code, document_number = row.name, row.identity_number, row.item_code, row.document_number
    else:
        own = row.faults
        name, number, item_code, document_number = (row.cells[place] for place in _SHOWN)
    return RejectedRow(
        row_number=row.row_number,
        masked_name=mask_name(name[:50]),
        masked_number=_mask_cell(number),
        item_code=item_code if _ITEM_CODE.fullmatch(item_code) else _stars(item_code, 20),
        document_number=_mask_document(document_number)[:100],
        faults=(*own, *faults),
    )


class ResultWorkbook:
    """An .xlsx of rejected rows as it grows, in flat memory at any count; whole once it is closed.

    No cell can act as a formula when the file is opened, nor after it is saved as .csv and opened again.
    """

    def __init__(self, target: Path | IO[bytes]) -> None:
        options = {"constant_memory": True, **PLAIN}
        self.count = 0
        self._workbook = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
        self._sheet = self._workbook.add_worksheet("未收录的行")
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, 0, len(_HEADER) - 1)
        self._plain = self._workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        title = self._workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
        for place, (text, width) in enumerate(zip(_HEADER, _WIDTHS, strict=True)):
            self._sheet.set_column(place, place, width)
            self._sheet.write_string(0, place, text, title)

    def add(self, rejected: Iterable[RejectedRow]) -> None:
        """Some more rows."""
        for row in rejected:
            self.count += 1
            _write_row(self._sheet, self.count, row, self._plain)

    def close(self) -> None:
        """Pack the file: of many rows, seconds. May be called again."""
        if not self._workbook.fileclosed:
            self._workbook.close()


def write_result(target: Path | IO[bytes], rejected: Iterable[RejectedRow]) -> int:
    """Write a `ResultWorkbook` of the rejected rows. Returns how many there were."""
    with closing(ResultWorkbook(target)) as workbook:
        workbook.add(rejected)
    return workbook.count


def _write_row(sheet: Any, line: int, row: RejectedRow, plain: Any) -> None:
    columns = "、".join(dict.fromkeys(TITLES.get(fault.column, fault.column) for fault in row.faults))
    reasons = "\n".join(f"{TITLES.get(fault.column, fault.column)}：{fault.detail}" for fault in row.faults)
    texts = (row.masked_name, row.masked_number, row.item_code, row.document_number, columns, reasons)
    sheet.write_number(line, 0, row.row_number)
    for place, text in enumerate(texts, start=1):
        sheet.write_string(line, place, disarm(text), plain)


def _mask_cell(text: str) -> str:
    """What stands in the number column: of what is not even like a number, perhaps a name or a phone, nothing."""
    number = fold(text)
    return mask_number(number) if _NUMBER_LIKE.fullmatch(number) else _stars(number, 18)


def _mask_document(text: str) -> str:
    """Documents have a digit; a name or a phone in this column means that the columns are shifted."""
    if not any(character.isdigit() for character in text) or carries_number(text):
        return _stars(text, 100)
    return _NUMBER_INSIDE.sub(lambda found: mask_number(found[0]), text)


def _stars(text: str, most: int) -> str:
    return "*" * min(len(text), most)
