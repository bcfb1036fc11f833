"""Pure: when each article of the demo was written, reviewed and published, and by whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from backend.demo.article_stories import Told, Way, told
from backend.demo.handed_in import workday_before
from backend.demo.joining import at
from backend.demo.staff import CHIEF_EDITOR, EDITORS

Deed = Literal["write", "submit", "pass", "send_back", "retract"]

EARLIEST = 50  # working days before today: no article is older, and the year's campaigns were made then
COMES_IN = 5  # days until the scheduled one is to be seen
_RETRACTED_AFTER = 2  # working days

# Working days before it is published, hour: written, handed in, and the three reviews.
_HOURS = ((2, 10), (2, 16), (1, 10), (1, 15), (0, 9))
_STEPS: dict[Way, int] = {"draft": 1, "first_review": 2, "second_review": 3, "final_review": 4, "sent_back": 3}
_COMMENTS = ("内容属实，文字通顺，同意。", "已核对引用的条文，同意。", "话说得明白，老人也看得懂。同意。", "同意。")


@dataclass(frozen=True)
class Step:
    """One deed on an article's way; `by` is who does it."""

    moment: datetime
    deed: Deed
    by: str
    comment: str = ""


@dataclass(frozen=True)
class Planned:
    """An article with its channel and its way."""

    channel: str
    told: Told
    steps: tuple[Step, ...]
    goes_live: datetime | None = None  # of the scheduled one, counted from the day on which the county is made

    @property
    def published_at(self) -> datetime | None:
        """Since when readers see it; None for what they do not."""
        return self.steps[-1].moment if self.told.way == "live" else None


def plan(today: date) -> list[Planned]:
    """Every article, as far as it has come by `today`."""
    return [
        Planned(channel, each, tuple(_way(each, place, today)), _goes_live(today) if each.way == "scheduled" else None)
        for place, (channel, each) in enumerate(told())
    ]


def workday_back(today: date, days: int) -> date:
    """The working day so many of them before `today`."""
    for _ in range(days):
        today = workday_before(today)
    return today


def _goes_live(today: date) -> datetime:
    return at(today + timedelta(days=COMES_IN), 8, 30)


def _way(each: Told, place: int, today: date) -> Iterator[Step]:
    writer, first, second = (EDITORS[(place + turn) % len(EDITORS)] for turn in range(3))
    deeds: tuple[tuple[Deed, str], ...] = (
        ("write", writer),
        ("submit", writer),
        ("pass", first),
        ("pass", second),
        ("pass", CHIEF_EDITOR),
    )
    for (deed, by), (days, hour) in list(zip(deeds, _HOURS, strict=True))[: _STEPS.get(each.way)]:
        moment = at(workday_back(today, each.days_ago + days), hour, 3 + place * 7 % 50)
        yield Step(moment, deed, by, _COMMENTS[(place + hour) % len(_COMMENTS)] if deed == "pass" else "")
    if each.way == "sent_back":
        moment = at(workday_back(today, each.days_ago + 1), 17)
        yield Step(moment, "send_back", second, "第二段请写明由哪个部门认定，并附上窗口电话，再送过来。")
    elif each.way == "retracted":
        moment = at(workday_back(today, each.days_ago - _RETRACTED_AFTER), 11)
        yield Step(moment, "retract", CHIEF_EDITOR, "内容像商业广告，与频道不符，撤稿后请作者改写。")
