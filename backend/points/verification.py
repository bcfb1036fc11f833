"""Proof: recomputes every chain and names the first entry that does not fit."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from backend.database import transaction
from backend.points.chain import Link, first_hash, link_hash
from backend.points.ledger import domain_of, lock_citizens
from backend.points.models import Enrolment, PointEntry, Score

_PAGE = 500


@dataclass(frozen=True)
class Misfit:
    """The first thing that does not fit in one enrolment; `sequence` None means the score row itself."""

    enrolment_id: UUID
    sequence: int | None
    fault: str


@dataclass
class Verified:
    """What was walked, and every enrolment that does not fit."""

    enrolments: int
    entries: int
    misfits: list[Misfit]


class _Entry(NamedTuple):
    """A row of the table without the weight of a model: there are ten million of them."""

    id: UUID
    enrolment_id: UUID
    sequence: int
    fact: str
    source: str
    kind: str
    points: int
    why: str
    posted_at: datetime
    previous_hash: str
    hash: str


async def verify_ledger() -> Verified:
    """Recompute hash, order, count, head, parts and sum of every enrolment; one misfit an enrolment at most.

    It may run beside a living server: what does not fit at first sight is looked at again while it cannot move.
    """
    verified = Verified(0, 0, [])
    async for enrolments in _pages():
        count, doubtful = await _check_all(enrolments)
        verified.enrolments += len(enrolments)
        verified.entries += count
        for misfit in doubtful:
            verified.misfits += await _look_again(misfit.enrolment_id)
    return verified


async def _check_all(enrolments: Sequence[Enrolment]) -> tuple[int, list[Misfit]]:
    """How many entries these enrolments have, and what does not fit."""
    ids = [enrolment.id for enrolment in enrolments]
    scores = {score.enrolment_id: score for score in await Score.filter(enrolment_id__in=ids)}
    entries: dict[UUID, list[_Entry]] = {each: [] for each in ids}
    rows = PointEntry.filter(enrolment_id__in=ids).order_by("sequence")
    for row in await rows.values_list(*_Entry._fields):
        entry = _Entry._make(row)
        entries[entry.enrolment_id].append(entry)
    checked = [_check(each, scores.get(each.id), entries[each.id]) for each in enrolments]
    return sum(map(len, entries.values())), [misfit for misfit in checked if misfit is not None]


async def _look_again(enrolment_id: UUID) -> list[Misfit]:
    async with transaction():
        enrolment = await Enrolment.get(id=enrolment_id)
        await lock_citizens([enrolment.citizen_id])
        _, misfits = await _check_all([await Enrolment.get(id=enrolment_id)])
    return misfits


async def _pages() -> AsyncIterator[list[Enrolment]]:
    rows = Enrolment.all().order_by("id").limit(_PAGE)
    page = await rows
    while page:
        yield page
        page = await rows.filter(id__gt=page[-1].id)


def _check(enrolment: Enrolment, score: Score | None, entries: list[_Entry]) -> Misfit | None:
    if enrolment.left_at is not None:
        return _check_left(enrolment, score, entries)
    if score is None:
        return Misfit(enrolment.id, None, "the score row is missing")
    if score.citizen_id != enrolment.citizen_id:
        return Misfit(enrolment.id, None, "the score is another citizen's")
    return _check_chain(enrolment, entries) or _check_score(score, entries)


def _check_chain(enrolment: Enrolment, entries: list[_Entry]) -> Misfit | None:
    head = entries[0].previous_hash if entries else ""
    for expected, entry in enumerate(entries, start=1):
        fault = _fault(entry, expected, head)
        if fault:
            return Misfit(enrolment.id, entry.sequence, fault)
        head = entry.hash
    return None


def _check_score(score: Score, entries: list[_Entry]) -> Misfit | None:
    first = first_hash(score.enrolment_id, score.base)
    if score.entry_count != len(entries):
        return Misfit(score.enrolment_id, len(entries) + 1, "entries are missing at the end")
    if (entries[0].previous_hash if entries else score.head) != first:
        return Misfit(score.enrolment_id, None, "the score's base was changed")
    if score.head != (entries[-1].hash if entries else first):
        return Misfit(score.enrolment_id, None, "the score does not end where its entries do")
    if score.points != score.base + sum(entry.points for entry in entries):
        return Misfit(score.enrolment_id, None, "the score is not the sum of its entries")
    parts: Counter[str] = Counter()
    for entry in entries:
        parts[domain_of(entry.why)] += entry.points
    if score.parts != {domain: points for domain, points in parts.items() if points}:
        return Misfit(score.enrolment_id, None, "the parts are not those of its entries")
    return None


def _check_left(enrolment: Enrolment, score: Score | None, entries: list[_Entry]) -> Misfit | None:
    if score is not None or entries:
        return Misfit(enrolment.id, None, "points stand where the citizen has left")
    return None


def _fault(entry: _Entry, expected: int, head: str) -> str | None:
    if entry.sequence != expected:
        return "an entry before this one is missing"
    if entry.previous_hash != head:
        return "it does not follow the entry before it"
    link = Link(
        id=entry.id,
        enrolment_id=entry.enrolment_id,
        sequence=entry.sequence,
        source=entry.source,
        kind=entry.kind,
        points=entry.points,
        why=entry.why,
        posted_at=entry.posted_at,
    )
    named = entry.source.rpartition(":")[0] == entry.fact  # the one column that is not hashed itself
    return None if named and link_hash(head, link) == entry.hash else "its content was changed"
