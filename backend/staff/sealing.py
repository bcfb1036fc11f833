"""Sealing the audit log: each minute what happened is closed under a hash that follows the one before; and the proof.

An event need not have settled before it is sealed. Ids and moments are given before a transaction commits, so an older
event may become visible after a younger one was sealed; but a seal covers the rows that carry its number and no span
of ids or time, and the late event simply waits for the next one.

What no seal can show: an event dropped before it was sealed, within its first minute; and the newest seals cut off
together with all their events. For that the worker's log keeps number and hash of each seal, outside of the database.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tortoise.expressions import Q
from uuid_utils.compat import uuid7

from backend import clock
from backend.chain import canonical, chain_hash
from backend.database import transaction
from backend.errors import Conflict
from backend.staff.models import AuditEvent, AuditSeal

logger = logging.getLogger(__name__)

_MOST = 1000  # events of one seal
_PAGE = 50  # seals
# A transaction lives a minute or so at most, and the job comes each minute; what waits longer was forgotten or put in.
SEALED_WITHIN = timedelta(minutes=10)


def sealing_disturbed() -> Conflict:
    return Conflict("sealing_disturbed", "审计日志在封存时被改动，这一次没有封存。请检验审计日志。")


@dataclass(frozen=True)
class Misfit:
    """One thing that does not fit: a seal with its events, or one event; `seal` None means not sealed."""

    seal: int | None
    event_id: UUID | None
    fault: str


@dataclass
class Verified:
    """What was walked, the hash that the seals end in, and everything that does not fit."""

    seals: int
    events: int
    head: str
    misfits: list[Misfit]


async def seal() -> int:
    """Seal what is not sealed yet; how many events. Several workers at once seal each event once."""
    total = 0
    while sealed := await _seal_some():
        total += sealed
    return total


async def _seal_some() -> int:
    async with transaction():
        # The last seal first, then the events: a seal that commits in between takes the number below, and none can
        # have taken these events under a number that was read here.
        last = await AuditSeal.all().order_by("-number").first()
        rows = await AuditEvent.filter(seal__isnull=True).order_by("id").limit(_MOST)
        if not rows:
            return 0
        fresh = _seal_over(last, rows)
        await AuditSeal.bulk_create([fresh], ignore_conflicts=True)
        if not await AuditSeal.filter(id=fresh.id).exists():
            return 0  # another worker is sealing
        mine = AuditEvent.filter(id__in=[row.id for row in rows], seal__isnull=True)
        if await mine.update(seal=fresh.number) != len(rows):
            raise sealing_disturbed()
    logger.info("audit seal %d over %d events: %s", fresh.number, fresh.events, fresh.hash)
    return len(rows)


async def verify_audit() -> Verified:
    """Recompute every seal over its events. A seal that does not fit is named with what can be said of its events.

    It may run beside a living server: a seal commits together with the marks on its events.
    """
    verified = Verified(0, 0, "", [])
    last = 0
    async for seals in _pages():
        events = await _events_by_seal(last, seals[-1].number)
        verified.events += sum(map(len, events.values()))
        for each in seals:
            if each.number > last + 1:
                verified.misfits.append(_missing(last + 1, each.number - 1))
            verified.misfits += _check(each, verified.head, events.pop(each.number, []))
            verified.head, last = each.hash, each.number
        verified.seals += len(seals)
        verified.misfits += [_stray(row) for rows in events.values() for row in rows]
    verified.misfits += await _strays(last)
    return verified


async def _pages() -> AsyncIterator[list[AuditSeal]]:
    rows = AuditSeal.all().order_by("number").limit(_PAGE)
    page = await rows
    while page:
        yield page
        page = await rows.filter(number__gt=page[-1].number)


async def _events_by_seal(after: int, upto: int) -> dict[int, list[AuditEvent]]:
    found: dict[int, list[AuditEvent]] = {}
    for row in await AuditEvent.filter(seal__gt=after, seal__lte=upto).order_by("id"):
        found.setdefault(row.seal or 0, []).append(row)
    return found


async def _strays(last: int) -> list[Misfit]:
    """Events under seals that are not there, and events that were never sealed."""
    beyond = await AuditEvent.filter(Q(seal__lt=1) | Q(seal__gt=last)).order_by("id")
    # A worker may have sealed meanwhile.
    new = {each.number for each in await AuditSeal.filter(number__gt=last)}
    forgotten = await AuditEvent.filter(seal__isnull=True, at__lt=clock.now() - SEALED_WITHIN).order_by("id")
    return [
        *(_stray(row) for row in beyond if row.seal not in new),
        *(Misfit(None, row.id, "it was never sealed: it was put in, or no worker runs") for row in forgotten),
    ]


def _check(here: AuditSeal, head: str, rows: Sequence[AuditEvent]) -> list[Misfit]:
    if here.previous_hash != head:
        return [Misfit(here.number, None, "it does not follow the seal before it")]
    if len(rows) < here.events:
        return [Misfit(here.number, None, f"{here.events - len(rows)} of its {here.events} events are missing")]
    if len(rows) > here.events:
        return [Misfit(here.number, None, f"{len(rows) - here.events} events were put in among its {here.events}")]
    if _hash(here, rows) != here.hash:
        return [Misfit(here.number, None, f"it, or one of its {here.events} events, was changed")]
    return []


def _missing(first: int, last: int) -> Misfit:
    return Misfit(first, None, "the seal is missing" if first == last else f"the seals up to {last} are missing")


def _stray(row: AuditEvent) -> Misfit:
    return Misfit(row.seal, row.id, "it stands under a seal that is not there")


def _seal_over(last: AuditSeal | None, rows: Sequence[AuditEvent]) -> AuditSeal:
    fresh = AuditSeal(
        id=uuid7(),
        number=last.number + 1 if last else 1,
        events=len(rows),
        sealed_at=clock.now(),
        previous_hash=last.hash if last else "",
    )
    fresh.hash = _hash(fresh, rows)
    return fresh


def _hash(here: AuditSeal, rows: Sequence[AuditEvent]) -> str:
    """Over the seal and its events in the order of their ids."""
    events = [
        chain_hash("", [row.id, row.at, row.staff_id, row.action, row.about, canonical(row.detail)]) for row in rows
    ]
    return chain_hash(here.previous_hash, [here.id, here.number, here.sealed_at, here.events, *events])
