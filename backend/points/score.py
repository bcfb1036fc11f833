"""What a citizen sees of her points: the score, its trend, and each entry with its why (charter 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

import msgspec

from backend import clock
from backend.citizens.beside import Beside, Speaker, day_of, moment_of
from backend.citizens.models import Citizen
from backend.database import transaction
from backend.errors import NotFound
from backend.points.enrolment import check_standing, not_enrolled
from backend.points.ledger import Coming, Ledger, lock_citizens
from backend.points.levels import VERSION_IN_FORCE, levels_in_force, levels_of
from backend.points.models import Level, PointEntry, Score
from backend.points.rules import Why, worth
from backend.workdays import months_after

_why = msgspec.json.Decoder(Why)
_parts = msgspec.json.Decoder(dict[str, int])
_coming = msgspec.json.Decoder(list[Coming])


@dataclass(frozen=True)
class MonthEnd:
    """The points at the end of `day`."""

    day: date
    points: int


class Today(msgspec.Struct, frozen=True):
    """The score as it stands today, settled, with the levels in force."""

    points: int
    base: int
    parts: Mapping[str, int]  # domain → points
    coming: Sequence[Coming]  # soonest first
    changed_at: datetime
    levels: Sequence[Level]


class OwnScore(Beside):
    """The speaker's score, read with who she is; not settled, and all None unless she is enrolled."""

    COLUMNS = f"""score.points, score.base, score.parts, score.coming, score.next_change_on, score.changed_at,
        enrolment.expires_on, {VERSION_IN_FORCE} AS levels_of"""
    JOINS = """LEFT JOIN score ON score.citizen_id = account.citizen_id
        LEFT JOIN enrolment ON enrolment.id = score.enrolment_id"""

    def __init__(self, speaker: Speaker, row: Mapping[str, Any]) -> None:
        self.speaker = speaker
        self.row = row

    @classmethod
    def of(cls, speaker: Speaker, row: Mapping[str, Any]) -> Self:
        return cls(speaker, row)


def no_such_entry() -> NotFound:
    return NotFound("entry_not_found", "没有这条积分明细。")


async def own_today(ledger: Ledger, own: OwnScore) -> Today:
    """The score today, from what was read with the speaker unless something has come due. Raises as `today_of`."""
    row, day = own.row, own.speaker.day
    if row["points"] is None or own.speaker.citizen_id is None:
        raise not_enrolled()
    check_standing(day_of(row["expires_on"]), day)
    changes_on = row["next_change_on"]
    if row["coming"] is None or _due(day_of(changes_on) if changes_on else None, day):
        return await _today(await _settled(ledger, own.speaker.citizen_id))
    return Today(
        points=row["points"],
        base=row["base"],
        parts=_parts.decode(row["parts"]),
        coming=_coming.decode(row["coming"]),
        changed_at=moment_of(row["changed_at"]),
        levels=await levels_of(row["levels_of"], own.speaker.database),
    )


async def today_of(ledger: Ledger, citizen: Citizen) -> Today:
    """The score today, of a citizen who was found otherwise. Raises what `score_of` raises, and Unavailable."""
    return await _today(await score_of(ledger, citizen))


async def score_of(ledger: Ledger, citizen: Citizen) -> Score:
    """The score today, settled first when a lapse or a waiting deduction has come due.

    Raises NotFound when she is not enrolled, and Forbidden while her enrolment is paused.
    """
    score = await _standing_row(citizen.id)
    if score.coming is None or _due(score.next_change_on, clock.today()):
        return await _settled(ledger, citizen.id)
    return score


def _due(next_change_on: date | None, day: date) -> bool:
    """Whether time alone has changed something by `day`."""
    return next_change_on is not None and next_change_on <= day


async def _settled(ledger: Ledger, citizen_id: UUID) -> Score:
    async with transaction():
        await lock_citizens([citizen_id])
        await ledger.refold([citizen_id])
    return await _standing_row(citizen_id)  # gone, if she left just before


async def _standing_row(citizen_id: UUID) -> Score:
    score = await Score.get_or_none(citizen_id=citizen_id).select_related("enrolment")
    if score is None:
        raise not_enrolled()
    check_standing(score.enrolment.expires_on, clock.today())
    return score


async def _today(score: Score) -> Today:
    levels = await levels_in_force(clock.today())
    return Today(score.points, score.base, score.parts, coming_changes(score), score.changed_at, levels)


def coming_changes(score: Score) -> list[Coming]:
    """What lapses or begins to count next, soonest first, each with what it will change; of a settled score."""
    return msgspec.convert(score.coming, list[Coming])


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
    """One of her own entries. Raises NotFound for anybody else's, READ_ERRORS where her points rest."""
    found = PointEntry.get_or_none(id=entry_id, enrolment__citizen_id=citizen.id)
    entry = await found.select_related("enrolment")
    if entry is None:
        raise no_such_entry()
    check_standing(entry.enrolment.expires_on, clock.today())
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
