"""The worker: claims due jobs one at a time, retries with growing pauses, buries what keeps failing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from tortoise.queryset import QuerySet

from backend import clock
from backend.errors import trace
from backend.jobs.models import BURIED, DONE, RUNNING, WAITING, Job

logger = logging.getLogger(__name__)

Handler = Callable[[Mapping[str, str]], Awaitable[None]]

LIMIT = 8  # attempts
CLAIM_LASTS = timedelta(minutes=10)  # a job whose worker died is taken again after this
IDLE_SECONDS = 1.0
WORKER_DIED = "worker died"  # stands as last error where no handler lived to raise one


def pause_after(attempts: int) -> timedelta:
    """How long a job rests after its n-th failure: 10 s, 20 s, 40 s … at most an hour."""
    return timedelta(seconds=min(3600, 10 * 2 ** (attempts - 1)))


async def work(handlers: Mapping[str, Handler]) -> bool:
    """Do one due job, if there is one; whether there was."""
    job = await _claim()
    if job is None:
        return False
    try:
        await handlers[job.name](job.payload)
    except Exception as error:
        await _failed(job, error)
    else:
        await _mine(job).update(state=DONE)
    return True


async def work_until(stopped: asyncio.Event, handlers: Mapping[str, Handler]) -> None:
    """Work off jobs until `stopped` is set; a database that is away is waited for."""
    while not stopped.is_set():
        try:
            busy = await work(handlers)
        except Exception as error:
            logger.error("the job table does not answer, trying again: %s", trace(error))
            busy = False
        if not busy:
            await wait(stopped, IDLE_SECONDS)


async def wait(stopped: asyncio.Event, seconds: float) -> None:
    """Sleep, but wake at once when `stopped` is set."""
    try:
        await asyncio.wait_for(stopped.wait(), seconds)
    except TimeoutError:
        return


async def forget_done(older_than: timedelta = timedelta(days=7)) -> int:
    """Delete finished jobs after a while; buried ones stay for somebody to look at."""
    return await Job.filter(state=DONE, run_at__lt=clock.now() - older_than).delete()


async def _claim() -> Job | None:
    """Take the job that is due longest. Two workers may see the same row; the conditional update lets one have it."""
    now = clock.now()
    await _take_back(now)
    for job in await Job.filter(state=WAITING, run_at__lte=now).order_by("run_at", "id").limit(10):
        claimed = Job.filter(id=job.id, state=WAITING, attempts=job.attempts)
        if await claimed.update(state=RUNNING, claimed_at=now, attempts=job.attempts + 1):
            job.attempts += 1
            return job
    return None


async def _take_back(now: datetime) -> None:
    """Free the jobs whose worker died. One that was tried to the limit may be what kills them: it is buried."""
    left = Job.filter(state=RUNNING, claimed_at__lt=now - CLAIM_LASTS)
    if await left.filter(attempts__gte=LIMIT).update(state=BURIED, last_error=WORKER_DIED):
        logger.error("jobs are buried whose workers died again and again")
    await left.update(state=WAITING)


async def _failed(job: Job, error: Exception) -> None:
    # The error's class only: its text could carry personal data.
    kind = type(error).__name__
    if job.attempts >= LIMIT:
        logger.error("job %s %s is buried after %d attempts: %s", job.name, job.id, job.attempts, kind)
        await _mine(job).update(state=BURIED, last_error=kind)
        return
    logger.warning("job %s %s failed (%s), attempt %d", job.name, job.id, kind, job.attempts)
    await _mine(job).update(state=WAITING, run_at=clock.now() + pause_after(job.attempts), last_error=kind)


def _mine(job: Job) -> QuerySet[Job]:
    """The row, as long as no other worker has taken it since."""
    return Job.filter(id=job.id, state=RUNNING, attempts=job.attempts)
