"""Which records and changes an officer may touch: of her own department, never about herself (§四(三))."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from backend import clock
from backend.database import transaction
from backend.errors import Conflict, Forbidden, NotFound
from backend.points.ledger import lock_citizens
from backend.records.importing import check_may_file
from backend.records.models import CreditRecord, RecordChange
from backend.records.record_versions import WAITING
from backend.staff.departments import is_over
from backend.staff.models import Department, StaffUser
from backend.staff.own_number import own_number_needed


def no_such_record() -> NotFound:
    return NotFound("record_not_found", "没有这条记录，或者它不属于本部门。")


def no_such_change() -> NotFound:
    return NotFound("change_not_found", "没有这项更正，或者它不属于本部门。")


def own_record() -> Forbidden:
    return Forbidden("own_record", "这条记录与您本人有关，请由本部门同事办理。")


def same_officer() -> Forbidden:
    return Forbidden("same_officer", "提出的人不能复核自己提出的更正或恢复，请由本部门另一位工作人员复核。")


def record_withdrawn() -> Conflict:
    return Conflict("record_withdrawn", "这条记录已经撤回，不能再更正。")


def record_changed() -> Conflict:
    return Conflict("record_changed", "这条记录刚刚有了变化，请重新打开，核对后再办理。")


def record_exists() -> Conflict:
    detail = "同一个人、同一文书、同一事项已经有另一条记录，不能改成一样的。请核对；报送重复的，撤回其中一条。"
    return Conflict("record_exists", detail)


def change_waiting() -> Conflict:
    return Conflict("change_waiting", "这条记录有一项更正正在等待复核，请等同事复核以后再办理。")


def restore_waiting() -> Conflict:
    return Conflict("change_waiting", "同事已经提出恢复这条记录，请等复核。")


def change_not_waiting() -> Conflict:
    return Conflict("change_not_waiting", "这一项不在等待复核，可能已经复核过了，或者记录已经撤回。")


def not_withdrawn() -> Conflict:
    return Conflict("not_withdrawn", "这条记录没有撤回，不用恢复。")


async def departments_answered_for(code: str) -> list[str]:
    """The department itself and those that were merged into it: citizens are sent to it for their records too."""
    today = clock.today()
    over = [row for row in await Department.all() if is_over(row, today)]
    found = [code]
    for each in found:  # grows on the way
        found += [row.code for row in over if row.replaced_by == each and row.code not in found]
    return found


def check_known(officer: StaffUser) -> None:
    """Raise Forbidden for an officer of whom it is not known which citizen she is."""
    if officer.own_number_digest is None:
        raise own_number_needed()


async def record_for(officer: StaffUser, record_id: UUID) -> CreditRecord:
    """A record with its citizen, if this officer may touch it.

    Raises NotFound for another department's, which is never told apart from none, and Forbidden for her own and
    without her own number.
    """
    check_known(officer)
    departments = await departments_answered_for(officer.department_id)
    record = await CreditRecord.get_or_none(id=record_id, department_id__in=departments).select_related("citizen")
    if record is None:
        raise no_such_record()
    if record.citizen.number_digest == officer.own_number_digest:
        raise own_record()
    return record


async def change_for(officer: StaffUser, change_id: UUID, *, said: str | None = None) -> RecordChange:
    """A change that waits for this officer, with who asked for it and its record's citizen.

    Or one to which she `said` this already (DONE, REFUSED): she pressed twice.

    Raises NotFound, Forbidden for who asked for it (under whichever account), for her own record and without her own
    number, Conflict when it does not wait.
    """
    check_known(officer)
    departments = await departments_answered_for(officer.department_id)
    here = RecordChange.get_or_none(id=change_id, department_id__in=departments)
    change = await here.select_related("officer", "record__citizen")
    if change is None:
        raise no_such_change()
    if change.officer_id == officer.id or change.officer.own_number_digest == officer.own_number_digest:
        raise same_officer()
    if change.record.citizen.number_digest == officer.own_number_digest:
        raise own_record()
    if change.state != WAITING and not (change.state == said and change.approver_id == officer.id):
        raise change_not_waiting()
    return change


@asynccontextmanager
async def held_record(officer: StaffUser, record_id: UUID) -> AsyncIterator[CreditRecord]:
    """The record of `record_for` in a transaction that holds its citizen's row: what else changes it takes its turn.

    Raises what `record_for` raises, and Forbidden for an officer who was put away.
    """
    await check_may_file(officer)
    record = await record_for(officer, record_id)
    async with transaction():
        await lock_citizens([record.citizen_id])
        yield await record_for(officer, record_id)
