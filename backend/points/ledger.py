"""Posting: brings citizens' entries and scores in line with their facts, in the caller's transaction."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from backend import clock
from backend.database.bulk import insert_rows, select_among, update_rows
from backend.points.models import PointEntry, Score
from backend.points.posting import Coming, Entry, Posted, Tally, domain_of, hold, settle
from backend.points.rules import Fact

__all__ = ["Coming", "FactSource", "Ledger", "domain_of", "lock_citizens"]

FactSource = Callable[[Sequence[UUID]], Awaitable[dict[UUID, list[Fact]]]]

_TALLIES = (
    "SELECT s.citizen_id, s.enrolment_id, s.points, s.entry_count, s.head, s.changed_at, e.expires_on "
    "FROM score s JOIN enrolment e ON e.id = s.enrolment_id WHERE s.citizen_id {1} ORDER BY s.citizen_id"
)
_TALLY_TYPES = (UUID, UUID, int, int, str, datetime, date)
_POSTED = "SELECT enrolment_id, fact, points, why FROM point_entry WHERE enrolment_id {1} ORDER BY sequence"
_POSTED_TYPES = (UUID, str, int, str)
_MOVED = ("citizen_id", "points", "parts", "entry_count", "head", "next_change_on", "coming", "changed_at")


class Ledger:
    """The one way to change points. `sources` are the kinds of facts that may exist."""

    def __init__(self, sources: Sequence[FactSource]) -> None:
        self._sources = tuple(sources)

    async def refold(self, citizen_ids: Iterable[UUID]) -> int:
        """Post the differences between these citizens' facts and their entries; the number of new entries.

        Call it in the transaction that changed the facts, after `lock_citizens`: a second call posts nothing.
        Citizens who are not enrolled, or whose yes has run out, are passed over (charter 2).
        """
        now = clock.now()
        tallies = await _tallies(list(citizen_ids), clock.local_date(now))
        if not tallies:
            return 0
        facts = await self.facts([tally.citizen_id for tally in tallies])
        posted = await _posted([tally.enrolment_id for tally in tallies])
        entries: list[Entry] = []
        for tally in tallies:
            entries += settle(tally, facts[tally.citizen_id], posted[tally.enrolment_id], now)
        await insert_rows(PointEntry, Entry._fields, entries)
        await update_rows(Score, _MOVED, [[getattr(tally, each) for each in _MOVED] for tally in tallies])
        return len(entries)

    async def facts(self, citizen_ids: Sequence[UUID]) -> dict[UUID, list[Fact]]:
        """All facts of these citizens, from every source."""
        facts: dict[UUID, list[Fact]] = defaultdict(list)
        for source in self._sources:
            for citizen_id, found in (await source(citizen_ids)).items():
                facts[citizen_id] += found
        return facts


async def lock_citizens(citizen_ids: Iterable[UUID]) -> list[UUID]:
    """Take the citizens' rows, in one order everywhere so that nobody deadlocks, for the rest of the transaction.

    It is the citizen's row and not the score's, so that filing a record and enrolling exclude each other too.
    """
    query = "SELECT id FROM citizen WHERE id {1} ORDER BY id"
    return [row[0] for row in await select_among(query, (UUID,), sorted(set(citizen_ids)), lock=True)]


async def _tallies(citizen_ids: Sequence[UUID], today: date) -> list[Tally]:
    """The scores to bring in line; not those whose enrolment is paused, which is refolded when it is renewed."""
    rows = await select_among(_TALLIES, _TALLY_TYPES, citizen_ids)
    return [Tally(*row) for *row, expires_on in rows if today < expires_on]


async def _posted(enrolment_ids: Sequence[UUID]) -> dict[UUID, dict[str, Posted]]:
    posted: dict[UUID, dict[str, Posted]] = defaultdict(dict)
    for enrolment_id, fact, points, why in await select_among(_POSTED, _POSTED_TYPES, enrolment_ids):
        hold(posted[enrolment_id], fact, points, why)
    return posted
