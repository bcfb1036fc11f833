"""Workers that die, or come back too late: their jobs are done by another, once."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from backend import clock
from backend.jobs.models import BURIED, RUNNING, WAITING, Job
from backend.jobs.outbox import promise
from backend.jobs.worker import CLAIM_LASTS, LIMIT, WORKER_DIED, work
from tests.jobs.deeds import Deeds, all_at

pytestmark = pytest.mark.usefixtures("database")


async def test_the_job_of_a_dead_worker_is_taken_over_after_its_claim() -> None:
    deeds = Deeds()
    await promise("greet", id="1")
    now = clock.now()
    await Job.all().update(state=RUNNING, claimed_at=now, attempts=1)
    assert await all_at(CLAIM_LASTS - timedelta(seconds=1), {"greet": deeds}) == 0
    assert await all_at(CLAIM_LASTS + timedelta(seconds=1), {"greet": deeds}) == 1
    assert deeds.done == {"1": 1}


async def test_a_job_that_kills_its_workers_is_buried_too() -> None:
    """It never gets so far as to fail; without a limit it would kill one worker after the other for ever."""
    await promise("greet", id="1")
    await Job.all().update(state=RUNNING, claimed_at=clock.now(), attempts=LIMIT)
    deeds = Deeds()
    assert await all_at(CLAIM_LASTS + timedelta(seconds=1), {"greet": deeds}) == 0
    job = await Job.get()
    assert (job.state, job.attempts, deeds.done) == (BURIED, LIMIT, {})
    assert job.last_error == WORKER_DIED


async def test_a_slow_worker_whose_job_was_taken_over_changes_nothing() -> None:
    """She comes back after her claim has ended: the state belongs to who has it now."""
    slow, taken = asyncio.Event(), asyncio.Event()

    async def slowly(payload: Mapping[str, str]) -> None:
        taken.set()
        await slow.wait()

    async def fails_slowly(payload: Mapping[str, str]) -> None:
        await slowly(payload)
        raise LookupError

    for handler in (slowly, fails_slowly):
        slow.clear()
        taken.clear()
        await Job.all().delete()
        await promise("greet", id="1")
        late = asyncio.create_task(work({"greet": handler}))
        await taken.wait()
        other = Deeds(failures=1)
        await all_at(CLAIM_LASTS + timedelta(seconds=1), {"greet": other})
        before = dict(await Job.get())
        assert (before["state"], before["attempts"]) == (WAITING, 2)
        slow.set()
        await late
        assert dict(await Job.get()) == before
