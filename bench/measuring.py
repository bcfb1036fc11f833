"""What a benchmark says: one row with its ratio and what it should reach, and how a figure is taken."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratios` are those of the single rounds; their median counts.

    It is to be at most `reach`, or with `at_least` no less than it.
    """

    what: str
    ratios: Sequence[float]
    reach: float
    told: str
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return median(self.ratios)

    @property
    def reached(self) -> bool:
        """Whether it is as fast as design/quality.md wants."""
        return self.ratio >= self.reach if self.at_least else self.ratio <= self.reach

    def line(self) -> str:
        """As a line of a Markdown table."""
        rounds = ", ".join(f"{each:.2f}" for each in self.ratios)
        verdict = "yes" if self.reached else "NO"
        reach = f"{'≥' if self.at_least else '≤'} {self.reach} ×"
        return f"| {self.what} | {self.ratio:.2f} × | {reach} | {verdict} | {rounds} | {self.told} |"


HEADER = "| what | ratio (median) | reach | reached | rounds | figures |\n| --- | --- | --- | --- | --- | --- |"


def cpu_seconds(leader: int) -> float:
    """CPU seconds, user and system, of all living processes in a process group."""
    return sum(_cpu_of(stat) for stat in _stats() if stat[2] == str(leader))


def peak_megabytes(process: int) -> float:
    """The most memory that a process has held so far; 0 once it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text("utf-8")
    except OSError:
        return 0.0
    peak = re.search(r"VmHWM:\s+([0-9]+) kB", status)
    return int(peak[1]) / 1024 if peak else 0.0


def _stats() -> list[list[str]]:
    stats = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in brackets may hold anything; what follows it is state, parent, group …
            stats.append(path.read_text("utf-8", errors="replace").rpartition(")")[2].split())
        except OSError:  # it ended while we looked
            continue
    return stats


def _cpu_of(stat: list[str]) -> float:
    return (int(stat[11]) + int(stat[12])) / _TICKS
