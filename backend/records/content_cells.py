"""The content of an amendment, from the desk's form or a system, through the columns of a file."""

from collections.abc import Iterable, Mapping
from datetime import date

from backend.records.columns import record_columns
from backend.records.measures import Measure
from backend.records.record_versions import RecordContent
from backend.spreadsheets import CellFault, Row, read_cells
from backend.spreadsheets.cells import clean

# An amendment never changes whom a record is about, and its measures never become a cell: one's words could begin
# another.
ELSEWHERE = frozenset({"name", "identity_number", "measures"})


def read_content(
    cells: Mapping[str, str], measures: Iterable[Measure | CellFault], today: date
) -> RecordContent | list[CellFault]:
    """What a record is to say from now on, or every fault by its column; `cells` are texts by the columns' keys."""
    columns = [each for each in record_columns(today) if each.key not in ELSEWHERE]
    values, faults = read_cells(Row(0, tuple(clean(cells.get(each.key, "")) for each in columns)), columns)
    read = list(measures)
    faults += [each for each in read if isinstance(each, CellFault)]
    if faults:
        return faults
    said = dict(zip((each.key for each in columns), values, strict=True))
    said["publication_place"] = said["publication_place"] or ""
    return RecordContent(**said, measures=tuple(each for each in read if isinstance(each, Measure)))
