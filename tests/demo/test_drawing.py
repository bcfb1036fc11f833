"""The shapes of the points page."""

from dataclasses import dataclass
from datetime import date

from backend.demo.pages.drawing import HEIGHT, MARGIN, WIDTH, bars, progress, trend_line


@dataclass
class Day:
    day: date
    points: int


def test_a_line_goes_from_the_first_day_at_the_left_to_today_at_the_right() -> None:
    drawn = trend_line([Day(date(2026, 1, 1), 1000), Day(date(2026, 7, 1), 1010), Day(date(2026, 12, 31), 1100)])
    assert drawn.line.startswith(f"M{MARGIN}.0 {HEIGHT - MARGIN}.0 L")
    assert drawn.last == (WIDTH - MARGIN, MARGIN)
    assert (drawn.lowest, drawn.highest) == (1000, 1100)


def test_who_enrolled_today_has_a_point_in_the_middle() -> None:
    drawn = trend_line([Day(date(2026, 11, 22), 1000)])
    assert drawn.last == (WIDTH / 2, HEIGHT / 2)
    assert (drawn.lowest, drawn.highest) == (990, 1010)


def test_a_small_change_is_no_cliff() -> None:
    drawn = trend_line([Day(date(2026, 1, 1), 1003), Day(date(2026, 2, 1), 1001)])
    assert drawn.highest - drawn.lowest >= 20
    assert drawn.lowest <= 1001 < 1003 <= drawn.highest


def test_bars_are_as_long_as_their_points_and_the_largest_comes_first() -> None:
    drawn = bars([("志愿服务", 50), ("消防安全", -20), ("荣誉", 100)])
    assert [(bar.label, bar.share) for bar in drawn] == [("荣誉", 100.0), ("志愿服务", 50.0), ("消防安全", 20.0)]
    assert bars([]) == []


def test_progress_stays_between_nothing_and_all() -> None:
    assert progress(1075, 1060, 1120) == 25.0
    assert progress(980, 1000, 1020) == 0.0
    assert progress(1200, 1060, 1120) == 100.0
