"""Pure: in which phase a season is on a day, worked out when it is read from its dates and from what was decided."""

from datetime import date
from typing import Literal, NamedTuple

from backend.workdays import workdays_after

NOTICE_WORKDAYS = (
    5  # 河南省社会信用条例 art. 28 and product.md: candidates are publicised first, five working days at least
)

Phase = Literal[
    "draft",
    "cancelled",
    "coming",
    "nominating",
    "checking",
    "judging",
    "deciding",
    "decided",
    "notice",
    "closing",
    "result",
]
PHASES: dict[Phase, str] = {
    "draft": "筹备中",
    "cancelled": "已停止",
    "coming": "即将开始",
    "nominating": "推荐中",
    "checking": "核实中",
    "judging": "评审中",
    "deciding": "待评定",
    "decided": "待公示",
    "notice": "公示中",
    "closing": "公示结束，待公布",
    "result": "已公布",
}
REFERRED_RESULT = "已移交主办单位"


class Dates(NamedTuple):
    """A season's days; each `_until` is the last day of its phase. A referred season ends with `nominate_until`."""

    nominate_from: date
    nominate_until: date
    judge_from: date | None
    judge_until: date | None
    notice_from: date | None
    notice_until: date | None


class Standing(NamedTuple):
    """What people have done with the season so far."""

    state: str  # draft, published, cancelled
    decided: bool
    announced: bool


def notice_end(first: date, workdays: int = NOTICE_WORKDAYS) -> date:
    """The last day of a public notice that begins on `first`: so many whole working days after that day."""
    return workdays_after(first, workdays)


def phase_of(dates: Dates, standing: Standing, today: date) -> Phase:
    """The phase on `today`. What nobody has decided yet does not happen because its date has come."""
    if standing.state == "draft":
        return "draft"
    if standing.state == "cancelled":
        return "cancelled"
    if standing.announced:
        return "result"
    if standing.decided:
        return _after_decision(dates, today)
    return _before_decision(dates, today)


def _before_decision(dates: Dates, today: date) -> Phase:
    if today < dates.nominate_from:
        return "coming"
    if today <= dates.nominate_until:
        return "nominating"
    if dates.judge_from is None or dates.judge_until is None or today < dates.judge_from:
        return "checking"
    return "judging" if today <= dates.judge_until else "deciding"


def _after_decision(dates: Dates, today: date) -> Phase:
    if dates.notice_from is None or dates.notice_until is None or today < dates.notice_from:
        return "decided"
    return "notice" if today <= dates.notice_until else "closing"
