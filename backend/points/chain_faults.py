"""What does not fit in the chain of one enrolment, its score, and what the checkpoint kept of it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from backend.citizens.beside import moment_of
from backend.points.chain import Link, first_hash, link_hash
from backend.points.posting import domain_of

# What reading a row raises that somebody wrote by hand.
UNREADABLE = (msgspec.MsgspecError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)


# Rows as the database gives them, without models: there are ten million. Ids are UUIDs or texts, as each database
# has them, and are hashed alike.
class Held(NamedTuple):
    """An enrolment, and its score where there is one, in the order of `verification._HELD`."""

    id: Any
    citizen_id: Any
    left_at: Any
    left_count: int | None
    left_head: str | None
    checked_count: int | None
    checked_head: str | None
    score_of: Any  # the score's citizen
    base: int
    points: int
    parts: str
    entry_count: int
    head: str
    expires_on: Any
    next_change_on: Any
    coming: str | None


class Entry(NamedTuple):
    """An entry, in its own order."""

    id: Any
    enrolment_id: Any
    sequence: int
    fact: str
    source: str
    kind: str
    points: int
    why: str
    posted_at: Any
    previous_hash: str
    hash: str


def first_fault(held: Held, entries: Sequence[Entry]) -> tuple[int | None, str]:
    """The entry, or None for the score row, and what does not fit; no words when all fits."""
    try:
        return _first_fault(held, entries)
    except UNREADABLE:
        return _first_unreadable(entries), "it cannot be read"


def _first_unreadable(entries: Sequence[Entry]) -> int | None:
    for entry in entries:
        try:
            _hash(entry)
            domain_of(entry.why)
        except UNREADABLE:
            return entry.sequence
    return None


def _first_fault(held: Held, entries: Sequence[Entry]) -> tuple[int | None, str]:
    if held.left_at is not None:
        return None, _left_fault(held, entries)
    if held.score_of is None:
        return None, "the score row is missing"
    if held.score_of != held.citizen_id:
        return None, "the score is another citizen's"
    return _chain_fault(entries) or _end_fault(held, entries) or _checked_fault(held, entries) or (None, "")


def _left_fault(held: Held, entries: Sequence[Entry]) -> str:
    if held.score_of is not None or entries:
        return "points stand where the citizen has left"
    left, checked = held.left_count or 0, held.checked_count or 0
    if left < checked or (left == checked and held.checked_head not in (None, held.left_head)):
        return "it did not end where the checkpoint saw it"
    return ""


def _chain_fault(entries: Sequence[Entry]) -> tuple[int, str] | None:
    head = entries[0].previous_hash if entries else ""
    for expected, entry in enumerate(entries, start=1):
        fault = _entry_fault(entry, expected, head)
        if fault:
            return entry.sequence, fault
        head = entry.hash
    return None


def _entry_fault(entry: Entry, expected: int, head: str) -> str | None:
    if entry.sequence != expected:
        return "an entry before this one is missing"
    if entry.previous_hash != head:
        return "it does not follow the entry before it"
    named = entry.source.rpartition(":")[0] == entry.fact  # the one column that is not hashed itself
    return None if named and _hash(entry) == entry.hash else "its content was changed"


def _hash(entry: Entry) -> str:
    link = Link(
        id=entry.id,
        enrolment_id=entry.enrolment_id,
        sequence=entry.sequence,
        source=entry.source,
        kind=entry.kind,
        points=entry.points,
        why=entry.why,
        posted_at=moment_of(entry.posted_at),
    )
    return link_hash(entry.previous_hash, link)


def _end_fault(held: Held, entries: Sequence[Entry]) -> tuple[int | None, str] | None:
    first = first_hash(held.id, held.base)
    if held.entry_count != len(entries):
        return len(entries) + 1, "entries are missing at the end"
    if (entries[0].previous_hash if entries else held.head) != first:
        return None, "the score's base was changed"
    if held.head != (entries[-1].hash if entries else first):
        return None, "the score does not end where its entries do"
    if held.points != held.base + sum(entry.points for entry in entries):
        return None, "the score is not the sum of its entries"
    parts: Counter[str] = Counter()
    for entry in entries:
        parts[domain_of(entry.why)] += entry.points
    if msgspec.json.decode(held.parts) != {domain: points for domain, points in parts.items() if points}:
        return None, "the parts are not those of its entries"
    return None


def _checked_fault(held: Held, entries: Sequence[Entry]) -> tuple[int | None, str] | None:
    """Against what the last checkpoint kept: a chain rewritten with its score fits itself, and not this."""
    if held.checked_count is None:
        return None
    if held.checked_count > len(entries):
        return len(entries) + 1, "entries are missing that the checkpoint counted"
    at = entries[held.checked_count - 1].hash if held.checked_count else first_hash(held.id, held.base)
    if at != held.checked_head:
        return held.checked_count or None, "the chain was rewritten since the checkpoint, here or before"
    return None
