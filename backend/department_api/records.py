"""Records by signed requests: pushed, asked after, amended, withdrawn; the use cases are the desks' own."""

from datetime import date
from uuid import UUID

import msgspec

from backend import clock
from backend.department_api.body import (
    Amendment,
    Push,
    Withdrawal,
    cells_of,
    measures_of,
    read_amendment,
    read_push,
    read_withdrawal,
)
from backend.department_api.operation import Caller, RequestKey, Routes
from backend.points.ledger import Ledger
from backend.records import correction_reasons as reasons
from backend.records import correction_scope as scope
from backend.records import corrections, pushing
from backend.records.approval import no_such_batch
from backend.records.correction_checking import record_invalid
from backend.records.importing import officer_inactive
from backend.records.models import RecordChange
from backend.records.pushed_results import RowResult
from backend.records.pushed_rows import PushedRow, content_of
from backend.records.pushing import Pushed
from backend.secrets import Vault
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import not_permitted, require

routes = Routes()

MOST_BYTES = 2 * 1024 * 1024
CORRECTING = (
    officer_inactive,
    not_permitted,
    scope.no_such_record,
    scope.own_record,
    own_number_needed,
    reasons.reason_unknown,
    reasons.words_needed,
    reasons.words_too_long,
    reasons.number_in_words,
)


class Counts(msgspec.Struct, frozen=True):
    """How many rows of a batch are what."""

    accepted: int
    waiting: int
    duplicates: int
    conflicts: int
    rejected: int
    refused: int


class Batch(msgspec.Struct, frozen=True):
    """A pushed batch as it stands."""

    batch_id: UUID
    state: str
    check_by: date
    counts: Counts
    results: list[RowResult]


class Change(msgspec.Struct, frozen=True):
    """A change of a record: `done`, or `waiting` for a second officer. `version` is the one that it changes."""

    change_id: UUID
    record_id: UUID
    kind: str
    state: str
    version: int


@routes.add(
    "POST",
    "/records",
    summary="报送一批记录",
    errors=(
        pushing.push_reused,
        pushing.push_under_way,
        officer_inactive,
        not_permitted,
    ),
    read=read_push,
    most_bytes=MOST_BYTES,
)
async def push_records(caller: Caller, request_key: RequestKey, body: Push, ledger: Ledger, vault: Vault) -> Batch:
    """一次 1 至 1000 行，逐行给出结果。失信记录要等本部门另一位报送员在工作台复核后才入库。
    没有收到回答时，用同一个 Idempotency-Key 和相同的内容重发：接着办完，或者再给一次结果，不会重复入库。
    """
    rows = [PushedRow(cells_of(row), tuple(measures_of(row))) for row in body.rows]
    return _shown(await pushing.push(ledger, vault, caller.staff, caller.key, request_key, rows))


@routes.add("GET", "/batches/<batch_id:uuid>", summary="查看一批的进度", errors=(no_such_batch,))
async def show_batch(caller: Caller, batch_id: UUID, vault: Vault) -> Batch:
    """本部门报送的一批：各有多少行，等待复核的和退回的是哪些行。当时就入库的和重复的行只计数，要看它们请重发这一批。"""
    return _shown(await pushing.pushed_batch(vault, caller.key.department_id, batch_id))


@routes.add(
    "POST",
    "/records/<record_id:uuid>/amend",
    summary="更正一条记录",
    errors=(
        *CORRECTING,
        scope.record_changed,
        scope.record_withdrawn,
        scope.record_exists,
        scope.change_waiting,
        corrections.nothing_changed,
        lambda: record_invalid([]),
    ),
    read=read_amendment,
)
async def amend_record(caller: Caller, record_id: UUID, body: Amendment, ledger: Ledger, vault: Vault) -> Change:
    """用 content 里的全部内容代替第 version 版；不能改成另一个人的记录。守信记录当时更正；更正前或更正后是失信记录的，
    等另一位报送员在工作台复核。没有收到回答时照原样重发，得到的是同一项更正。
    """
    require(caller.staff, "correct_records")
    content = content_of(cells_of(body.content), measures_of(body.content), clock.today())
    change = await corrections.amend(
        ledger,
        vault,
        caller.staff.user,
        record_id,
        content,
        body.reason,
        body.words,
        from_version=body.version,
        key=caller.key,
    )
    return _changed(change)


@routes.add(
    "POST",
    "/records/<record_id:uuid>/withdraw",
    summary="撤回一条记录",
    errors=(*CORRECTING, scope.record_changed),
    read=read_withdrawal,
)
async def withdraw_record(caller: Caller, record_id: UUID, body: Withdrawal, ledger: Ledger, vault: Vault) -> Change:
    """立即生效，不用复核：第 version 版的记录不再显示，也不再影响积分；等待复核的更正同时作废。重发得到同一项撤回，
    即使记录后来恢复了，也不会再撤回一次。
    """
    require(caller.staff, "correct_records")
    change = await corrections.withdraw(
        ledger,
        vault,
        caller.staff.user,
        record_id,
        body.reason,
        body.words,
        from_version=body.version,
        key=caller.key,
    )
    return _changed(change)


def _changed(change: RecordChange) -> Change:
    return Change(change.id, change.record_id, change.kind, change.state, change.from_version)


def _shown(pushed: Pushed) -> Batch:
    batch = pushed.batch
    counts = Counts(*(getattr(batch, name) for name in Counts.__struct_fields__))
    return Batch(batch.id, batch.state, batch.check_by, counts, pushed.results)
