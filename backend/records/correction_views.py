"""What the officers of the corrections desk see after a logged look: a record, and what colleagues ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.citizens import access_log
from backend.database import transaction
from backend.records.correction_reasons import sentence_of
from backend.records.correction_scope import change_for, record_for
from backend.records.items import Item, items_by_id, load_index
from backend.records.measures import Measure
from backend.records.models import CreditRecord, RecordChange
from backend.records.record_versions import (
    RESTORE,
    WAITING,
    WITHDRAWN,
    Difference,
    Past,
    RecordContent,
    Version,
    amendments_of,
    content_of,
    differences,
    past_of,
    reveal_content,
    versions_of,
    withdrawal_of,
    words_of,
)
from backend.secrets import Vault, mask_number
from backend.staff import audit
from backend.staff.permissions import Staff, require


@dataclass(frozen=True)
class Withdrawal:
    """When, by whom and why a record was withdrawn."""

    at: datetime
    officer_name: str
    reason: str
    words: str


@dataclass(frozen=True)
class Opened:
    """One record with whom it is about, what it says and said, its withdrawal, and the change that waits."""

    record: CreditRecord
    item: Item
    citizen_name: str
    masked_number: str
    content: RecordContent
    versions: list[Version]
    history: list[Past]
    waiting: RecordChange | None
    withdrawal: Withdrawal | None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Those that the department reports, run out or not."""
        return self.content.measures


@dataclass(frozen=True)
class LookedAt:
    """An amendment that waits, beside what stands; or a withdrawn record's return, which changes nothing in it."""

    change: RecordChange  # with its officer fetched
    record: CreditRecord
    item: Item
    citizen_name: str
    masked_number: str
    before: RecordContent
    after: RecordContent
    differences: list[Difference]
    words: str
    withdrawal: Withdrawal | None


async def open_record(vault: Vault, staff: Staff, record_id: UUID) -> Opened:
    """One record of the department, whole. The look is committed before anything of it is read (charter 8).

    Raises Forbidden without the permission and for her own record, NotFound for another department's.
    """
    require(staff, "correct_records")
    await _look(staff, await record_for(staff.user, record_id), "record_correction")
    record = await record_for(staff.user, record_id)
    versions = versions_of(vault, record, await amendments_of(record))
    items = await items_by_id(each.item_id for each in versions)
    names = item_names(items.values())
    return Opened(
        record=record,
        item=items[record.item_id],
        citizen_name=_name(vault, record),
        masked_number=_masked_number(vault, record),
        content=versions[-1].content,
        versions=versions,
        history=past_of(versions, names),
        waiting=await RecordChange.get_or_none(record_id=record_id, state=WAITING),
        withdrawal=await _withdrawal(vault, record),
    )


async def look_at_change(vault: Vault, staff: Staff, change_id: UUID) -> LookedAt:
    """What a colleague asks for beside what stands; a logged look, as `open_record`.

    Raises Forbidden (permission, who asked for it, her own record), NotFound, Conflict when it does not wait.
    """
    require(staff, "approve_records")
    change = await change_for(staff.user, change_id)
    record = change.record
    await _look(staff, record, "correction_approval")
    before = content_of(vault, record)
    after = before if change.kind == RESTORE else reveal_content(vault, change.after_hidden or b"")
    items = await items_by_id([record.item_id])
    asked_for = (await load_index()).in_force(after.item_code, after.conduct_end)
    names = item_names([*items.values(), *([asked_for] if asked_for else [])])
    return LookedAt(
        change=change,
        record=record,
        item=items[record.item_id],
        citizen_name=_name(vault, record),
        masked_number=_masked_number(vault, record),
        before=before,
        after=after,
        differences=differences(before, after, names),
        words=words_of(vault, change),
        withdrawal=await _withdrawal(vault, record),
    )


def item_names(items: Iterable[Item]) -> dict[str, str]:
    """The items' names by their codes."""
    return {item.said.code: item.said.name for item in items}


async def _withdrawal(vault: Vault, record: CreditRecord) -> Withdrawal | None:
    if record.state != WITHDRAWN:
        return None
    change = await withdrawal_of(record)
    said = sentence_of(change.kind, change.reason), words_of(vault, change)
    return Withdrawal(change.decided_at or change.asked_at, change.officer.name, *said)


async def _look(staff: Staff, record: CreditRecord, purpose: str) -> None:
    about = f"record:{record.id}"
    async with transaction():
        await access_log.look(staff.reader, [record.citizen_id], purpose=purpose, about=about)
        await audit.record(staff, "record.look", about)


def _name(vault: Vault, record: CreditRecord) -> str:
    return vault.decrypt(record.citizen.name_hidden, "citizen.name")


def _masked_number(vault: Vault, record: CreditRecord) -> str:
    return mask_number(vault.decrypt(record.citizen.number_hidden, "citizen.number"))
