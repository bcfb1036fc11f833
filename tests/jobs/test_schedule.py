"""Repeating jobs: once a period, by one of the workers, and once after a long sleep."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from backend.jobs.models import RepeatingJob
from backend.jobs.schedule import Repeating, run_due, run_until
from backend.point_sources import open_ledger
from backend.secrets import open_vault
from backend.settings import Settings
from backend.worker_jobs import repeating_jobs
from media.storage import open_storage
from tests.connections import open_all

ClockAt = Callable[[str], AbstractContextManager[None]]

pytestmark = pytest.mark.usefixtures("database")


class Sweep:
    """A deed that counts itself."""

    def __init__(self) -> None:
        self.times = 0
        self.begun = asyncio.Event()

    async def __call__(self) -> None:
        await asyncio.sleep(0)
        self.times += 1
        self.begun.set()


async def test_it_is_done_once_a_period(clock_at: ClockAt) -> None:
    sweep = Sweep()
    jobs = {"sweep": Repeating(timedelta(days=1), sweep)}
    for moment, times in (("23 09:00", 1), ("23 09:01", 1), ("24 08:59", 1), ("24 09:00", 2), ("24 23:00", 2)):
        with clock_at(f"2026-11-{moment}"):
            await run_due(jobs)
        assert sweep.times == times, moment


async def test_several_workers_at_once_do_it_once(clock_at: ClockAt) -> None:
    sweep = Sweep()
    await open_all()
    jobs = {"sweep": Repeating(timedelta(days=1), sweep)}
    for day in (23, 24, 25):
        with clock_at(f"2026-11-{day} 09:00"):
            done = await asyncio.gather(*(run_due(jobs) for _ in range(8)))
        assert sorted(map(len, done)) == [0] * 7 + [1]
    assert sweep.times == 3


async def test_after_a_week_of_downtime_it_is_done_once(clock_at: ClockAt) -> None:
    sweep = Sweep()
    jobs = {"sweep": Repeating(timedelta(hours=1), sweep)}
    with clock_at("2026-11-23 09:00"):
        await run_due(jobs)
    with clock_at("2026-11-30 09:30"):
        assert await run_due(jobs) == ["sweep"]
        assert await run_due(jobs) == []
    assert sweep.times == 2
    with clock_at("2026-11-30 10:30"):
        assert await run_due(jobs) == ["sweep"]


async def test_one_that_fails_keeps_no_other_from_its_turn(clock_at: ClockAt, caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise LookupError("鲁小明 410423199003070017")

    sweep, day = Sweep(), timedelta(days=1)
    jobs = {"broken": Repeating(day, broken), "sweep": Repeating(day, sweep)}
    with caplog.at_level(logging.DEBUG), clock_at("2026-11-23 09:00"):
        assert await run_due(jobs) == ["sweep"]
        assert await run_due(jobs) == [], "it has its next turn in the next period"
    assert "repeating job broken failed: LookupError" in caplog.text
    assert "鲁小明" not in caplog.text


async def test_it_runs_until_it_is_stopped() -> None:
    sweep, stopped = Sweep(), asyncio.Event()
    running = asyncio.create_task(run_until(stopped, {"sweep": Repeating(timedelta(days=1), sweep)}))
    async with asyncio.timeout(5):
        await sweep.begun.wait()
        stopped.set()
        await running


async def test_everything_that_the_server_repeats_can_be_done_on_an_empty_database(
    clock_at: ClockAt, settings: Settings
) -> None:
    jobs = repeating_jobs(open_vault(settings), open_ledger(), open_storage(settings))
    with clock_at("2026-11-23 09:00"):
        assert await run_due(jobs) == list(jobs)
    assert await RepeatingJob.all().count() == len(jobs)
