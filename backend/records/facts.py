"""Records as facts of points: which count, from when and until when."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from backend import clock
from backend.points.rules import Fact, Why
from backend.records.items import Item, items_by_id
from backend.records.models import CreditRecord
from backend.staff.models import Department
from backend.workdays import workdays_after

DAYS_TO_OBJECT = 10  # working days between being told and a deduction (charter 3)


async def record_facts(citizen_ids: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    """The live records of these citizens as facts. Conduct under eighteen gives no points (charter 9)."""
    records = await CreditRecord.filter(citizen_id__in=list(citizen_ids), state="live").select_related("citizen")
    items = await items_by_id(record.item_id for record in records)
    names = dict(await Department.all().values_list("code", "name"))
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    for record in records:
        if record.conduct_end >= record.citizen.adult_on:
            item = items[record.item_id]
            facts[record.citizen_id].append(_fact(record, item, names[record.department_id]))
    return facts


def counts_from(record: CreditRecord, item: Item) -> date | None:
    """The first day on which the record counts; None while a deduction cannot begin, because nobody was told yet.

    A reward counts at once. A deduction counts after ten full working days from the day on which the notice reached
    the citizen: the day of filing, or her first binding when that came later.
    """
    if not item.negative:
        return record.document_date
    told_from: datetime | None = record.citizen.told_from
    if told_from is None:
        return None
    told_on = clock.local_date(max(record.filed_at, told_from))
    return workdays_after(told_on, DAYS_TO_OBJECT) + timedelta(days=1)


def _fact(record: CreditRecord, item: Item, department_name: str) -> Fact:
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
            counts_from=counts_from(record, item) or record.lapses_on,
            lapses_on=record.lapses_on,
            quantity=record.quantity if item.said.rate else None,
            unit=item.said.rate.unit if item.said.rate else None,
        ),
    )
