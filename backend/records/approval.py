"""The second officer: negative records wait until somebody else of the department has looked (charter 1)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from tortoise.expressions import F

from backend import clock
from backend.citizens.access_log import Reader, look
from backend.citizens.identity import find_citizens
from backend.citizens.models import AccessLog
from backend.database import transaction
from backend.errors import Conflict, Forbidden, NotFound
from backend.jobs.outbox import promise
from backend.points.ledger import Ledger
from backend.records import import_rows
from backend.records.checking import Checked, Checker, Refused
from backend.records.filing import file_records, filed_keys, hold_citizens
from backend.records.import_sorting import Sorted, sort_rows
from backend.records.importing import APPROVED, DONE, READING, REFUSED, WAITING, check_may_file
from backend.records.items import load_index
from backend.records.models import ImportBatch, ImportRow
from backend.records.result_workbook import RejectedRow
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.models import StaffUser
from backend.staff.own_number import own_number_needed

POST_APPROVED = "post_approved_import"
CHUNK = 200  # waiting rows of one transaction
LOOK_LASTS = timedelta(minutes=30)
_LOOKS = 500  # citizens whose logs one transaction holds


def no_such_batch() -> NotFound:
    return NotFound("batch_not_found", "没有这个批次，或者它不属于本部门。")


def same_officer() -> Forbidden:
    return Forbidden("same_officer", "报送人不能复核自己报送的记录，请由本部门另一位工作人员复核。")


def own_record() -> Forbidden:
    return Forbidden("own_record", "这个批次里有关于您本人的失信记录，请由本部门另一位工作人员复核。")


def not_waiting() -> Conflict:
    return Conflict("batch_not_waiting", "这个批次不在等待复核，可能已经复核过了。")


async def look_at_waiting(
    reader: Reader, batch_id: UUID, *, after: int = 0, limit: int | None = None
) -> list[RejectedRow]:
    """The waiting rows below the file's row `after`, masked; whom they are about sees that `reader` looked (charter 8).

    The looks are committed before anything is given back, so call it outside of a transaction. Who has no row as a
    citizen yet has no log either: a lawful record makes one, and this is not a record before the second officer's yes.
    """
    rows = await import_rows.waiting_page(batch_id, after=after, limit=limit)
    numbers = [row.row_number for row in rows]
    for start in range(0, len(numbers), _LOOKS):
        part = ImportRow.filter(batch_id=batch_id, row_number__in=numbers[start : start + _LOOKS])
        digests = await part.filter(number_digest__isnull=False).values_list("number_digest", flat=True)
        citizens = await find_citizens(str(each) for each in digests)
        unseen = await _not_seen_lately(reader, batch_id, list(citizens.values()))
        await look(reader, unseen, purpose="import_approval", about=f"import:{batch_id}")
    return rows


async def approve(officer: StaffUser, batch_id: UUID) -> ImportBatch:
    """A second officer's yes: the negative rows will be posted. Raises NotFound, Forbidden for the filer, Conflict.

    A batch whose posting got stuck (its job was buried) may be approved again: it goes on where it stopped, and who
    said yes first stays on record.
    """
    async with transaction():
        batch = await check_may_decide(officer, batch_id)
        if batch.state != APPROVED:
            batch = await _decide(officer, batch_id, [WAITING], APPROVED)
        await audit.record(officer, "import.approve", f"import:{batch.id}")
        await promise(POST_APPROVED, batch_id=str(batch.id))
    return batch


async def refuse(officer: StaffUser, batch_id: UUID) -> ImportBatch:
    """A second officer's no: the waiting rows are deleted, and no record comes of them.

    An import that was killed and never sent again can be refused too, so that its rows do not wait for ever.
    """
    async with transaction():
        batch = await _decide(officer, batch_id, [WAITING, READING], REFUSED)
        gone = await ImportRow.filter(batch_id=batch.id, state=import_rows.WAITING).delete()
        await ImportBatch.filter(id=batch.id).update(refused=gone, waiting=0)
        await audit.record(officer, "import.refuse", f"import:{batch.id}", rows=str(gone))
    return await ImportBatch.get(id=batch.id)


async def post_promised(ledger: Ledger, vault: Vault, payload: Mapping[str, str]) -> None:
    """The job that `approve` promises."""
    await post_approved(ledger, vault, UUID(payload["batch_id"]))


async def post_approved(ledger: Ledger, vault: Vault, batch_id: UUID) -> ImportBatch:
    """Post what waits in an approved batch, in chunks; done twice or by two at once, each record comes once."""
    batch = await ImportBatch.get(id=batch_id)
    if batch.state == APPROVED:
        checker = Checker(vault, await load_index(), batch.department_id, clock.today())
        while await _post_chunk(ledger, vault, checker, batch):
            pass
        await ImportBatch.filter(id=batch_id, state=APPROVED).update(state=DONE)
    return await ImportBatch.get(id=batch_id)


async def check_may_decide(officer: StaffUser, batch_id: UUID) -> ImportBatch:
    """The batch, if this officer may decide it.

    Raises NotFound, or Forbidden for who filed it, under this account or an earlier one, was put away, never said which
    citizen she is, or stands in it herself (§四(三): never her own case).
    """
    await check_may_file(officer)
    here = ImportBatch.get_or_none(id=batch_id, department_id=officer.department_id)
    batch = await here.select_related("officer")
    if batch is None:
        raise no_such_batch()
    own = officer.own_number_digest
    if batch.officer_id == officer.id or (own is not None and own == batch.officer.own_number_digest):
        raise same_officer()
    if own is None:
        raise own_number_needed()
    waiting = ImportRow.filter(batch_id=batch.id, department_id=batch.department_id, state=import_rows.WAITING)
    if await waiting.filter(number_digest=own).exists():
        raise own_record()
    return batch


async def _not_seen_lately(reader: Reader, batch_id: UUID, citizen_ids: Sequence[UUID]) -> list[UUID]:
    """Those of them whose logs do not say already that she is at these rows: she turns pages to and fro."""
    lately = AccessLog.filter(reader_id=reader.id, about=f"import:{batch_id}", looked_at__gte=clock.now() - LOOK_LASTS)
    seen = set(await lately.filter(citizen_id__in=list(citizen_ids)).values_list("citizen_id", flat=True))
    return [each for each in citizen_ids if each not in seen]


async def _decide(officer: StaffUser, batch_id: UUID, undecided: list[str], state: str) -> ImportBatch:
    await check_may_decide(officer, batch_id)
    waiting = ImportBatch.filter(id=batch_id, state__in=undecided)
    if not await waiting.update(state=state, approver_id=officer.id, approved_at=clock.now()):
        raise not_waiting()
    return await ImportBatch.get(id=batch_id)


async def _post_chunk(ledger: Ledger, vault: Vault, checker: Checker, batch: ImportBatch) -> int:
    waiting = ImportRow.filter(batch_id=batch.id, state=import_rows.WAITING)
    async with transaction():
        # Command and worker may post one batch at once: they take turns. The batch first, as an import does.
        await ImportBatch.filter(id=batch.id).select_for_update()
        rows = await waiting.order_by("number_digest", "id").limit(CHUNK)
        # Checked again: what was right when it was filed may have changed while it waited.
        verdicts = await checker.check(import_rows.open_waiting(vault, rows))
        checked = [verdict for verdict in verdicts if isinstance(verdict, Checked)]
        citizens = await hold_citizens(vault, checked)
        mine = ImportRow.filter(id__in=[row.id for row in rows], state=import_rows.WAITING)
        await mine.update(state=import_rows.POSTED, content_hidden=None)
        held = await filed_keys(vault, batch.department_id, citizens, checked)
        sort = sort_rows(checked, held, {})
        sort.rejected = [verdict for verdict in verdicts if isinstance(verdict, Refused)]
        sort.new += sort.waiting  # what waits in a file's import is filed here
        await file_records(ledger, vault, batch, citizens, sort.new)
        await _count(batch, sort, len(rows))
    return len(rows)


async def _count(batch: ImportBatch, sort: Sorted, rows: int) -> None:
    problems = [import_rows.problem_row(batch, each) for each in sort.rejected]
    problems += [import_rows.conflict_row(batch, row, fault) for row, fault in sort.conflicts]
    for problem in problems:
        await _send_back(problem)
    await ImportBatch.filter(id=batch.id).update(
        waiting=F("waiting") - rows,
        accepted=F("accepted") + len(sort.new),
        duplicates=F("duplicates") + sort.duplicates,
        conflicts=F("conflicts") + len(sort.conflicts),
        rejected=F("rejected") + len(sort.rejected),
    )


async def _send_back(problem: ImportRow) -> None:
    same = ImportRow.filter(batch_id=problem.batch_id, row_number=problem.row_number)
    await same.update(
        state=problem.state,
        faults=problem.faults,
        document_number=problem.document_number,
        created_at=problem.created_at,
    )
