"""A server under load that is killed at random instants and started again; and whether all is there once at the end."""

import asyncio
import csv
import io
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from backend import clock
from backend.database import transaction
from backend.jobs.models import RUNNING, WAITING, Job
from backend.jobs.worker import CLAIM_LASTS
from backend.notifications.models import Notice
from backend.points.ledger import lock_citizens
from backend.points.models import Score
from backend.points.verification import verify_ledger
from backend.records import approval, importing, receiving
from backend.records.models import CreditRecord, ImportBatch
from backend.settings import Settings
from backend.staff.models import StaffUser
from backend.staff.permissions import Staff, staff_of
from media.storage import Storage, open_storage
from tests import factories
from tests.department_api.systems import System, a_row, a_system, an_officer
from tests.factories import LEDGER, PENALTY, VAULT, Person
from tests.records.county import honours, penalties, people, publish
from tests.running_app import browser
from tests.servers import RunningServer

CROWD, ENROLLED = 60, 30
ROWS_OF_A_PUSH, ROWS_OF_A_FILE = 40, 240
SYSTEMS = 2
PAUSE = 0.1  # seconds


@dataclass
class Load:
    """Two systems that push and withdraw, an officer who hands in files, one who approves, and phones that look."""

    storage: Storage
    officer: Staff
    approver: StaffUser
    crowd: list[Person]
    systems: list[System]
    chance: Random
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    pushed: Counter[str] = field(default_factory=Counter)  # rows by item, once they are answered
    withdrawn: set[str] = field(default_factory=set)
    files: list[bytes] = field(default_factory=list)

    async def push_on(self, system: System, name: str) -> None:
        """Push batch after batch; each again under its own name until it is answered, then withdraw one record."""
        number = 0
        while not self.stopped.is_set():
            number += 1
            some = self.chance.sample(self.crowd, ROWS_OF_A_PUSH)
            rows = [a_row(each) for each in some[:-4]] + [a_row(each, PENALTY) for each in some[-4:]]
            answer = await _answered(system.push, *rows, key=f"{name}-{number:04}")
            # Those that waited may have been approved and posted while the answer was lost.
            assert {each["state"] for each in answer["results"]} <= {"accepted", "waiting"}
            self.pushed.update(row["item_code"] for row in rows)
            record_id = answer["results"][0]["record_id"]
            await _answered(system.change, "withdraw", record_id, version=1, reason="document_revoked")
            self.withdrawn.add(record_id)

    async def hand_in(self) -> None:
        """Hand in a file whenever the one before is read."""
        while not self.stopped.is_set():
            if not await self._unread():
                some = [self.chance.choice(self.crowd) for _ in range(ROWS_OF_A_FILE)]
                number = len(self.files)
                rows = [*honours(some[40:], f"鲁表彰〔{number}〕"), *penalties(some[:40], f"鲁罚〔{number}〕")]
                self.files.append(_csv(rows))
                await receiving.receive(self.storage, VAULT, self.officer, self.files[-1])
                self.pushed.update(row["目录事项"] for row in rows)
            await asyncio.sleep(PAUSE)

    async def approve_on(self) -> None:
        """Approve whatever waits; the server's worker posts it."""
        while not self.stopped.is_set():
            await self._approve()
            await asyncio.sleep(PAUSE)

    async def end(self) -> None:
        """Let everything that was promised be done, as it would be ten minutes after the last worker died."""
        while True:
            await self._approve()
            unread = await self._unread()
            promised = await Job.filter(state__in=[WAITING, RUNNING]).count()
            if not unread and not promised and not await self._unposted():
                return
            if not promised:  # killed eight times, a job is buried: somebody hands the file in, or says yes, again
                for data in self.files if unread else []:
                    await receiving.receive(self.storage, VAULT, self.officer, data)
                for batch in await self._unposted():
                    await approval.approve(self.approver, batch.id)
            long_ago = clock.now() - 2 * CLAIM_LASTS
            await Job.filter(state=RUNNING).update(claimed_at=long_ago)
            await Job.filter(state=WAITING).update(run_at=long_ago)
            await asyncio.sleep(1)

    async def _approve(self) -> None:
        for batch in await ImportBatch.filter(state=importing.WAITING):
            await approval.approve(self.approver, batch.id)

    async def _unread(self) -> bool:
        return await ImportBatch.filter(state__in=importing.UNREAD, key_id=None).exists()

    async def _unposted(self) -> list[ImportBatch]:
        return await ImportBatch.filter(state=importing.APPROVED)


@asynccontextmanager
async def under_load(server: RunningServer, settings: Settings, seed: int) -> AsyncIterator[Load]:
    """A county at work on a server that is started; when the block ends, everything promised is done."""
    async with browser(server.url) as http, _at_work(http, settings, seed) as load:
        yield load


@asynccontextmanager
async def _at_work(http: httpx.AsyncClient, settings: Settings, seed: int) -> AsyncIterator[Load]:
    await publish()
    crowd = people(CROWD)
    await factories.register(*crowd)
    for person in crowd[:ENROLLED]:
        await factories.enrolled_citizen(person)
    await factories.register(*crowd)
    systems = [await a_system(http, f"sjj-system-{number}") for number in range(SYSTEMS)]
    officer, approver = await staff_of(await an_officer("sjj-wang")), await an_officer("sjj-second")
    chance = Random(seed)  # noqa: S311 (repeatable, not secret)
    load = Load(open_storage(settings), officer, approver, crowd, systems, chance)
    work = [load.push_on(system, f"push-{place}") for place, system in enumerate(systems)]
    work += [load.hand_in(), load.approve_on()]
    async with asyncio.TaskGroup() as group:
        for each in work:
            group.create_task(each)
        yield load
        load.stopped.set()
    await load.end()


async def kill(server: RunningServer, chance: Random) -> None:
    """Kill -9 all of its processes after a moment of work, and start it again."""
    await asyncio.sleep(chance.uniform(0, 1.2))
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)


async def everything_once(load: Load) -> None:
    """Each row a record and each told once, as each withdrawal; the ledger fits, and a full refold adds nothing."""
    filed = Counter(await CreditRecord.all().values_list("item_code", flat=True))
    assert filed == load.pushed
    gone = await CreditRecord.filter(state="withdrawn").values_list("id", flat=True)
    assert {str(each) for each in gone} == load.withdrawn
    told = Counter(await Notice.all().values_list("kind", "about"))
    assert set(told.values()) == {1}
    assert Counter(kind for kind, _ in told)["record_withdrawn"] == len(load.withdrawn)
    assert sum(kind in {"positive_record", "negative_record"} for kind, _ in told) == filed.total()
    pushes = ImportBatch.filter(key_id__isnull=False)
    assert not await pushes.filter(state__in=importing.UNREAD, rows_done__gt=0).exists(), "done whole, or not begun"
    verified = await verify_ledger()
    assert verified.misfits == []
    citizens = [score.citizen_id for score in await Score.all()]
    async with transaction():
        await lock_citizens(citizens)
        assert await LEDGER.refold(citizens) == 0


async def _answered(send: Any, *words: Any, **said: Any) -> dict[str, Any]:
    """The answer of a request that is sent again, as a system would, until there is one."""
    while True:
        try:
            answer = await send(*words, **said)
        except httpx.TransportError:
            await asyncio.sleep(PAUSE)
            continue
        if answer.status_code == 200:
            shown: dict[str, Any] = answer.json()
            return shown
        assert answer.status_code in {429, 503}, answer.text
        await asyncio.sleep(PAUSE)


def _csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
