"""The end of an enrolment that nobody renews: two notices before it, one when it pauses, one when it is erased."""

import logging
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial
from time import monotonic
from typing import NamedTuple

from tortoise.queryset import QuerySet

from backend import clock
from backend.database import is_database_away, transaction
from backend.errors import trace
from backend.notifications import inbox
from backend.points import enrolment
from backend.points.enrolment import ENDING_DAYS, PAUSE_DAYS
from backend.points.ledger import lock_citizens
from backend.points.models import Enrolment

logger = logging.getLogger(__name__)

Due = Callable[[], QuerySet[Enrolment]]
Deed = Callable[[Enrolment], Awaitable[bool]]  # whether anything was done

_PAGE = 200

ENDING, PAUSED, ERASED = "enrolment_ending", "enrolment_paused", "enrolment_erased"

_FREE = "不续也没关系，记录、证明材料和其他服务都不受影响。"


class Reminder(NamedTuple):
    """One of the notices of an enrolment's end; `number` is what `Enrolment.reminded` says once it was sent."""

    number: int
    days_before: int
    kind: str
    title: str
    body: str


_PAUSE_TOLD = 3

# The latest first: whoever was missed while no worker ran is told only what is true now.
REMINDERS = (
    Reminder(
        _PAUSE_TOLD,
        0,
        PAUSED,
        "参加积分的同意已到期，积分先暂停",
        "您参加积分的同意到 {ends} 为止。现在积分暂停，不显示也不变化，什么都没有删除。在 {erased} 之前"
        "再同意一次，积分和明细就都回来；到那一天还没有续期，积分和明细会全部删除。" + _FREE,
    ),
    Reminder(
        2,
        7,
        ENDING,
        "参加积分的同意还有几天到期",
        "您参加积分的同意到 {ends} 为止。想继续，再同意一次就可以，积分和明细都保留。到期后积分先暂停 {pause} 天，"
        "之后才会删除。" + _FREE,
    ),
    Reminder(
        1,
        ENDING_DAYS,
        ENDING,
        "参加积分的同意快到期了",
        "您参加积分的同意到 {ends} 为止（每次同意最长一年）。想继续，现在就可以再同意一次，积分和明细都保留。" + _FREE,
    ),
)


async def follow_ends(until: float = float("inf")) -> int:
    """Tell and erase what is due today; how many enrolments were met. Stops once `time.monotonic()` is past `until`.

    Each enrolment is a transaction of its own, with its notice in it: it happens once, whatever stops the job and
    however many workers run. One that fails is left to the next time.
    """
    met = await _each(_over, _erase, until)
    for reminder in REMINDERS:
        met += await _each(partial(_unreminded, reminder), partial(_remind, reminder), until)
    return met


async def _each(due: Due, deed: Deed, until: float) -> int:
    """Do the deed for every enrolment that is due, in the order of their ids; how many times it was done."""
    met, rows = 0, due().order_by("id").limit(_PAGE)
    page = await rows
    while page and monotonic() < until:
        for found in page:
            met += await _meet(found, due, deed)
        page = await rows.filter(id__gt=page[-1].id)
    return met


async def _meet(found: Enrolment, due: Due, deed: Deed) -> int:
    try:
        async with transaction():
            await lock_citizens([found.citizen_id])
            still = await due().get_or_none(id=found.id)
            if still is None:
                return 0  # she renewed or left meanwhile, or another worker was here
            return int(await deed(still))
    except Exception as error:
        if is_database_away(error):
            raise
        logger.error("enrolment %s could not be followed to its end: %s", found.id, trace(error))
        return 0


async def erased_on(ending: Enrolment) -> date:
    """From which day the points are erased unless she renews: PAUSE_DAYS after its end, and after she was told of it.

    Of one that is paused already and of which she was not told yet, the earliest day on which it can be.
    """
    earliest, today = enrolment.erased_on(ending.expires_on), clock.today()
    if today < ending.expires_on:
        return earliest
    since = clock.start_of(ending.expires_on)
    told = await inbox.told_at(ending.citizen_id, PAUSED, _about(ending), since=since)
    told_on = today if told is None else clock.local_date(told)
    return max(earliest, told_on + timedelta(days=PAUSE_DAYS))


def _over() -> QuerySet[Enrolment]:
    """Those whose pause was told and may be over; from when it was told is asked of each (`erased_on`)."""
    last_erased = clock.today() - timedelta(days=PAUSE_DAYS)
    return Enrolment.filter(left_at=None, reminded__gte=_PAUSE_TOLD, expires_on__lte=last_erased)


def _unreminded(reminder: Reminder) -> QuerySet[Enrolment]:
    ends_by = clock.today() + timedelta(days=reminder.days_before)
    return Enrolment.filter(left_at=None, reminded__lt=reminder.number, expires_on__lte=ends_by)


async def _erase(over: Enrolment) -> bool:
    if clock.today() < await erased_on(over):
        return False
    await enrolment.erase(over.citizen_id)
    body = (
        f"您参加积分的同意在 {_say(over.expires_on)} 到期，{PAUSE_DAYS} 天里没有续期，积分和明细已经全部删除。"
        "记录、证明材料和其他服务都不受影响。想参加时可以随时再加入，到时按有效的记录重新计分。"
    )
    await _tell(over, ERASED, "积分和明细已经删除", body)
    return True


async def _remind(reminder: Reminder, ending: Enrolment) -> bool:
    ends, erased = _say(ending.expires_on), _say(await erased_on(ending))
    await Enrolment.filter(id=ending.id).update(reminded=reminder.number)
    await _tell(ending, reminder.kind, reminder.title, reminder.body.format(ends=ends, erased=erased, pause=PAUSE_DAYS))
    return True


async def _tell(about: Enrolment, kind: str, title: str, body: str) -> None:
    await inbox.tell([inbox.compose(about.citizen_id, kind, title, body, _about(about))])


def _about(ending: Enrolment) -> str:
    return f"enrolment:{ending.id}"


def _say(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
