"""Counting how often articles are read: in memory, written every two seconds, and nothing about who read (charter 10).

A killed process loses what it counted in the last two seconds; one that is told to stop writes it first.
"""

import asyncio
import hashlib
import logging
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from uuid import UUID

from backend import clock
from backend.cache import Cache
from backend.content.counts import add_reads
from backend.content.keeping import Kept
from backend.content.readers_of_day import ReadersOfDay
from backend.content.reading import article_not_found
from backend.content.shown import is_shown
from backend.content.watch import ContentWatch
from backend.errors import trace
from backend.jobs.worker import wait

EVERY = 2.0  # seconds between two writes
LAST = 5.0  # seconds for the write of a process that ends
OF_ONE_NETWORK = "200/day"  # of one article: a whole school may read behind one address, a script may not count on
DAY = 86_400  # seconds

# What fetches pages by itself says so. Phones of the make Cubot are no robots; who says nothing is no browser either.
_ROBOT = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/_;-]|crawl|spider|slurp|scrap|headless|lighthouse|phantomjs|archiver|monitor|preview"
    r"|curl|wget|python|java/|go-http|libwww|httpclient|okhttp|axios|node-fetch|postman|^\s*$",
    re.IGNORECASE,
)
_ABOUT = 200  # bytes that a decision whether an article is shown takes in memory
_MOST_BYTES = 2_000_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reader:
    """Who says that she read, as far as telling two readers apart needs it; only a hash of it outlives the request."""

    network: str
    agent: str  # her browser's or app's name of itself
    word: str = ""  # random, of her app; of several phones behind one address each has its own


class Reads:
    """The reads that this process has counted and not yet written."""

    def __init__(self, cache: Cache, watch: ContentWatch) -> None:
        self._cache = cache
        self._shown: Kept[bool] = Kept(watch, _MOST_BYTES, lambda *_: _ABOUT)
        self._counted: Counter[tuple[UUID, date]] = Counter()
        self._at_work: set[str] = set()  # readers whose read is being decided upon
        self._readers = ReadersOfDay()
        self._salt = (date.min, "")
        self._stopped = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Write every two seconds from now on."""
        self._task = asyncio.create_task(self._go_on())

    async def close(self) -> None:
        """Write what is left, and no more."""
        self._stopped.set()
        if self._task is not None:
            await self._task

    async def note(self, article_id: UUID, reader: Reader) -> None:
        """Count that she read it: once a day of the county, and no robot. Raises NotFound when it is not to be seen.

        Who counts already is told nothing else than who does not.
        """
        if not (await self._shown.get(article_id, lambda: is_shown(article_id))).value:
            raise article_not_found()
        day = clock.today()
        if not _ROBOT.search(reader.agent) and await self._is_first(article_id, reader, day):
            self._counted[article_id, day] += 1

    async def write(self) -> None:
        """Add what was counted to the tables, a transaction for each article. What fails is kept for later."""
        counted, self._counted = self._counted, Counter()
        by_article: dict[UUID, dict[date, int]] = defaultdict(dict)
        for article_id, day in counted:
            by_article[article_id][day] = counted[article_id, day]
        try:
            for article_id in sorted(by_article):
                await add_reads(article_id, by_article[article_id])
                for day in by_article[article_id]:
                    del counted[article_id, day]
        finally:
            self._counted.update(counted)

    async def _is_first(self, article_id: UUID, reader: Reader, day: date) -> bool:
        salt = await self._salt_of(day)
        seen = _hash(salt, f"{article_id} {reader.network} {reader.agent} {reader.word}")
        if seen in self._at_work or not self._readers.have_room(day, reader.network):
            return False
        self._at_work.add(seen)
        try:
            if await self._cache.get(f"read:{seen}") is not None:
                return False
            network = _hash(salt, f"{article_id} {reader.network}")
            if not (await self._cache.hit(OF_ONE_NETWORK, "reads", network)).allowed:
                return False
            if not self._readers.take_in(day, reader.network):
                return False  # others took the last room meanwhile
            await self._cache.set(f"read:{seen}", "1", DAY)
        finally:
            self._at_work.discard(seen)
        return True

    async def _salt_of(self, day: date) -> str:
        """The day's own random word, the same for all processes as far as REDIS_URL reaches; after the day it is gone.

        Without it nobody can tell from a hash whether somebody read, not even by trying all addresses.
        """
        if self._salt[0] != day:
            self._salt = day, await self._cache.set_once(f"reads.salt.{day}", token_hex(), DAY)
        return self._salt[1]

    async def _go_on(self) -> None:
        while not self._stopped.is_set():
            await wait(self._stopped, EVERY)
            await self._try_to_write()
        if self._counted:  # what was counted while that was written
            await self._try_to_write()

    async def _try_to_write(self) -> None:
        try:
            async with asyncio.timeout(LAST):
                await self.write()
        except Exception as error:
            logger.error("%d reads could not be written yet: %s", self._counted.total(), trace(error))


def _hash(salt: str, said: str) -> str:
    return hashlib.blake2b(said.encode(errors="replace"), key=salt.encode(), digest_size=12).hexdigest()
