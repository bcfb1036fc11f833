"""Pure: a season as a line of steps with their days, for a board: what is over, what is now, what is ahead."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from backend.awards.awards import Mode
from backend.awards.phases import Dates, Phase

Place = Literal["over", "now", "ahead"]
_DONE_BEFORE: dict[Phase, int] = {  # how many steps are over
    "nominating": 0,
    "checking": 1,
    "judging": 2,
    "deciding": 3,
    "decided": 3,
    "notice": 4,
    "closing": 5,
    "result": 6,
}


class Step(NamedTuple):
    """One step of the line; without days it follows from what people decide."""

    name: str
    first: date | None
    last: date | None
    place: Place


def line_of(phase: Phase, dates: Dates, mode: Mode) -> list[Step]:
    """The steps in order. A draft, a stopped season and one that has not begun have none behind them."""
    over = _DONE_BEFORE.get(phase, -1)
    steps = _judged(dates) if mode == "judged" else _referred(dates)
    return [Step(name, *_days(first, last), _place(number, over)) for number, (name, first, last) in enumerate(steps)]


def _days(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """Where a phase follows the one before it at once, the step between them has no last day of its own."""
    return (first, None) if first and last and last < first else (first, last)


def _place(number: int, over: int) -> Place:
    if number == over:
        return "now"
    return "over" if number < over else "ahead"


def _judged(dates: Dates) -> list[tuple[str, date | None, date | None]]:
    before_judging = _shifted(dates.judge_from, -1)
    return [
        ("推荐", dates.nominate_from, dates.nominate_until),
        ("核实、征求本人意见", _shifted(dates.nominate_until, 1), before_judging),
        ("评审", dates.judge_from, dates.judge_until),
        ("评定", _shifted(dates.judge_until, 1), _shifted(dates.notice_from, -1)),
        ("公示", dates.notice_from, dates.notice_until),
        ("公布结果", _shifted(dates.notice_until, 1), None),
    ]


def _referred(dates: Dates) -> list[tuple[str, date | None, date | None]]:
    return [
        ("推荐", dates.nominate_from, dates.nominate_until),
        ("核实、征求本人意见", _shifted(dates.nominate_until, 1), None),
        ("移交主办单位", None, None),
    ]


def _shifted(day: date | None, days: int) -> date | None:
    return day + timedelta(days=days) if day else None
