"""A department's file into records, chunk by chunk: killed anywhere and sent again, nothing is lost or doubled."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Protocol

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from backend import clock
from backend.database import transaction
from backend.errors import Conflict, Forbidden
from backend.points.ledger import Ledger
from backend.records import import_rows
from backend.records.checking import Checked, Checker, Refused
from backend.records.columns import FiledRow, open_record_file, read_records
from backend.records.filing import Key, file_records, filed_keys, hold_citizens
from backend.records.items import load_index
from backend.records.models import ImportBatch, ImportRow
from backend.secrets import Vault
from backend.spreadsheets import RowFaults, Table
from backend.staff.departments import stands
from backend.staff.models import StaffUser
from backend.workdays import workdays_after

CHUNK = 200  # rows of one transaction
DAYS_TO_CHECK = 5  # working days: 河南省社会信用条例 art. 17

# Where a batch is on its way.
RECEIVED, READING, UNREADABLE = "received", "reading", "unreadable"
WAITING, APPROVED, DONE, REFUSED = "waiting", "approved", "done", "refused"
UNREAD = (RECEIVED, READING)  # its file is not at its end yet


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


@dataclass
class _Sorted:
    """One chunk's rows by what becomes of them."""

    new: list[Checked] = field(default_factory=list)
    waiting: list[Checked] = field(default_factory=list)
    duplicates: int = 0
    conflicts: list[Checked] = field(default_factory=list)
    rejected: list[Refused | RowFaults] = field(default_factory=list)


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
    begun = ImportBatch.filter(id=batch.id, state__in=UNREAD)
    if not await begun.update(state=READING, rows_total=file.rows):
        raise import_moved()
    filer = (await StaffUser.get(id=batch.officer_id)).own_number_digest
    checker = Checker(vault, await load_index(), batch.department_id, file.today, filer)
    rows = (row for row in read_records(file.table, file.today) if row.row_number > batch.rows_done)
    while chunk := await asyncio.to_thread(_next_chunk, rows):
        await _import_once(ledger, vault, checker, batch, chunk)
        yield len(chunk)
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


def _next_chunk(rows: Iterator[FiledRow | RowFaults]) -> list[FiledRow | RowFaults]:
    """Read in a thread: skipping to where a killed import stopped may take seconds, and a worker has other work."""
    return list(islice(rows, CHUNK))


async def _import_once(
    ledger: Ledger, vault: Vault, checker: Checker, batch: ImportBatch, chunk: list[FiledRow | RowFaults]
) -> None:
    mark = batch.rows_done
    try:
        await _import_chunk(ledger, vault, checker, batch, chunk)
    except IntegrityError:
        # Another file brought the same negative row at the same moment: now it stands, and ours is a duplicate.
        batch.rows_done = mark
        await _import_chunk(ledger, vault, checker, batch, chunk)


async def _import_chunk(
    ledger: Ledger, vault: Vault, checker: Checker, batch: ImportBatch, chunk: list[FiledRow | RowFaults]
) -> None:
    verdicts = await checker.check([row for row in chunk if isinstance(row, FiledRow)])
    checked = [verdict for verdict in verdicts if isinstance(verdict, Checked)]
    async with transaction():
        await _advance(batch, chunk[-1].row_number)
        negative = [row for row in checked if row.item.negative]
        citizens = await hold_citizens(vault, [row for row in checked if not row.item.negative], negative)
        there = await filed_keys(batch.department_id, citizens, checked)
        there |= await _waiting_keys(batch.department_id, checked)
        sort = _sort(checked, there)
        sort.rejected = [row for row in (*chunk, *verdicts) if isinstance(row, Refused | RowFaults)]
        await file_records(ledger, vault, batch, citizens, sort.new)
        await _keep(vault, batch, sort)


async def _advance(batch: ImportBatch, row_number: int) -> None:
    """Move the batch's mark, which commits with the chunk. Of two processes on one file, the later one stops here."""
    here = ImportBatch.filter(id=batch.id, state=READING, rows_done=batch.rows_done)
    if not await here.update(rows_done=row_number):
        raise import_moved()
    batch.rows_done = row_number


async def _waiting_keys(department_code: str, rows: list[Checked]) -> dict[Key, str]:
    found = ImportRow.filter(
        department_id=department_code,
        state=import_rows.WAITING,
        number_digest__in={row.number_digest for row in rows if row.item.negative},
    )
    columns = ("number_digest", "document_number", "item_code", "content_digest")
    return {(number, document, item): content for number, document, item, content in await found.values_list(*columns)}


def _sort(rows: list[Checked], there: dict[Key, str]) -> _Sorted:
    """New rows, duplicates, and conflicts; `there` maps keys that stand already to their content."""
    sort = _Sorted()
    for row in rows:
        standing = there.get(row.key)
        if standing is None:
            there[row.key] = row.content_digest
            (sort.waiting if row.item.negative else sort.new).append(row)
        elif standing == row.content_digest:
            sort.duplicates += 1
        else:
            sort.conflicts.append(row)
    return sort


async def _keep(vault: Vault, batch: ImportBatch, sort: _Sorted) -> None:
    # In one order everywhere: two files with the same rows would each wait for the other's.
    kept = [import_rows.waiting_row(vault, batch, row) for row in sorted(sort.waiting, key=lambda row: row.key)]
    kept += [import_rows.conflict_row(batch, row) for row in sort.conflicts]
    kept += [import_rows.problem_row(batch, row) for row in sort.rejected]
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
