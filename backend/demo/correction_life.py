"""Acting out corrections: found, opened, asked for and decided by two officers, through the use cases of their desk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

import msgspec

from backend import clock
from backend.demo.corrected import Correction
from backend.demo.joining import Entrance
from backend.demo.life import Event
from backend.demo.staff import at_work, usernames
from backend.records import correction_finding, correction_views, corrections

_READING = timedelta(minutes=6)  # from the look to the deed


@dataclass
class CorrectionLife:
    """The first officer of a department asks, the second decides."""

    entrance: Entrance
    _waiting: dict[str, UUID] = field(default_factory=dict)

    def events(self, plan: Iterable[Correction]) -> Iterator[Event]:
        """Each asking, and the decision after it."""
        for each in plan:
            yield Event(each.asked_at, partial(self._ask, each))
            if each.approved_at:
                yield Event(each.approved_at, partial(self._approve, each))

    async def _ask(self, each: Correction) -> None:
        vault, ledger = self.entrance.vault, self.entrance.ledger
        staff = await at_work(usernames(each.department)[0])
        (found,) = await correction_finding.find(staff, each.document_number, None, vault)
        opened = await correction_views.open_record(vault, staff, found.record_id)
        with clock.pinned(clock.now() + _READING):
            if not each.changes:
                why = (found.record_id, each.reason, each.words)
                await corrections.withdraw(ledger, vault, staff.user, *why, from_version=found.version)
                return
            content = msgspec.structs.replace(opened.content, **each.changes)
            asked = (found.record_id, content, each.reason, each.words)
            change = await corrections.amend(ledger, vault, staff.user, *asked, from_version=found.version)
        self._waiting[each.document_number] = change.id

    async def _approve(self, each: Correction) -> None:
        vault, ledger = self.entrance.vault, self.entrance.ledger
        staff = await at_work(usernames(each.department)[1])
        change = self._waiting[each.document_number]
        await correction_views.look_at_change(vault, staff, change)
        with clock.pinned(clock.now() + _READING):
            await corrections.approve_change(ledger, vault, staff.user, change)
