"""The row of a change: asked for, done at once or decided by a second officer, and noted in the audit log."""

from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.records.correction_scope import change_not_waiting
from backend.records.models import CreditRecord, RecordChange
from backend.records.record_versions import DONE, WAITING, keep
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.models import DepartmentKey, StaffUser


def new_change(
    record: CreditRecord, officer: StaffUser, kind: str, reason: str, key: DepartmentKey | None
) -> RecordChange:
    """A change that waits, not saved yet; `key` is the one through which a system asks."""
    return RecordChange(
        id=uuid7(),
        record_id=record.id,
        department_id=officer.department_id,
        kind=kind,
        state=WAITING,
        from_version=record.version,
        reason=reason,
        officer_id=officer.id,
        key_id=None if key is None else key.id,
        asked_at=clock.now(),
    )


async def do_at_once(vault: Vault, record: CreditRecord, change: RecordChange) -> None:
    """Write down a change that is done at once, with the version that it ends."""
    change.state, change.decided_at, change.before_hidden = DONE, change.asked_at, keep(vault, record)
    await change.save(force_create=True)


async def decide(change_id: UUID, officer: StaffUser, state: str, **columns: bytes | None) -> None:
    """A second officer's word on a change that waits. Raises Conflict when it does not, or no longer."""
    decided = {"state": state, "approver_id": officer.id, "decided_at": clock.now(), **columns}
    if not await RecordChange.filter(id=change_id, state=WAITING).update(**decided):
        raise change_not_waiting()


async def note(officer: StaffUser, action: str, change: RecordChange) -> None:
    """The audit log's line."""
    await audit.record(officer, action, f"record:{change.record_id}", change=str(change.id))
