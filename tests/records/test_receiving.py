"""A file handed in on the console: hidden while it waits, read once whatever happens, and gone afterwards."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from backend.errors import Forbidden, Invalid, Unavailable
from backend.jobs.models import Job
from backend.records import receiving
from backend.records.importing import RECEIVED, UNREADABLE, WAITING
from backend.records.models import CreditRecord, ImportBatch
from backend.records.receiving import receive
from backend.settings import Settings
from backend.staff.models import AuditEvent
from media.storage import Storage, open_storage
from tests.connections import open_all
from tests.factories import CITIZEN, NEIGHBOUR, PENALTY, VAULT, enrolled_citizen, row
from tests.records.county import counts, everything_is_there_once
from tests.records.handing_in import a_csv, filer, kept, work_off
from tests.running_app import both_databases


async def nothing_is_kept(storage: Storage) -> None:
    assert await kept(storage) == []
    for table in (ImportBatch, Job, AuditEvent, CreditRecord):
        assert await table.all().count() == 0


async def test_who_may_not_file_leaves_nothing(county: None, storage: Storage, tmp_path: Path) -> None:
    away = await filer("gone")
    away.user.active = False
    for staff, code in ((await filer("reviewer", "reviewer"), "not_permitted"), (away, "officer_inactive")):
        with pytest.raises(Forbidden) as refused:
            await receive(storage, VAULT, staff, a_csv(tmp_path, row()))
        assert refused.value.code == code
    await nothing_is_kept(storage)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "file_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
        (b"PK\x03\x04" + bytes(300), "file_damaged"),
        ("今天天气很好\n".encode(), "header_missing"),
        (b"a" * (receiving.MOST_BYTES + 1), "file_too_large"),
    ],
)
async def test_what_is_no_table_of_records_is_said_at_once_and_leaves_nothing(
    county: None, storage: Storage, data: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await receive(storage, VAULT, await filer(), data)
    assert refused.value.code == code
    await nothing_is_kept(storage)


async def test_a_file_waits_hidden_and_is_gone_once_it_is_read(
    county: None, storage: Storage, tmp_path: Path, settings: Settings
) -> None:
    await enrolled_citizen()
    rows = [row(), row(NEIGHBOUR, PENALTY), row(item="NO-SUCH")]
    staff = await filer()
    batch = await receive(storage, VAULT, staff, a_csv(tmp_path, *rows))
    assert (batch.state, batch.officer_id, batch.department_id) == (RECEIVED, staff.id, "SJJ")
    event = await AuditEvent.get()
    assert (event.action, event.staff_id, event.about) == ("import.upload", staff.id, f"import:{batch.id}")
    assert settings.media_folder is not None
    (file,) = (path for path in settings.media_folder.rglob("*") if path.is_file())
    assert CITIZEN.number.encode() not in file.read_bytes()

    await work_off(storage)
    batch = await ImportBatch.get()
    assert (batch.state, counts(batch)) == (WAITING, {"accepted": 1, "waiting": 1, "rejected": 1})
    assert (batch.rows_total, batch.rows_done, batch.file_key, await kept(storage)) == (3, 4, None, [])
    await everything_is_there_once(1)


async def test_a_file_of_an_old_excel_in_gb18030_is_read(county: None, storage: Storage, tmp_path: Path) -> None:
    await receive(storage, VAULT, await filer(), a_csv(tmp_path, row(), encoding="gb18030"))
    await work_off(storage)
    assert counts(await ImportBatch.get()) == {"accepted": 1}


async def test_the_same_file_again_while_it_waits_is_the_same_batch(
    county: None, storage: Storage, tmp_path: Path
) -> None:
    data = a_csv(tmp_path, row())
    first = await receive(storage, VAULT, await filer(), data)
    again = await receive(storage, VAULT, await filer(), data)
    other = await receive(storage, VAULT, await filer("colleague"), data)
    assert (again.id, len(await kept(storage))) == (first.id, 2)
    assert other.id != first.id
    await work_off(storage)
    assert [counts(each) for each in await ImportBatch.all().order_by("id")] == [{"accepted": 1}, {"duplicates": 1}]
    assert await kept(storage) == []
    later = await receive(storage, VAULT, await filer(), data)
    assert later.id != first.id, "the first is done with"


@both_databases
async def test_pressed_twice_at_once_it_is_one_batch(county: None, storage: Storage, tmp_path: Path) -> None:
    staff, data = await filer(), a_csv(tmp_path, row())
    await open_all()
    batches = await asyncio.gather(*(receive(storage, VAULT, staff, data) for _ in range(5)))
    assert len({batch.id for batch in batches}) == await ImportBatch.all().count() == 1
    assert await kept(storage) == [(await ImportBatch.get()).file_key]
    await work_off(storage)
    assert (await kept(storage), (await ImportBatch.get()).file_key) == ([], None)
    await everything_is_there_once(1)


async def test_two_files_at_once_are_two_batches(county: None, storage: Storage, tmp_path: Path) -> None:
    staff, files = await filer(), [a_csv(tmp_path, row()), a_csv(tmp_path, row(NEIGHBOUR))]
    await asyncio.gather(*(receive(storage, VAULT, staff, data) for data in files))
    await work_off(storage)
    assert [counts(each) for each in await ImportBatch.all()] == [{"accepted": 1}] * 2


async def test_a_file_that_breaks_off_ends_as_unreadable_with_the_reason(
    county: None, storage: Storage, tmp_path: Path
) -> None:
    data = a_csv(tmp_path, row(), row(NEIGHBOUR))
    await receive(storage, VAULT, await filer(), data + '"鲁小明,4104'.encode())
    await work_off(storage)
    batch = await ImportBatch.get()
    assert (batch.state, counts(batch), batch.file_key, await kept(storage)) == (UNREADABLE, {}, None, [])
    assert batch.fault is not None
    assert "双引号没有成对" in batch.fault
    assert (await Job.get()).state == "done", "trying again would not help"


async def test_a_store_that_is_away_takes_nothing_in(county: None, settings: Settings, tmp_path: Path) -> None:
    nobody_there = "http://127.0.0.1:1"
    away = replace(settings, media_store="s3://a/b", s3_endpoint=nobody_there, s3_access_key="a", s3_secret_key="b")
    with pytest.raises(Unavailable) as refused:
        await receive(open_storage(away), VAULT, await filer(), a_csv(tmp_path, row()))
    assert (refused.value.code, refused.value.retry_after) == ("store_away", 30)
    assert "没有收下" in refused.value.detail
    assert await ImportBatch.all().count() == await Job.all().count() == 0


def test_a_file_in_memory_can_be_opened_twice_and_is_gone_afterwards() -> None:
    with receiving.in_memory(b"numbers") as path:
        assert [path.read_bytes(), path.read_bytes()] == [b"numbers"] * 2
        assert str(path.readlink()).startswith("/memfd:")
    assert not path.exists()
