"""A department's file handed in on the console: kept hidden, read by a job, gone from the store when that is done."""

import asyncio
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import aclosing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.database import transaction
from backend.errors import Invalid, Unavailable
from backend.jobs.outbox import promise
from backend.points.ledger import Ledger
from backend.records.columns import open_record_file
from backend.records.importing import (
    RECEIVED,
    UNREAD,
    UNREADABLE,
    check_may_file,
    import_rest,
    new_batch,
    read_through,
    unread_batch,
)
from backend.records.models import ImportBatch
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.models import StaffUser
from backend.staff.permissions import Staff, require
from media.storage import Storage

IMPORT_RECEIVED = "import_received"
FOLDER = "imports/"
MOST_BYTES = 20 * 1024 * 1024

_TURN = timedelta(minutes=5)  # a job's claim lasts ten: a longer file is read in several turns
_LEFT_OVER = timedelta(days=1)
_LONGEST_FAULT = 300  # characters, as the column has


def file_too_large() -> Invalid:
    return Invalid("file_too_large", f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请分成几个文件后分别上传。")


def not_kept(error: Unavailable) -> Unavailable:
    return Unavailable(error.code, "文件暂时保存不了，没有收下。请过几分钟再上传一次。", retry_after=error.retry_after)


async def receive(storage: Storage, vault: Vault, staff: Staff, data: bytes) -> ImportBatch:
    """Take a file in for the officer's department; a job will read it.

    Sent again by the same officer while it is not read to its end, it is the same batch, and goes on if it got stuck.
    Raises Forbidden for who may not file, Invalid when the file is over MOST_BYTES or no table of records: nothing of
    it is kept then. Raises Unavailable when the store or the database does not answer.
    """
    require(staff, "file_records")
    await check_may_file(staff.user)
    if len(data) > MOST_BYTES:
        raise file_too_large()
    digest = await asyncio.to_thread(_look_into, data, clock.today())
    key = f"{FOLDER}{uuid7()}"
    await _keep(storage, key, await asyncio.to_thread(vault.seal_bytes, data, key))  # without its row it is swept
    async with transaction():
        await StaffUser.filter(id=staff.id).select_for_update()  # one file sent twice at once: they take turns
        batch = await unread_batch(staff.user, digest)
        former = None if batch is None else batch.file_key
        if batch is None or not await ImportBatch.filter(id=batch.id, state__in=UNREAD).update(file_key=key):
            batch = await new_batch(staff.user, digest, RECEIVED, key)
        await promise(IMPORT_RECEIVED, batch_id=str(batch.id))
        await audit.record(staff, "import.upload", f"import:{batch.id}", bytes=str(len(data)))
    if former is not None:
        await storage.delete([former])
    return await ImportBatch.get(id=batch.id)


async def import_received(ledger: Ledger, vault: Vault, storage: Storage, payload: Mapping[str, str]) -> None:
    """The job that `receive` promises: read the file into records, then delete it. Killed anywhere, it goes on.

    A file that cannot be read at all ends as `unreadable` with the sentence that says why; trying again would not help.
    Raises Conflict while another process reads the same batch: the worker comes back later.
    """
    batch = await ImportBatch.get(id=UUID(payload["batch_id"]))
    key = batch.file_key
    if key is None:  # put away already, or the command line brought it
        return
    if batch.state in UNREAD:
        hidden = await storage.get(key)
        with in_memory(await asyncio.to_thread(vault.open_bytes, hidden, key)) as path:
            del hidden
            await _read(ledger, vault, batch, path)
    if not await ImportBatch.filter(id=batch.id, state__in=UNREAD).exists():
        await storage.delete([key])
        await ImportBatch.filter(id=batch.id, file_key=key).update(file_key=None)


async def sweep_received(storage: Storage) -> int:
    """Delete the files of a day ago and older that no unread batch waits for; how many there were.

    They are left when a process dies between the file and its row, or between the last row and the file.
    """
    old = clock.now() - _LEFT_OVER
    keys = [kept.key async for kept in storage.list(FOLDER) if kept.changed_at < old]
    needed = await ImportBatch.filter(state__in=UNREAD, file_key__isnull=False).values_list("file_key", flat=True)
    left_over = sorted(set(keys).difference(map(str, needed)))
    await storage.delete(left_over)
    await ImportBatch.filter(file_key__in=left_over).update(file_key=None)
    return len(left_over)


@contextmanager
def in_memory(data: bytes) -> Iterator[Path]:
    """The bytes as a file that can be opened again and again and never lies on a disk: it holds people's numbers."""
    with os.fdopen(os.memfd_create("received"), "wb") as file:
        file.write(data)
        file.flush()
        del data
        yield Path(f"/proc/self/fd/{file.fileno()}")


def _look_into(data: bytes, today: date) -> str:
    """The file's digest. Raises Invalid, with what to do, for anything that is no table of records."""
    with in_memory(data) as path:
        open_record_file(path, today)
    return hashlib.sha256(data).hexdigest()


async def _keep(storage: Storage, key: str, hidden: bytes) -> None:
    try:
        await storage.put(key, hidden)
    except Unavailable as error:  # its own words are about pictures
        raise not_kept(error) from error


async def _read(ledger: Ledger, vault: Vault, batch: ImportBatch, path: Path) -> None:
    try:
        file = await asyncio.to_thread(read_through, path, clock.today())
    except Invalid as fault:
        if batch.rows_done:  # it could be read before, so a second officer has to look: she may refuse what waits
            raise
        unread = ImportBatch.filter(id=batch.id, state__in=UNREAD)
        await unread.update(state=UNREADABLE, fault=fault.detail[:_LONGEST_FAULT])
        return
    until = clock.now() + _TURN
    async with aclosing(import_rest(ledger, vault, batch, file)) as chunks:
        async for _ in chunks:
            if clock.now() >= until:
                await promise(IMPORT_RECEIVED, batch_id=str(batch.id))
                return
