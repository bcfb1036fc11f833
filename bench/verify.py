"""Recomputing all chains with `run.py verify-ledger`, as an auditor does: entries a minute, and its peak of memory."""

import re
import resource
import subprocess
import sys
import threading
import time
from statistics import median
from typing import NamedTuple

from backend.settings import ROOT, Settings
from bench.measuring import Row, peak_megabytes
from tests.servers import environment

ENTRIES = 10_000_000
SECONDS = 300  # for so many of them


class _Done(NamedTuple):
    entries: int
    seconds: float
    cpu: float
    megabytes: float


def verify(settings: Settings, rounds: int) -> Row:
    """Seconds for ten million entries, against five minutes."""
    done = [_verify_once(settings) for _ in range(rounds)]
    seconds, cpu = median(each.seconds for each in done), median(each.cpu / each.entries for each in done)
    told = f"{done[0].entries:,} entries in {seconds:.0f} s, {cpu * 1e6:.0f} µs of its CPU each, "
    told += f"{max(each.megabytes for each in done):.0f} MB"
    ratios = [each.seconds / each.entries * ENTRIES / SECONDS for each in done]
    return Row("recomputing 10,000,000 entries, of 5 minutes", ratios, 1.0, told)


def _verify_once(settings: Settings) -> _Done:
    began, worked = time.monotonic(), _cpu_of_children()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), "verify-ledger"],
        cwd=ROOT, env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    peaks: list[float] = [0.0]
    watching = threading.Thread(target=_watch, args=(process, peaks))
    watching.start()
    printed, wrong = process.communicate()
    seconds = time.monotonic() - began
    watching.join()
    if process.returncode:
        raise SystemExit(f"verify-ledger found something: {printed[-500:]} {wrong[-500:]}")
    found = re.search(r"([0-9]+) entries", printed)
    if found is None:
        raise SystemExit(f"verify-ledger said nothing: {printed[-500:]}")
    return _Done(int(found[1]), seconds, _cpu_of_children() - worked, peaks[0])


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(process: "subprocess.Popen[str]", peaks: list[float]) -> None:
    while process.poll() is None:
        peaks[0] = max(peaks[0], peak_megabytes(process.pid))
        time.sleep(0.1)
