"""The server's processes: what dies is started again, and what is told to stop stops."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.settings import Settings
from tests.servers import RunningServer, healthy

pytestmark = [pytest.mark.together, pytest.mark.slow]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # killed on PostgreSQL: test_killed_server
async def test_a_killed_process_is_started_again(server: RunningServer) -> None:
    first = _children(server.pid)
    assert len(first) >= 2

    for pid in first:
        os.kill(pid, signal.SIGKILL)
    await _until(lambda: len(_children(server.pid)) >= len(first) and healthy(server.url))

    assert not set(first) & set(_children(server.pid))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seconds", [0.8, 1.4, 2.0])
def test_told_to_stop_while_it_starts_it_stops(settings: Settings, tmp_path: Path, seconds: float) -> None:
    server = RunningServer(settings, tmp_path / "server.log")
    server.begin()
    time.sleep(seconds)

    server.stop()  # raises when it does not end by itself


def _children(pid: int) -> list[int]:
    """Web processes and worker: the children that run this project's code, but for the manager's own state keeper."""
    listed = subprocess.run(
        ["ps", "-ww", "--ppid", str(pid), "-o", "pid=,args="], capture_output=True, text=True, check=True
    )
    lines = [line.split(maxsplit=1) for line in listed.stdout.splitlines()]
    spawned = [int(number) for number, words in lines if "spawn_main" in words]
    return sorted(spawned)[1:]  # the first is the keeper of the state that they share


async def _until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come back"
        await asyncio.sleep(0.05)
