"""Approved evidence as facts of points, and what a piece of evidence was spent on."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from backend.points.rules import Fact, Why
from backend.records.items import Item, items_by_id
from backend.repairs.evidence import holder_of
from backend.repairs.models import APPROVED, Evidence
from backend.staff.models import Department
from backend.workdays import months_after

Spent = Literal["points", "unspent"]


class _Approved(NamedTuple):
    """The columns of a row that matter here: what she wrote stays closed."""

    id: UUID
    citizen_id: UUID
    number: str
    happened_on: date
    approved_quantity: int | None
    item_id: UUID
    department_id: str
    citizen__adult_on: date


async def evidence_facts(citizen_ids: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    """The approved evidence of these citizens as facts. Conduct under eighteen gives no points (charter 9)."""
    approved = Evidence.filter(citizen_id__in=list(citizen_ids), state=APPROVED, item_id__isnull=False)
    rows = [_Approved._make(row) for row in await approved.values_list(*_Approved._fields)]
    if not rows:
        return {}
    items = await items_by_id(row.item_id for row in rows)
    names = dict(await Department.all().values_list("code", "name"))
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    for row in rows:
        if row.happened_on >= row.citizen__adult_on:
            facts[row.citizen_id].append(_fact(row, items[row.item_id], names[row.department_id]))
    return facts


def spent_as(evidence: Evidence, enrolled: bool, adult_on: date | None = None) -> Spent | None:
    """What an approved quantity was used for; None while nothing is approved.

    Without an item, for who is not enrolled, and for what was done before `adult_on` it stays unspent.
    """
    if evidence.state != APPROVED:
        return None
    grown = adult_on is None or evidence.happened_on is None or evidence.happened_on >= adult_on
    return "points" if enrolled and grown and evidence.item_id is not None else "unspent"


def spent_sentence(evidence: Evidence, spent: Spent, adult_on: date) -> str:
    """Why an approved quantity became points, or did not, as the citizen reads it."""
    if spent == "points":
        return "积分已按目录计入。每年有上限，达到上限的部分不再加分；每一笔的来由都写在积分明细里。"
    if evidence.item_id is None:
        return "这类材料本身不计积分，已经为您保存。"
    if evidence.happened_on is not None and evidence.happened_on < adult_on:
        return "这件事发生在您十八周岁以前，不计积分，材料会为您保存。"
    return "您现在没有参加积分，这份材料先为您保存；以后参加或续期，没有过期的会计入。"


def _fact(row: _Approved, item: Item, department_name: str) -> Fact:
    said = item.said
    return Fact(
        key=holder_of(row.id),
        rule=item.rule,
        why=Why(
            item_code=said.code,
            item_name=said.name,
            catalogue_version=item.version,
            domain=said.domain,
            department_code=row.department_id,
            department_name=department_name,
            document_number=row.number,
            document_date=row.happened_on,
            legal_basis=item.legal_basis,
            happened_on=row.happened_on,
            counts_from=row.happened_on,
            lapses_on=months_after(row.happened_on, said.term_months),
            quantity=row.approved_quantity if said.rate else None,
            unit=said.rate.unit if said.rate else None,
        ),
    )
