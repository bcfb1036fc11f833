"""Repeating jobs: each is done once a period by whichever worker moves its due time forward first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from backend import clock
from backend.errors import trace
from backend.jobs.models import RepeatingJob
from backend.jobs.worker import wait

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 30.0


@dataclass(frozen=True)
class Repeating:
    """A deed done every so often; after downtime it is done once, not once for each period missed."""

    every: timedelta
    deed: Callable[[], Awaitable[object]]


async def run_due(jobs: Mapping[str, Repeating]) -> list[str]:
    """Do what is due; the names of what was done. One that fails is tried again in the next period."""
    done = []
    for name, job in jobs.items():
        if await _take_turn(name, job):
            try:
                await job.deed()
            except Exception as error:
                logger.error("repeating job %s failed: %s", name, trace(error))
            else:
                done.append(name)
    return done


async def run_until(stopped: asyncio.Event, jobs: Mapping[str, Repeating]) -> None:
    """Do what is due until `stopped` is set; a database that is away is waited for."""
    while not stopped.is_set():
        try:
            await run_due(jobs)
        except Exception as error:
            logger.error("the schedule does not answer, trying again: %s", trace(error))
        await wait(stopped, LOOK_EVERY_SECONDS)


async def _take_turn(name: str, job: Repeating) -> bool:
    now = clock.now()
    await RepeatingJob.bulk_create([RepeatingJob(name=name, due_at=now)], ignore_conflicts=True)
    return bool(await RepeatingJob.filter(name=name, due_at__lte=now).update(due_at=now + job.every))
