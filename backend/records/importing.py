"""A department's file into records, chunk by chunk: killed anywhere and sent again, nothing is lost or doubled."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import msgspec
from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from backend import clock
from backend.database import transaction
from backend.database.bulk import select_among
from backend.errors import Conflict, Forbidden
from backend.points.ledger import Ledger
from backend.records import import_rows as staged
from backend.records.checking import Checked, Checker, Refused
from backend.records.columns import FiledRow, open_record_file, read_records
from backend.records.filing import file_records, filed_keys, hold_citizens
from backend.records.held_keys import Key
from backend.records.import_sorting import Sorted, sort_rows
from backend.records.items import load_index
from backend.records.models import ImportBatch, ImportRow
from backend.records.reading_ahead import Chunk, read_ahead
from backend.secrets import Vault
from backend.spreadsheets import RowFaults, Table
from backend.staff.departments import stands
from backend.staff.models import StaffUser
from backend.workdays import workdays_after

CHUNK = 1000  # rows of one transaction
DAYS_TO_CHECK = 5  # working days: 河南省社会信用条例 art. 17

# Where a batch is on its way.
RECEIVED, READING, UNREADABLE = "received", "reading", "unreadable"
WAITING, APPROVED, DONE, REFUSED = "waiting", "approved", "done", "refused"
UNREAD = (RECEIVED, READING)  # its file is not at its end yet

_WAITING_ROWS = (
    "SELECT number_digest, document_number, item_code, content_digest FROM import_row "
    "WHERE state = 'waiting' AND department_id {1} AND number_digest {2}"
)


class Progress(Protocol):
    """Told how many rows there are, then how many more were dealt with; tqdm's bars are such."""

    total: float | None

    def update(self, rows: int) -> object: ...


@dataclass(frozen=True)
class WholeFile:
    """A file that can be read to its end, on the day it was read: so many filled rows below its header."""

    table: Table
    today: date
    rows: int


def officer_inactive() -> Forbidden:
    return Forbidden("officer_inactive", "该工作人员已停用，或所属部门已撤并，不能报送。")


def import_moved() -> Conflict:
    return Conflict("import_moved", "另一个程序正在处理同一个文件，请等它结束后再看结果。")


async def import_file(
    ledger: Ledger, vault: Vault, officer: StaffUser, path: Path, progress: Progress | None = None
) -> ImportBatch:
    """Import a file for the officer's department; the finished batch with its counts.

    Sent again while unfinished, it goes on where it stopped. Raises Invalid when the file cannot be read as a table of
    records, Forbidden for an officer or department that may not file, Conflict when another process holds the file.
    """
    await check_may_file(officer)
    # Read to its end before anything is written: of a file that breaks off in the middle nothing is kept.
    file = await asyncio.to_thread(read_through, path, clock.today())
    if progress is not None:
        progress.total = file.rows
    digest = _file_digest(path)
    batch = await unread_batch(officer, digest) or await new_batch(officer, digest, READING)
    async for rows in import_rest(ledger, vault, batch, file):
        if progress is not None:
            progress.update(rows)
    return await ImportBatch.get(id=batch.id)


def read_through(path: Path, today: date) -> WholeFile:
    """Read a file to its end once. Raises Invalid when it cannot be read as a table of records. Not on the loop."""
    table = open_record_file(path, today)
    return WholeFile(table, today, sum(1 for _ in table.rows()))


async def import_rest(ledger: Ledger, vault: Vault, batch: ImportBatch, file: WholeFile) -> AsyncGenerator[int, None]:
    """Import what is left of a batch's file; the number of rows after each chunk is committed.

    Whoever stops listening leaves the batch as a killed process would. Raises Conflict when another process moves it.
    """
    rows = read_records(file.table, file.today)
    async for count in _import_all(ledger, vault, batch, rows, file.rows, file.today):
        yield count


async def import_rows(
    ledger: Ledger, vault: Vault, batch: ImportBatch, rows: Sequence[FiledRow | RowFaults]
) -> ImportBatch:
    """Import rows that came as no file, numbered from 1 in their order; the finished batch with its counts.

    Handed in again after a kill, the same rows go on where they stopped. Raises Conflict when another process moves
    the batch, or has finished it. Whether the officer may file is asked before, with `check_may_file`.
    """
    numbered = (msgspec.structs.replace(row, row_number=number) for number, row in enumerate(rows, start=1))
    async for _ in _import_all(ledger, vault, batch, numbered, len(rows), clock.today()):
        pass
    return await ImportBatch.get(id=batch.id)


async def _import_all(
    ledger: Ledger, vault: Vault, batch: ImportBatch, rows: Iterator[FiledRow | RowFaults], total: int, today: date
) -> AsyncGenerator[int, None]:
    begun = ImportBatch.filter(id=batch.id, state__in=UNREAD)
    if not await begun.update(state=READING, rows_total=total):
        raise import_moved()
    filer = (await StaffUser.get(id=batch.officer_id)).own_number_digest
    checker = Checker(vault, await load_index(), batch.department_id, today, filer)
    done, ended = batch.rows_done, False
    left = (row for row in rows if row.row_number > done)
    async with aclosing(read_ahead(checker, left, CHUNK)) as chunks:
        async for chunk in chunks:
            await _import_once(ledger, vault, checker, batch, chunk)
            ended = chunk.last
            yield chunk.count
    if not ended:  # there was no row that could have ended it
        await _finish(batch)


async def check_may_file(officer: StaffUser) -> None:
    """Raise Forbidden for an officer who was put away, or whose department no longer stands."""
    if not officer.active or not stands(await officer.department, clock.today()):
        raise officer_inactive()


async def undecided_batches(department_code: str) -> list[ImportBatch]:
    """The department's batches whose negative rows wait: for a second officer, or for the rest of their file."""
    rows = ImportBatch.filter(department_id=department_code, state__in=[READING, WAITING], waiting__gt=0)
    return await rows.order_by("created_at")


async def unread_batch(officer: StaffUser, file_digest: str) -> ImportBatch | None:
    """The officer's batch of the same file that is not read to its end yet."""
    same = ImportBatch.filter(department_id=officer.department_id, officer_id=officer.id, file_digest=file_digest)
    return await same.filter(state__in=UNREAD).first()


async def new_batch(officer: StaffUser, file_digest: str, state: str, file_key: str | None = None) -> ImportBatch:
    """A batch that begins now; it is checked within five working days."""
    now = clock.now()
    return await ImportBatch.create(
        department_id=officer.department_id,
        officer_id=officer.id,
        file_digest=file_digest,
        state=state,
        file_key=file_key,
        check_by=workdays_after(clock.local_date(now), DAYS_TO_CHECK),
        created_at=now,
    )


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _import_once(ledger: Ledger, vault: Vault, checker: Checker, batch: ImportBatch, chunk: Chunk) -> None:
    mark = batch.rows_done
    try:
        await _import_chunk(ledger, vault, checker, batch, chunk)
    except IntegrityError:
        # Another file brought the same negative row at the same moment: now it stands, and ours is a duplicate.
        batch.rows_done = mark
        await _import_chunk(ledger, vault, checker, batch, chunk)


async def _import_chunk(ledger: Ledger, vault: Vault, checker: Checker, batch: ImportBatch, chunk: Chunk) -> None:
    verdicts = await checker.match(chunk.looked)
    checked = [verdict for verdict in verdicts if isinstance(verdict, Checked)]
    async with transaction():
        await _advance(batch, chunk.ends_at)
        negative = [row for row in checked if row.item.negative]
        citizens = await hold_citizens(vault, [row for row in checked if not row.item.negative], negative)
        held = await filed_keys(vault, batch.department_id, citizens, checked)
        sort = sort_rows(checked, held, await _waiting_keys(batch.department_id, negative))
        sort.rejected = [*chunk.malformed, *(row for row in verdicts if isinstance(row, Refused))]
        await file_records(ledger, vault, batch, citizens, sort.new)
        await _keep(vault, batch, sort)
        if chunk.last:  # with its last row: no batch is ever left with all its rows and without its end
            await _finish(batch)


async def _advance(batch: ImportBatch, row_number: int) -> None:
    """Move the batch's mark, which commits with the chunk. Of two processes on one file, the later one stops here."""
    # The officer too: a pushed batch may have gone over to another one, and its rows were checked for the first.
    here = ImportBatch.filter(id=batch.id, state=READING, rows_done=batch.rows_done, officer_id=batch.officer_id)
    if not await here.update(rows_done=row_number):
        raise import_moved()
    batch.rows_done = row_number


async def _waiting_keys(department_code: str, negative: list[Checked]) -> dict[Key, str]:
    digests = {row.number_digest for row in negative}
    found = await select_among(_WAITING_ROWS, (str, str, str, str), [department_code], digests)
    return {(number, document, item): content for number, document, item, content in found}


async def _keep(vault: Vault, batch: ImportBatch, sort: Sorted) -> None:
    # In one order everywhere: two files with the same rows would each wait for the other's.
    kept = [staged.waiting_row(vault, batch, row) for row in sorted(sort.waiting, key=lambda row: row.key)]
    kept += [staged.conflict_row(batch, row, fault) for row, fault in sort.conflicts]
    kept += [staged.problem_row(batch, row) for row in sort.rejected]
    await ImportRow.bulk_create(kept, batch_size=500)
    await ImportBatch.filter(id=batch.id).update(
        accepted=F("accepted") + len(sort.new),
        waiting=F("waiting") + len(sort.waiting),
        duplicates=F("duplicates") + sort.duplicates,
        conflicts=F("conflicts") + len(sort.conflicts),
        rejected=F("rejected") + len(sort.rejected),
    )


async def _finish(batch: ImportBatch) -> None:
    """A batch with negative rows waits for a second officer; another is done."""
    unread = ImportBatch.filter(id=batch.id, state=READING)
    if not await unread.filter(waiting__gt=0).update(state=WAITING):
        await unread.update(state=DONE)
