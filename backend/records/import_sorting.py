"""What becomes of checked rows: new, waiting, the same as what stands, or in conflict with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from backend.records.checking import Checked, Refused
from backend.records.held_keys import Held, Key, conflict_fault
from backend.spreadsheets import CellFault, RowFaults


@dataclass
class Sorted:
    """One chunk's rows by what becomes of them."""

    new: list[Checked] = field(default_factory=list)
    waiting: list[Checked] = field(default_factory=list)
    duplicates: int = 0
    conflicts: list[tuple[Checked, CellFault]] = field(default_factory=list)
    rejected: list[Refused | RowFaults] = field(default_factory=list)


def sort_rows(rows: Iterable[Checked], held: Mapping[Key, Held], waiting: Mapping[Key, str]) -> Sorted:
    """New rows, duplicates, and conflicts with why; `waiting` maps the keys of rows that wait to their content."""
    sort, there = Sorted(), dict(waiting)
    for row in rows:
        filed = held.get(row.key)
        content = there.get(row.key)
        if filed is None and content is None:
            there[row.key] = row.content_digest
            (sort.waiting if row.item.negative else sort.new).append(row)
            continue
        fault = filed.fault(row.content_digest) if filed is not None else None
        if filed is None and content != row.content_digest:
            fault = conflict_fault()
        if fault is None:
            sort.duplicates += 1
        else:
            sort.conflicts.append((row, fault))
    return sort
