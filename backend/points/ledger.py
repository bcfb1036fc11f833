"""Posting: brings citizens' entries and scores in line with their facts, in the caller's transaction."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from backend import clock
from backend.chain import canonical
from backend.citizens.models import Citizen
from backend.points.chain import Link, link_hash
from backend.points.models import PointEntry, Score
from backend.points.rules import Fact, Folded, Why, fold

FactSource = Callable[[Sequence[UUID]], Awaitable[dict[UUID, list[Fact]]]]

# What an entry does to the points.
COUNTED, CHANGED, LAPSED, WITHDRAWN = "counted", "changed", "lapsed", "withdrawn"


class Posted(msgspec.Struct):
    """What the chain already holds of one fact."""

    points: int = 0
    times: int = 0
    why: str = ""


class _Domain(msgspec.Struct):
    domain: str


_domain = msgspec.json.Decoder(_Domain)


class Ledger:
    """The one way to change points. `sources` are the kinds of facts that may exist."""

    def __init__(self, sources: Sequence[FactSource]) -> None:
        self._sources = tuple(sources)

    async def refold(self, citizen_ids: Iterable[UUID]) -> int:
        """Post the differences between these citizens' facts and their entries; the number of new entries.

        Call it in the transaction that changed the facts, after `lock_citizens`: a second call posts nothing.
        Citizens who are not enrolled are passed over (charter 2).
        """
        scores = await Score.filter(citizen_id__in=list(citizen_ids)).order_by("citizen_id")
        if not scores:
            return 0
        facts = await self.facts([score.citizen_id for score in scores])
        posted = await _posted([score.enrolment_id for score in scores])
        now = clock.now()
        entries: list[PointEntry] = []
        for score in scores:
            fresh = _settle(score, facts[score.citizen_id], posted[score.enrolment_id], now)
            entries += fresh
        await PointEntry.bulk_create(entries, batch_size=500)
        changing = ["points", "parts", "entry_count", "head", "next_change_on", "changed_at"]
        await Score.bulk_update(scores, fields=changing, batch_size=200)
        return len(entries)

    async def facts(self, citizen_ids: Sequence[UUID]) -> dict[UUID, list[Fact]]:
        """All facts of these citizens, from every source."""
        facts: dict[UUID, list[Fact]] = defaultdict(list)
        for source in self._sources:
            for citizen_id, found in (await source(citizen_ids)).items():
                facts[citizen_id] += found
        return facts


async def lock_citizens(citizen_ids: Iterable[UUID]) -> list[Citizen]:
    """Take the citizens' rows, in one order everywhere so that nobody deadlocks, for the rest of the transaction.

    It is the citizen's row and not the score's, so that filing a record and enrolling exclude each other too. SQLite
    has one writer at a time (BEGIN IMMEDIATE) and needs no lock.
    """
    return await Citizen.filter(id__in=sorted(set(citizen_ids))).order_by("id").select_for_update()


async def _posted(enrolment_ids: Sequence[UUID]) -> dict[UUID, dict[str, Posted]]:
    posted: dict[UUID, dict[str, Posted]] = defaultdict(lambda: defaultdict(Posted))
    rows = PointEntry.filter(enrolment_id__in=list(enrolment_ids)).order_by("sequence")
    for enrolment_id, fact, points, why in await rows.values_list("enrolment_id", "fact", "points", "why"):
        held = posted[enrolment_id][fact]
        held.points += points
        held.times += 1
        held.why = why
    return posted


def _settle(score: Score, facts: Sequence[Fact], posted: dict[str, Posted], now: datetime) -> list[PointEntry]:
    """The missing entries of one citizen, and the score moved to match them."""
    day = clock.local_date(now)
    folded = fold(facts, day)
    by_key = {fact.key: fact for fact in facts}
    entries = []
    for key in sorted(by_key.keys() | posted.keys(), key=lambda each: _order(by_key.get(each), each)):
        fact, held = by_key.get(key), posted.get(key, Posted())
        if fact and held.points and domain_of(held.why) != fact.why.domain:
            # It was amended to another domain: its points leave the old one before they come to the new one.
            entries.append(_append(score, key, held.times + 1, CHANGED, 0, held, held.why, now))
            held = Posted(0, held.times + 1, held.why)
        due = folded.counted[key].points if fact else 0
        if due != held.points:
            why = _why(fact, folded) if fact else held.why
            entries.append(_append(score, key, held.times + 1, _kind(fact, held, day), due, held, why, now))
    score.parts = _parts(by_key, folded)
    score.next_change_on = folded.next_change_on
    if entries:
        score.changed_at = now
    return entries


def domain_of(why: str) -> str:
    """The domain that an entry's why names."""
    return _domain.decode(why).domain


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


def _append(
    score: Score, key: str, times: int, kind: str, due: int, held: Posted, why: str, now: datetime
) -> PointEntry:
    link = Link(
        id=uuid7(),
        enrolment_id=score.enrolment_id,
        sequence=score.entry_count + 1,
        source=f"{key}:{times}",
        kind=kind,
        points=due - held.points,
        why=why,
        posted_at=now,
    )
    previous, score.head = score.head, link_hash(score.head, link)
    score.entry_count = link.sequence
    score.points += link.points
    return PointEntry(fact=key, previous_hash=previous, hash=score.head, **msgspec.structs.asdict(link))


def _parts(by_key: dict[str, Fact], folded: Folded) -> dict[str, int]:
    parts: Counter[str] = Counter()
    for key, counted in folded.counted.items():
        parts[by_key[key].rule.domain] += counted.points
    return {domain: points for domain, points in sorted(parts.items()) if points}
