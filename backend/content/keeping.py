"""What is made once from published content and kept in this process until that content changes."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from backend import clock
from backend.content.watch import ContentWatch
from backend.database import is_database_away

T = TypeVar("T")

FRESH = timedelta(minutes=1)  # so old may be what moves without a change of content: the counts of reads and likes
WITHOUT_DATABASE = 300.0  # seconds for which the last value is given while the database does not answer
UNTRIED = 0.2  # of the memory, for what was asked for once only


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A value, and until when it may be given without being made again, or at all."""

    value: T
    made: datetime
    fresh_until: datetime
    until: datetime


class Kept(Generic[T]):
    """Values by key, made one at a time each, within `most_bytes` as `weigh` counts them with their key.

    A value is given while nothing that readers may see has changed, at most a minute, and to all who ask while it is
    made. While the database is away the last one is given for five minutes, unless time alone would have changed it.
    """

    def __init__(self, watch: ContentWatch, most_bytes: int, weigh: Callable[[Hashable, T], int]) -> None:
        self._watch = watch
        self._weigh = weigh
        self._shelf: _Shelf[Entry[T]] = _Shelf(most_bytes)
        self._number = watch.number  # of the content from which all on the shelf was made
        self._making: dict[tuple[int, Hashable], asyncio.Task[Entry[T]]] = {}

    def find(self, key: Hashable, now: datetime) -> Entry[T] | None:
        """What may be given at once: it asks nobody, and waits for nothing."""
        return self._fresh(key, now) if self._watch.trusted(now) else None

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> Entry[T]:
        """What is kept, or else is made now. Raises what `make` raises."""
        now = clock.now()
        if not self._watch.away and not self._watch.trusted(now):
            await self._watch.look()
            now = clock.now()
        found = self._last(key, now) if self._watch.away else self._fresh(key, now)
        return found or await self._made(key, make)

    def _fresh(self, key: Hashable, now: datetime) -> Entry[T] | None:
        entry = self._get(key)
        return entry if entry is not None and entry.made <= now < entry.fresh_until else None

    async def _made(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> Entry[T]:
        """In a task of its own: whoever asked first may go away, and the others still want it."""
        flight = (self._watch.number, key)
        task = self._making.get(flight)
        if task is None:
            task = self._making[flight] = asyncio.create_task(self._make(key, make))
            task.add_done_callback(lambda done: self._over(flight, done))
        return await asyncio.shield(task)

    def _over(self, flight: tuple[int, Hashable], done: asyncio.Task[Entry[T]]) -> None:
        del self._making[flight]
        if not done.cancelled():
            done.exception()  # looked at, in case nobody waits any more

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> Entry[T]:
        # Both are read before the content is: changed in between, it only is made once more than needed.
        number, until, made = self._watch.number, self._watch.until, clock.now()
        try:
            value = await make()
        except Exception as error:
            last = self._last(key, made) if is_database_away(error) else None
            if last is None:
                raise
            return last
        entry = Entry(value, made, min(made + FRESH, until), until)
        if number == self._watch.number:
            self._get(key)  # whatever was made before a change goes first
            self._shelf.put(key, entry, self._weigh(key, value))
        return entry

    def _last(self, key: Hashable, now: datetime) -> Entry[T] | None:
        """What stood when the database was last seen, if it is not too long ago."""
        entry = self._get(key)
        if entry is None or time.monotonic() - self._watch.seen > WITHOUT_DATABASE:
            return None
        return entry if entry.made <= now < entry.until else None

    def _get(self, key: Hashable) -> Entry[T] | None:
        if self._number != self._watch.number:
            self._shelf.clear()
            self._number = self._watch.number
        return self._shelf.get(key)


class _Shelf(Generic[T]):
    """The least recently asked for goes first. What came once only has a small part of its own.

    So a stranger's made-up questions push out each other, and not what everybody reads.
    """

    def __init__(self, most_bytes: int) -> None:
        self._untried = _Row[T](int(most_bytes * UNTRIED))
        self._tried = _Row[T](most_bytes - int(most_bytes * UNTRIED))

    def get(self, key: Hashable) -> T | None:
        held = self._tried.items.get(key)
        if held is not None:
            self._tried.items.move_to_end(key)
            return held[0]
        held = self._untried.take(key)
        if held is None:
            return None
        self._tried.put(key, *held)
        return held[0]

    def put(self, key: Hashable, value: T, weight: int) -> None:
        known = self._tried.take(key) or self._untried.take(key)
        (self._tried if known else self._untried).put(key, value, weight)

    def clear(self) -> None:
        self._untried.clear()
        self._tried.clear()


class _Row(Generic[T]):
    def __init__(self, most_bytes: int) -> None:
        self.items: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._most = most_bytes
        self._weight = 0

    def put(self, key: Hashable, value: T, weight: int) -> None:
        """Add what is not there, unless it is too heavy for the whole row."""
        if weight > self._most:
            return
        self.items[key] = value, weight
        self._weight += weight
        while self._weight > self._most:
            _, (_, gone) = self.items.popitem(last=False)
            self._weight -= gone

    def take(self, key: Hashable) -> tuple[T, int] | None:
        held = self.items.pop(key, None)
        if held is not None:
            self._weight -= held[1]
        return held

    def clear(self) -> None:
        self.items.clear()
        self._weight = 0
