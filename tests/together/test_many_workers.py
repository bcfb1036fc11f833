"""Several worker processes on one job table, one of which is killed: each job is done, and none by two of them."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from backend.jobs.models import DONE, RUNNING, Job
from backend.jobs.outbox import promise
from backend.jobs.worker import CLAIM_LASTS
from backend.settings import ROOT
from tests.jobs.deeds import Deeds, all_at

pytestmark = [pytest.mark.together, pytest.mark.slow, pytest.mark.usefixtures("database")]

JOBS, WORKERS = 300, 3


def a_worker(database_url: str, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "tests.together.a_worker", database_url, str(file)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


async def test_three_workers_and_a_death_do_each_job(database_url: str, tmp_path: Path) -> None:
    for number in range(JOBS):
        await promise("note", id=str(number))
    done = tmp_path / "done"
    workers = [a_worker(database_url, done) for _ in range(WORKERS)]
    while not done.exists():  # noqa: ASYNC110 (a process rings no bell)
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    workers[0].send_signal(signal.SIGKILL)
    said = [await asyncio.to_thread(worker.communicate, timeout=60) for worker in workers]
    assert [worker.returncode for worker in workers[1:]] == [0, 0], said

    left = await Job.filter(state=RUNNING)
    assert await Job.filter(state=DONE).count() + len(left) == JOBS
    assert len(left) <= 1, "what the dead one had in hand"
    times = Counter(done.read_text().split())
    assert set(times.values()) == {1}
    assert {each.payload["id"] for each in left} >= {str(number) for number in range(JOBS)} - times.keys()

    deeds = Deeds()
    await all_at(CLAIM_LASTS + timedelta(minutes=1), {"note": deeds})
    assert deeds.done.keys() == {each.payload["id"] for each in left}
    assert await Job.filter(state=DONE).count() == JOBS
