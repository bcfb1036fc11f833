"""更正, 撤回, 恢复: a department corrects its own records. A negative one and a return wait for a second officer.

Each deed is one transaction: the change with the version that ended, the record, the notice, the points, the audit.
Who may use a desk is asked at its door; the deeds ask what may never be bypassed: department, own record, officer.
"""

from uuid import UUID

from tortoise.expressions import Q

from backend import clock
from backend.errors import Invalid
from backend.points.ledger import Ledger
from backend.records.correction_changes import decide, do_at_once, new_change, note
from backend.records.correction_checking import checked_content
from backend.records.correction_posting import (
    post_amendment,
    post_restoration,
    post_withdrawal,
    refuse_taken_key,
    standing_of,
)
from backend.records.correction_reasons import checked_words
from backend.records.correction_scope import (
    change_for,
    change_not_waiting,
    change_waiting,
    held_record,
    no_such_change,
    record_changed,
    record_withdrawn,
)
from backend.records.models import CreditRecord, RecordChange
from backend.records.record_versions import (
    AMEND,
    DONE,
    LIVE,
    OVERTAKEN,
    REFUSED,
    RESTORE,
    TAKEN_BACK,
    WAITING,
    WITHDRAW,
    RecordContent,
    content_of,
    hide_content,
    hide_words,
    keep,
    reveal_content,
)
from backend.secrets import Vault
from backend.staff.models import DepartmentKey, StaffUser


def nothing_changed() -> Invalid:
    return Invalid("nothing_changed", "内容和现在的记录一样，没有要更正的。")


async def amend(
    ledger: Ledger,
    vault: Vault,
    officer: StaffUser,
    record_id: UUID,
    content: RecordContent,
    reason: str,
    words: str,
    *,
    from_version: int,
    key: DepartmentKey | None = None,
) -> RecordChange:
    """Correct what a record says, never whom it is about. `content` is all that it says then; she reads `words`.

    Done at once, or WAITING for a second officer when the record is negative before or after. The same asked again by
    the same officer is the same change. Raises NotFound, Forbidden (her own record, an officer put away), Conflict
    (withdrawn, changed since `from_version`, one waits already, another record says the same), Invalid by field.
    """
    words = checked_words(AMEND, reason, words)
    async with held_record(officer, record_id) as record:
        same = await _asked_before(vault, officer, key, record, content, from_version)
        if same is not None:
            return same
        before = await standing_of(vault, record)
        await _check_may_change(record, from_version)
        if content == before.content:
            raise nothing_changed()
        checked = await checked_content(vault, record, content, before.content)
        await refuse_taken_key(record, content)
        change = new_change(record, officer, AMEND, reason, key)
        change.words_hidden = hide_words(vault, words)
        change.after_hidden = hide_content(vault, content)
        if before.item.negative or checked.item.negative:
            await change.save(force_create=True)
            await note(officer, "record.ask_amend", change)
            return change
        await do_at_once(vault, record, change)
        await post_amendment(ledger, vault, record, checked, content, change)
        await note(officer, "record.amend", change)
        return change


async def withdraw(
    ledger: Ledger,
    vault: Vault,
    officer: StaffUser,
    record_id: UUID,
    reason: str,
    words: str,
    *,
    from_version: int,
    key: DepartmentKey | None = None,
) -> RecordChange:
    """Take a record back: from this moment nobody sees it and it counts nothing (河南省社会信用条例 art. 42).

    An amendment that waits is overtaken. Asked again of the same version, it is the first withdrawal, even where the
    record is back since: `restore` is undone by nothing that was sent before it. Raises NotFound, Forbidden, Invalid
    for reason or words, Conflict when the record changed since `from_version`.
    """
    words = checked_words(WITHDRAW, reason, words)
    async with held_record(officer, record_id) as record:
        same = await RecordChange.get_or_none(record_id=record_id, kind=WITHDRAW, state=DONE, from_version=from_version)
        if same is not None:
            return same
        if record.version != from_version:
            raise record_changed()
        waiting = RecordChange.filter(record_id=record_id, state=WAITING)
        await waiting.update(state=OVERTAKEN, decided_at=clock.now(), after_hidden=None)
        change = new_change(record, officer, WITHDRAW, reason, key)
        change.words_hidden = hide_words(vault, words)
        await do_at_once(vault, record, change)
        await post_withdrawal(ledger, vault, record, change)
        await note(officer, "record.withdraw", change)
        return change


async def approve_change(ledger: Ledger, vault: Vault, officer: StaffUser, change_id: UUID) -> RecordChange:
    """A second officer's yes: the record is amended now, checked once more against the rules of today; or it is back.

    Said again by the same officer, it is the same yes. Raises NotFound, Forbidden (who asked for it, her own record),
    Conflict, Invalid when it may no longer be done.
    """
    asked = await change_for(officer, change_id, said=DONE)
    async with held_record(officer, asked.record_id) as record:
        change = await change_for(officer, change_id, said=DONE)
        if change.state == DONE:
            return change
        await decide(change_id, officer, DONE, before_hidden=keep(vault, record))
        if change.kind == RESTORE:
            await post_restoration(ledger, vault, record, change)
        else:
            content = reveal_content(vault, change.after_hidden or b"")
            # Measures were in time when it was asked for; one that ran out since does not undo the rest.
            checked = await checked_content(vault, record, content, content_of(vault, record), content.measures)
            await post_amendment(ledger, vault, record, checked, content, change)
        await note(officer, "record.approve_change", change)
    return await RecordChange.get(id=change_id)


async def refuse_change(ledger: Ledger, vault: Vault, officer: StaffUser, change_id: UUID) -> RecordChange:
    """A second officer's no: the record stays, and what was asked for is not kept. Raises as `approve_change`."""
    asked = await change_for(officer, change_id, said=REFUSED)
    async with held_record(officer, asked.record_id):
        change = await change_for(officer, change_id, said=REFUSED)
        if change.state == REFUSED:
            return change
        await decide(change_id, officer, REFUSED, after_hidden=None)
        await note(officer, "record.refuse_change", change)
    return await RecordChange.get(id=change_id)


async def take_back(officer: StaffUser, change_id: UUID) -> RecordChange:
    """Who asked for a change asks for it no longer: the record is free, and what was asked for is not kept.

    Done twice, it is done. Raises NotFound for what she did not ask for, Forbidden, Conflict once it is decided.
    """
    asked = await RecordChange.get_or_none(id=change_id, officer_id=officer.id)
    if asked is None:
        raise no_such_change()
    async with held_record(officer, asked.record_id):
        change = await RecordChange.get(id=change_id)
        if change.state == WAITING:
            await RecordChange.filter(id=change_id, state=WAITING).update(
                state=TAKEN_BACK, decided_at=clock.now(), after_hidden=None
            )
            await note(officer, "record.take_back", change)
        elif change.state != TAKEN_BACK:
            raise change_not_waiting()
    return await RecordChange.get(id=change_id)


async def _asked_before(
    vault: Vault,
    officer: StaffUser,
    key: DepartmentKey | None,
    record: CreditRecord,
    content: RecordContent,
    from_version: int,
) -> RecordChange | None:
    """The change of hers, or of her system's under a former officer, that asked for the same.

    She pressed twice, or the system never heard the answer.
    """
    hers = Q(officer_id=officer.id) | Q(key_id=key.id) if key else Q(officer_id=officer.id)
    here = RecordChange.filter(hers, record_id=record.id, kind=AMEND, from_version=from_version)
    changes = await here.filter(state__in=[WAITING, DONE])
    return next((each for each in changes if reveal_content(vault, each.after_hidden or b"") == content), None)


async def _check_may_change(record: CreditRecord, from_version: int) -> None:
    if record.state != LIVE:
        raise record_withdrawn()
    if record.version != from_version:
        raise record_changed()
    if await RecordChange.filter(record_id=record.id, state=WAITING).exists():
        raise change_waiting()
