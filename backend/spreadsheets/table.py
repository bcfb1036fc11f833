"""A handed-in file as a table: where its header is, and its rows in the order of the columns asked for."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Protocol

from backend.errors import Invalid
from backend.spreadsheets import refusals
from backend.spreadsheets.cells import clean
from backend.spreadsheets.columns import CellFault, Column, Record, Row
from backend.spreadsheets.delimited import SEPARATORS, DelimitedFile, find_encoding
from backend.spreadsheets.header import Layout, TitleRow, find_titles, lay_out
from backend.spreadsheets.kinds import recognise
from backend.spreadsheets.sheet import column_letters
from backend.spreadsheets.workbook import Workbook

_UNREADABLE = {
    "cell_error_value": "这一格是错误值（如 #REF!、#N/A），请改成正确的内容。",
    "formula_without_value": "这一格的公式还没有算出结果。请在 Excel 中打开并保存，或把公式粘贴为数值后重新上传。",
}


_UNTITLED = "这一格有内容，但所在列没有列名。请补上列名，或清空这一格。"
_LONGEST = refusals.MOST_CELL_CHARACTERS
_TOO_LONG = f"这一格超过 {_LONGEST} 个字，请缩短。"


class Source(Protocol):
    """A sheet of a workbook, or a delimited file."""

    @property
    def title(self) -> str | None: ...

    def records(self) -> Iterator[Record]: ...

    def merged_below(self, row_number: int) -> bool: ...


class Table:
    """A file whose header is found and in order. `rows` may be called again and reads the file anew."""

    def __init__(self, source: Source, columns: Sequence[Column], layout: Layout) -> None:
        self.columns = tuple(columns)
        self.sheet_title = source.title
        self.header_row = layout.row_number
        self._source = source
        self._layout = layout
        self._merged = source.merged_below(layout.row_number)

    def rows(self) -> Iterator[Row]:
        """The rows below the header that hold something, in flat memory.

        Raises Invalid on the way for a damaged file, broken quotes, or more than a million rows: the caller keeps
        nothing of such a file, because what follows the fault is unknown.
        """
        layout, count = self._layout, 0
        width = layout.width
        pick = itemgetter(*layout.places, width)  # the place past the last is always blank, and makes it a tuple
        for number, record, unreadable in self._source.records():
            if number <= layout.row_number:
                continue
            faults: tuple[CellFault, ...] = ()
            if unreadable or layout.untitled or len(record) > width or len(max(record, key=len, default="")) > _LONGEST:
                faults = self._faults(record, unreadable)
                record = record[:width]
            cells = tuple(map(clean, pick(record + [""] * (width + 1 - len(record)))[:-1]))
            if not faults and not any(cells):
                continue
            count += 1
            if count > refusals.MOST_ROWS:
                raise refusals.too_many_rows()
            yield Row(number, cells, faults, self._merged)

    def _faults(self, record: list[str], unreadable: dict[int, str]) -> tuple[CellFault, ...]:
        """What is wrong with the cells of this record before anybody asks what they mean."""
        keys = {place: column.key for place, column in zip(self._layout.places, self.columns, strict=True)}
        keys.pop(self._layout.width, None)  # where optional columns stand that the file does not have
        faults = []
        for place in range(max(len(record), *(place + 1 for place in unreadable), 0)):
            text = record[place] if place < len(record) else ""
            if place not in keys:
                if place in unreadable or clean(text):
                    faults.append(CellFault(_column_name(place), "cell_without_title", _UNTITLED))
            elif place in unreadable:
                faults.append(CellFault(keys[place], unreadable[place], _UNREADABLE[unreadable[place]]))
            elif len(text) > _LONGEST:
                faults.append(CellFault(keys[place], "cell_too_long", _TOO_LONG))
        return tuple(faults)


def open_table(path: Path, columns: Sequence[Column]) -> Table:
    """Recognise the file by its bytes and find the header among its first ten filled rows.

    .xlsx (of several visible sheets the one that has the header and data) or delimited text in UTF-8, GB18030 or
    UTF-16. Raises Invalid with a sentence saying what to do for any other file, and for a header that lacks
    required columns, repeats one, or has one that nobody asked for.
    """
    if recognise(path) == "workbook":
        found = [(sheet, find_titles(sheet.records(), columns)) for sheet in Workbook(path).sheets]
        source, titles = _choose_sheet([(sheet, row) for sheet, row in found if row is not None], columns)
    else:
        source, titles = _choose_separator(path, columns)
    missing = titles.lacks(columns)
    if missing:
        raise refusals.columns_missing(missing) if titles.known > 1 else refusals.no_header(missing)
    return Table(source, columns, lay_out(titles, columns))


def _choose_sheet(found: Sequence[tuple[Source, TitleRow]], columns: Sequence[Column]) -> tuple[Source, TitleRow]:
    """The sheet with the header. Two with data are refused: to take the first would drop the other silently."""
    if not found:
        raise refusals.empty()
    whole = [(sheet, row) for sheet, row in found if not row.lacks(columns)]
    if len(whole) > 1:
        with_data = [(sheet, row) for sheet, row in whole if _has_data(sheet, row)]
        if len(with_data) > 1:
            raise refusals.several_sheets([sheet.title or "" for sheet, _ in with_data])
        whole = with_data or whole
    return whole[0] if whole else max(found, key=lambda pair: pair[1].known)


def _choose_separator(path: Path, columns: Sequence[Column]) -> tuple[Source, TitleRow]:
    """The separator with which the header is found, or most of it."""
    encoding = find_encoding(path)
    found: list[tuple[Source, TitleRow]] = []
    broken: list[Invalid] = []
    for separator in SEPARATORS:
        file = DelimitedFile(path, encoding, separator)
        try:
            row = find_titles(file.records(), columns)
        except Invalid as error:  # with a wrong separator quotes seem broken: only if none is right does it matter
            broken.append(error)
            continue
        if row is None:  # nothing but separators
            raise refusals.empty()
        if not row.lacks(columns):
            return file, row
        found.append((file, row))
    if broken:
        raise broken[0]
    return max(found, key=lambda pair: pair[1].known)


def _has_data(sheet: Source, titles: TitleRow) -> bool:
    return any(
        number > titles.row_number and (unreadable or any(map(clean, record)))
        for number, record, unreadable in sheet.records()
    )


def _column_name(place: int) -> str:
    if place >= refusals.MOST_COLUMNS:
        return f"第 {refusals.MOST_COLUMNS} 列以后"
    return f"{column_letters(place)} 列"
