"""Files as departments hand them in, made on the spot; and workbooks taken apart and put together wrongly."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from backend.spreadsheets import Column

# A table of no particular meaning: two columns that must be there, one that may.
PLAIN = (
    Column("name", "姓名", str, aliases=("名字",)),
    Column("number", "编号", str),
    Column("note", "备注", str, required=False, filled=False),
)
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write_csv(
    path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", separator: str = ",", end: str = "\r\n"
) -> Path:
    text = io.StringIO()
    quoting = csv.QUOTE_MINIMAL if "\n" in end else csv.QUOTE_ALL  # the writer forgets to quote a line break otherwise
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, *sheets: Sequence[Sequence[Any]]) -> Path:
    """Text stays text, numbers are numbers; a cell that starts with = is a formula."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        for rows in sheets:
            sheet = workbook.add_worksheet()
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return path


def replace_parts(path: Path, parts: Mapping[str, bytes | None]) -> Path:
    """The same workbook with other parts, packed anew; None takes one away."""
    with zipfile.ZipFile(path) as archive:
        all_parts = {name: archive.read(name) for name in archive.namelist()} | dict(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in all_parts.items():
            if content is not None:
                archive.writestr(name, content)
    return path


def write_sheet(path: Path, sheet_data: str, *, after: str = "", namespace: str = MAIN) -> Path:
    """A workbook whose sheet has this XML in its sheetData, and `after` behind it."""
    write_xlsx(path, [["姓名", "编号"]])
    xml = f'<?xml version="1.0"?><worksheet xmlns="{namespace}"><sheetData>{sheet_data}</sheetData>{after}</worksheet>'
    return replace_parts(path, {SHEET: xml.encode()})


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER_XML = f'<row r="1">{inline("A1", "姓名")}{inline("B1", "编号")}{inline("C1", "备注")}</row>'
