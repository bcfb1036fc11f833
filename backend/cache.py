"""Shared short-lived values and rate limits: in this process, or in Redis by REDIS_URL. The only importer of `redis`.

Redis away makes the service slower, never wrong: values are fetched again, and limits count in this process.
"""

import logging
import time
from functools import lru_cache
from math import ceil, floor
from typing import Any, NamedTuple

from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# A dead Redis costs seconds a call with redis-py's own retries; without them, about a millisecond.
_FAST: dict[str, Any] = {"socket_connect_timeout": 0.25, "socket_timeout": 0.25}


FEW = 1000  # values that may lie in memory without anybody looking whether they still live


class Allowance(NamedTuple):
    """What is left of a limit: `remaining` calls in the next `reset_in` whole seconds; `allowed`: this one passes."""

    allowed: bool
    limit: int
    remaining: int
    reset_in: int


class _Window:
    """The counts of a stretch of time and of the one before it. Older ones are dropped whole, so nothing is swept."""

    __slots__ = ("before", "current", "number")

    def __init__(self) -> None:
        self.number = 0
        self.current: dict[tuple[str, ...], int] = {}
        self.before: dict[tuple[str, ...], int] = {}

    def go_on(self, number: int) -> None:
        """Let the stretch with this number begin."""
        self.before = self.current if number == self.number + 1 else {}
        self.current = {}
        self.number = number


class _LocalLimits:
    """The sliding-window counter of `limits` in this process's memory, at one price however many are counted.

    The library's own memory walks through every key that it holds at each call: with the phones of a thousand addresses
    that was nine tenths of a read. The numbers are the library's to the last digit; tests/test_cache.py compares them.
    """

    def __init__(self) -> None:
        self._windows: dict[int, _Window] = {}

    def hit(self, limit: str, identifiers: tuple[str, ...]) -> Allowance:
        """Count one call, unless it is one too many."""
        most, seconds = _amount_and_seconds(limit)
        now = time.monotonic()
        window = self._windows.get(seconds)
        if window is None:
            window = self._windows[seconds] = _Window()
        turns = now / seconds
        if window.number != (number := int(turns)):
            window.go_on(number)
        key = (limit, *identifiers)
        count, before = window.current.get(key, 0), window.before.get(key, 0)
        left = (1 - turns % 1) * seconds  # of this stretch; so much of the one before still weighs
        weighed = floor(before * left / seconds + count)
        if allowed := weighed < most:
            window.current[key] = count = count + 1
            weighed += 1
        reset_in = min(left % (seconds / before) if before else left, left if count else seconds)
        return Allowance(allowed, most, max(0, most - weighed), max(1, ceil(reset_in)))


@lru_cache(maxsize=64)
def _amount_and_seconds(limit: str) -> tuple[int, int]:
    item = parse(limit)
    return item.amount, item.get_expiry()


class Cache:
    """Values with a life in seconds, and counted limits, shared as far as REDIS_URL reaches."""

    def __init__(self, redis_url: str = "") -> None:
        self._values: dict[str, tuple[float, str]] = {}
        self._sweep_at = FEW
        self._local = _LocalLimits()
        self._redis: aioredis.Redis | None = None
        self._shared: SlidingWindowCounterRateLimiter | None = None
        if redis_url:
            self._redis = aioredis.from_url(redis_url, decode_responses=True, retry=Retry(NoBackoff(), 0), **_FAST)
            # The same connections for both, so that closing gives all of them back.
            pool: Any = self._redis.connection_pool
            storage = RedisStorage(f"async+{redis_url}", implementation="redispy", connection_pool=pool)
            self._shared = SlidingWindowCounterRateLimiter(storage)

    async def get(self, key: str) -> str | None:
        """The value while it lives, else None."""
        if self._redis is not None:
            try:
                value = await self._redis.get(key)
            except RedisError:
                _warn()
            else:
                return None if value is None else str(value)
        ends, value = self._values.get(key, (0.0, ""))
        return value if time.monotonic() < ends else None

    async def set(self, key: str, value: str, seconds: int) -> None:
        """Keep `value` for `seconds`."""
        if self._redis is not None:
            try:
                await self._redis.set(key, value, ex=seconds)
            except RedisError:
                _warn()
        self._set_here(key, value, seconds)

    async def set_once(self, key: str, value: str, seconds: int) -> str:
        """Keep `value` for `seconds`, unless another one lives; the one that lives. Of many at once the first wins."""
        if self._redis is not None:
            try:
                is_first = await self._redis.set(key, value, ex=seconds, nx=True)
                living = None if is_first else await self._redis.get(key)  # nothing, too, when it died in between
            except RedisError:
                _warn()
            else:
                value = value if living is None else str(living)
                self._set_here(key, value, seconds)
                return value
        ends, kept = self._values.get(key, (0.0, ""))
        if time.monotonic() < ends:
            return kept
        self._set_here(key, value, seconds)
        return value

    def _set_here(self, key: str, value: str, seconds: int) -> None:
        self._values[key] = (time.monotonic() + seconds, value)
        if len(self._values) > self._sweep_at:
            self._sweep()

    def _sweep(self) -> None:
        """Drop what has died; as often as the number of values doubles, so that it costs next to nothing."""
        now = time.monotonic()
        self._values = {key: (ends, value) for key, (ends, value) in self._values.items() if now < ends}
        self._sweep_at = max(FEW, 2 * len(self._values))

    async def hit(self, limit: str, *identifiers: str) -> Allowance:
        """Count one call against a limit such as `60/minute` for these identifiers, shared by all processes."""
        if self._shared is not None:
            try:
                return await _hit(self._shared, parse(limit), identifiers)
            except RedisError:
                _warn()
        return self._local.hit(limit, identifiers)

    async def hit_here(self, limit: str, *identifiers: str) -> Allowance:
        """The same, counted in this process only: for reads, where exactness is not worth a round trip."""
        return self._local.hit(limit, identifiers)

    def hit_now(self, limit: str, *identifiers: str) -> Allowance:
        """As `hit_here`, for who is in a hurry: nothing is awaited."""
        return self._local.hit(limit, identifiers)

    async def close(self) -> None:
        """Give back the connections."""
        if self._redis is not None:
            await self._redis.aclose()


async def _hit(
    limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, identifiers: tuple[str, ...]
) -> Allowance:
    allowed = await limiter.hit(item, *identifiers)
    stats = await limiter.get_window_stats(item, *identifiers)
    reset_in = max(1, ceil(stats.reset_time - time.time()))
    return Allowance(allowed, item.amount, stats.remaining, reset_in)


def _warn() -> None:
    logger.warning("Redis does not answer; going on without it")
