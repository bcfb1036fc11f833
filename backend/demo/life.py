"""Acting out the plan: every file, sign-in and lapse at its own moment, through the use cases of the real county."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from backend import clock
from backend.citizens.models import Account
from backend.demo.department_files import RECORD_HEADER, DepartmentFile, write_csv
from backend.demo.joining import Entrance, Joining, agree, agreeing_again, at, enrol, join
from backend.demo.staff import officers_of
from backend.notifications.inbox import read
from backend.notifications.models import Notice
from backend.points.models import Score
from backend.points.score import score_of
from backend.records.approval import approve, post_approved
from backend.records.importing import WAITING, import_file

_FILING_HOUR = 10


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
        for joining in joinings:
            events += self._events_of(joining, now)
        return sorted(event for event in events if event.moment < now)

    async def act_out(self, events: Iterable[Event], now: datetime) -> None:
        """Do the deeds, each with the clock held at its moment; what falls due between them is settled on its day."""
        for event in events:
            await settle_due(self.entrance, clock.local_date(event.moment))
            with clock.pinned(event.moment):
                await event.deed()
        await settle_due(self.entrance, clock.local_date(now))

    def _events_of(self, joining: Joining, now: datetime) -> Iterator[Event]:
        yield Event(joining.moment, partial(self._join, joining))
        if joining.enrols_at:
            yield Event(joining.enrols_at, partial(self._enrol, joining))
        for moment in agreeing_again(joining, now):
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


async def settle_due(entrance: Entrance, day: date) -> None:
    """Let lapses and waiting deductions that fall due up to `day` happen, each on its own day and in their order."""
    while due := await Score.filter(next_change_on__lte=day).order_by("next_change_on").select_related("citizen"):
        first = due[0].next_change_on
        for score in due:
            if first is not None and score.next_change_on == first:
                with clock.pinned(at(first, 1)):
                    await score_of(entrance.ledger, score.citizen)
