"""What a change of one record does to the others' deductions: the caps of a year are shared (charter 3)."""

from collections.abc import Mapping
from uuid import UUID

from backend import clock
from backend.notifications import inbox
from backend.points.ledger import Ledger
from backend.points.rules import worth
from backend.records.facts import DAYS_TO_OBJECT
from backend.records.items import items_by_id
from backend.records.models import CreditRecord
from backend.records.record_versions import LIVE

Costs = dict[UUID, int]

_RECORD = "record:"


async def costs_of(ledger: Ledger, citizen_id: UUID) -> Costs:
    """The points that each negative record of a citizen takes while it counts, after every cap; none that lapsed.

    Whether she takes part or not: who enrols later was told in time as well.
    """
    today, facts = clock.today(), (await ledger.facts([citizen_id])).get(citizen_id, [])
    return {
        UUID(fact.key.removeprefix(_RECORD)): -counted.points
        for fact, counted in worth(facts)
        if fact.key.startswith(_RECORD) and counted.points < 0 and fact.why.lapses_on > today
    }


async def begin_days_anew(ledger: Ledger, citizen_id: UUID, before: Costs) -> Costs:
    """Begin the days to object anew for each record that costs more than `before`; what each of them will cost.

    A record that can no longer begin in its term leaves its share of a cap to others: so it is asked until none grew.
    """
    now, told = clock.now(), set[UUID]()
    while True:
        costs = await costs_of(ledger, citizen_id)
        dearer = {record_id for record_id, points in costs.items() if points > before.get(record_id, 0)} - told
        if not dearer:
            return {record_id: costs.get(record_id, 0) for record_id in told}
        await CreditRecord.filter(id__in=dearer, state=LIVE).update(told_again_at=now)
        told |= dearer


async def tell_of_others(changed: UUID, before: Costs, dearer: Mapping[UUID, int]) -> None:
    """A notice of its own for each record that costs more, but for the one that was `changed`: it has its own."""
    records = await CreditRecord.filter(id__in=[each for each in dearer if each != changed]).order_by("id")
    items = await items_by_id(record.item_id for record in records)
    # One that can no longer begin to cost anything is nothing to worry her with.
    await inbox.tell(
        _notice(record, items[record.item_id].said.name, before.get(record.id, 0), dearer[record.id])
        for record in records
        if dearer[record.id]
    )


def _notice(record: CreditRecord, item_name: str, points_before: int, points: int) -> inbox.NewNotice:
    body = (
        f"部门更正、撤回或恢复了您的另一条记录，同类记录一年的扣分上限要重新分配，所以这条记录的扣分会变多：{item_name}，"
        f"原来扣 {points_before} 分，以后扣 {points} 分。如果您参加了积分，它要等您收到本通知满 {DAYS_TO_OBJECT} "
        "个工作日之后才会计分，在这之前一分不扣。请打开记录核对；有不同意见的，页面上写明了办理的部门、地点和电话。"
    )
    title = "您的一条记录扣分会变多，请核对"
    return inbox.compose(record.citizen_id, "record_told_again", title, body, f"{_RECORD}{record.id}")
