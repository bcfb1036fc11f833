"""Imports in processes of their own, killed at any moment and started again: each row comes once."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from backend.jobs.worker import work
from backend.points.models import Score
from backend.records.models import CreditRecord, ImportBatch, ImportRow
from backend.settings import Settings
from backend.worker_jobs import job_handlers
from media.storage import open_storage
from tests import factories
from tests.journeys.office import Office, batch_id
from tests.records.county import a_file, everything_is_there_once, honours, penalties, people, publish

pytestmark = [pytest.mark.together, pytest.mark.slow]

LONG = (1600, 600)  # rewards and deductions: three chunks of the import
SHORT = (300, 500)  # one of the import, three of the approval

_chance = random.Random()  # noqa: S311 (not secret, and other moments each time)


@pytest.fixture
async def office(database: None, settings: Settings, tmp_path: Path) -> Office:
    """The command line of a county with a catalogue, two officers and two hundred enrolled citizens."""
    await publish()
    await factories.officer()
    await factories.officer("second-officer")
    return Office(settings, tmp_path)


@pytest.fixture
async def file(office: Office, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Rewards and penalties of many people, some of them enrolled, in a shuffled order."""
    rewards, deductions = request.param
    crowd = people(max(rewards, deductions))
    await factories.register(*crowd)
    for person in crowd[:40]:
        await factories.enrolled_citizen(person)
    await factories.register(*crowd)
    rows = [*honours(crowd[:rewards]), *penalties(crowd[:deductions])]
    random.Random(1).shuffle(rows)  # noqa: S311 (repeatable, not secret)
    return a_file(tmp_path, rows)


async def kill_while_working(office: Office, done: Callable[[], Awaitable[int]], *words: str) -> None:
    """Start a command; as soon as its work shows, give it another moment and kill it without a word."""
    before, process = await done(), office.start(*words)
    while process.poll() is None and await done() == before:  # noqa: ASYNC110 (a process rings no bell)
        await asyncio.sleep(0.01)
    await asyncio.sleep(_chance.uniform(0, 0.06))
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


@pytest.mark.parametrize("file", [LONG], indirect=True)
async def test_killed_again_and_again_an_import_ends_with_each_row_once(office: Office, file: Path) -> None:
    words = ("import-records", "--department", "SJJ", "--officer", "SJJ-officer", str(file))
    filed = [0]
    while await ImportBatch.filter(state="reading").exists() or not filed[-1]:
        await kill_while_working(office, CreditRecord.all().count, *words)
        filed.append(await CreditRecord.all().count())
        await everything_is_there_once(filed[-1])
    assert len(filed) > 2, "it was killed on its way"
    batch = batch_id(office.run(*words))
    await everything_is_there_once(LONG[0])
    assert await ImportRow.filter(state="waiting").count() == LONG[1]
    assert {score.points for score in await Score.all()} == {1030}
    assert await ImportBatch.filter(id=batch).exists()


@pytest.mark.parametrize("file", [SHORT], indirect=True)
async def test_an_approval_that_was_killed_is_finished_by_the_worker(
    office: Office, file: Path, settings: Settings
) -> None:
    batch = batch_id(office.run("import-records", "--department", "SJJ", "--officer", "SJJ-officer", str(file)))
    words = ("approve-import", batch, "--officer", "SJJ-second-officer")
    await kill_while_working(office, CreditRecord.all().count, *words)
    posted = await CreditRecord.all().count()
    assert posted > SHORT[0]
    await everything_is_there_once(posted)

    handlers = job_handlers(factories.VAULT, factories.LEDGER, open_storage(settings))
    while await work(handlers):
        pass
    await everything_is_there_once(sum(SHORT))
    assert (await ImportBatch.get(id=batch)).state == "done"
    assert "不在等待复核" in office.run(*words, code=1)


@pytest.mark.parametrize("file", [LONG], indirect=True)
async def test_two_processes_with_the_same_file_at_once(office: Office, file: Path) -> None:
    words = ("import-records", "--department", "SJJ", "--officer", "SJJ-officer", str(file))
    both = [office.start(*words), office.start(*words)]
    ends = [(process.communicate(timeout=120)[0], process.returncode) for process in both]
    for printed, code in ends:
        assert code in {0, 1}, printed
        assert code == 0 or "另一个程序正在处理同一个文件" in printed
    office.run(*words)
    await everything_is_there_once(LONG[0])
    assert await ImportRow.filter(state="waiting").count() == LONG[1]
