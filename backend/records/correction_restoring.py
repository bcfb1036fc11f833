"""恢复: a withdrawal that should not have been is undone, as the record stood, and always by two officers."""

from uuid import UUID

from backend.points.ledger import Ledger
from backend.records.correction_changes import new_change, note
from backend.records.correction_reasons import checked_words
from backend.records.correction_scope import held_record, not_withdrawn, restore_waiting
from backend.records.models import CreditRecord, RecordChange
from backend.records.record_versions import DONE, RESTORE, WAITING, WITHDRAWN, hide_words
from backend.secrets import Vault
from backend.staff.models import DepartmentKey, StaffUser


async def restore(
    ledger: Ledger,
    vault: Vault,
    officer: StaffUser,
    record_id: UUID,
    reason: str,
    words: str,
    *,
    key: DepartmentKey | None = None,
) -> RecordChange:
    """Ask for a withdrawn record to come back; it WAITS for a second officer in any case, so no points move yet.

    Asked again by the same officer, it is the same change. Raises NotFound, Forbidden, Invalid for reason or words,
    Conflict when the record is not withdrawn or a colleague asked for the same.
    """
    words = checked_words(RESTORE, reason, words)
    async with held_record(officer, record_id) as record:
        same = await _asked_before(officer, record)
        if same is not None:
            return same
        if record.state != WITHDRAWN:
            raise not_withdrawn()
        if await RecordChange.filter(record_id=record_id, state=WAITING).exists():
            raise restore_waiting()
        change = new_change(record, officer, RESTORE, reason, key)
        change.words_hidden = hide_words(vault, words)
        await change.save(force_create=True)
        await note(officer, "record.restore", change)
        return change


async def _asked_before(officer: StaffUser, record: CreditRecord) -> RecordChange | None:
    """Hers that waits for this version to come back, or brought this version back."""
    hers = RecordChange.filter(record_id=record.id, officer_id=officer.id, kind=RESTORE)
    if record.state == WITHDRAWN:
        return await hers.get_or_none(state=WAITING, from_version=record.version)
    return await hers.get_or_none(state=DONE, from_version=record.version - 1)
