"""What stands today behind an entry of points: an amendment that leaves the points alone posts no entry of its own."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from backend.database.bulk import select_among
from backend.points.rules import Why

_LIVE = (
    "SELECT id, item_code, document_number, document_date, conduct_end, quantity, lapses_on FROM credit_record "
    "WHERE state = 'live' AND id {1}"
)
_LIVE_TYPES = (UUID, str, str, date, date, int, date)


class EntryFact(NamedTuple):
    """What of a live record is copied into the entries that it makes."""

    id: UUID
    item_code: str
    document_number: str
    document_date: date
    conduct_end: date
    quantity: int | None
    lapses_on: date

    def amended_since(self, why: Why) -> bool:
        """Whether the record says something else by now than when it was copied."""
        copied = (why.item_code, why.document_number, why.document_date, why.happened_on, why.lapses_on)
        # Of an item that is not counted by quantity none was copied.
        quantity = self.quantity if why.quantity is not None else None
        return (*copied, why.quantity) != (*self[1:5], self.lapses_on, quantity)


async def entry_facts(record_ids: Collection[UUID]) -> dict[UUID, EntryFact]:
    """The live ones of these records, in one query: of a page of entries, or of one."""
    facts = [EntryFact(*row) for row in await select_among(_LIVE, _LIVE_TYPES, set(record_ids))]
    return {fact.id: fact for fact in facts}
