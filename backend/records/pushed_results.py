"""What became of pushed rows, read off what stands each time it is asked: no answer is kept, so none can grow old."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import msgspec

from backend.citizens.identity import find_citizens
from backend.errors import FieldError
from backend.records import import_rows as staged
from backend.records.checking import content_digest
from backend.records.columns import FiledRow
from backend.records.held_keys import Held, Key, conflict_fault, held_keys
from backend.records.importing import REFUSED
from backend.records.models import ImportBatch, ImportRow
from backend.secrets import Vault
from backend.spreadsheets import CellFault, RowFaults

RowState = Literal["accepted", "waiting", "withdrawn", "duplicate", "conflict", "rejected"]


class RowResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one row, numbered from 1: the record that it is or meets, and the faults. It names nobody."""

    row: int
    state: RowState
    record_id: UUID | None = None
    faults: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row to be looked up: its key and what it says where it could be read, else why not."""

    number: int
    key: Key | None
    content_digest: str | None = None
    faults: tuple[FieldError, ...] = ()


@dataclass(frozen=True)
class _Standing:
    """What stands now under the keys of some rows: records, and the contents of rows that wait."""

    held: dict[Key, Held]
    waiting: dict[Key, str]


def line_of(vault: Vault, row: FiledRow | RowFaults) -> Line:
    """A row that was read, to be looked up."""
    if isinstance(row, RowFaults):
        faults = tuple(FieldError(fault.column, fault.code, fault.detail) for fault in row.faults)
        return Line(row.row_number, None, None, faults)
    digest = vault.digest(row.identity_number, "citizen.number")
    return Line(row.row_number, (digest, row.document_number, row.item_code), content_digest(vault, row))


def line_of_kept(row: ImportRow) -> Line:
    """A row that was kept, to be looked up."""
    key = None if row.number_digest is None else (row.number_digest, row.document_number, row.item_code)
    return Line(row.row_number, key, row.content_digest)


async def results_of(vault: Vault, batch: ImportBatch, lines: Sequence[Line]) -> list[RowResult]:
    """What became of these rows of the batch, in their order."""
    kept = {row.row_number: row for row in await ImportRow.filter(batch_id=batch.id)}
    standing = await _standing(vault, batch.department_id, [line.key for line in lines if line.key is not None])
    told: set[Key] = set()  # the first row under a key became the record, those after it are doubles
    return [_result(batch, line, kept.get(line.number), standing, told) for line in lines]


async def _standing(vault: Vault, department_code: str, keys: Sequence[Key]) -> _Standing:
    citizens = await find_citizens(number for number, _, _ in keys)
    held = await held_keys(vault, department_code, citizens, {document for _, document, _ in keys})
    waits = ImportRow.filter(
        department_id=department_code, state=staged.WAITING, number_digest__in={number for number, _, _ in keys}
    )
    waiting = await waits.values_list("number_digest", "document_number", "item_code", "content_digest")
    return _Standing(held, {(number, document, item): content for number, document, item, content in waiting})


def _result(batch: ImportBatch, line: Line, kept: ImportRow | None, standing: _Standing, told: set[Key]) -> RowResult:
    held = None if line.key is None else standing.held.get(line.key)
    record_id = None if held is None else held.record_id
    if kept is not None and kept.state == staged.WAITING:
        return RowResult(line.number, "waiting")
    if kept is not None and kept.state == staged.REJECTED:
        return RowResult(line.number, "rejected", None, _told_faults(kept))
    if kept is not None and kept.state == staged.CONFLICT:
        return RowResult(line.number, "conflict", record_id, _told_faults(kept))
    if line.key is None:
        return RowResult(line.number, "rejected", None, line.faults)
    if held is not None:
        return _beside(batch, line, line.key, held, told)
    content = standing.waiting.get(line.key)
    if content is not None and content != line.content_digest:
        return _in_conflict(line, None, conflict_fault())
    if content is not None:
        return RowResult(line.number, "duplicate")
    return RowResult(line.number, "rejected", None, (_refused() if batch.state == REFUSED else _forgotten(),))


def _beside(batch: ImportBatch, line: Line, key: Key, held: Held, told: set[Key]) -> RowResult:
    """A row under whose key there is or was a record: itself, the same once more, or another one in its way."""
    fault = held.fault(line.content_digest)
    if held.batch_id == batch.id and key not in told and held.says(line.content_digest):
        told.add(key)
        if held.withdrawn and fault is not None:
            return RowResult(line.number, "withdrawn", held.record_id, (_field_error(fault),))
        return RowResult(line.number, "accepted", held.record_id)
    if fault is not None:
        return _in_conflict(line, held.record_id, fault)
    return RowResult(line.number, "duplicate", held.record_id)


def _in_conflict(line: Line, record_id: UUID | None, fault: CellFault) -> RowResult:
    return RowResult(line.number, "conflict", record_id, (_field_error(fault),))


def _told_faults(kept: ImportRow) -> tuple[FieldError, ...]:
    """Whether somebody lives here is told of a row without other faults: what can never be filed asks no register."""
    faults = [FieldError(each["column"], each["code"], each["detail"]) for each in kept.faults]
    others = tuple(each for each in faults if each.code != "person_unknown")
    return others or tuple(faults)


def _field_error(fault: CellFault) -> FieldError:
    return FieldError(fault.column, fault.code, fault.detail)


def _refused() -> FieldError:
    return FieldError("", "refused", "第二位工作人员没有同意这一批，这一行没有入库。")


def _forgotten() -> FieldError:
    detail = "这一行没有入库的原因已经删除（保留七天）。需要时请作为新的一批重发。"
    return FieldError("", "forgotten", detail)
