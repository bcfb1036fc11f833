"""Proof: recomputes every citizen's access log and names the first row of each that does not fit (charter 8)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.citizens.access_log import look_hash
from backend.citizens.models import AccessLog, Citizen
from backend.database import transaction

_PAGE = 500


@dataclass(frozen=True)
class Misfit:
    """The first thing that does not fit in one citizen's log; `sequence` None means her own row, where it ends."""

    citizen_id: UUID
    sequence: int | None
    fault: str


@dataclass
class Verified:
    """What was walked, and every log that does not fit."""

    citizens: int
    looks: int
    misfits: list[Misfit]


async def verify_access_log() -> Verified:
    """Recompute hash, order, count and head of every log; one misfit a citizen at most.

    It may run beside a living server: what does not fit at first sight is looked at again while it cannot move.
    """
    verified = Verified(0, 0, [])
    async for citizens in _pages():
        count, doubtful = await _check_all(citizens)
        verified.citizens += len(citizens)
        verified.looks += count
        for misfit in doubtful:
            verified.misfits += await _look_again(misfit.citizen_id)
    return verified


async def _pages() -> AsyncIterator[list[Citizen]]:
    """Everybody whose row says that somebody looked; then those who have rows though theirs says that nobody did."""
    looked_at = Citizen.filter(access_count__gt=0).order_by("id").limit(_PAGE)
    page = await looked_at
    while page:
        yield page
        page = await looked_at.filter(id__gt=page[-1].id)
    denied = AccessLog.filter(citizen__access_count=0).order_by("citizen_id").limit(_PAGE)
    ids = await denied.values_list("citizen_id", flat=True)
    while ids:
        yield await Citizen.filter(id__in=list(set(ids)), access_count=0).order_by("id")
        ids = await denied.filter(citizen_id__gt=ids[-1]).values_list("citizen_id", flat=True)


async def _check_all(citizens: Sequence[Citizen]) -> tuple[int, list[Misfit]]:
    """How many looks at these citizens there are, and what does not fit."""
    rows: dict[UUID, list[AccessLog]] = {each.id: [] for each in citizens}
    for row in await AccessLog.filter(citizen_id__in=list(rows)).order_by("sequence"):
        rows[row.citizen_id].append(row)
    checked = [_check(citizen, rows[citizen.id]) for citizen in citizens]
    return sum(map(len, rows.values())), [misfit for misfit in checked if misfit is not None]


async def _look_again(citizen_id: UUID) -> list[Misfit]:
    async with transaction():
        held = await Citizen.filter(id=citizen_id).select_for_update()  # a look takes this row first
        _, misfits = await _check_all(held)
    return misfits


def _check(citizen: Citizen, rows: Sequence[AccessLog]) -> Misfit | None:
    head = ""
    for expected, row in enumerate(rows, start=1):
        fault = _fault(citizen, row, expected, head)
        if fault:
            return Misfit(citizen.id, row.sequence, fault)
        head = row.hash
    if len(rows) < citizen.access_count:
        return Misfit(citizen.id, len(rows) + 1, "rows are missing at the end")
    if (citizen.access_head or "") != head:
        return Misfit(citizen.id, None, "the log does not end where the citizen's row says")
    return None


def _fault(citizen: Citizen, row: AccessLog, expected: int, head: str) -> str | None:
    if row.sequence > expected:
        return "a row before this one is missing"
    if row.sequence < expected or expected > citizen.access_count:
        return "it was put in"
    if row.previous_hash != head:
        return "it does not follow the row before it"
    return None if look_hash(head, row) == row.hash else "its content was changed"
