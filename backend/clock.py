"""The only source of now. Tests pin it, and demo mode may shift it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_pinned: ContextVar[datetime | None] = ContextVar("pinned", default=None)
_shift = timedelta(0)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    pinned = _pinned.get()
    return pinned if pinned is not None else datetime.now(UTC) + _shift


def today() -> date:
    """The calendar day in the county (Asia/Shanghai)."""
    return local_date(now())


def local_date(moment: datetime) -> date:
    """The county's calendar day at an aware moment."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Midnight at the start of a county day, aware, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def shift(by: timedelta) -> None:
    """Move this process's clock; `run.py` calls it in demo mode only."""
    global _shift
    _shift = by


@contextmanager
def pinned(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment for the block and for tasks started in it."""
    if moment.tzinfo is None:
        raise ValueError("the clock is pinned to aware moments only")
    token = _pinned.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pinned.reset(token)
