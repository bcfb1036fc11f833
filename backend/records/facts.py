"""Records as facts of points: which count, from when and until when."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from backend import clock
from backend.database.bulk import select_among
from backend.points.rules import Fact, Why
from backend.records.items import Item, items_by_id
from backend.records.models import CreditRecord
from backend.staff.models import Department
from backend.workdays import workdays_after

DAYS_TO_OBJECT = 10  # working days between being told and a deduction (charter 3)


class FiledFact(NamedTuple):
    """What of a record and its citizen makes a fact, as one row."""

    id: UUID
    citizen_id: UUID
    department_id: str
    item_id: UUID
    document_number: str
    document_date: date
    conduct_end: date
    quantity: int | None
    lapses_on: date
    filed_at: datetime
    told_again_at: datetime | None
    adult_on: date
    told_from: datetime | None


_LIVE = (
    "SELECT r.id, r.citizen_id, r.department_id, r.item_id, r.document_number, r.document_date, r.conduct_end, "
    "r.quantity, r.lapses_on, r.filed_at, r.told_again_at, c.adult_on, c.told_from "
    "FROM credit_record r JOIN citizen c ON c.id = r.citizen_id WHERE r.state = 'live' AND r.citizen_id {1}"
)
_LIVE_TYPES = (UUID, UUID, str, UUID, str, date, date, int, date, datetime, datetime, date, datetime)


async def record_facts(citizen_ids: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    """The live records of these citizens as facts. Conduct under eighteen gives no points (charter 9)."""
    filed = [FiledFact(*row) for row in await select_among(_LIVE, _LIVE_TYPES, citizen_ids)]
    items = await items_by_id(record.item_id for record in filed)
    names = dict(await Department.all().values_list("code", "name"))
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    for record in filed:
        if record.conduct_end >= record.adult_on:
            item = items[record.item_id]
            facts[record.citizen_id].append(fact_of(record, item, names[record.department_id]))
    return facts


def counts_from(record: CreditRecord, item: Item) -> date | None:
    """The first day on which the record counts; None while a deduction cannot begin, because nobody was told yet.

    A reward counts at once. A deduction counts after ten full working days from the day on which the notice reached
    the citizen: the day of filing or of an amendment for the worse, or her first binding when that came later.
    """
    told_at = record.told_again_at or record.filed_at
    return _begins(item, record.document_date, told_at, record.citizen.told_from)


def _begins(item: Item, document_date: date, told_at: datetime, told_from: datetime | None) -> date | None:
    if not item.negative:
        return document_date
    if told_from is None:
        return None
    told_on = clock.local_date(max(told_at, told_from))
    return workdays_after(told_on, DAYS_TO_OBJECT) + timedelta(days=1)


def fact_of(record: FiledFact, item: Item, department_name: str) -> Fact:
    """The record as a fact of points."""
    rate = item.said.rate
    begins = _begins(item, record.document_date, record.told_again_at or record.filed_at, record.told_from)
    return Fact(
        key=f"record:{record.id}",
        rule=item.rule,
        why=Why(
            item_code=item.said.code,
            item_name=item.said.name,
            catalogue_version=item.version,
            domain=item.said.domain,
            department_code=record.department_id,
            department_name=department_name,
            document_number=record.document_number,
            document_date=record.document_date,
            legal_basis=item.legal_basis,
            happened_on=record.conduct_end,
            counts_from=begins or record.lapses_on,
            lapses_on=record.lapses_on,
            quantity=record.quantity if rate else None,
            unit=rate.unit if rate else None,
        ),
    )
