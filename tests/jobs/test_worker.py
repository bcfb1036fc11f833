"""Promises are kept: each once, again after a failure, and buried where nothing helps."""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from backend import clock
from backend.database import close_database, transaction
from backend.jobs.models import BURIED, DONE, WAITING, Job
from backend.jobs.outbox import promise
from backend.jobs.worker import LIMIT, forget_done, pause_after, wait, work, work_until
from tests.connections import open_all
from tests.jobs.deeds import Deeds, all_at

ClockAt = Callable[[str], AbstractContextManager[None]]

pytestmark = pytest.mark.usefixtures("database")


async def test_a_promise_is_kept_once() -> None:
    deeds = Deeds()
    await promise("greet", id="1")
    assert await work({"greet": deeds})
    assert not await work({"greet": deeds})
    job = await Job.get()
    assert (job.state, job.attempts, job.last_error, deeds.done) == (DONE, 1, None, {"1": 1})


async def test_a_promise_of_a_deed_that_failed_was_never_made() -> None:
    async def deed() -> None:
        async with transaction():
            await promise("greet", id="1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await deed()
    assert await Job.all().count() == 0


async def test_a_promise_is_not_seen_before_its_deed_is_done() -> None:
    deeds, elsewhere = Deeds(), contextvars.copy_context()
    async with transaction():
        await promise("greet", id="1")
        looking = asyncio.create_task(work({"greet": deeds}), context=elsewhere)
        await asyncio.sleep(0.05)
        assert deeds.done == {}
    await looking
    await work({"greet": deeds})
    assert deeds.done == {"1": 1}


async def test_jobs_are_done_in_the_order_of_their_time() -> None:
    order: list[str] = []

    async def remember(payload: Mapping[str, str]) -> None:
        order.append(payload["id"])

    now = clock.now()
    for place, late in (("1", 2), ("2", 3), ("3", 1)):
        await Job.create(name="greet", payload={"id": place}, run_at=now - timedelta(hours=late), created_at=now)
    await all_at(timedelta(0), {"greet": remember})
    assert order == ["2", "1", "3"]


async def test_a_job_of_the_future_waits() -> None:
    deeds = Deeds()
    await Job.create(name="greet", payload={"id": "1"}, run_at=clock.now() + timedelta(hours=1), created_at=clock.now())
    assert await all_at(timedelta(minutes=59), {"greet": deeds}) == 0
    assert await all_at(timedelta(minutes=61), {"greet": deeds}) == 1


async def test_many_workers_do_each_job_once() -> None:
    deeds = Deeds()
    for number in range(60):
        await promise("greet", id=str(number))

    async def worker() -> None:
        idle = 0
        while idle < 3:
            idle = 0 if await work({"greet": deeds}) else idle + 1

    await open_all()
    await asyncio.gather(*(worker() for _ in range(8)))
    assert deeds.done == {str(number): 1 for number in range(60)}
    assert await Job.filter(state=DONE, attempts=1).count() == 60


def test_pauses_grow_up_to_an_hour() -> None:
    seconds = [pause_after(attempts).total_seconds() for attempts in range(1, 12)]
    assert seconds == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


async def test_what_fails_is_tried_again_after_growing_pauses(clock_at: ClockAt) -> None:
    deeds = Deeds(failures=2)
    with clock_at("2026-11-23 09:00"):
        await promise("greet", id="1")
        for passed, tried in ((0, 1), (9, 0), (10, 1), (29, 0), (30, 1), (9999, 0)):
            assert await all_at(timedelta(seconds=passed), {"greet": deeds}) == tried, passed
    job = await Job.get()
    assert (job.state, job.attempts, deeds.done["1"]) == (DONE, 3, 3)


async def test_what_always_fails_is_buried_and_left_alone(clock_at: ClockAt) -> None:
    deeds = Deeds(failures=1000)
    with clock_at("2026-11-23 09:00"):
        await promise("greet", id="1")
        tried = [await all_at(timedelta(hours=hour), {"greet": deeds}) for hour in range(LIMIT + 5)]
    job = await Job.get()
    assert (sum(tried), job.state, job.attempts) == (LIMIT, BURIED, LIMIT)
    assert await forget_done(timedelta(0)) == 0, "somebody has to look at it"


async def test_of_an_error_only_its_kind_is_kept(clock_at: ClockAt, caplog: pytest.LogCaptureFixture) -> None:
    """Its text may name a person."""
    with caplog.at_level(logging.DEBUG), clock_at("2026-11-23 09:00"):
        await promise("greet", id="1")
        for hour in range(LIMIT):
            await all_at(timedelta(hours=hour), {"greet": Deeds(failures=1)})
    assert (await Job.get()).last_error == "LookupError"
    assert "LookupError" in caplog.text
    assert "鲁小明" not in caplog.text
    assert "410423199003070017" not in caplog.text


async def test_a_job_that_nobody_knows_how_to_do_is_a_failure_not_the_end() -> None:
    deeds = Deeds()
    await promise("a name of yesterday", id="1")
    await promise("greet", id="2")
    assert await all_at(timedelta(0), {"greet": deeds}) == 2
    assert deeds.done == {"2": 1}
    assert (await Job.get(name="a name of yesterday")).last_error == "KeyError"


async def test_done_jobs_are_forgotten_after_a_week(clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        await promise("greet", id="1")
        await work({"greet": Deeds()})
        await promise("greet", id="2")
    with clock_at("2026-11-30 09:00"):
        assert await forget_done() == 0
    with clock_at("2026-11-30 09:01"):
        assert await forget_done() == 1
    assert [job.state for job in await Job.all()] == [WAITING]


async def test_it_works_until_it_is_stopped_and_then_ends_at_once() -> None:
    stopped, deeds = asyncio.Event(), Deeds()
    working = asyncio.create_task(work_until(stopped, {"greet": deeds}))
    await promise("greet", id="1")
    async with asyncio.timeout(5):
        await deeds.begun.wait()
    stopped.set()
    async with asyncio.timeout(0.5):
        await working


async def test_a_database_that_is_away_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    stopped = asyncio.Event()
    await close_database()
    working = asyncio.create_task(work_until(stopped, {}))
    await asyncio.sleep(0.1)
    assert not working.done()
    assert "the job table does not answer" in caplog.text
    stopped.set()
    await working


async def test_waiting_ends_with_the_time_or_the_signal() -> None:
    stopped = asyncio.Event()
    async with asyncio.timeout(1):
        await wait(stopped, 0.01)
        stopped.set()
        await wait(stopped, 60)
