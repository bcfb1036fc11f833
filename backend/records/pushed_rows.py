"""What a department's system sends, through the columns of a file: rows to file, and the content of an amendment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from backend.errors import FieldError, Invalid, invalid_fields
from backend.records.cells import read_date
from backend.records.columns import FiledRow, read_row, record_columns
from backend.records.content_cells import read_content
from backend.records.measures import Measure, check_measures
from backend.records.record_versions import RecordContent
from backend.spreadsheets import CellFault, Row, RowFaults
from backend.spreadsheets.cells import clean, fold

Cells = Mapping[str, str]  # texts by the columns' keys, or a measure's by its parts'; what is left out is blank


class PushedRow(msgspec.Struct, frozen=True):
    """One row as it was sent: its cells, and its measures, each with its code, authority, until and way_out."""

    cells: Cells
    measures: tuple[Cells, ...] = ()

    def __repr__(self) -> str:
        return "PushedRow()"  # it is about one person, and a repr ends up in logs


def content_invalid(faults: Sequence[CellFault]) -> Invalid:
    fields = [FieldError(f"content.{each.column}", each.code, each.detail) for each in faults]
    return invalid_fields(fields)


def read_rows(rows: Iterable[PushedRow], today: date) -> list[FiledRow | RowFaults]:
    """The rows, numbered from 1: typed, or with all their faults."""
    return [_read(number, row, today) for number, row in enumerate(rows, start=1)]


def content_of(cells: Cells, measures: Iterable[Cells], today: date) -> RecordContent:
    """What a record is to say from now on. Raises Invalid with every fault by its field.

    `measures` are their own texts (code, authority, until, way_out): one that has run out may stay on its record.
    """
    content = read_content(cells, [_measure(each, place) for place, each in enumerate(measures)], today)
    if isinstance(content, RecordContent):
        return content
    raise content_invalid(content)


def _read(number: int, sent: PushedRow, today: date) -> FiledRow | RowFaults:
    # Measures never become a cell: read from there, one's words could begin another.
    keys = [column.key for column in record_columns(today)]
    cells = tuple("" if key == "measures" else clean(sent.cells.get(key, "")) for key in keys)
    row = read_row(Row(number, cells), today)
    read = [_measure(each, place) for place, each in enumerate(sent.measures)]
    found = [each for each in read if isinstance(each, CellFault)]
    measures = tuple(each for each in read if isinstance(each, Measure))
    try:
        check_measures(() if found else measures, today)
    except Invalid as fault:
        found.append(CellFault("measures", fault.code, fault.detail))
    faults = tuple(CellFault("measures", each.code, each.detail) for each in found)  # the column, as of a file
    if isinstance(row, FiledRow):
        return RowFaults(number, faults, cells) if faults else msgspec.structs.replace(row, measures=measures)
    return RowFaults(number, (*row.faults, *faults), cells)


def _measure(sent: Cells, place: int) -> Measure | CellFault:
    try:
        until = read_date(clean(sent["until"]))
    except Invalid as fault:
        return CellFault(f"measures[{place}].until", fault.code, fault.detail)
    return Measure(fold(clean(sent["code"])).upper(), clean(sent["authority"]), until, clean(sent["way_out"]))
