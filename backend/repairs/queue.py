"""What waits for a department's reviewers, the oldest deadline first. A row identifies nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from backend import clock
from backend.repairs.evidence import holder_of
from backend.repairs.models import DECIDED, LONGEST_NUMBER, OPEN, SECOND_REVIEW, Evidence
from backend.repairs.scope import check_may
from backend.staff.people import on_leave
from backend.staff.permissions import PERMISSIONS, Staff
from backend.workdays import workdays_between
from media.models import Picture

MOST_ROWS = 200

_Place = tuple[date, datetime, UUID]
_FIRST = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class QueueRow:
    """One piece of evidence in a list. `quantity` is in tenths of an hour: claimed, or approved once decided.

    `takeable`: she may claim it now. `mine`: she holds the living claim. `claimed_by`, `assigned_to` are names.
    """

    id: UUID
    number: str
    kind: str
    state: str
    submitted_at: datetime | None
    review_by: date | None
    workdays_left: int
    late: bool
    pictures: int
    quantity: int | None
    claimed_by: str | None
    mine: bool
    assigned_to: str | None
    takeable: bool
    decided_at: datetime | None = None


class _Row(NamedTuple):
    """The columns of a row, of the staff users beside it, and nothing of the citizen."""

    id: UUID
    number: str
    kind: str
    state: str
    submitted_at: datetime | None
    review_by: date | None
    quantity: int | None
    approved_quantity: int | None
    decided_at: datetime | None
    claimed_until: datetime | None
    first_reviewer_id: UUID | None
    claimant_id: UUID | None
    claimant__name: str | None
    assignee_id: UUID | None
    assignee__name: str | None
    assignee__active: bool | None
    assignee__away_until: date | None


async def queue(staff: Staff, *, limit: int = MOST_ROWS) -> list[QueueRow]:
    """What waits in her department, never her own case. Raises Forbidden."""
    rows = await _rows(waiting_for(staff).limit(limit))
    return await _shown(staff, rows)


async def waiting_and_late(staff: Staff) -> tuple[int, int]:
    """How many cases the queue has, and how many of them are past their day; MOST_ROWS at most. Raises Forbidden."""
    waiting = waiting_for(staff)
    late = await waiting.filter(review_by__lt=clock.today()).count()
    return min(await waiting.count(), MOST_ROWS), min(late, MOST_ROWS)


async def next_in_queue(staff: Staff, after: UUID | None = None) -> UUID | None:
    """The next case that she may claim, behind `after` in the queue's order, then from its head again. Or None."""
    rows = await queue(staff)
    ids = [row.id for row in rows if row.takeable and row.id != after]
    if after is None or not ids:
        return ids[0] if ids else None
    place = await _place_of(after)
    behind = [
        row.id
        for row in rows
        if row.id in ids and place is not None and _place(row.review_by, row.submitted_at, row.id) > place
    ]
    return (behind or ids)[0]


async def decided(
    staff: Staff, limit: int = MOST_ROWS, number: str | None = None, *, permission: str = "review_evidence"
) -> list[QueueRow]:
    """What was decided, newest first, or the one with this number; never her own case.

    It reaches as far as the permission: a reviewer's over her department, a case officer's (`reverse_evidence`) over
    all. Raises Forbidden.
    """
    check_may(staff, permission)
    found = _not_own(staff, Evidence.filter(state__in=DECIDED))
    if not PERMISSIONS[permission].everywhere:
        found = found.filter(department_id=staff.department_code)
    if number is not None:
        if len(number) > LONGEST_NUMBER:  # nothing is called so, and the column is never asked for it
            return []
        found = found.filter(number=number)
    return await _shown(staff, await _rows(found.order_by("-decided_at", "-id").limit(limit)))


def waiting_for(staff: Staff) -> QuerySet[Evidence]:
    """What waits in her department, in the queue's order, without her own. Raises Forbidden."""
    check_may(staff, "review_evidence")
    waiting = Evidence.filter(department_id=staff.department_code, state__in=OPEN)
    return _not_own(staff, waiting).order_by("review_by", "submitted_at", "id")


def _not_own(staff: Staff, rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
    return rows.filter(~Q(citizen__number_digest=staff.user.own_number_digest))


async def _rows(found: QuerySet[Evidence]) -> list[_Row]:
    return [_Row._make(each) for each in await found.values_list(*_Row._fields)]


async def _shown(staff: Staff, rows: Sequence[_Row]) -> list[QueueRow]:
    counts = await _picture_counts([row.id for row in rows])
    now, today = clock.now(), clock.today()
    return [_row(staff, row, counts.get(row.id, 0), now, today) for row in rows]


def _row(staff: Staff, row: _Row, pictures: int, now: datetime, today: date) -> QueueRow:
    claimed = row.claimed_until is not None and now < row.claimed_until
    mine = claimed and row.claimant_id == staff.id
    return QueueRow(
        id=row.id,
        number=row.number,
        kind=row.kind,
        state=row.state,
        submitted_at=row.submitted_at,
        review_by=row.review_by,
        workdays_left=workdays_between(today, row.review_by + timedelta(days=1)) if row.review_by else 0,
        late=row.review_by is not None and row.review_by < today,
        pictures=pictures,
        quantity=row.quantity if row.state in OPEN else row.approved_quantity,
        claimed_by=row.claimant__name if claimed else None,
        mine=mine,
        assigned_to=row.assignee__name,
        takeable=row.state in OPEN and (mine or not claimed) and _free_for(staff, row, today),
        decided_at=row.decided_at,
    )


def _free_for(staff: Staff, row: _Row, today: date) -> bool:
    if row.state == SECOND_REVIEW and row.first_reviewer_id == staff.id:
        return False
    if row.assignee_id in (None, staff.id) or not row.assignee__active:
        return True
    return on_leave(row.assignee__away_until, today)


async def _picture_counts(ids: Sequence[UUID]) -> dict[UUID, int]:
    holders = {holder_of(each): each for each in ids}
    counted = Picture.filter(held_by__in=list(holders)).annotate(count=Count("id")).group_by("held_by")
    return {holders[holder]: count for holder, count in await counted.values_list("held_by", "count") if holder}


async def _place_of(evidence_id: UUID) -> _Place | None:
    """Where a case stands, or stood, in the queue's order."""
    found = await Evidence.filter(id=evidence_id).values_list("review_by", "submitted_at", "id")
    return _place(*found[0]) if found else None


def _place(review_by: date | None, submitted_at: datetime | None, evidence_id: UUID) -> _Place:
    return review_by or _FIRST.date(), submitted_at or _FIRST, evidence_id
