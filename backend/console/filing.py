"""The filing desk: a department's files into records, their problems, and the second officer's yes or no."""

import asyncio
from io import BytesIO
from typing import Any
from uuid import UUID

from sanic import HTTPResponse
from sanic.exceptions import PayloadTooLarge, RequestTimeout

from backend import clock
from backend.console.desk import Desk
from backend.console.downloads import workbook
from backend.console.visit import HOME, Visit
from backend.errors import Invalid
from backend.pages import typed
from backend.records import approval, batches, import_rows, importing, receiving
from backend.records.columns import TITLES
from backend.records.result_workbook import RejectedRow
from backend.records.template_workbook import write_template
from miniprogram_api.surface.upload import STAFF, read_upload, slot

desk = Desk("filing")

BATCHES_A_PAGE = 20
TO_DECIDE = 10
ROWS_A_PAGE = 50

# What a state is called, and how its badge looks.
STATES = {
    importing.RECEIVED: ("已收到，排队核对", ""),
    importing.READING: ("正在核对", ""),
    importing.UNREADABLE: ("读不出来", "bad"),
    importing.WAITING: ("等待复核", "waiting"),
    importing.APPROVED: ("已同意，正在入库", "waiting"),
    importing.DONE: ("已办结", "good"),
    importing.REFUSED: ("复核未同意", "bad"),
}
DONE = {"approved": "已同意。这批失信记录正在入库，会逐人通知。", "refused": "已退回。等待复核的失信记录没有一条入库。"}


def upload_too_slow() -> Invalid:
    return Invalid("upload_too_slow", "网络太慢，文件没有传完，没有收下。请换个网络再传一次。")


@desk.add("GET", "/filing", permission="file_records")
async def show_batches(visit: Visit) -> HTTPResponse:
    """What waits for her, the form to hand a file in, and the department's batches, newest first."""
    before = typed.id_of(visit.asked("before"))
    seen = await batches.batches_of(visit.staff, before=before, limit=BATCHES_A_PAGE + 1)
    to_decide = [] if before else await batches.batches_to_decide(visit.staff, TO_DECIDE)
    page = seen[:BATCHES_A_PAGE]
    values: dict[str, Any] = {
        "page": page,
        "before": before,
        "further": page[-1].batch.id if len(seen) > BATCHES_A_PAGE else None,
        "to_decide": to_decide,
        "states": STATES,
        "most_bytes": receiving.MOST_BYTES,
    }
    return await visit.show("filing_list.html", **values)


@desk.add("POST", "/filing", permission="file_records", upload=True)
async def take_file(visit: Visit) -> HTTPResponse:
    """Hand a file in: static/filing.js sends it, shows how far it is, and goes where `Location` says."""
    try:
        with slot(f"{STAFF}{visit.staff.id}"):
            upload = await read_upload(visit.request, receiving.MOST_BYTES)
            batch = await receiving.receive(visit.storage, visit.vault, visit.staff, upload.data)
    except PayloadTooLarge:
        raise receiving.file_too_large() from None
    except RequestTimeout:
        raise upload_too_slow() from None
    return HTTPResponse(status=201, headers={"Location": f"{HOME}/filing/{batch.id}", "Cache-Control": "no-store"})


@desk.add("GET", "/filing/template", permission="file_records")
async def send_template(_visit: Visit) -> HTTPResponse:
    """The empty workbook to fill."""
    target = BytesIO()
    await asyncio.to_thread(write_template, target)
    return workbook(target, "记录报送模板.xlsx")


@desk.add("GET", "/filing/<batch_id:uuid>", permission="file_records")
async def show_batch(visit: Visit, batch_id: UUID) -> HTTPResponse:
    """One batch: how far it is, what became of its rows, and the problems at their cells."""
    return await _show_batch(visit, batch_id, done=DONE.get(visit.asked("done"), ""))


@desk.add("GET", "/filing/<batch_id:uuid>/progress", permission="file_records")
async def show_progress(visit: Visit, batch_id: UUID) -> HTTPResponse:
    """The same, for the page that looks every two seconds while the batch is worked at."""
    return await _show_batch(visit, batch_id, fragment="batch")


@desk.add("GET", "/filing/<batch_id:uuid>/problems/<part:int>", permission="file_records")
async def send_problems(visit: Visit, batch_id: UUID, part: int) -> HTTPResponse:
    """The rows that came back as a workbook, people masked."""
    target = BytesIO()
    await batches.write_problems(visit.staff, batch_id, part, target)
    seen = await batches.batch_of(visit.staff, batch_id)
    came = seen.batch.created_at.astimezone(clock.SHANGHAI)
    which = f"-{part}" if seen.workbooks > 1 else ""
    return workbook(target, f"没有收录的行-{came:%Y%m%d-%H%M}{which}.xlsx")


@desk.add("GET", "/filing/<batch_id:uuid>/waiting", permission="approve_records")
async def show_waiting(visit: Visit, batch_id: UUID) -> HTTPResponse:
    """The second officer's page: the negative rows, masked; whom they are about sees that she looked."""
    after = _row_number(visit.asked("after"))
    seen, rows, more = await batches.look_at_waiting(visit.staff, batch_id, after=after, limit=ROWS_A_PAGE)
    names = await batches.item_names(row.item_code for row in rows)
    further = rows[-1].row_number if more else None
    values: dict[str, Any] = {"seen": seen, "rows": rows, "names": names, "after": after, "further": further}
    return await visit.show("filing_waiting.html", **values)


@desk.add("POST", "/filing/<batch_id:uuid>/approve", permission="approve_records")
async def approve(visit: Visit, batch_id: UUID) -> HTTPResponse:
    """The second officer's yes."""
    await approval.approve(visit.staff.user, batch_id)
    return visit.go(f"/filing/{batch_id}?done=approved")


@desk.add("POST", "/filing/<batch_id:uuid>/refuse", permission="approve_records")
async def refuse(visit: Visit, batch_id: UUID) -> HTTPResponse:
    """The second officer's no."""
    await approval.refuse(visit.staff.user, batch_id)
    return visit.go(f"/filing/{batch_id}?done=refused")


async def _show_batch(visit: Visit, batch_id: UUID, *, fragment: str | None = None, done: str = "") -> HTTPResponse:
    seen = await batches.batch_of(visit.staff, batch_id)
    after = _row_number(visit.asked("after"))
    rows: list[RejectedRow] = []
    kept_until = None
    if seen.problems and not seen.working:
        rows = await import_rows.problem_page(batch_id, after=after, limit=ROWS_A_PAGE + 1)
        kept_until = await import_rows.problems_kept_until(batch_id)
    values: dict[str, Any] = {
        "seen": seen,
        "states": STATES,
        "titles": TITLES,
        "may_decide": visit.staff.may("approve_records") and not seen.mine,
        "kept_until": kept_until,
        "rows": rows[:ROWS_A_PAGE],
        "after": after,
        "further": rows[ROWS_A_PAGE - 1].row_number if len(rows) > ROWS_A_PAGE else None,
    }
    return await visit.show("filing_batch.html", fragment=fragment, done=done, **values)


def _row_number(text: str) -> int:
    """A place in a file's rows; anything else is the beginning."""
    return typed.whole_number(text, 8) or 0
