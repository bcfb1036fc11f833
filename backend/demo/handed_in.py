"""Pure: what one piece of evidence in the demo county is: who hands what in, when, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from backend.demo.department_files import workday_from
from backend.demo.joining import at
from backend.demo.photos.camera import Photo
from backend.demo.staff import CASE_OFFICER, REVIEWING, usernames
from backend.repairs.content import Content
from backend.workdays import is_workday

FIRST, SECOND = usernames(REVIEWING)  # the two reviewers
_OFFICE_HOURS = (9, 10, 11, 14, 15, 16)


@dataclass(frozen=True)
class Turn:
    """One step after the handing in. `hours` are approved; `photos` come with an answer."""

    moment: datetime
    deed: Literal["approve", "reject", "ask", "answer", "withdraw", "reverse"]
    by: str = ""  # user name of who decides
    hours: float | None = None
    reason: str = ""
    words: str = ""
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True)
class HandedIn:
    """One piece of evidence; `user` is whose WeChat it comes from. A draft goes no further."""

    user: str
    content: Content
    photos: tuple[Photo, ...]
    moment: datetime
    turns: tuple[Turn, ...] = ()
    draft: bool = False


def reviewer(place: int) -> str:
    """The two take turns."""
    return (FIRST, SECOND)[place % 2]


def office_hour(day: date, place: int) -> datetime:
    """A moment at which the office is open, on `day` or the next working day."""
    return at(workday_from(day), _OFFICE_HOURS[place % len(_OFFICE_HOURS)], place * 7 % 60)


def workday_before(day: date) -> date:
    """The last working day before `day`."""
    day -= timedelta(days=1)
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def reversal(after: datetime, place: int) -> Turn:
    """A case officer takes a wrong approval back, a fortnight later."""
    moment = office_hour((after + timedelta(days=14)).date(), place)
    return Turn(moment, "reverse", CASE_OFFICER, reason="counted_twice", words="同一场活动已由组织单位统一报送。")


def photos_of(plan: Sequence[HandedIn]) -> list[Photo]:
    """The photos of a plan in the order in which they are needed."""
    return [photo for _, photo in photos_needed(plan)]


def photos_needed(plan: Sequence[HandedIn]) -> list[tuple[datetime, Photo]]:
    """The same, each with its moment."""
    sent = [(each.moment, each.photos) for each in plan]
    sent += [(turn.moment, turn.photos) for each in plan for turn in each.turns]
    return [(moment, photo) for moment, photos in sorted(sent, key=lambda each: each[0]) for photo in photos]
