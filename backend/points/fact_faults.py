"""What hashes cannot say: whether points are what the live facts give, and whether joining and leaving were said."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from backend import clock
from backend.citizens.beside import day_of, moment_of, uuid_of
from backend.database.bulk import select_among
from backend.points.chain_faults import UNREADABLE, Entry, Held
from backend.points.enrolment import LASTS_MONTHS, erased_on
from backend.points.ledger import Ledger
from backend.points.posting import Coming, Posted, Tally, hold, settle
from backend.points.rules import Fact
from backend.workdays import months_after

_CONSENTS = (
    "SELECT a.citizen_id, c.given, c.decided_at FROM consent c JOIN account a ON a.id = c.account_id"
    " WHERE c.text = 'enrolment' AND a.citizen_id {1} ORDER BY c.decided_at, c.id"
)
_CONSENT_TYPES = (UUID, bool, datetime)
_AT_ONCE = timedelta(minutes=1)  # leaving and the no that is kept of it are one transaction

_parts = msgspec.json.Decoder(dict[str, int])
_coming = msgspec.json.Decoder(list[Coming])

Decided = Sequence[tuple[bool, datetime]]  # a yes or a no, and when; in their order


async def fact_faults(ledger: Ledger, chains: Sequence[tuple[Held, Sequence[Entry]]]) -> list[tuple[Held, str]]:
    """Of enrolments that fit in themselves, those that a refold would move, or that no consent explains.

    It writes nothing. A paused enrolment rests, and is refolded when it is renewed.
    """
    today = clock.today()
    citizen_ids = [uuid_of(held.citizen_id) for held, _ in chains]
    facts, decided = await ledger.facts(citizen_ids), await _decisions(citizen_ids)
    found = []
    for citizen_id, (held, entries) in zip(citizen_ids, chains, strict=True):
        try:
            fault = _consent_fault(held, decided.get(citizen_id, []))
            if not fault and held.left_at is None and today < day_of(held.expires_on):
                fault = _refold_fault(held, entries, facts.get(citizen_id, []))
        except UNREADABLE:
            fault = "it cannot be read"
        if fault:
            found.append((held, fault))
    return found


async def _decisions(citizen_ids: Sequence[UUID]) -> dict[UUID, list[tuple[bool, datetime]]]:
    decided: dict[UUID, list[tuple[bool, datetime]]] = defaultdict(list)
    for citizen_id, given, decided_at in await select_among(_CONSENTS, _CONSENT_TYPES, citizen_ids):
        decided[citizen_id].append((bool(given), decided_at))
    return decided


def _consent_fault(held: Held, decided: Decided) -> str:
    ends = day_of(held.expires_on)
    lasting = [given and months_after(clock.local_date(at), LASTS_MONTHS) == ends for given, at in decided]
    if held.left_at is None:
        return "" if lasting and lasting[-1] else "no consent lasts until the day on which it ends"
    if not any(lasting):
        return "no consent lasted until the day on which it was to end"
    left_at = moment_of(held.left_at)
    said = any(not given and abs(at - left_at) < _AT_ONCE for given, at in decided)
    ran_out = clock.local_date(left_at) >= erased_on(ends)
    return "" if said or ran_out else "nobody said that she leaves, and her consent had not run out"


def _refold_fault(held: Held, entries: Sequence[Entry], facts: Sequence[Fact]) -> str:
    now = clock.now()
    stored = None if held.next_change_on is None else day_of(held.next_change_on)
    if stored is not None and stored <= clock.local_date(now):
        # Time alone has changed something, and nobody has settled it yet: up to the day before, it must stand as it is.
        now = clock.start_of(stored - timedelta(days=1))
    tally = Tally(uuid_of(held.citizen_id), uuid_of(held.id), held.points, held.entry_count, held.head, now)
    if settle(tally, facts, _posted(entries), now):
        return "its points are not what the facts give"
    if _parts.decode(held.parts) != tally.parts:
        return "its parts are not what the facts give"
    # None: folded before the list was kept; the next look folds it anew.
    listed = tally.coming if held.coming is None else _coming.decode(held.coming)
    if stored != tally.next_change_on or listed != tally.coming:
        return "what comes next is not what the facts give"
    return ""


def _posted(entries: Sequence[Entry]) -> dict[str, Posted]:
    """As the ledger reads it, from entries that are here already."""
    posted: dict[str, Posted] = {}
    for entry in entries:
        hold(posted, entry.fact, entry.points, entry.why)
    return posted
