"""My score, the most asked for: our one process against a bare handler on the same PostgreSQL, by turns."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median

from backend.settings import ROOT
from bench.county import County, served
from bench.measuring import Row, cpu_seconds
from bench.wrk import Load, drive
from tests import servers

SCORE = "/api/v1/score"
CONNECTIONS = 64
SECONDS = 6
AT_LEAST = 0.8
START_SECONDS = 20.0


def score(database_url: str, tokens: tuple[str, ...], rounds: int) -> Row:
    """Our answers a second for each of the bare handler's."""
    with served(database_url, tokens) as county, _bare(county) as (bare_url, bare_pid):
        both = ((county.server.url, county.server.pid), (bare_url, bare_pid))
        for url, _ in both:
            drive(url + SCORE, tokens, seconds=2, connections=CONNECTIONS)
        taken = [tuple(_round(url, pid, tokens) for url, pid in both) for _ in range(rounds)]
    ratios = [ours.per_second / bare.per_second for (ours, _), (bare, _) in taken]
    told = ", ".join(_told(name, [each[place] for each in taken]) for place, name in enumerate(("ours", "bare")))
    return Row(f"my score against a bare select, {CONNECTIONS} connections", ratios, AT_LEAST, told, at_least=True)


def _told(name: str, taken: Sequence[tuple[Load, float]]) -> str:
    answers, p99 = median(load.per_second for load, _ in taken), median(load.p99 for load, _ in taken)
    return f"{name} {answers:.0f} a second, {median(cpu for _, cpu in taken):.0f} µs of CPU each, p99 {p99:.0f} ms"


def _round(url: str, pid: int, tokens: tuple[str, ...]) -> tuple[Load, float]:
    """A load, and the CPU microseconds that one answer costs the server."""
    before = cpu_seconds(pid)
    load = drive(url + SCORE, tokens, seconds=SECONDS, connections=CONNECTIONS)
    return load, (cpu_seconds(pid) - before) / (load.per_second * SECONDS) * 1e6


@contextmanager
def _bare(county: County) -> Iterator[tuple[str, int]]:
    """The address and the process of a bare handler on the county's database."""
    settings, port = county.settings, servers.free_port()
    command = [sys.executable, "-m", "bench.bare", str(port), settings.database_url, str(settings.database_connections)]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
    url, deadline = f"http://{servers.HERE}:{port}", time.monotonic() + START_SECONDS
    try:
        while not servers.healthy(url):
            if time.monotonic() > deadline or process.poll() is not None:
                raise SystemExit("the bare handler does not start")
            time.sleep(0.1)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait()
