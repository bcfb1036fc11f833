"""Killed workers, long files, lost files: a batch goes on where it stopped, and nothing stays in the store."""

from datetime import timedelta
from pathlib import Path

import pytest

from backend import clock
from backend.jobs.models import Job
from backend.records import approval, importing, receiving
from backend.records.importing import DONE, READING, REFUSED, WAITING
from backend.records.models import CreditRecord, ImportBatch
from backend.records.receiving import IMPORT_RECEIVED, receive, sweep_received
from media.storage import Storage
from tests import factories
from tests.factories import NEIGHBOUR, VAULT, row
from tests.records.county import counts, everything_is_there_once, honours, penalties, people
from tests.records.handing_in import a_csv, filer, kept, work_off


@pytest.mark.parametrize("dies_at", range(1, 5))
async def test_a_worker_that_is_killed_leaves_a_batch_that_goes_on(
    county: None, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    crowd = people(5)
    await factories.register(*crowd)
    await receive(storage, VAULT, await filer(), a_csv(tmp_path, *honours(crowd), *penalties(crowd[:2])))
    keep, calls = importing._keep, iter(range(1, 100))

    async def power_cut(*told: object) -> None:
        await keep(*told)  # type: ignore[arg-type]
        if next(calls) == dies_at:
            raise KeyboardInterrupt

    with monkeypatch.context() as cut, clock.pinned(clock.now()):
        cut.setattr(importing, "_keep", power_cut)
        with pytest.raises(KeyboardInterrupt):
            await work_off(storage)
    assert (await ImportBatch.get()).state == READING
    with clock.pinned(clock.now() + timedelta(minutes=11)):
        await work_off(storage)
    batch = await ImportBatch.get()
    assert (batch.state, counts(batch), await kept(storage)) == (WAITING, {"accepted": 5, "waiting": 2}, [])
    await everything_is_there_once(5)


async def test_a_long_file_is_read_in_turns(
    county: None, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job's claim ends after ten minutes: a second worker would begin on the same file."""
    monkeypatch.setattr(importing, "CHUNK", 2)
    monkeypatch.setattr(receiving, "_TURN", timedelta(0))
    crowd = people(5)
    await factories.register(*crowd)
    await receive(storage, VAULT, await filer(), a_csv(tmp_path, *honours(crowd)))
    await work_off(storage)
    assert await Job.filter(name=IMPORT_RECEIVED, state="done").count() == 4, "three chunks, and the end"
    assert ((await ImportBatch.get()).state, await kept(storage)) == (DONE, [])
    await everything_is_there_once(5)


async def test_a_batch_refused_half_way_is_read_no_further(county: None, storage: Storage, tmp_path: Path) -> None:
    await receive(storage, VAULT, await filer(), a_csv(tmp_path, row()))
    await ImportBatch.all().update(state=READING)
    await approval.refuse((await filer("second-officer")).user, (await ImportBatch.get()).id)
    await work_off(storage)
    assert ((await ImportBatch.get()).state, await kept(storage)) == (REFUSED, [])
    assert await CreditRecord.all().count() == 0


async def test_a_file_that_the_store_lost_is_sent_again_and_goes_on(
    county: None, storage: Storage, tmp_path: Path
) -> None:
    data = a_csv(tmp_path, row())
    first = await receive(storage, VAULT, await filer(), data)
    await storage.delete(await kept(storage))
    await work_off(storage)
    assert (await Job.get()).last_error == "NotFound"
    again = await receive(storage, VAULT, await filer(), data)
    await work_off(storage)
    assert again.id == first.id
    assert counts(await ImportBatch.get()) == {"accepted": 1}


async def test_what_a_dead_process_left_in_the_store_is_swept(county: None, storage: Storage, tmp_path: Path) -> None:
    waiting = await receive(storage, VAULT, await filer(), a_csv(tmp_path, row()))
    done = await receive(storage, VAULT, await filer(), a_csv(tmp_path, row(NEIGHBOUR)))
    await ImportBatch.filter(id=done.id).update(state=DONE)
    await storage.put("imports/without-a-row", b"hidden")
    assert await sweep_received(storage) == 0, "somebody may be at it"
    with clock.pinned(clock.now() + timedelta(days=400)):
        assert await sweep_received(storage) == 2
    assert await kept(storage) == [waiting.file_key]
    assert (await ImportBatch.get(id=done.id)).file_key is None
