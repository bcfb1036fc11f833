"""Rows that another system pushed are imported as a file's are: numbered, in chunks, resumed, told once."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

import msgspec
import pytest

from backend import clock
from backend.citizens.models import Citizen
from backend.errors import Conflict
from backend.records import importing, measures
from backend.records.approval import approve, post_approved
from backend.records.checking import Checker
from backend.records.columns import FiledRow, open_record_file, read_records
from backend.records.importing import DONE, READING, WAITING, import_rows, new_batch
from backend.records.items import load_index
from backend.records.models import CreditRecord, ImportBatch
from backend.records.reading_ahead import Chunk, read_ahead
from backend.spreadsheets import RowFaults
from tests import factories
from tests.factories import CITIZEN, LEDGER, NEIGHBOUR, PENALTY, VAULT, enrolled_citizen, row
from tests.records.county import a_file, counts, everything_is_there_once, faults, honours, people

Rows = list[FiledRow | RowFaults]


def read(folder: Path, *rows: dict[str, str]) -> Rows:
    """Rows read as a file's; their numbers are the file's, too."""
    today = clock.today()
    return list(read_records(open_record_file(a_file(folder, rows), today), today))


async def a_push() -> ImportBatch:
    return await new_batch(await factories.officer(), "push", READING)


async def test_rows_are_numbered_from_one_whatever_they_say(county: None, tmp_path: Path) -> None:
    await enrolled_citizen()
    await factories.register(CITIZEN, NEIGHBOUR)
    rows = read(tmp_path, row(), row(NEIGHBOUR, item="NO-SUCH"), row(NEIGHBOUR), row(NEIGHBOUR, document_date="?"))
    batch = await import_rows(LEDGER, VAULT, await a_push(), rows)
    assert (batch.state, batch.rows_total, batch.rows_done) == (DONE, 4, 4)
    assert counts(batch) == {"accepted": 2, "rejected": 2}
    assert {number for number, _, _ in await faults(batch)} == {2, 4}
    await everything_is_there_once(2)


async def test_cut_off_and_handed_in_again_they_go_on(
    county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    crowd = people(5)
    await factories.register(*crowd)
    rows, batch, keep = read(tmp_path, *honours(crowd)), await a_push(), importing._keep

    async def power_cut(*told: object) -> None:
        await keep(*told)  # type: ignore[arg-type]
        if await CreditRecord.all().count() == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(importing, "_keep", power_cut)
        with pytest.raises(KeyboardInterrupt):
            await import_rows(LEDGER, VAULT, batch, rows)
    assert (await ImportBatch.get()).rows_done == 2
    again = await import_rows(LEDGER, VAULT, await ImportBatch.get(), rows)
    assert (again.state, counts(again)) == (DONE, {"accepted": 5})
    await everything_is_there_once(5)


async def test_a_finished_batch_is_not_imported_again(county: None, tmp_path: Path) -> None:
    rows = read(tmp_path, row())
    batch = await import_rows(LEDGER, VAULT, await a_push(), rows)
    with pytest.raises(Conflict) as refused:
        await import_rows(LEDGER, VAULT, batch, rows)
    assert refused.value.code == "import_moved"
    await everything_is_there_once(1)


async def test_measures_are_kept_hidden_with_the_record(county: None, tmp_path: Path) -> None:
    code = next(iter(measures.MEASURES))
    told = f"{code}｜县人民法院｜{clock.today().year + 1}-01-31｜履行完毕后解除"
    batch = await import_rows(LEDGER, VAULT, await a_push(), read(tmp_path, row(item=PENALTY, measures=told)))
    assert batch.state == WAITING
    await approve(await factories.officer("second-officer"), batch.id)
    await post_approved(LEDGER, VAULT, batch.id)
    record = await CreditRecord.get()
    assert record.measures_hidden is not None
    assert "县人民法院".encode() not in record.measures_hidden
    assert measures.measures_text(measures.reveal(VAULT, record.measures_hidden)) == told


async def test_the_numbers_of_many_new_citizens_are_each_hidden_on_their_own(county: None, tmp_path: Path) -> None:
    crowd = people(3)
    await factories.register(*crowd)
    await import_rows(LEDGER, VAULT, await a_push(), read(tmp_path, *honours(crowd)))
    citizens = await Citizen.all()
    assert {VAULT.decrypt(each.number_hidden, "citizen.number") for each in citizens} == {p.number for p in crowd}
    assert {VAULT.decrypt(each.name_hidden, "citizen.name") for each in citizens} == {p.name for p in crowd}
    nonces = {hidden[1:13] for each in citizens for hidden in (each.number_hidden, each.name_hidden)}
    assert len(nonces) == 6, "one nonce twice under one key would give both away"
    assert len({record.summary_hidden[1:13] for record in await CreditRecord.all()}) == 3


async def test_whoever_stops_listening_leaves_no_thread_at_work(county: None, tmp_path: Path) -> None:
    """It reads a file that is gone right after."""
    crowd = people(6)
    rows, reading = read(tmp_path, *honours(crowd)), []

    def slowly() -> Iterator[FiledRow | RowFaults]:
        for each in rows:
            reading.append(each)
            yield each

    checker = Checker(VAULT, await load_index(), "SJJ", clock.today())
    chunks: AsyncGenerator[Chunk, None] = read_ahead(checker, slowly(), 2)
    async with aclosing(chunks):
        chunk = await anext(chunks)
    assert (chunk.ends_at, chunk.count, len(chunk.looked)) == (3, 2, 2)
    assert len(reading) == 5, "the next chunk was read ahead, the row that tells whether more follows, and no more"


async def test_reading_ahead_tells_what_a_broken_row_broke(county: None) -> None:
    def breaks() -> Iterator[FiledRow | RowFaults]:
        yield RowFaults(2, ())
        yield RowFaults(3, ())
        raise msgspec.DecodeError

    chunks = read_ahead(Checker(VAULT, await load_index(), "SJJ", clock.today()), breaks(), 1)
    async with aclosing(chunks):
        assert (await anext(chunks)).malformed == [RowFaults(2, ())]
        with pytest.raises(msgspec.DecodeError):
            await anext(chunks)
