"""A department's batches as its officers see them: the list, one of them, and its problems as a workbook."""

import asyncio
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import IO
from uuid import UUID

from tortoise.queryset import QuerySet

from backend import clock
from backend.errors import NotFound
from backend.records import approval
from backend.records.approval import LOOK_LASTS, check_may_decide, no_such_batch, not_waiting
from backend.records.import_rows import CONFLICT, REJECTED, problem_pages, waiting_page
from backend.records.importing import APPROVED, UNREAD, WAITING
from backend.records.items import load_index
from backend.records.models import ImportBatch, ImportRow
from backend.records.result_workbook import RejectedRow, ResultWorkbook
from backend.staff import audit
from backend.staff.models import AuditEvent
from backend.staff.permissions import Staff, require
from backend.workdays import workdays_left

ROWS_OF_A_WORKBOOK = 50_000  # a batch with more problems has several: one is written within a request's time
_STUCK = timedelta(hours=1)


@dataclass(frozen=True)
class Seen:
    """A batch as one officer sees it, with who filed and who decided fetched."""

    batch: ImportBatch
    mine: bool

    @property
    def working(self) -> bool:
        """Whether a job is at it, so that it changes by itself."""
        return self.batch.state in (*UNREAD, APPROVED)

    @property
    def stuck(self) -> bool:
        """Whether its job is at it for so long that somebody had better send the file, or say yes, again."""
        batch = self.batch
        began = batch.approved_at if batch.state == APPROVED else batch.created_at
        return self.working and began is not None and began < clock.now() - _STUCK

    @property
    def rows_read(self) -> int:
        """How many rows of the file are dealt with; each counts once, whatever became of it."""
        batch = self.batch
        return sum((batch.accepted, batch.waiting, batch.duplicates, batch.conflicts, batch.rejected, batch.refused))

    @property
    def problems(self) -> int:
        """How many rows came back."""
        return self.batch.rejected + self.batch.conflicts

    @property
    def workbooks(self) -> int:
        """In how many workbooks the rows that came back are written."""
        return -(-self.problems // ROWS_OF_A_WORKBOOK)

    @property
    def workdays_left(self) -> int | None:
        """Working days until and with the last one for checking it (河南省社会信用条例 art. 17); None once decided.

        0: today is the last one. Below 0: so many working days late.
        """
        if not self.working and self.batch.state != WAITING:
            return None
        return workdays_left(clock.today(), self.batch.check_by)


def no_such_workbook() -> NotFound:
    return NotFound("workbook_not_found", "没有可以下载的退回行：它们保留七天，已经删除，或者本来就没有。")


async def batches_of(staff: Staff, *, before: UUID | None, limit: int) -> list[Seen]:
    """Her department's batches, the newest first, handed in before `before`."""
    rows = ImportBatch.filter(department_id=staff.department_code)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = await rows.order_by("-id").limit(limit).select_related("officer", "approver")
    return [_seen(staff, batch) for batch in found]


async def batches_to_decide(staff: Staff, limit: int) -> list[Seen]:
    """The batches of her colleagues that wait for a second officer, the most urgent first."""
    urgent = waiting_of_colleagues(staff).order_by("check_by", "id").limit(limit)
    found = await urgent.select_related("officer", "approver")
    return [_seen(staff, batch) for batch in found]


def waiting_of_colleagues(staff: Staff) -> QuerySet[ImportBatch]:
    """The batches of her department that wait for a second officer, and were filed by somebody else."""
    return _waiting(staff).exclude(officer_id=staff.id)


def waiting_of_her_own(staff: Staff) -> QuerySet[ImportBatch]:
    """The batches that she filed, and that wait for a colleague."""
    return _waiting(staff).filter(officer_id=staff.id)


async def batch_of(staff: Staff, batch_id: UUID) -> Seen:
    """One batch of her department. Raises NotFound for any other."""
    mine = ImportBatch.filter(id=batch_id, department_id=staff.department_code)
    batch = await mine.select_related("officer", "approver", "key").first()
    if batch is None:
        raise no_such_batch()
    return _seen(staff, batch)


async def write_problems(staff: Staff, batch_id: UUID, part: int, target: IO[bytes]) -> int:
    """Write one workbook of the rows that came back, in flat memory; how many. `part` counts from 1.

    Raises NotFound for another department's batch, and once the rows are deleted.
    """
    require(staff, "file_records")
    seen = await batch_of(staff, batch_id)
    problems = ImportRow.filter(batch_id=seen.batch.id, state__in=[REJECTED, CONFLICT]).order_by("row_number")
    first = None
    if 1 <= part <= seen.workbooks:
        first = await problems.offset((part - 1) * ROWS_OF_A_WORKBOOK).first()
    if first is None:
        raise no_such_workbook()
    await audit.record(staff, "import.problems", f"import:{seen.batch.id}", part=str(part))
    with closing(await asyncio.to_thread(ResultWorkbook, target)) as workbook:
        async for page in problem_pages(seen.batch.id, after=first.row_number - 1):
            rows = page[: ROWS_OF_A_WORKBOOK - workbook.count]
            await asyncio.to_thread(workbook.add, rows)
            if workbook.count >= ROWS_OF_A_WORKBOOK:
                break
        await asyncio.to_thread(workbook.close)
    return workbook.count


async def look_at_waiting(
    staff: Staff, batch_id: UUID, *, after: int, limit: int
) -> tuple[Seen, list[RejectedRow], bool]:
    """A waiting batch of a colleague, its negative rows below the file's row `after`, masked, and whether more follow.

    The looks are written down before anything is given back: once in half an hour. Raises NotFound, Forbidden for who
    filed it, Conflict when it does not wait.
    """
    require(staff, "approve_records")
    batch = await check_may_decide(staff.user, batch_id)
    if batch.state != WAITING:
        raise not_waiting()
    await _note_look(staff, f"import:{batch.id}")
    rows = await approval.look_at_waiting(staff.reader, batch.id, after=after, limit=limit)
    more = bool(rows) and bool(await waiting_page(batch.id, after=rows[-1].row_number, limit=1))
    return await batch_of(staff, batch.id), rows, more


async def item_names(codes: Iterable[str]) -> dict[str, str]:
    """What today's catalogue calls these items; one that it no longer has is not there."""
    index, today = await load_index(), clock.today()
    items = {code: index.in_force(code, today) for code in codes}
    return {code: item.said.name for code, item in items.items() if item is not None}


async def _note_look(staff: Staff, about: str) -> None:
    """An auditor sees that she opened the rows, not how often she turned the page."""
    lately = AuditEvent.filter(about=about, staff_id=staff.id, action="import.look", at__gte=clock.now() - LOOK_LASTS)
    if not await lately.exists():
        await audit.record(staff, "import.look", about)


def _waiting(staff: Staff) -> QuerySet[ImportBatch]:
    return ImportBatch.filter(department_id=staff.department_code, state=WAITING)


def _seen(staff: Staff, batch: ImportBatch) -> Seen:
    return Seen(batch, mine=batch.officer_id == staff.id)
