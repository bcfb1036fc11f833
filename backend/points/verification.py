"""Proof: recomputes every chain and names the first entry that does not fit."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from backend.points.chain import Link, first_hash, link_hash
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


async def verify_ledger() -> Verified:
    """Recompute hash, order, count, head and sum of every enrolment; one misfit an enrolment at most."""
    verified = Verified(0, 0, [])
    async for enrolments in _pages():
        ids = [enrolment.id for enrolment in enrolments]
        scores = {score.enrolment_id: score for score in await Score.filter(enrolment_id__in=ids)}
        entries: dict[UUID, list[PointEntry]] = {each: [] for each in ids}
        for entry in await PointEntry.filter(enrolment_id__in=ids).order_by("sequence"):
            entries[entry.enrolment_id].append(entry)
        for enrolment in enrolments:
            verified.enrolments += 1
            verified.entries += len(entries[enrolment.id])
            misfit = _check(enrolment, scores.get(enrolment.id), entries[enrolment.id])
            if misfit is not None:
                verified.misfits.append(misfit)
    return verified


async def _pages() -> AsyncIterator[list[Enrolment]]:
    rows = Enrolment.all().order_by("id").limit(_PAGE)
    page = await rows
    while page:
        yield page
        page = await rows.filter(id__gt=page[-1].id)


def _check(enrolment: Enrolment, score: Score | None, entries: list[PointEntry]) -> Misfit | None:
    if enrolment.left_at is not None:
        return _check_left(enrolment, score, entries)
    if score is None:
        return Misfit(enrolment.id, None, "the score row is missing")
    head = first_hash(enrolment.id)
    for expected, entry in enumerate(entries, start=1):
        fault = _fault(entry, expected, head)
        if fault:
            return Misfit(enrolment.id, entry.sequence, fault)
        head = entry.hash
    if (score.entry_count, score.head) != (len(entries), head):
        return Misfit(enrolment.id, len(entries) + 1, "entries are missing at the end")
    if score.points != score.base + sum(entry.points for entry in entries):
        return Misfit(enrolment.id, None, "the score is not the sum of its entries")
    if score.points != score.base + sum(score.parts.values()):
        return Misfit(enrolment.id, None, "the parts do not add up to the score")
    return None


def _check_left(enrolment: Enrolment, score: Score | None, entries: list[PointEntry]) -> Misfit | None:
    if score is not None or entries:
        return Misfit(enrolment.id, None, "points stand where the citizen has left")
    return None


def _fault(entry: PointEntry, expected: int, head: str) -> str | None:
    if entry.sequence != expected:
        return "an entry before this one is missing"
    if entry.previous_hash != head:
        return "it does not follow the entry before it"
    link = Link(
        enrolment_id=entry.enrolment_id,
        sequence=entry.sequence,
        source=entry.source,
        kind=entry.kind,
        points=entry.points,
        why=entry.why,
        posted_at=entry.posted_at,
    )
    return None if link_hash(head, link) == entry.hash else "its content was changed"
