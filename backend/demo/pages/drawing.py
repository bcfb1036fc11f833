"""Pure: figures as shapes, drawn on the server because the pages run no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

WIDTH, HEIGHT, MARGIN = 320, 130, 8  # of the trend, in its own units
_FLATTEST = 20  # points that the scale spans at least, so that a small change does not look like a cliff


class _Day(Protocol):
    @property
    def day(self) -> date: ...

    @property
    def points(self) -> int: ...


@dataclass(frozen=True)
class TrendLine:
    """A line through the ends of months: SVG paths, and the figures for its scale."""

    line: str
    area: str
    last: tuple[float, float]
    lowest: int
    highest: int


@dataclass(frozen=True)
class Bar:
    """One part of the points; `share` is its length in hundredths of the longest bar."""

    label: str
    points: int
    share: float


def trend_line(items: Sequence[_Day]) -> TrendLine:
    """The line of at least one day, oldest first."""
    lowest, highest = _scale([each.points for each in items])
    first, span = items[0].day, max(1, (items[-1].day - items[0].day).days)

    def place(each: _Day) -> tuple[float, float]:
        across = (each.day - first).days / span if len(items) > 1 else 0.5
        up = (each.points - lowest) / (highest - lowest)
        return (
            round(MARGIN + across * (WIDTH - 2 * MARGIN), 1),
            round(HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN), 1),
        )

    places = [place(each) for each in items]
    line = "M" + " L".join(f"{x} {y}" for x, y in places)
    ground = HEIGHT - MARGIN
    area = f"{line} L{places[-1][0]} {ground} L{places[0][0]} {ground} Z"
    return TrendLine(line, area, places[-1], lowest, highest)


def bars(parts: Sequence[tuple[str, int]]) -> list[Bar]:
    """The largest first."""
    longest = max((abs(points) for _, points in parts), default=0)
    ordered = sorted(parts, key=lambda part: (-part[1], part[0]))
    return [Bar(label, points, round(100 * abs(points) / longest, 1)) for label, points in ordered]


def progress(points: int, base: int, goal: int) -> float:
    """How far `points` are on the way from `base` to `goal`, in hundredths."""
    if goal <= base:
        return 100.0
    return round(100 * min(1.0, max(0.0, (points - base) / (goal - base))), 1)


def _scale(points: Sequence[int]) -> tuple[int, int]:
    """Round figures around all points."""
    lowest, highest = min(points), max(points)
    missing = max(0, _FLATTEST - (highest - lowest))
    lowest, highest = lowest - (missing + 1) // 2, highest + missing // 2
    return lowest // 10 * 10, -(-highest // 10) * 10
