"""Pure: which days a season may have, and how they may move: only forward, and no period gets shorter."""

from collections.abc import Mapping
from datetime import date, timedelta

from backend.awards.awards import Mode
from backend.awards.phases import NOTICE_WORKDAYS, Dates, notice_end
from backend.errors import FieldError
from backend.workdays import workdays_left

LEAST_NOMINATING = 7  # days, both ends counted: neighbours in villages hear of it late
LONGEST_SEASON = 730  # days from its first: beyond it a year was mistyped

NAMES = {
    "nominate_from": "推荐开始",
    "nominate_until": "推荐截止",
    "judge_from": "评审开始",
    "judge_until": "评审截止",
    "notice_from": "公示开始",
    "notice_until": "公示截止",
}
_PERIODS = (("nominate_from", "nominate_until"), ("judge_from", "judge_until"), ("notice_from", "notice_until"))


def completed(dates: Dates, mode: Mode) -> Dates:
    """With the end of the public notice worked out; without what a referred season does not have."""
    if mode == "referred":
        return Dates(dates.nominate_from, dates.nominate_until, None, None, None, None)
    return dates._replace(notice_until=notice_end(dates.notice_from) if dates.notice_from else None)


def check(dates: Dates, today: date, mode: Mode = "judged") -> list[FieldError]:
    """What is wrong with the days of a season that is not published yet, field by field."""
    faults = []
    if dates.nominate_from < today:
        faults.append(FieldError("nominate_from", "in_the_past", "推荐开始不能早于今天。"))
    return faults + _order_faults(dates, mode)


def moved(dates: Dates, changes: Mapping[str, date], today: date) -> tuple[Dates, list[FieldError]]:
    """The days with these changes, and what is wrong with the changes, field by field.

    A first day moves until it has come, a last day until it is over; both only to a later day. When the notice's first
    day moves alone, its last day follows, so that it lasts as many working days as before.
    """
    faults = [fault for name, day in changes.items() for fault in _move_faults(name, getattr(dates, name), day, today)]
    after = dates._replace(**changes)
    if dates.notice_from and dates.notice_until and after.notice_from and "notice_until" not in changes:
        lasting = workdays_left(dates.notice_from, dates.notice_until)
        after = after._replace(notice_until=notice_end(after.notice_from, lasting))
    if not faults:
        mode: Mode = "referred" if dates.judge_from is None else "judged"
        faults = _order_faults(after, mode) + _shorter_faults(dates, after)
    return after, faults


def _move_faults(name: str, before: date | None, after: date, today: date) -> list[FieldError]:
    if before is None:
        return [FieldError(name, "no_such_day", f"这项评选没有{NAMES[name]}的日期。")]
    over = before < today if name.endswith("_until") else before <= today
    if over:
        return [FieldError(name, "already_begun", f"{NAMES[name]}的日子已经到了，不能再改。")]
    if after <= before:
        return [FieldError(name, "not_later", f"{NAMES[name]}只能推迟，不能提前。")]
    return []


def _order_faults(dates: Dates, mode: Mode) -> list[FieldError]:
    faults = []
    if dates.nominate_until < dates.nominate_from + timedelta(days=LEAST_NOMINATING - 1):
        faults.append(FieldError("nominate_until", "too_short", f"推荐时间至少 {LEAST_NOMINATING} 天。"))
    last = dates.nominate_until
    if mode == "judged":
        faults += _judging_faults(dates)
        last = max(each for each in dates if each is not None)
    if (last - dates.nominate_from).days > LONGEST_SEASON:
        faults.append(FieldError("nominate_from", "too_long", "一届最长两年，请核对各个日期的年份。"))
    return faults


def _judging_faults(dates: Dates) -> list[FieldError]:
    """Each day after the one before it, where both are there."""
    faults = [
        FieldError(name, "no_day", f"请填写{NAMES[name]}的日期。")
        for name in ("judge_from", "judge_until", "notice_from")
        if getattr(dates, name) is None
    ]
    if dates.judge_from and dates.judge_from <= dates.nominate_until:
        faults.append(FieldError("judge_from", "wrong_order", "评审开始要在推荐截止之后。"))
    if dates.judge_from and dates.judge_until and dates.judge_until < dates.judge_from:
        faults.append(FieldError("judge_until", "wrong_order", "评审截止不能早于评审开始。"))
    if dates.judge_until and dates.notice_from and dates.notice_from <= dates.judge_until:
        faults.append(FieldError("notice_from", "wrong_order", "公示开始要在评审截止之后。"))
    if dates.notice_from and dates.notice_until and dates.notice_until < notice_end(dates.notice_from):
        faults.append(FieldError("notice_until", "too_short", f"公示至少 {NOTICE_WORKDAYS} 个工作日。"))
    return faults


def _shorter_faults(before: Dates, after: Dates) -> list[FieldError]:
    """A first day that moved alone would take days from people who counted on them."""
    return [
        FieldError(last, "shorter", f"{NAMES[first]}推迟后，{NAMES[last]}也要推迟，让时间不比原来短。")
        for first, last in _PERIODS
        if _length(after, first, last) < _length(before, first, last)
    ]


def _length(dates: Dates, first: str, last: str) -> int:
    """Days; of the public notice, working days."""
    begins, ends = getattr(dates, first), getattr(dates, last)
    if begins is None or ends is None:
        return 0
    return workdays_left(begins, ends) if first == "notice_from" else (ends - begins).days
