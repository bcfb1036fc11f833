"""What a citizen sees of her points: the score, its trend, and each entry with its why (charter 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import msgspec

from backend import clock
from backend.citizens.models import Citizen
from backend.database import transaction
from backend.errors import NotFound
from backend.points.enrolment import not_enrolled
from backend.points.ledger import Ledger, lock_citizens
from backend.points.models import PointEntry, Score
from backend.points.rules import Fact, Why, worth
from backend.workdays import months_after

_why = msgspec.json.Decoder(Why)


@dataclass(frozen=True)
class Change:
    """What time alone will do to the points: on `day`, `fact` changes them by `points`."""

    day: date
    fact: Fact
    points: int


@dataclass(frozen=True)
class MonthEnd:
    """The points at the end of `day`."""

    day: date
    points: int


def no_such_entry() -> NotFound:
    return NotFound("entry_not_found", "没有这条积分明细。")


async def score_of(ledger: Ledger, citizen: Citizen) -> Score:
    """The score today, settled first when a lapse or a waiting deduction has come due. Raises NotFound."""
    score = await _score_row(citizen)
    if score.next_change_on is None or clock.today() < score.next_change_on:
        return score
    async with transaction():
        await lock_citizens([citizen.id])
        await ledger.refold([citizen.id])
    return await _score_row(citizen)  # gone, if she left just before


async def _score_row(citizen: Citizen) -> Score:
    score = await Score.get_or_none(citizen_id=citizen.id)
    if score is None:
        raise not_enrolled()
    return score


async def coming_changes(ledger: Ledger, citizen: Citizen) -> list[Change]:
    """What lapses or begins to count next, soonest first, each with what it will change."""
    facts = (await ledger.facts([citizen.id]))[citizen.id]
    today = clock.today()
    changes = []
    for fact, (points, _) in worth(facts):
        moves = ((fact.why.counts_from, points), (fact.why.lapses_on, -points))
        changes += [Change(day, fact, change) for day, change in moves if change and day > today]
    return sorted(changes, key=lambda change: (change.day, change.fact.key))


async def trend(ledger: Ledger, score: Score) -> list[MonthEnd]:
    """A year of points: the day of enrolment or each month's end since, and today.

    Folded from the facts that stand today, so the line never depends on when somebody looked, and a record that was
    withdrawn leaves no dent in it.
    """
    enrolment = await score.enrolment
    facts = (await ledger.facts([score.citizen_id]))[score.citizen_id]
    today = clock.today()
    first = max(enrolment.enrolled_on, months_after(today, -12))
    days = sorted({first, *_month_ends(first, today), today})
    given = worth(facts)
    return [MonthEnd(day, score.base + sum(each.points for fact, each in given if fact.counts_on(day))) for day in days]


async def entries_of(ledger: Ledger, citizen: Citizen, *, before: int | None, limit: int) -> Sequence[PointEntry]:
    """Entries, newest first, below the sequence `before`. Raises NotFound when not enrolled."""
    score = await score_of(ledger, citizen)
    rows = PointEntry.filter(enrolment_id=score.enrolment_id)
    if before is not None:
        rows = rows.filter(sequence__lt=before)
    return await rows.order_by("-sequence").limit(limit)


async def entry_of(citizen: Citizen, entry_id: UUID) -> PointEntry:
    """One of her own entries. Raises NotFound for anybody else's."""
    entry = await PointEntry.get_or_none(id=entry_id, enrolment__citizen_id=citizen.id)
    if entry is None:
        raise no_such_entry()
    return entry


def why_of(entry: PointEntry) -> Why:
    """What explains the entry, as it was copied when it was posted."""
    return _why.decode(entry.why)


def _month_ends(first: date, last: date) -> list[date]:
    ends, month = [], first.replace(day=1)
    while (end := months_after(month, 1) - timedelta(days=1)) < last:
        ends.append(end)
        month = months_after(month, 1)
    return [end for end in ends if end >= first]
