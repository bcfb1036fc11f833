"""Several worker processes in one night: each lapse posted, each notice told, and one checkpoint taken, all once."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random

import pytest

from backend import clock
from backend.demo.people import make_people
from backend.notifications.models import Notice
from backend.points.models import Checkpoint, PointEntry, Score
from backend.points.verification import verify_ledger
from backend.settings import ROOT
from tests import factories
from tests.factories import VOLUNTEER_HOURS

pytestmark = [
    pytest.mark.together,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]

ClockAt = Callable[[str], AbstractContextManager[None]]

PEOPLE, WORKERS = 30, 4
ENROLLED = "2026-11-23 09:00"
NIGHT = "2027-11-01 01:00"  # rewards of early 2026 lapse after 21 months, and the year's yes ends within thirty days


@pytest.fixture
async def county(database: None, clock_at: ClockAt) -> None:
    """Enrolled citizens, each with a reward that lapses before the night and one that does not."""
    with clock_at(ENROLLED):
        await factories.load_tiny_catalogue()
        known = make_people(Random(1), 120, clock.today())  # noqa: S311 (made-up people)
        people = [each for each in known if each.age_on(clock.today()) >= 19]
        for place, each in enumerate(people[:PEOPLE]):
            person = factories.Person(each.name, each.identity.number, each.phone, f"wechat-{place}")
            await factories.enrolled_citizen(person)
            old = factories.row(person, VOLUNTEER_HOURS, document_date="2025-10-01", conduct_end="2025-10-01")
            await factories.file_records(old, factories.row(person))
    assert await Score.all().count() == PEOPLE


def a_night(database_url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "tests.together.a_night", database_url, NIGHT]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True)


async def ready(workers: list[subprocess.Popen[str]]) -> None:
    for worker in workers:
        assert worker.stdout is not None
        assert await asyncio.to_thread(worker.stdout.readline) == "ready\n"


def begin(workers: list[subprocess.Popen[str]]) -> None:
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()


async def assert_done_once() -> None:
    assert await PointEntry.filter(kind="lapsed").count() == PEOPLE
    assert await Score.filter(points=1020, entry_count=3).count() == PEOPLE
    assert await Notice.filter(kind="enrolment_ending").count() == PEOPLE
    assert await Checkpoint.all().count() == 1
    assert (await verify_ledger()).misfits == []


async def test_four_workers_share_one_night(county: None, database_url: str) -> None:
    workers = [a_night(database_url) for _ in range(WORKERS)]
    await ready(workers)
    begin(workers)
    said = [(await asyncio.to_thread(worker.communicate, timeout=60))[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * WORKERS, said
    counts = [[int(word) for word in each.split()[-3:]] for each in said]
    assert [sum(each) for each in zip(*counts, strict=True)] == [PEOPLE, PEOPLE, 1], said
    await assert_done_once()


@pytest.mark.parametrize("after", [0.0, 0.1])
async def test_what_a_killed_worker_left_the_next_one_does(county: None, database_url: str, after: float) -> None:
    first = a_night(database_url)
    await ready([first])
    begin([first])
    await asyncio.sleep(after)
    first.send_signal(signal.SIGKILL)
    await asyncio.to_thread(first.communicate, timeout=60)
    assert (await verify_ledger()).misfits == []
    second = a_night(database_url)
    await ready([second])
    begin([second])
    said, _ = await asyncio.to_thread(second.communicate, timeout=60)
    assert second.returncode == 0, said
    await assert_done_once()
