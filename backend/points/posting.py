"""Pure: from a citizen's facts and what her chain holds of them to the entries that are missing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from backend import clock
from backend.chain import canonical
from backend.points.chain import Link, link_hash
from backend.points.rules import Change, Fact, Folded, Why, fold

MOST_COMING = 50  # of what time alone will change, the soonest; each change folds anew

# What an entry does to the points.
COUNTED, CHANGED, LAPSED, WITHDRAWN = "counted", "changed", "lapsed", "withdrawn"


class Posted(msgspec.Struct):
    """What the chain already holds of one fact."""

    points: int = 0
    times: int = 0
    why: str = ""


def hold(posted: dict[str, Posted], fact: str, points: int, why: str) -> None:
    """Take one more entry of a chain, in its order, into what the chain holds."""
    held = posted.get(fact)
    if held is None:
        posted[fact] = Posted(points, 1, why)
    else:
        held.points, held.times, held.why = held.points + points, held.times + 1, why


class Coming(msgspec.Struct, frozen=True):
    """What time alone will do to the points: on `day`, `fact` changes them, because it begins to count or lapses."""

    day: date
    fact: str
    points: int
    begins: bool
    item_name: str


class Tally(msgspec.Struct):
    """A score while it is brought in line: the columns of its row that move, and whose they are."""

    citizen_id: UUID
    enrolment_id: UUID
    points: int
    entry_count: int
    head: str
    changed_at: datetime
    parts: dict[str, int] = {}
    next_change_on: date | None = None
    coming: list[Coming] = []


class Entry(NamedTuple):
    """A row of the table of entries, without the weight of a model: files bring a hundred thousand of them."""

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


class _Domain(msgspec.Struct):
    domain: str


_domain = msgspec.json.Decoder(_Domain)


def settle(tally: Tally, facts: Sequence[Fact], posted: Mapping[str, Posted], now: datetime) -> list[Entry]:
    """The missing entries of one citizen at `now`, and her tally moved to match them."""
    day = clock.local_date(now)
    folded = fold(facts, day)
    by_key = {fact.key: fact for fact in facts}
    entries = []
    for key in sorted(_moved(by_key, folded, posted), key=lambda each: _order(by_key.get(each), each)):
        fact, held = by_key.get(key), posted.get(key, _NOTHING)
        if fact and held.points and not _in_domain(held.why, fact.why.domain):
            # It was amended to another domain: its points leave the old one before they come to the new one.
            entries.append(_append(tally, key, held.times + 1, CHANGED, 0, held, held.why, now))
            held = Posted(0, held.times + 1, held.why)
        due = folded.counted[key].points if fact else 0
        if due != held.points:
            why = _why(fact, folded) if fact else held.why
            entries.append(_append(tally, key, held.times + 1, _kind(fact, held, day), due, held, why, now))
    tally.parts = _parts(by_key, folded)
    tally.next_change_on = folded.next_change_on
    tally.coming = [_coming(change, by_key[change.key]) for change in folded.coming[:MOST_COMING]]
    if entries:
        tally.changed_at = now
    return entries


def domain_of(why: str) -> str:
    """The domain that an entry's why names."""
    return _domain.decode(why).domain


def _moved(by_key: Mapping[str, Fact], folded: Folded, posted: Mapping[str, Posted]) -> list[str]:
    """The facts whose points are not what the chain holds of them, or hold in another domain: few of many."""
    moved = [key for key, held in posted.items() if held.points and key not in by_key]
    for key, fact in by_key.items():
        held = posted.get(key, _NOTHING)
        if folded.counted[key].points != held.points or (held.points and not _in_domain(held.why, fact.why.domain)):
            moved.append(key)
    return moved


def _in_domain(why: str, domain: str) -> bool:
    """Whether an entry's why names this domain. Looked for as it is written, which spares decoding nearly all."""
    return f'"domain":"{domain}"' in why or domain_of(why) == domain


def _coming(change: Change, fact: Fact) -> Coming:
    return Coming(change.day, change.key, change.points, change.day == fact.why.counts_from, fact.why.item_name)


def _order(fact: Fact | None, key: str) -> tuple[date, str]:
    return (fact.why.happened_on if fact else date.min, key)


def _why(fact: Fact, folded: Folded) -> str:
    why: Why = msgspec.structs.replace(fact.why, cut_by=folded.counted[fact.key].cut_by)
    return canonical(why)


def _kind(fact: Fact | None, held: Posted, day: date) -> str:
    if fact is None:
        return WITHDRAWN
    if day >= fact.why.lapses_on:
        return LAPSED
    return CHANGED if held.times else COUNTED


def _append(tally: Tally, key: str, times: int, kind: str, due: int, held: Posted, why: str, now: datetime) -> Entry:
    link = Link(
        id=uuid7(),
        enrolment_id=tally.enrolment_id,
        sequence=tally.entry_count + 1,
        source=f"{key}:{times}",
        kind=kind,
        points=due - held.points,
        why=why,
        posted_at=now,
    )
    previous, tally.head = tally.head, link_hash(tally.head, link)
    tally.entry_count = link.sequence
    tally.points += link.points
    return Entry(fact=key, previous_hash=previous, hash=tally.head, **msgspec.structs.asdict(link))


def _parts(by_key: dict[str, Fact], folded: Folded) -> dict[str, int]:
    parts: Counter[str] = Counter()
    for key, counted in folded.counted.items():
        parts[by_key[key].rule.domain] += counted.points
    return {domain: points for domain, points in sorted(parts.items()) if points}


_NOTHING = Posted()
