"""What a citizen sees of her own records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from backend import clock
from backend.citizens.models import Citizen
from backend.errors import NotFound
from backend.records.facts import counts_from
from backend.records.items import Item, items_by_id
from backend.records.models import CreditRecord
from backend.workdays import workdays_between

RecordState = Literal["in_force", "waiting", "lapsed", "withdrawn"]


@dataclass(frozen=True)
class OwnRecord:
    """A record with its item, where it stands today, and the time left to object before a deduction begins."""

    record: CreditRecord
    item: Item
    state: RecordState
    counts_from: date | None
    workdays_left: int | None


def no_such_record() -> NotFound:
    return NotFound("record_not_found", "没有这条记录。")


async def records_of(citizen: Citizen, *, before: UUID | None, limit: int) -> Sequence[OwnRecord]:
    """Her records, the last filed first, filed before `before`."""
    rows = CreditRecord.filter(citizen_id=citizen.id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    records = await rows.order_by("-id").limit(limit).select_related("citizen")
    items = await items_by_id(record.item_id for record in records)
    return [_own(record, items[record.item_id]) for record in records]


async def record_of(citizen: Citizen, record_id: UUID) -> OwnRecord:
    """One of her own records. Raises NotFound for anybody else's."""
    record = await CreditRecord.get_or_none(id=record_id, citizen_id=citizen.id).select_related("citizen")
    if record is None:
        raise no_such_record()
    items = await items_by_id([record.item_id])
    return _own(record, items[record.item_id])


def _own(record: CreditRecord, item: Item) -> OwnRecord:
    today, begins = clock.today(), counts_from(record, item)
    waiting = begins is not None and today < begins < record.lapses_on
    return OwnRecord(
        record=record,
        item=item,
        state=_state(record, today, waiting=waiting),
        counts_from=begins,
        workdays_left=workdays_between(today, begins) if waiting and begins else None,
    )


def _state(record: CreditRecord, today: date, *, waiting: bool) -> RecordState:
    if record.state == "withdrawn":
        return "withdrawn"
    if today >= record.lapses_on:
        return "lapsed"
    return "waiting" if waiting else "in_force"
