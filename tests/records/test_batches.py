"""A department's batches as its officers see them: how urgent, how far, in how many workbooks, and who looked."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from backend import clock
from backend.citizens.models import AccessLog
from backend.errors import Conflict, Forbidden, NotFound
from backend.records import batches
from backend.records.batches import batch_of, batches_of, batches_to_decide, look_at_waiting, write_problems
from backend.records.importing import APPROVED, DONE, READING
from backend.records.models import ImportBatch
from tests import factories
from tests.factories import CITIZEN, NEIGHBOUR, PENALTY, bound_citizen, row
from tests.records.county import WELFARE, a_file, bring
from tests.records.handing_in import filer

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def batch(county: None, tmp_path: Path) -> ImportBatch:
    """Two penalties that wait and three rows that came back, filed on Monday: to be checked by next Monday."""
    fines = [row(CITIZEN, PENALTY), row(NEIGHBOUR, PENALTY)]
    return await bring(a_file(tmp_path, [*fines, *(row(item="NO-001") for _ in range(3))]))


@pytest.mark.parametrize(
    ("today", "left"), [("23", 5), ("27", 1), ("28", 1), ("29", 1), ("30", 0), ("01", -1), ("04", -4), ("06", -4)]
)
async def test_the_working_days_that_are_left(batch: ImportBatch, clock_at: ClockAt, today: str, left: int) -> None:
    with clock_at(f"2026-{'11' if today > '20' else '12'}-{today} 23:30"):
        assert (await batch_of(await filer(), batch.id)).workdays_left == left


async def test_a_weekend_after_the_last_day_is_late_too(batch: ImportBatch, clock_at: ClockAt) -> None:
    await ImportBatch.all().update(check_by="2026-11-27")
    with clock_at("2026-11-28 09:00"):
        assert (await batch_of(await filer(), batch.id)).workdays_left == -1


async def test_what_is_decided_has_no_deadline_any_more(batch: ImportBatch) -> None:
    await ImportBatch.all().update(state=DONE)
    assert (await batch_of(await filer(), batch.id)).workdays_left is None


async def test_a_batch_at_which_nothing_moved_for_an_hour_is_stuck(batch: ImportBatch) -> None:
    async def stuck(**change: object) -> bool:
        await ImportBatch.filter(id=batch.id).update(**change)
        return (await batch_of(await filer(), batch.id)).stuck

    now, before = clock.now(), clock.now() - timedelta(minutes=61)
    assert not await stuck(created_at=before)
    assert await stuck(state=READING)
    assert not await stuck(state=APPROVED, approved_at=now)
    assert await stuck(approved_at=before)


async def test_each_sees_her_departments_batches_and_decides_on_her_colleagues(batch: ImportBatch) -> None:
    mine, colleagues = await batches_of(await filer(), before=None, limit=9), await filer("second-officer")
    assert [(seen.batch.id, seen.mine, seen.problems) for seen in mine] == [(batch.id, True, 3)]
    assert await batches_to_decide(await filer(), 9) == []
    assert [seen.batch.id for seen in await batches_to_decide(colleagues, 9)] == [batch.id]
    assert await batches_of(await filer("o", department=WELFARE), before=None, limit=9) == []


async def test_many_problems_come_in_several_workbooks(batch: ImportBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "ROWS_OF_A_WORKBOOK", 2)
    staff = await filer()
    assert (await batch_of(staff, batch.id)).workbooks == 2
    assert [await write_problems(staff, batch.id, part, BytesIO()) for part in (1, 2)] == [2, 1]
    for part in (-1, 0, 3, 10**30):
        with pytest.raises(NotFound):
            await write_problems(staff, batch.id, part, BytesIO())


async def test_whoever_stands_on_a_page_sees_the_look_once(batch: ImportBatch) -> None:
    people = [(await bound_citizen(each))[1].id for each in (CITIZEN, NEIGHBOUR)]
    await factories.register()
    second = await filer("second-officer")
    _, rows, more = await look_at_waiting(second, batch.id, after=0, limit=1)
    assert (len(rows), more) == (1, True)
    assert [each.citizen_id for each in await AccessLog.all()] == people[:1], "nobody whom she has not seen"
    for _ in range(2):
        _, (last,), more = await look_at_waiting(second, batch.id, after=rows[0].row_number, limit=1)
        assert (last.row_number, more) == (3, False)
    assert {each.citizen_id for each in await AccessLog.all()} == set(people)
    with clock.pinned(clock.now() + timedelta(minutes=31)):
        await look_at_waiting(second, batch.id, after=0, limit=2)
    assert await AccessLog.all().count() == 4


async def test_who_may_not_decide_sees_nothing(batch: ImportBatch) -> None:
    for staff, error in (
        (await filer(), Forbidden),
        (await filer("reviewer", "reviewer"), Forbidden),
        (await filer("o", department=WELFARE), NotFound),
    ):
        with pytest.raises(error):
            await look_at_waiting(staff, batch.id, after=0, limit=9)
    await ImportBatch.all().update(state=DONE)
    with pytest.raises(Conflict):
        await look_at_waiting(await filer("second-officer"), batch.id, after=0, limit=9)
    assert await AccessLog.all().count() == 0
