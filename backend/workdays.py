"""Pure: the working-day calendar and the legal clocks."""

import logging
from calendar import monthrange
from datetime import date, timedelta
from functools import cache, lru_cache

import chinese_calendar

logger = logging.getLogger(__name__)


@lru_cache(maxsize=4096)  # the package asks all its years anew each time, and every refold asks for the same days
def is_workday(day: date) -> bool:
    """Whether the State Council's calendar makes `day` a working day; Monday to Friday in a year not yet announced."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        _warn_of_missing_year(day.year)
        return day.weekday() < 5


@lru_cache(maxsize=4096)
def workdays_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`, which is not counted itself (行政复议法: working days)."""
    if count < 0:
        raise ValueError("count is 0 or more")
    while count:
        day += timedelta(days=1)
        if is_workday(day):
            count -= 1
    return day


def workdays_between(day: date, end: date) -> int:
    """How many working days lie after `day` and before `end`: what is left of a period that ends with `end`."""
    days = (day + timedelta(days=each) for each in range(1, (end - day).days))
    return sum(is_workday(each) for each in days)


def workdays_left(day: date, last: date) -> int:
    """How many working days there are from `day` until and with `last`; 0 on the last day, below 0 when it is over."""
    if day <= last:
        return workdays_between(day, last + timedelta(days=1))
    return -workdays_between(last, day + timedelta(days=1)) or -1


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day when it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@cache
def _warn_of_missing_year(year: int) -> None:
    logger.warning("no working-day calendar for %d: counting Monday to Friday; update chinesecalendar", year)
