"""Proof: recomputes every chain and names the first entry that does not fit; and whether the checkpoints agree."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise.connection import get_connection

from backend.database import transaction
from backend.points import checkpoints
from backend.points.chain_faults import Entry, Held, first_fault
from backend.points.fact_faults import fact_faults
from backend.points.ledger import Ledger, lock_citizens
from backend.points.models import Checkpoint

_PAGE = 1000  # enrolments, with all their entries
_BEFORE_ALL = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Misfit:
    """The first thing that does not fit in one enrolment; `sequence` None means the score row itself.

    Without an enrolment it is the checkpoint of this number.
    """

    enrolment_id: UUID | None
    sequence: int | None
    fault: str
    checkpoint: int | None = None


@dataclass
class Verified:
    """What was walked, everything that does not fit, and the newest checkpoint, to be compared with the published."""

    enrolments: int
    entries: int
    misfits: list[Misfit]
    checkpoint: Checkpoint | None = None


_HELD = (
    "SELECT e.id, e.citizen_id, e.left_at, e.left_count, e.left_head, e.checked_count, e.checked_head,"
    " s.citizen_id, s.base, s.points, s.parts, s.entry_count, s.head, e.expires_on, s.next_change_on, s.coming"
    " FROM enrolment e LEFT JOIN score s ON s.enrolment_id = e.id"
)
_PAGE_OF_HELD = f"{_HELD} WHERE e.id > $1 ORDER BY e.id LIMIT $2"
_ONE_HELD = f"{_HELD} WHERE e.id = $1"
_ENTRIES = (
    f"SELECT {', '.join(Entry._fields)} FROM point_entry"  # noqa: S608 (our own column names)
    " WHERE enrolment_id >= $1 AND enrolment_id <= $2 ORDER BY enrolment_id, sequence"
)


async def verify_ledger(ledger: Ledger | None = None) -> Verified:
    """Recompute hash, order, count, head, parts and sum of every enrolment; one misfit an enrolment at most.

    Each chain must also hold the entry that its checkpoint kept. With a `ledger` the live facts are folded too, and
    named is who has other points than they give, other coming changes, or a joining or leaving that she did not say:
    so is a forged entry after the last checkpoint, a chain given to another citizen, a leaving that was made up.

    It may run beside a living server: what does not fit at first sight is looked at again while it cannot move.

    What it does not prove, even with the facts: the facts themselves (records and evidence have their own audit log),
    consents, levels and catalogue, when a score changed and when reminders were sent, what a paused enrolment rests
    with since the last checkpoint, how many entries one had that was left since, and the published checkpoints, which
    somebody outside has to compare. Without the facts also `next_change_on` and `coming`, whose a chain is, when it
    ends, and whatever was written after the last checkpoint with hashes that fit.
    """
    verified = Verified(0, 0, [])
    async for page in _pages():
        count, doubtful = await _check_all(page, ledger)
        verified.enrolments += len(page)
        verified.entries += count
        for held in doubtful:
            verified.misfits += await _look_again(held, ledger)
    verified.checkpoint, faults = await checkpoints.verify_checkpoints()
    verified.misfits += [Misfit(None, None, each.fault, each.number) for each in faults]
    return verified


async def _pages() -> AsyncIterator[list[Held]]:
    after: Any = _BEFORE_ALL
    while page := [Held._make(row) for row in await _rows(_PAGE_OF_HELD, after, _PAGE)]:
        yield page
        after = page[-1].id


async def _check_all(page: Sequence[Held], ledger: Ledger | None) -> tuple[int, list[Held]]:
    """How many entries these enrolments have, in the order of their ids, and those that do not fit."""
    entries: dict[Any, list[Entry]] = {each.id: [] for each in page}
    count = 0
    for row in await _rows(_ENTRIES, page[0].id, page[-1].id):
        entry = Entry._make(row)
        if entry.enrolment_id in entries:  # else it was enrolled while this page was read
            entries[entry.enrolment_id].append(entry)
            count += 1
    misfitting = {misfit.enrolment_id for misfit in await _check([(each, entries[each.id]) for each in page], ledger)}
    return count, [each for each in page if UUID(str(each.id)) in misfitting]


async def _look_again(doubtful: Held, ledger: Ledger | None) -> list[Misfit]:
    async with transaction():
        await lock_citizens([UUID(str(doubtful.citizen_id))])
        (held,) = [Held._make(row) for row in await _rows(_ONE_HELD, doubtful.id)]
        entries = [Entry._make(row) for row in await _rows(_ENTRIES, held.id, held.id)]
        return await _check([(held, entries)], ledger)


async def _check(chains: Sequence[tuple[Held, Sequence[Entry]]], ledger: Ledger | None) -> list[Misfit]:
    """What does not fit in itself, and of the others what does not fit the facts."""
    misfits, fitting = [], []
    for held, entries in chains:
        sequence, fault = first_fault(held, entries)
        if fault:
            misfits.append(Misfit(UUID(str(held.id)), sequence, fault))
        else:
            fitting.append((held, entries))
    if ledger is not None:
        misfits += [Misfit(UUID(str(each.id)), None, fault) for each, fault in await fact_faults(ledger, fitting)]
    return misfits


async def _rows(query: str, *values: Any) -> Sequence[Any]:
    _, rows = await get_connection("default").execute_query(query, list(values))
    return rows
