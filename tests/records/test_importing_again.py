"""Files sent again, cut off, or sent by who may not: nothing is lost, doubled, or half there."""

import asyncio
from contextlib import aclosing
from datetime import date
from pathlib import Path

import pytest

from backend import clock
from backend.citizens.models import RegisterPerson
from backend.errors import Conflict, Forbidden, Invalid
from backend.records import approval, import_rows, importing
from backend.records.importing import DONE, READING, WAITING
from backend.records.models import CreditRecord, ImportBatch, ImportRow
from backend.staff.models import Department
from tests import factories
from tests.connections import open_all
from tests.factories import CITIZEN, LEDGER, NEIGHBOUR, PENALTY, VAULT, enrolled_citizen, row
from tests.records.county import (
    WELFARE,
    a_file,
    bring,
    counts,
    everything_is_there_once,
    honours,
    penalties,
    people,
)


async def test_a_sent_file_sent_again_doubles_nothing(county: None, tmp_path: Path) -> None:
    await enrolled_citizen()
    file = a_file(tmp_path, [row(), row(NEIGHBOUR), row(item=PENALTY), row(item="NO-SUCH")])
    await bring(file)
    again = await bring(file)
    assert counts(again) == {"duplicates": 3, "rejected": 1}
    assert (again.state, await ImportBatch.all().count()) == (DONE, 2)
    await everything_is_there_once(2)


@pytest.mark.parametrize("dies_at", range(1, 6))
async def test_killed_in_a_chunk_and_sent_again_it_goes_on_where_it_stopped(
    county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    """The same counts, records, notices and points as without the accident."""
    await enrolled_citizen()
    monkeypatch.setattr(importing, "CHUNK", 2)
    crowd = people(5)
    await factories.register(*crowd, CITIZEN)
    rows = [row(), *honours(crowd), *penalties(crowd[:2]), row(item="NO-SUCH")]
    file = a_file(tmp_path, rows)
    keep, calls = importing._keep, iter(range(1, 100))

    async def power_cut(*told: object) -> None:
        await keep(*told)  # type: ignore[arg-type]
        if next(calls) == dies_at:
            raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(importing, "_keep", power_cut)
        with pytest.raises(KeyboardInterrupt):
            await bring(file)
    cut_off = await ImportBatch.get()
    assert (cut_off.state, cut_off.rows_done) == (READING, 0 if dies_at == 1 else dies_at * 2 - 1)

    batch = await bring(file)
    assert batch.id == cut_off.id
    assert (batch.state, counts(batch)) == (WAITING, {"accepted": 6, "waiting": 2, "rejected": 1})
    await everything_is_there_once(6)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
async def test_killed_right_after_its_last_row_a_batch_is_at_its_end(
    county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    crowd = people(count)
    await factories.register(*crowd)
    file = importing.read_through(a_file(tmp_path, list(penalties(crowd))), clock.today())
    batch = await importing.new_batch(await factories.officer(), "0" * 64, READING)
    async with aclosing(importing.import_rest(LEDGER, VAULT, batch, file)) as chunks:
        states = [(await ImportBatch.get(id=batch.id)).state async for _ in chunks]
    assert states == [*[READING] * (-(-count // 2) - 1), WAITING]


async def test_a_file_without_rows_is_done(county: None, tmp_path: Path) -> None:
    file = a_file(tmp_path, [row()])
    file.write_text(file.read_text("utf-8").splitlines()[0], "utf-8")
    assert (await bring(file)).state == DONE


async def test_a_file_that_breaks_off_leaves_nothing(county: None, tmp_path: Path) -> None:
    file = a_file(tmp_path, list(honours(people(3))))
    file.write_bytes(file.read_bytes() + b"\xff\xfe\x00")
    with pytest.raises(Invalid):
        await bring(file)
    assert await ImportBatch.all().count() == await CreditRecord.all().count() == await ImportRow.all().count() == 0


async def test_who_left_or_whose_department_is_gone_files_nothing(county: None, tmp_path: Path) -> None:
    file, officer = a_file(tmp_path, [row()]), await factories.officer()
    officer.active = False
    await officer.save()
    with pytest.raises(Forbidden) as refused:
        await bring(file, officer)
    assert refused.value.code == "officer_inactive"
    other = await factories.officer("o", WELFARE)
    await Department.filter(code=WELFARE).update(until_day=date(2026, 11, 22))
    with pytest.raises(Forbidden):
        await bring(file, other)
    assert await ImportBatch.all().count() == 0


async def test_a_file_that_is_being_imported_may_be_sent_by_another_process(county: None, tmp_path: Path) -> None:
    """The later one stops and says so, or finds its own way; sent once more, nothing is missing."""
    crowd = people(30)
    await factories.register(*crowd)
    await factories.officer()
    file = a_file(tmp_path, [*honours(crowd), *penalties(crowd[:10])])
    await open_all()
    answers = await asyncio.gather(*(bring(file) for _ in range(4)), return_exceptions=True)
    for answer in answers:
        assert isinstance(answer, ImportBatch) or (isinstance(answer, Conflict) and answer.code == "import_moved")
    await bring(file)
    assert await ImportRow.filter(state="waiting").count() == 10
    await everything_is_there_once(30)


@pytest.mark.parametrize("documents", [("4104232026011500012", "4104232026021600012"), ("鲁罚甲号", "鲁罚乙号")])
async def test_two_documents_that_look_alike_when_masked_are_two(
    county: None, tmp_path: Path, documents: tuple[str, str]
) -> None:
    """Only what is shown is masked, never what is compared."""
    fines = [row(item=PENALTY, document_number=each, document_date="2026-03-01") for each in documents]
    file = a_file(tmp_path, fines)
    assert counts(await bring(file)) == {"waiting": 2}
    assert counts(await bring(file)) == {"duplicates": 2}


async def test_what_was_waiting_and_is_sent_back_is_masked(county: None, tmp_path: Path) -> None:
    batch = await bring(a_file(tmp_path, [row(item=PENALTY, document_number="王小明案")]))
    await RegisterPerson.all().delete()
    await approval.approve(await factories.officer("second-officer"), batch.id)
    await approval.post_approved(factories.LEDGER, factories.VAULT, batch.id)
    (problem,) = await import_rows.problem_page(batch.id)
    assert (problem.masked_name, problem.document_number) == ("鲁**", "****")
    kept = await ImportRow.get()
    assert (kept.document_number, kept.content_hidden) == ("****", None)
