"""What waits at the corrections desk, and until when: for the second officer, and for who asked for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend import clock
from backend.records.correction_scope import departments_answered_for
from backend.records.importing import DAYS_TO_CHECK
from backend.records.items import items_by_id
from backend.records.models import RecordChange
from backend.records.record_versions import REFUSED, WAITING
from backend.staff.permissions import Staff, require
from backend.workdays import workdays_after, workdays_left

TOLD_FOR = timedelta(days=30)  # so long who asked is told of a refusal


class Deadline(NamedTuple):
    """The last day for deciding, and the working days until then: 0 today, below 0 late."""

    day: date
    workdays_left: int

    @property
    def late(self) -> bool:
        return self.workdays_left < 0


@dataclass(frozen=True)
class Asked:
    """A change that was asked for; it identifies nobody."""

    change_id: UUID
    kind: str
    state: str
    record_id: UUID
    item_name: str
    officer_name: str
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    deadline: Deadline


def deadline_of(change: RecordChange) -> Deadline:
    """A correction is checked as what is filed is: within five working days (河南省社会信用条例 art. 17)."""
    day = workdays_after(clock.local_date(change.asked_at), DAYS_TO_CHECK)
    return Deadline(day, workdays_left(clock.today(), day))


async def changes_to_decide(staff: Staff, limit: int) -> list[Asked]:
    """The changes that this officer may decide, the oldest first, so that what is late comes before the rest.

    None without her own number. Raises Forbidden.
    """
    require(staff, "approve_records")
    own = staff.user.own_number_digest
    if own is None:
        return []
    departments = await departments_answered_for(staff.department_code)
    changes = RecordChange.filter(department_id__in=departments, state=WAITING).exclude(officer_id=staff.id)
    changes = changes.exclude(record__citizen__number_digest=own)
    changes = changes.filter(Q(officer__own_number_digest=None) | ~Q(officer__own_number_digest=own))
    return await _asked(changes.order_by("id").limit(limit))


async def changes_of_her_own(staff: Staff, limit: int) -> list[Asked]:
    """What she asked for herself and still waits, or was lately refused; the newest first. Raises Forbidden."""
    require(staff, "correct_records")
    lately = Q(state=REFUSED, decided_at__gte=clock.now() - TOLD_FOR)
    hers = RecordChange.filter(Q(state=WAITING) | lately, officer_id=staff.id)
    return await _asked(hers.order_by("-id").limit(limit))


async def _asked(changes: QuerySet[RecordChange]) -> list[Asked]:
    rows = await changes.select_related("record", "officer")
    items = await items_by_id(each.record.item_id for each in rows)
    return [
        Asked(
            change_id=each.id,
            kind=each.kind,
            state=each.state,
            record_id=each.record_id,
            item_name=items[each.record.item_id].said.name,
            officer_name=each.officer.name,
            reason=each.reason,
            asked_at=each.asked_at,
            decided_at=each.decided_at,
            deadline=deadline_of(each),
        )
        for each in rows
    ]
