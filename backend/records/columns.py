"""The columns of a department's record file, and one row through them: a typed row, or all its faults at once."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

from backend.citizens.identity_number import IdentityNumber, checked_before
from backend.citizens.person_name import parse_name
from backend.citizens.register_columns import NUMBER_TITLES, parse_number_cell
from backend.records.cells import (
    limited_text,
    read_capacity,
    read_date,
    read_document_number,
    read_item_code,
    read_occupation,
    read_quantity,
)
from backend.records.measures import Measure, parse_measures
from backend.spreadsheets import CellFault, Column, Row, RowFaults, Table, open_table, read_cells


class FiledRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row as the department filed it, every cell well formed; whether it may become a record is not decided here.

    `quantity` is in tenths of the item's unit; `publication_place` is "" where the row names none; `capacity` is a
    code word of CAPACITIES, `occupation` one of OCCUPATIONS.
    """

    row_number: int
    name: str
    identity_number: str
    item_code: str
    document_number: str
    document_date: date
    conduct_end: date
    finality_date: date | None
    publication_place: str
    quantity: int | None
    summary: str
    occupation: str | None
    capacity: str | None
    measures: tuple[Measure, ...] = ()

    def __repr__(self) -> str:
        return f"FiledRow({self.row_number})"  # the rest is personal data, and a repr ends up in logs

    @property
    def identity(self) -> IdentityNumber:
        """The number with the birthdays that it fixes."""
        return checked_before(self.identity_number)


@lru_cache(maxsize=4)
def record_columns(today: date) -> tuple[Column, ...]:
    """The columns of product.md in their order; birth dates are checked against `today`.

    What a record may lack, by its item, may be blank here: a minor record is published nowhere, an honour is never
    "not yet final", most items have no quantity. Filing decides that.
    """
    return (
        Column("name", "姓名", parse_name, ("当事人姓名", "自然人姓名", "当事人")),
        Column("identity_number", "身份证号", lambda text: parse_number_cell(text, today), NUMBER_TITLES),
        Column("item_code", "目录事项", read_item_code, ("目录事项代码", "目录代码", "事项代码")),
        Column("document_number", "文书号", read_document_number, ("文书编号", "文号", "决定书文号", "决定文书号")),
        Column("document_date", "文书日期", read_date, ("决定日期", "作出日期", "文书作出日期")),
        Column("conduct_end", "行为结束日期", read_date, ("行为终了日期", "行为日期", "违法行为结束日期")),
        Column("finality_date", "生效日期", read_date, ("决定生效日期", "文书生效日期"), required=False, filled=False),
        Column(
            "publication_place", "公示地点", limited_text("公示地点", 200), ("公示网址", "公示渠道", "公示位置"),
            required=False, filled=False,
        ),
        Column("quantity", "数量", read_quantity, ("时长", "次数"), required=False, filled=False),
        Column("summary", "摘要", limited_text("摘要", 500), ("内容摘要", "事实摘要", "事由")),
        Column("occupation", "职业", read_occupation, ("从业类别",), required=False, filled=False),
        Column("capacity", "资格身份", read_capacity, ("任职身份", "责任身份"), required=False, filled=False),
        Column(
            "measures", "措施", lambda text: parse_measures(text, today), ("惩戒措施", "联合惩戒措施"),
            required=False, filled=False,
        ),
    )  # fmt: skip


TITLES = {column.key: column.title for column in record_columns(date.max)}


def open_record_file(path: Path, today: date) -> Table:
    """A department's file with its header checked. Raises Invalid as `open_table` does."""
    return open_table(path, record_columns(today))


def read_row(row: Row, today: date) -> FiledRow | RowFaults:
    """One row of a table from `open_record_file`: typed, or with all its faults, those between its dates included."""
    values, faults = read_cells(row, record_columns(today))
    name, identity, item_code, document_number, document_date, conduct_end, finality_date = values[:7]
    place, quantity, summary, occupation, capacity, measures = values[7:]
    if document_date is not None:
        faults += faults_between(document_date, conduct_end, finality_date, today)
    if faults:
        return RowFaults(row.row_number, tuple(faults), row.cells)
    return FiledRow(
        row.row_number, name, identity.number, item_code, document_number, document_date, conduct_end, finality_date,
        place or "", quantity, summary, occupation, capacity, measures or (),
    )  # fmt: skip


def read_records(table: Table, today: date) -> Iterator[FiledRow | RowFaults]:
    """All rows of the file, in flat memory. Raises Invalid on the way as `Table.rows` does."""
    return (read_row(row, today) for row in table.rows())


def faults_between(
    document_date: date, conduct_end: date | None, finality_date: date | None, today: date
) -> Iterator[CellFault]:
    """What is wrong with the dates of one row beside each other; None for one that is missing or faulty itself."""
    if document_date > today:
        yield CellFault("document_date", "document_date_future", "文书日期晚于今天，请核对。")
    if conduct_end is not None and conduct_end > document_date:
        yield CellFault("conduct_end", "conduct_after_document", "行为结束日期晚于文书日期，请核对。")
    if finality_date is not None and finality_date < document_date:
        yield CellFault("finality_date", "finality_before_document", "生效日期早于文书日期，请核对。")
