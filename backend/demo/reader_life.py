"""Readers of the demo's articles: how often each was read day by day, and who liked it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from backend import clock
from backend.citizens.models import Account
from backend.content import likes
from backend.content.counts import add_reads
from backend.demo.article_plan import Planned
from backend.demo.joining import Joining
from backend.demo.life import Event
from backend.secrets import Vault

_MOST_LIKES = 14
_FIRST_DAY = (40, 160)  # reads on the day it comes out; each day after it has a share of the one before
_SHARE = 0.72
_LEAST = 2


@dataclass
class ReaderLife:
    """`ids` has the articles by their keys, once they are written."""

    vault: Vault
    accounts: Mapping[str, Account]
    ids: Mapping[str, UUID]

    def events(self, plan: Iterable[Planned], neighbours: Sequence[Joining], now: datetime) -> Iterator[Event]:
        """The likes, each at its moment; and just before `now` the reads of all days."""
        shown = [(each.told.key, each.published_at) for each in plan if each.published_at and each.published_at < now]
        for key, published_at in shown:
            random = Random(f"likes {key}")  # noqa: S311 (made-up readers, always the same)
            for one in random.sample(neighbours, min(len(neighbours), random.randrange(2, _MOST_LIKES))):
                moment = published_at + (now - published_at) * random.uniform(0.02, 0.98)
                if one.moment < moment:
                    yield Event(moment, partial(self._like, one.user, key))
        yield Event(now - timedelta(seconds=1), partial(self._read, shown, now))

    async def _like(self, user: str, key: str) -> None:
        await likes.like(self.vault, self.accounts[user], self.ids[key])

    async def _read(self, shown: Sequence[tuple[str, datetime]], now: datetime) -> None:
        for key, published_at in shown:
            random = Random(f"reads {key}")  # noqa: S311 (as above)
            by_day: dict[date, int] = {}
            first, reads = clock.local_date(published_at), float(random.randrange(*_FIRST_DAY))
            for after in range((clock.local_date(now) - first).days + 1):
                by_day[first + timedelta(days=after)] = max(_LEAST, round(reads * random.uniform(0.7, 1.3)))
                reads *= _SHARE
            await add_reads(self.ids[key], by_day)
