"""Deeds for workers: they remember what they were asked, and fail as often as they are told."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from backend import clock
from backend.jobs.worker import Handler, work


class Deeds:
    """A handler that remembers what it was asked, and fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.done: Counter[str] = Counter()
        self.failures = failures
        self.begun = asyncio.Event()

    async def __call__(self, payload: Mapping[str, str]) -> None:
        await asyncio.sleep(0)
        self.done[payload["id"]] += 1
        self.begun.set()
        if self.failures:
            self.failures -= 1
            raise LookupError("鲁小明 410423199003070017 was not found")


async def all_at(moment: timedelta, handlers: Mapping[str, Handler]) -> int:
    """Work off what is due after some time has passed; how many jobs were tried."""
    tried = 0
    with clock.pinned(clock.now() + moment):
        while await work(handlers):
            tried += 1
    return tried
