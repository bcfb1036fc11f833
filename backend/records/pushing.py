"""Records that a department's own system pushes: the checks, staging and second officer of a file."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend import clock
from backend.chain import canonical
from backend.database import transaction
from backend.errors import Conflict
from backend.points.ledger import Ledger
from backend.records.approval import no_such_batch
from backend.records.columns import FiledRow
from backend.records.importing import (
    CHUNK,
    DAYS_TO_CHECK,
    READING,
    UNREAD,
    check_may_file,
    import_moved,
    import_rows,
)
from backend.records.models import ImportBatch, ImportRow
from backend.records.pushed_results import RowResult, line_of, line_of_kept, results_of
from backend.records.pushed_rows import PushedRow, read_rows
from backend.secrets import Vault
from backend.spreadsheets import RowFaults
from backend.staff import audit
from backend.staff.models import DepartmentKey
from backend.staff.permissions import Staff, require
from backend.workdays import workdays_after

MOST_ROWS = CHUNK  # a push is one transaction: killed anywhere, all of it is done or nothing


@dataclass(frozen=True)
class Pushed:
    """A batch, and what became of its rows in their order."""

    batch: ImportBatch
    results: list[RowResult]


def push_reused() -> Conflict:
    detail = "这个 Idempotency-Key 已经用于另一批内容。重发要与第一次完全相同；新的一批请换一个编号。"
    return Conflict("idempotency_key_reused", detail)


def push_under_way() -> Conflict:
    detail = "同一批正在处理。请稍等片刻，用同一个 Idempotency-Key 重发，会得到它的结果。"
    return Conflict("push_under_way", detail, retry_after=2)


async def push(
    ledger: Ledger, vault: Vault, staff: Staff, key: DepartmentKey, request_key: str, rows: Sequence[PushedRow]
) -> Pushed:
    """Take in up to MOST_ROWS rows, filed by the key's officer; each row's end once all are dealt with.

    `request_key` is the system's own name for this push: sent again with the same rows it is done if it was not, or
    answers what became of them meanwhile. Raises Conflict when it comes with other rows or is at work elsewhere,
    Forbidden for who may not file.
    """
    require(staff, "file_records")
    await check_may_file(staff.user)
    batch = await _take(staff, key, request_key, _digest(vault, rows), len(rows))
    # Read as on its first day, however late it is sent again: the same rows are the same then.
    read = await asyncio.to_thread(read_rows, rows, clock.local_date(batch.created_at))
    if batch.state in UNREAD:
        batch = await _import(ledger, vault, await _answered_for(staff, batch), read)
    return Pushed(batch, await results_of(vault, batch, [line_of(vault, row) for row in read]))


async def pushed_batch(vault: Vault, department_code: str, batch_id: UUID) -> Pushed:
    """A pushed batch of the department, with its rows that waited or came back; its counts tell of the rest.

    Raises NotFound for another department's, and for what came as a file.
    """
    mine = ImportBatch.filter(id=batch_id, department_id=department_code, key_id__isnull=False)
    batch = await mine.first()
    if batch is None:
        raise no_such_batch()
    rows = await ImportRow.filter(batch_id=batch.id).order_by("row_number")
    return Pushed(batch, await results_of(vault, batch, [line_of_kept(row) for row in rows]))


def _digest(vault: Vault, rows: Sequence[PushedRow]) -> str:
    """The same for rows that say the same. Keyed: of one short row a plain hash could be guessed back."""
    said = [({column: text for column, text in row.cells.items() if text}, row.measures) for row in rows]
    return vault.digest(canonical(said), "import.push")


async def _take(staff: Staff, key: DepartmentKey, request_key: str, digest: str, rows: int) -> ImportBatch:
    """The batch of this push, begun now unless it was before. Raises Conflict when that one had other rows."""
    now = clock.now()
    batch = ImportBatch(
        department_id=key.department_id,
        officer_id=staff.id,
        key_id=key.id,
        request_key=request_key,
        file_digest=digest,
        state=READING,
        rows_total=rows,
        check_by=workdays_after(clock.local_date(now), DAYS_TO_CHECK),
        created_at=now,
    )
    async with transaction():
        await ImportBatch.bulk_create([batch], ignore_conflicts=True)  # of two alike at once, one begins it
        taken = await ImportBatch.get(key_id=key.id, request_key=request_key)
        if taken.id == batch.id:
            await audit.record(staff, "import.push", f"import:{batch.id}", key=key.public_id, rows=str(rows))
    if taken.file_digest != digest:
        raise push_reused()
    return taken


async def _answered_for(staff: Staff, batch: ImportBatch) -> ImportBatch:
    """The unread batch as this officer's, who is then the one that may not approve it.

    The key may have changed hands since it was begun: none of its rows is filed then, for they are filed all at once.
    """
    if batch.officer_id == staff.id:
        return batch
    async with transaction():
        unread = ImportBatch.filter(id=batch.id, officer_id=batch.officer_id, state__in=UNREAD, rows_done=0)
        if await unread.update(officer_id=staff.id):
            await audit.record(staff, "import.push", f"import:{batch.id}", from_officer=str(batch.officer_id))
    return await ImportBatch.get(id=batch.id)


async def _import(
    ledger: Ledger, vault: Vault, batch: ImportBatch, rows: Sequence[FiledRow | RowFaults]
) -> ImportBatch:
    try:
        return await import_rows(ledger, vault, batch, rows)
    except Conflict as moved:
        if moved.code != import_moved().code:
            raise
        now = await ImportBatch.get(id=batch.id)
        if now.state in UNREAD:
            raise push_under_way() from None
        return now  # the other one was just finished with it
