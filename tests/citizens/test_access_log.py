"""Whoever looks is seen: each look stands in the citizen's own log, chained, before anything is shown (charter 8)."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from uuid import UUID, uuid4

import pytest

from backend.citizens.access_log import PURPOSES, Reader, look, looks_of
from backend.citizens.access_verification import verify_access_log
from backend.citizens.models import AccessLog, Citizen
from backend.database import transaction
from backend.records import approval
from tests import factories
from tests.connections import open_all
from tests.factories import COUSIN, NEIGHBOUR
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]

WANG = Reader(uuid4(), "王审核", "县民政局")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def citizens(database: None) -> Sequence[Citizen]:
    """Three people at whom nobody has looked."""
    await factories.load_tiny_catalogue()
    return [citizen for _, citizen in [await factories.bound_citizen(each) for each in factories.EVERYBODY[:3]]]


async def looked(*citizen_ids: UUID, about: str = "evidence:1") -> None:
    await look(WANG, citizen_ids, purpose="evidence_review", about=about)


async def log_of(citizen: Citizen) -> list[str]:
    return [row.about for row in await looks_of(citizen, before=None, limit=100)]


@both_databases
async def test_a_look_says_who_whence_why_and_at_what(citizens: Sequence[Citizen]) -> None:
    await looked(citizens[0].id)
    (row,) = await looks_of(citizens[0], before=None, limit=10)
    assert (row.reader_id, row.reader_name, row.reader_department) == (WANG.id, "王审核", "县民政局")
    assert (row.purpose, row.about, row.sequence) == ("evidence_review", "evidence:1", 1)
    assert await log_of(citizens[1]) == []


@both_databases
async def test_looks_are_chained_within_each_citizen(citizens: Sequence[Citizen]) -> None:
    one, other, nobody = citizens
    await looked(one.id, other.id, one.id, about="import:1")
    await looked(other.id, about="evidence:2")
    await looked(one.id, about="evidence:3")
    assert await log_of(one) == ["evidence:3", "import:1"], "named twice, she is looked at once"
    assert await log_of(other) == ["evidence:2", "import:1"]
    rows = await AccessLog.filter(citizen_id=one.id).order_by("sequence")
    assert [row.previous_hash for row in rows] == ["", rows[0].hash]
    await one.refresh_from_db()
    assert (one.access_count, one.access_head) == (2, rows[1].hash)
    verified = await verify_access_log()
    assert (verified.citizens, verified.looks, verified.misfits) == (2, 4, [])
    assert (await Citizen.get(id=nobody.id)).access_count == 0


@both_databases
async def test_fifty_who_look_at_once_all_stand_in_one_chain(citizens: Sequence[Citizen]) -> None:
    one, other, third = (each.id for each in citizens)
    orders = [(one, other), (other, one), (third, one), (one,), (other, third, one)]
    await open_all()
    await asyncio.gather(*(looked(*orders[number % 5], about=f"evidence:{number}") for number in range(50)))
    assert sorted(await log_of(citizens[0])) == sorted(f"evidence:{number}" for number in range(50))
    verified = await verify_access_log()
    assert (verified.citizens, verified.looks, verified.misfits) == (3, 100, [])


@both_databases
async def test_a_look_is_committed_before_the_reader_goes_on(citizens: Sequence[Citizen]) -> None:
    """Her transaction is over when `look` returns: a page that fails afterwards takes nothing back."""

    async def open_page() -> None:
        await looked(citizens[0].id)
        async with transaction():
            raise RuntimeError("the page could not be built")

    with pytest.raises(RuntimeError):
        await open_page()
    assert await log_of(citizens[0]) == ["evidence:1"]


@both_databases
async def test_a_look_whose_deed_failed_is_taken_back_with_it(citizens: Sequence[Citizen]) -> None:
    async def claim() -> None:
        async with transaction():
            await looked(citizens[0].id, about="evidence:2")
            raise RuntimeError("claimed by somebody else")

    await looked(citizens[0].id)
    with pytest.raises(RuntimeError):
        await claim()
    await looked(citizens[0].id, about="evidence:3")
    assert await log_of(citizens[0]) == ["evidence:3", "evidence:1"]
    assert (await verify_access_log()).misfits == []


@on_sqlite
async def test_a_purpose_that_no_citizen_could_read_is_refused(citizens: Sequence[Citizen]) -> None:
    with pytest.raises(KeyError):
        await look(WANG, [citizens[0].id], purpose="curiosity", about="evidence:1")
    assert await AccessLog.all().count() == 0
    assert all(len(purpose) <= 30 and sentence for purpose, sentence in PURPOSES.items())


@both_databases
async def test_a_verification_beside_readers_at_work_finds_nothing(citizens: Sequence[Citizen]) -> None:
    ids = [each.id for each in citizens]
    await open_all()
    verified = 0

    async def read(number: int) -> None:
        for place in range(20):
            await looked(*ids, about=f"evidence:{number}-{place}")

    async with asyncio.TaskGroup() as group:
        readers = [group.create_task(read(number)) for number in range(3)]
        while not all(each.done() for each in readers):
            assert (await verify_access_log()).misfits == []
            verified += 1
    assert verified > 0
    assert (await verify_access_log()).looks == 180


@both_databases
async def test_who_looks_at_waiting_rows_is_seen_by_whom_they_are_about(database: None, clock_at: ClockAt) -> None:
    await factories.load_tiny_catalogue()
    _, neighbour = await factories.bound_citizen(NEIGHBOUR)
    await factories.register(NEIGHBOUR, COUSIN)  # her cousin is in the register, and no citizen yet
    with clock_at("2026-11-23 09:00"):
        rows = [factories.row(each, factories.PENALTY) for each in (COUSIN, NEIGHBOUR, NEIGHBOUR)]
        batch = await factories.file_records(*rows, approved=False)
        shown = await approval.look_at_waiting(WANG, batch.id)
        assert [row.row_number for row in shown] == [2, 3, 4]
        (seen,) = await looks_of(neighbour, before=None, limit=10)
        assert (seen.purpose, seen.about, seen.reader_name) == ("import_approval", f"import:{batch.id}", "王审核")
        assert await AccessLog.all().count() == 1, "nobody becomes a citizen by being looked at"
    with clock_at("2026-11-23 10:00"):
        assert await approval.look_at_waiting(WANG, batch.id, after=2, limit=1) == shown[1:2]
        assert await approval.look_at_waiting(WANG, uuid4()) == []
    assert len(await looks_of(neighbour, before=None, limit=10)) == 2
