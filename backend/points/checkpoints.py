"""Checkpoints: once a day one digest over where every chain of points stands, chained to the one before and published.

Whoever rewrites a chain from its beginning, hashes and score with it, has rewritten what a checkpoint kept; who
rewrites the checkpoint too differs from what was published that day, in other people's hands.

The leaves stay in the database (`Enrolment.checked_count` and `checked_head`), so that the digest can be taken again
from them and each leaf be compared with its chain. Who left keeps the leaf of her last checkpoint.
"""

import hashlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from uuid_utils.compat import uuid7

from backend import clock
from backend.chain import chain_hash
from backend.database import transaction
from backend.points.models import Checkpoint

logger = logging.getLogger(__name__)

_PAGE = 10_000  # enrolments of one statement: each stays far below the time a statement may take
_BEFORE_ALL = "00000000-0000-0000-0000-000000000000"

_LAST = "SELECT id FROM (SELECT id FROM enrolment WHERE id > $1 ORDER BY id LIMIT $2) AS page ORDER BY id DESC LIMIT 1"
_LEAVES = (
    "SELECT id, checked_count, checked_head FROM enrolment"
    " WHERE id > $1 AND id <= $2 AND checked_count IS NOT NULL AND checked_head IS NOT NULL ORDER BY id"
)
# One statement a page, however many heads have moved.
_MOVE = (
    "UPDATE enrolment SET checked_count = score.entry_count, checked_head = score.head FROM score"
    " WHERE score.enrolment_id = enrolment.id AND enrolment.id > $1 AND enrolment.id <= $2"
    " AND (enrolment.checked_head IS NULL OR enrolment.checked_head <> score.head"
    " OR enrolment.checked_count <> score.entry_count)"
)


@dataclass
class Heads:
    """The digest over the leaves read so far: a line `enrolment:count:head` each, in the order of the ids."""

    enrolments: int = 0
    entries: int = 0
    _sha: Any = field(default_factory=hashlib.sha256)

    def add(self, leaves: Sequence[Any]) -> None:
        """Take in the next leaves."""
        self._sha.update("".join(f"{each[0]}:{each[1]}:{each[2]}\n" for each in leaves).encode())
        self.enrolments += len(leaves)
        self.entries += sum(each[1] for each in leaves)

    @property
    def digest(self) -> str:
        """64 hex digits."""
        return str(self._sha.hexdigest())

    @property
    def said(self) -> tuple[int, int, str]:
        """What a checkpoint over these leaves says."""
        return self.enrolments, self.entries, self.digest


class _NotTheLast(Exception):
    """The leaves are not those of the last checkpoint: it, or they, were altered."""


async def take_checkpoint() -> Checkpoint | None:
    """Take today's checkpoint; None when it was taken, or is being taken, by another worker. Harmless twice.

    The heads that moved become leaves in the same transaction as the checkpoint, so both are there or neither. Where
    the leaves are not those of the last checkpoint none is taken: it would take the trace away.
    """
    today = clock.today()
    if await Checkpoint.filter(day__gte=today).exists():
        return None
    try:
        fresh = await _take()
    except _NotTheLast:
        logger.error("no checkpoint was taken: the last one is not there, or not as it was; see verify-ledger")
        return None
    if fresh is not None:
        # For whoever keeps the worker's log outside of the database.
        logger.info("checkpoint %d over %d enrolments: %s", fresh.number, fresh.enrolments, fresh.hash)
    return fresh


async def _take() -> Checkpoint | None:
    async with transaction() as connection:
        last = await Checkpoint.all().order_by("-number").first()
        # First the number and the day, which are unique: a second worker stops here and moves no leaf.
        fresh = _begin(last)
        await Checkpoint.bulk_create([fresh], ignore_conflicts=True)
        if not await Checkpoint.filter(id=fresh.id).exists():
            return None
        kept, heads = await _move_heads(connection)
        if kept.said != (Heads().said if last is None else _said(last)):
            raise _NotTheLast
        fresh.enrolments, fresh.entries, fresh.heads_digest = heads.said
        fresh.hash = checkpoint_hash(fresh)
        said = {name: getattr(fresh, name) for name in ("enrolments", "entries", "heads_digest", "hash")}
        await Checkpoint.filter(id=fresh.id).update(**said)
    return fresh


async def _move_heads(connection: BaseDBAsyncClient) -> tuple[Heads, Heads]:
    """Each leaf goes to where its chain stands; the digests before and after."""
    kept, heads = Heads(), Heads()
    async for after, upto in _pages(connection):
        kept.add((await connection.execute_query(_LEAVES, [after, upto]))[1])
        await connection.execute_query(_MOVE, [after, upto])
        heads.add((await connection.execute_query(_LEAVES, [after, upto]))[1])
    return kept, heads


async def read_heads() -> Heads:
    """The digest over all leaves as they stand."""
    connection, heads = get_connection("default"), Heads()
    async for after, upto in _pages(connection):
        heads.add((await connection.execute_query(_LEAVES, [after, upto]))[1])
    return heads


async def _pages(connection: BaseDBAsyncClient) -> AsyncIterator[tuple[Any, Any]]:
    """Between which ids the next enrolments lie: above the first and up to the second."""
    after: Any = _BEFORE_ALL
    while last := (await connection.execute_query(_LAST, [after, _PAGE]))[1]:
        yield after, last[0][0]
        after = last[0][0]


async def newest(*, before: int | None, limit: int) -> list[Checkpoint]:
    """The published checkpoints, newest first, below the number `before`."""
    rows = Checkpoint.all() if before is None else Checkpoint.filter(number__lt=before)
    return await rows.order_by("-number").limit(limit)


class Misfit(NamedTuple):
    """A checkpoint that does not fit, by its number."""

    number: int
    fault: str


async def verify_checkpoints() -> tuple[Checkpoint | None, list[Misfit]]:
    """The newest checkpoint, and what does not fit: each one's own hash and place, the newest one's leaves.

    It may run beside a living server: leaves move together with a new checkpoint, and then they are read once more.
    """
    misfits, newest = await _check_chain()
    while True:
        heads = await read_heads()
        latest = await Checkpoint.all().order_by("-number").first()
        if latest is None or (newest is not None and latest.number <= newest.number):
            return newest, misfits + _check_heads(newest, heads)
        misfits, newest = await _check_chain()


async def _check_chain() -> tuple[list[Misfit], Checkpoint | None]:
    """They are one a day: all of ten years are one small read."""
    misfits: list[Misfit] = []
    last: Checkpoint | None = None
    for each in await Checkpoint.all().order_by("number"):
        number, head, before = (last.number, last.hash, last.day) if last else (0, "", None)
        if each.number != number + 1:
            misfits.append(Misfit(number + 1, "the checkpoint is missing"))
        elif each.previous_hash != head or (before is not None and each.day <= before):
            misfits.append(Misfit(each.number, "it does not follow the checkpoint before it"))
        elif checkpoint_hash(each) != each.hash:
            misfits.append(Misfit(each.number, "its content was changed"))
        last = each
    return misfits, last


def _check_heads(newest: Checkpoint | None, heads: Heads) -> list[Misfit]:
    if newest is None:
        # Only a checkpoint makes leaves, and there is always the first.
        return [Misfit(1, "the checkpoint is missing")] if heads.enrolments else []
    if _said(newest) == heads.said:
        return []
    return [Misfit(newest.number, "the heads kept in the enrolments are not those that it was taken over")]


def _said(taken: Checkpoint) -> tuple[int, int, str]:
    return taken.enrolments, taken.entries, taken.heads_digest


def checkpoint_hash(taken: Checkpoint) -> str:
    """Over the hash before it and what the checkpoint says: anybody can take it again from what is published."""
    said = [taken.number, taken.day.isoformat(), taken.enrolments, taken.entries, taken.heads_digest]
    return chain_hash(taken.previous_hash, said)


def _begin(last: Checkpoint | None) -> Checkpoint:
    return Checkpoint(
        id=uuid7(),
        number=last.number + 1 if last else 1,
        day=clock.today(),
        enrolments=0,
        entries=0,
        heads_digest="",
        previous_hash=last.hash if last else "",
        hash="",
        taken_at=clock.now(),
    )
