"""Acting out the plan: every file, sign-in and lapse at its own moment, through the use cases of the real county."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from tortoise.expressions import F

from backend import clock
from backend.citizens.models import Account
from backend.demo.department_files import RECORD_HEADER, DepartmentFile, write_csv
from backend.demo.joining import Entrance, Joining, agree, agreeing_again, at, enrol, join
from backend.demo.staff import officers_of
from backend.notifications.inbox import read
from backend.notifications.models import Notice
from backend.points import checkpoints, lasting, settling
from backend.points.enrolment import ENDING_DAYS, LASTS_MONTHS
from backend.points.models import Score
from backend.records.approval import approve, post_approved
from backend.records.importing import WAITING, import_file
from backend.workdays import months_after

_FILING_HOUR = 10
_NIGHT = (3, 1)  # hours at which the worker follows ends, and takes a checkpoint
_CHECKPOINTS = 10  # the latest days that have one


@dataclass(frozen=True, order=True)
class Event:
    """One deed at its moment."""

    moment: datetime
    deed: Callable[[], Awaitable[object]] = field(compare=False)


@dataclass
class Life:
    """The county as it lives: `folder` is where departments' files are written on their way in."""

    entrance: Entrance
    folder: Path
    accounts: dict[str, Account] = field(default_factory=dict)

    def events(self, files: Iterable[DepartmentFile], joinings: Iterable[Joining], now: datetime) -> list[Event]:
        """Everything before `now`, in its order."""
        events = [Event(at(each.day, _FILING_HOUR), partial(self._file, each)) for each in files]
        ends: set[date] = set()
        for joining in joinings:
            events += self._events_of(joining, now)
            ends.update(_days_to_tell(joining, now))
        return sorted(event for event in [*events, *_nights(ends, now)] if event.moment < now)

    async def act_out(self, events: Iterable[Event], now: datetime) -> None:
        """Do the deeds, each with the clock held at its moment; what falls due between them is settled on its day."""
        for event in events:
            await settle_due(self.entrance, clock.local_date(event.moment))
            with clock.pinned(event.moment):
                await event.deed()
        await settle_due(self.entrance, clock.local_date(now))

    def _events_of(self, joining: Joining, now: datetime) -> Iterator[Event]:
        yield Event(joining.moment, partial(self._join, joining))
        for moment in joining.yeses(now):
            yield Event(moment, partial(self._enrol, joining))
        for moment in agreeing_again(joining.moment, now):
            yield Event(moment, partial(self._agree, joining))

    async def read_notices(self, users: Iterable[str], until: datetime) -> None:
        """These people have opened what they were told before `until`, each the day after."""
        for user in users:
            account = self.accounts[user]
            told = Notice.filter(citizen_id=account.citizen_id, created_at__lt=until).select_related("citizen")
            for notice in await told:
                with clock.pinned(notice.created_at + timedelta(days=1)):
                    await read(notice.citizen, notice.id)

    async def _join(self, joining: Joining) -> None:
        self.accounts[joining.user] = await join(self.entrance, joining)

    async def _enrol(self, joining: Joining) -> None:
        await enrol(self.entrance, self.accounts[joining.user])

    async def _agree(self, joining: Joining) -> None:
        await agree(self.accounts[joining.user])

    async def _file(self, file: DepartmentFile) -> None:
        """What `run.py import-records` does, and an hour later `approve-import` by the second officer."""
        path = self.folder / f"{file.department}-{file.day}.csv"
        write_csv(path, RECORD_HEADER, (row.cells() for row in file.rows))
        first, second = await officers_of(file.department)
        vault, ledger = self.entrance.vault, self.entrance.ledger
        batch = await import_file(ledger, vault, first, path)
        if batch.state == WAITING:
            with clock.pinned(clock.now() + timedelta(hours=1)):
                await approve(second, batch.id)
                batch = await post_approved(ledger, vault, batch.id)
        refused = batch.duplicates + batch.conflicts + batch.rejected
        if refused:
            raise RuntimeError(f"{file.department} {file.day}: {refused} rows of the made-up history were refused")


def _days_to_tell(joining: Joining, now: datetime) -> Iterator[date]:
    """On which days the job finds that this yes ends: who renews is told once and says yes again."""
    for moment in joining.yeses(now):
        ends = months_after(clock.local_date(moment), LASTS_MONTHS)
        days = (ENDING_DAYS,) if joining.renews else (reminder.days_before for reminder in lasting.REMINDERS)
        yield from (ends - timedelta(days=each) for each in days)


def _nights(ends: Iterable[date], now: datetime) -> Iterator[Event]:
    """What the worker does besides settling: on nights on which it finds something, and a checkpoint in the latest."""
    telling, taking = _NIGHT
    for day in sorted(ends):
        yield Event(at(day, telling), lasting.follow_ends)
    today = clock.local_date(now)
    for back in range(_CHECKPOINTS):
        yield Event(at(today - timedelta(days=back), taking), checkpoints.take_checkpoint)


async def settle_due(entrance: Entrance, day: date) -> None:
    """Let lapses and waiting deductions that fall due up to `day` happen, each on its own day and in their order."""
    due = Score.filter(next_change_on__lte=day, enrolment__expires_on__gt=F("next_change_on"))
    while first := await due.order_by("next_change_on").first():
        with clock.pinned(at(first.next_change_on or day, 1)):
            await settling.settle_due(entrance.ledger)
