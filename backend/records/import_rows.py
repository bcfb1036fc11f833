"""The rows of an import that are not records: problems to send back, and negative ones that wait."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from backend import clock
from backend.chain import canonical
from backend.records.checking import Checked, Refused
from backend.records.columns import FiledRow
from backend.records.models import ImportBatch, ImportRow
from backend.records.result_workbook import RejectedRow, reject
from backend.secrets import Vault
from backend.spreadsheets import CellFault, RowFaults

KEPT = timedelta(days=7)

WAITING, POSTED, REJECTED, CONFLICT = "waiting", "posted", "rejected", "conflict"
_FIELD = "import_row.content"
_row = msgspec.json.Decoder(FiledRow)


def problem_row(batch: ImportBatch, refused: Refused | RowFaults) -> ImportRow:
    """A rejected row with its reasons, masked."""
    rejected = reject(refused.row, refused.faults) if isinstance(refused, Refused) else reject(refused)
    return _import_row(batch, REJECTED, rejected)


def conflict_row(batch: ImportBatch, checked: Checked, fault: CellFault) -> ImportRow:
    """A row whose key a record holds already, and why it cannot be filed there."""
    return _import_row(batch, CONFLICT, reject(checked.row, [fault]))


def waiting_row(vault: Vault, batch: ImportBatch, checked: Checked) -> ImportRow:
    """A negative row, whole but encrypted, until a second officer has looked."""
    waiting = _import_row(batch, WAITING, reject(checked.row))
    waiting.document_number = checked.row.document_number  # whole, as in its record: two masked ones may look alike
    waiting.number_digest = checked.number_digest
    waiting.content_digest = checked.content_digest
    waiting.content_hidden = vault.encrypt(canonical(checked.row), _FIELD)
    return waiting


def open_waiting(vault: Vault, rows: Iterable[ImportRow]) -> list[FiledRow]:
    """The whole rows again."""
    return [_row.decode(vault.decrypt(row.content_hidden or b"", _FIELD)) for row in rows]


async def problem_page(batch_id: UUID, *, after: int = 0, limit: int | None = None) -> list[RejectedRow]:
    """The rejected and conflicting rows of a batch below the file's row `after`, at most `limit`, in its order."""
    return await _masked(batch_id, [REJECTED, CONFLICT], after, limit)


async def waiting_page(batch_id: UUID, *, after: int = 0, limit: int | None = None) -> list[RejectedRow]:
    """The waiting rows below the file's row `after`, at most `limit`, masked."""
    return await _masked(batch_id, [WAITING], after, limit)


async def problem_pages(batch_id: UUID, *, after: int = 0, size: int = 500) -> AsyncIterator[list[RejectedRow]]:
    """All of `problem_page`'s rows below `after`, `size` at a time: flat memory, however many there are."""
    while page := await problem_page(batch_id, after=after, limit=size):
        yield page
        after = page[-1].row_number


async def problems_kept_until(batch_id: UUID) -> datetime | None:
    """When the first of a batch's problems is forgotten; None once they are, or where there was none."""
    first = await ImportRow.filter(batch_id=batch_id, state__in=[REJECTED, CONFLICT]).order_by("created_at").first()
    return None if first is None else first.created_at + KEPT


async def _masked(batch_id: UUID, states: list[str], after: int, limit: int | None) -> list[RejectedRow]:
    found = ImportRow.filter(batch_id=batch_id, state__in=states, row_number__gt=after).order_by("row_number")
    rows = await (found if limit is None else found.limit(limit))
    return [
        RejectedRow(
            row_number=row.row_number,
            masked_name=row.masked_name,
            masked_number=row.masked_number,
            item_code=row.item_code,
            document_number=row.document_number,
            faults=tuple(CellFault(**fault) for fault in row.faults),
        )
        for row in rows
    ]


async def forget_old() -> int:
    """Delete rows that were sent back or posted a week ago; waiting ones stay."""
    old = ImportRow.filter(created_at__lt=clock.now() - KEPT, state__in=[REJECTED, CONFLICT, POSTED])
    return await old.delete()


def _import_row(batch: ImportBatch, state: str, masked: RejectedRow) -> ImportRow:
    return ImportRow(
        batch_id=batch.id,
        department_id=batch.department_id,
        row_number=masked.row_number,
        state=state,
        masked_name=masked.masked_name,
        masked_number=masked.masked_number,
        item_code=masked.item_code,
        document_number=masked.document_number,
        faults=[msgspec.structs.asdict(fault) for fault in masked.faults],
        created_at=clock.now(),
    )
