"""What a citizen sees of her own records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from backend import clock
from backend.citizens.models import Citizen
from backend.errors import NotFound
from backend.records.correction_reasons import sentence_of
from backend.records.facts import counts_from
from backend.records.items import Item, items_by_id
from backend.records.measures import Measure, in_force
from backend.records.models import CreditRecord
from backend.records.record_versions import (
    LIVE,
    WITHDRAWN,
    Past,
    RecordContent,
    amendments_of,
    past_of,
    versions_of,
    withdrawal_of,
    words_of,
)
from backend.secrets import Vault
from backend.staff.departments import offices
from backend.workdays import workdays_between

RecordState = Literal["in_force", "waiting", "lapsed"]


@dataclass(frozen=True)
class OwnRecord:
    """A record with its item, where it stands today, and the time left to object before a deduction begins."""

    record: CreditRecord
    item: Item
    state: RecordState
    counts_from: date | None
    workdays_left: int | None


@dataclass(frozen=True)
class WholeRecord:
    """A record of hers with the measures that are in force today, and what was amended in it, the newest first."""

    own: OwnRecord
    content: RecordContent
    measures: tuple[Measure, ...]
    history: list[Past]


def no_such_record() -> NotFound:
    return NotFound("record_not_found", "没有这条记录。")


def record_withdrawn(said: str = "") -> NotFound:
    """`said`: why, in the department's words, and where to ask, for the citizen whose record it was."""
    return NotFound("record_withdrawn", f"部门已撤回这条记录，不再显示。{said}")


async def records_of(citizen: Citizen, *, before: UUID | None, limit: int) -> Sequence[OwnRecord]:
    """Her records, the last filed first, filed before `before`; none that its department took back."""
    rows = CreditRecord.filter(citizen_id=citizen.id, state=LIVE)
    if before is not None:
        rows = rows.filter(id__lt=before)
    records = await rows.order_by("-id").limit(limit).select_related("citizen")
    items = await items_by_id(record.item_id for record in records)
    return [_own(record, items[record.item_id]) for record in records]


async def record_of(citizen: Citizen, record_id: UUID) -> OwnRecord:
    """One of her own records. Raises NotFound for anybody else's, and for one that its department took back."""
    record = await CreditRecord.get_or_none(id=record_id, citizen_id=citizen.id).select_related("citizen")
    if record is None:
        raise no_such_record()
    if record.state != LIVE:
        raise record_withdrawn()
    items = await items_by_id([record.item_id])
    return _own(record, items[record.item_id])


async def whole_record_of(vault: Vault, citizen: Citizen, record_id: UUID) -> WholeRecord:
    """As `record_of`, with all that the page of one record shows; of one that was taken back, why."""
    gone = await CreditRecord.get_or_none(id=record_id, citizen_id=citizen.id, state=WITHDRAWN)
    if gone is not None:
        raise record_withdrawn(await _why_withdrawn(vault, gone))
    own = await record_of(citizen, record_id)
    versions = versions_of(vault, own.record, await amendments_of(own.record))
    items = await items_by_id(version.item_id for version in versions)
    names = {item.said.code: item.said.name for item in items.values()}
    content = versions[-1].content
    return WholeRecord(own, content, tuple(in_force(content.measures, clock.today())), past_of(versions, names))


async def whom_to_ask(record: CreditRecord) -> str:
    """Where to go with another opinion: what was taken back may have been in her favour (charter 6)."""
    ask = (await offices())[record.department_id]
    return f"有不同意见的，请找{ask.department}：{ask.office}，电话 {ask.phone}。"


async def _why_withdrawn(vault: Vault, record: CreditRecord) -> str:
    """The kept sentence, and the officer's words: they may name people, so they stand in no notice; and whom to ask."""
    change = await withdrawal_of(record)
    words = words_of(vault, change)
    said = sentence_of(change.kind, change.reason) + (f"部门的说明：{words.rstrip('。')}。" if words else "")
    return said + await whom_to_ask(record)


def _own(record: CreditRecord, item: Item) -> OwnRecord:
    today, begins = clock.today(), counts_from(record, item)
    waiting = begins is not None and today < begins < record.lapses_on
    return OwnRecord(
        record=record,
        item=item,
        state="lapsed" if today >= record.lapses_on else "waiting" if waiting else "in_force",
        counts_from=begins,
        workdays_left=workdays_between(today, begins) if waiting and begins else None,
    )
