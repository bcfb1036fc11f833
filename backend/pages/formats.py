"""Days, moments and changes as people say them."""

from datetime import date, datetime

from backend import clock


def say_day(day: date) -> str:
    """2026年3月1日; a moment is on the county's day."""
    day = _local(day)
    return f"{day.year}年{day.month}月{day.day}日"


def say_month_day(day: date) -> str:
    """3月1日, where the year stands above."""
    day = _local(day)
    return f"{day.month}月{day.day}日"


def say_moment(moment: datetime) -> str:
    """2026年3月1日 9:05, by the county's clock."""
    local = moment.astimezone(clock.SHANGHAI)
    return f"{say_day(local.date())} {local.hour}:{local.minute:02d}"


def say_signed(points: int) -> str:
    """+5 or −5, with a minus that is as wide as the plus."""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def _local(day: date) -> date:
    return clock.local_date(day) if isinstance(day, datetime) else day
