"""How a process notices that what readers see has changed: one tiny query each second asks for one number."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from weakref import WeakSet

from tortoise.connection import get_connection

from backend import clock
from backend.errors import trace
from backend.jobs.worker import wait

EVERY = 1.0  # seconds between two looks
TRUSTED = 2.0  # seconds for which a look is believed: so late does a process see at most what another one published
LONGEST_LOOK = 2.0  # seconds; a database that takes longer counts as away
COMMITTING = 2.0  # seconds in which a deed of this process that was announced commits, or never does
SOON = 0.05  # seconds between two looks while one is expected

logger = logging.getLogger(__name__)

NextBoundary = Callable[[datetime], Awaitable[datetime | None]]

_NUMBER = "SELECT number FROM content_change WHERE id = 1"
_BEFORE_ANYTHING = datetime.min.replace(tzinfo=UTC)

_watching: "WeakSet[ContentWatch]" = WeakSet()  # of this process; one, but in tests


def expect(number: int) -> None:
    """Say, in the transaction that changes what readers see, which number its commit will bring.

    Until it is seen, this process looks before it gives anything that it kept: whoever publishes sees it at once.
    """
    for each in _watching:
        each.expect(number)


class ContentWatch:
    """What this process knows of published content: its number, and how long time alone leaves it as it is.

    `next_boundary` tells when, after a moment, something next appears or ends by itself. Midnight always counts as
    such, for campaigns begin and end with a day.
    """

    def __init__(self, next_boundary: NextBoundary) -> None:
        self.number = 0
        self.until = _BEFORE_ANYTHING
        self.away = False  # the last look failed
        self.seen = float("-inf")  # monotonic seconds at which the last good look began
        self._next_boundary = next_boundary
        self._since = _BEFORE_ANYTHING
        self._tried = float("-inf")  # when the last look began, good or not
        self._expected, self._expected_until = 0, float("-inf")
        self._one_at_a_time = asyncio.Lock()
        self._stirred = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Look each second from now on; a database that is away is waited for."""
        self._task = asyncio.create_task(self._go_on())
        _watching.add(self)

    async def close(self) -> None:
        """Look no more."""
        _watching.discard(self)
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def trusted(self, now: datetime) -> bool:
        """Whether number and boundary are fresh enough to be believed without another look."""
        moment = time.monotonic()
        return (
            moment - self.seen < TRUSTED
            and self._since <= now < self.until
            and (self.number >= self._expected or moment > self._expected_until)
        )

    def expect(self, number: int) -> None:
        """See `expect` of this module."""
        self._expected, self._expected_until = number, time.monotonic() + COMMITTING
        self._stirred.set()

    async def look(self) -> None:
        """Know what stands now; `away` says when that failed. Whoever waits for it at once shares one look."""
        asked = time.monotonic()
        async with self._one_at_a_time:
            if self._tried < asked:
                began = time.monotonic()
                try:
                    await self._look(clock.now(), began)
                finally:
                    self._tried = began

    async def _look(self, now: datetime, began: float) -> None:
        try:
            async with asyncio.timeout(LONGEST_LOOK):
                number = await _number()
                if number != self.number or not self._since <= now < self.until:
                    self.until = await self._boundary_after(now)
                    self._since = now
        except Exception as error:
            if not self.away:
                logger.error("published content cannot be watched: %s", trace(error))
            self.away = True
        else:
            self.number, self.seen, self.away = number, began, False

    async def _boundary_after(self, now: datetime) -> datetime:
        midnight = clock.start_of(clock.local_date(now) + timedelta(days=1))
        boundary = await self._next_boundary(now)
        return midnight if boundary is None else min(midnight, boundary)

    async def _go_on(self) -> None:
        while True:
            self._stirred.clear()
            await self.look()
            expecting = self.number < self._expected and time.monotonic() < self._expected_until
            await wait(self._stirred, SOON if expecting else EVERY)


async def _number() -> int:
    _, rows = await get_connection("default").execute_query(_NUMBER)
    return int(rows[0][0]) if rows else 0
