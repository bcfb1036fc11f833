"""Working days as the State Council announced them, and the clocks that count in them."""

import logging
from datetime import date, timedelta

import pytest

from backend import workdays
from backend.workdays import is_workday, months_after, workdays_after, workdays_between

# rules.md: off in 2026, and the weekends that are worked.
OFF = [
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
]
WORKED = {
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
}


@pytest.fixture(autouse=True)
def _no_year_was_warned_of() -> None:
    workdays._warn_of_missing_year.cache_clear()


def test_every_day_of_2026() -> None:
    day = date(2026, 1, 1)
    while day.year == 2026:
        off = any(first <= day <= last for first, last in OFF)
        assert is_workday(day) == (day in WORKED or (day.weekday() < 5 and not off)), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "count", "end"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # Saturday
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
        (date(2026, 9, 18), 10, date(2026, 10, 9)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # a worked Saturday
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # a worked Sunday
    ],
)
def test_the_day_itself_is_not_counted(day: date, count: int, end: date) -> None:
    assert workdays_after(day, count) == end


def test_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        workdays_after(date(2026, 11, 23), -1)


@pytest.mark.parametrize(
    ("day", "end", "left"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2026, 11, 23), date(2026, 11, 24), 0),
        (date(2026, 11, 23), date(2026, 11, 25), 1),
        (date(2026, 11, 23), date(2026, 12, 8), 10),
        (date(2026, 9, 30), date(2026, 10, 8), 0),
        (date(2026, 9, 30), date(2026, 10, 11), 3),
        (date(2026, 11, 24), date(2026, 11, 23), 0),
    ],
)
def test_what_is_left_of_a_period(day: date, end: date, left: int) -> None:
    assert workdays_between(day, end) == left


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 2, 14), date(2026, 9, 18), date(2026, 11, 20)])
def test_ten_working_days_leave_ten_working_days(day: date) -> None:
    assert workdays_between(day, workdays_after(day, 10) + timedelta(days=1)) == 10


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 12, 31), 36, date(2029, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -12, date(2025, 1, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(day: date, months: int, end: date) -> None:
    assert months_after(day, months) == end


@pytest.mark.parametrize("year", [1999, 2003, 2099])
def test_a_year_not_yet_announced_warns_once_and_counts_monday_to_friday(
    year: int, caplog: pytest.LogCaptureFixture
) -> None:
    """It must never stop an import or a deadline."""
    with caplog.at_level(logging.WARNING):
        days = [date(year, 1, 1) + timedelta(days=each) for each in range(365)]
        assert [is_workday(day) for day in days] == [day.weekday() < 5 for day in days]
    assert [record.getMessage() for record in caplog.records] == [
        f"no working-day calendar for {year}: counting Monday to Friday; update chinesecalendar"
    ]


def test_a_period_may_cross_into_such_a_year() -> None:
    assert workdays_after(date(2003, 12, 30), 3) == date(2004, 1, 5)  # New Year's Day is known to be off
