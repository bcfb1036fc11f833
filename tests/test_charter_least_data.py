"""Rule 10, least data: after a whole road no name, number or phone stands anywhere in the database or in a log."""

import logging
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import asyncpg
import pytest

from backend import clock
from backend.citizens import identity
from backend.citizens.identity_number import parse_identity_number
from backend.citizens.models import Account, Citizen
from backend.demo.wechat_stand_in import openid_of
from backend.errors import Invalid
from backend.jobs.schedule import run_due
from backend.jobs.worker import work
from backend.points import enrolment, score
from backend.points.models import PointEntry, Score
from backend.records import approval, import_rows
from backend.records.models import ImportBatch
from backend.records.result_workbook import write_result
from backend.settings import Settings
from backend.worker_jobs import job_handlers, repeating_jobs
from media.storage import open_storage
from tests import factories
from tests.factories import CITIZEN, EVERYBODY, LEDGER, NEIGHBOUR, PENALTY, PUPIL, VAULT, row
from tests.records.county import a_file, bring, publish

ClockAt = Callable[[str], AbstractContextManager[None]]

SUMMARY = "鲁小明在下汤街上卖掺假的油"
PLANTED = [
    *(person.name for person in EVERYBODY),
    *(person.number for person in EVERYBODY),
    *(person.phone for person in EVERYBODY),
    *(openid_of(person.wechat) for person in EVERYBODY),
    SUMMARY,
    "13900000042",
]


@pytest.fixture
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.fixture
async def road(
    everything_is_logged: pytest.LogCaptureFixture,
    settings: Settings,
    database: None,
    tmp_path: Path,
    clock_at: ClockAt,
) -> ImportBatch:
    """Register, records good and bad, every refusal, binding, points, leaving, sweeping; and a last file that waits."""
    with clock_at("2026-11-23 09:00"):
        await publish()
        await factories.register()
        rows = [
            *(row(person, summary=SUMMARY) for person in EVERYBODY),
            row(item=PENALTY, summary=SUMMARY),
            row(NEIGHBOUR, PENALTY, summary=SUMMARY),
            row(NEIGHBOUR, item="NO-SUCH", summary=SUMMARY),
            row(PUPIL, PENALTY, conduct_end="2026-01-01"),
            row(identity_number="410423199003070018"),
            row(document_number=CITIZEN.number),
            row(occupation=CITIZEN.number),
            row(item_code=CITIZEN.number),
        ]
        batch = await bring(a_file(tmp_path, [*rows, {**rows[0], "摘要": SUMMARY + "等"}]))
        await approval.approve(await factories.officer("second-officer"), batch.id)
        account, citizen = await factories.enrolled_citizen()
        number, guest = parse_identity_number(NEIGHBOUR.number, clock.today()), await factories.guest(NEIGHBOUR)
        with pytest.raises(Invalid):
            await identity.match(VAULT, guest, "鲁大红", number)
        await identity.issue_counter_code(VAULT, number, (await factories.officer()).id)
        assert await work(job_handlers(VAULT, LEDGER, open_storage(settings)))
    with clock_at("2026-12-10 09:00"):
        assert (await score.score_of(LEDGER, citizen)).points == 1030 - 40
        await run_due(repeating_jobs(VAULT, LEDGER, open_storage(settings)))
        await factories.enrolled_citizen(NEIGHBOUR)
        await enrolment.leave(account, citizen)
        late = [row(item=PENALTY, summary=SUMMARY), row(item="NO-SUCH"), row(document_number=CITIZEN.number)]
        return await bring(a_file(tmp_path, late, "late.csv"))


def found_in(data: bytes) -> list[str]:
    """What was planted and stands there, as UTF-8, GBK or UTF-16."""
    return [each for each in PLANTED for encoding in ("utf-8", "gbk", "utf-16-le") if each.encode(encoding) in data]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_database_file_with_its_log_holds_nothing(road: ImportBatch, database_url: str) -> None:
    path = Path(database_url.removeprefix("sqlite://"))
    files = [each for each in path.parent.iterdir() if each.name.startswith(path.name)]
    assert path.with_name(path.name + "-wal") in files, "the write-ahead log was looked at too"
    assert [found_in(each.read_bytes()) for each in files] == [[]] * len(files)
    with sqlite3.connect(path) as connection:
        assert found_in("\n".join(connection.iterdump()).encode()) == []
    connection.close()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_no_row_of_any_table_on_postgresql_holds_anything(road: ImportBatch, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    seen = {}
    for (table,) in tables:
        rows = await connection.fetch(f'SELECT * FROM "{table}"')  # noqa: S608 (the database's own names)
        cells = [cell for each in rows for cell in each.values()]
        seen[table] = b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in cells)
    await connection.close()
    assert {"citizen", "credit_record", "import_row", "register_person", "job", "notice"} <= seen.keys()
    assert min(len(seen[table]) for table in ("citizen", "credit_record", "import_row", "notice")) > 500
    assert {table: found_in(data) for table, data in seen.items() if found_in(data)} == {}


async def test_no_log_line_holds_anything(road: ImportBatch, everything_is_logged: pytest.LogCaptureFixture) -> None:
    logging.getLogger("here").debug("鲁小明")
    assert found_in(everything_is_logged.text.encode()) == ["鲁小明"], "else this test would see nothing"
    told = [each.getMessage() for each in everything_is_logged.records if each.name != "here"]
    assert found_in("\n".join(told).encode()) == []


async def test_the_workbook_with_what_was_sent_back_is_masked(road: ImportBatch, tmp_path: Path) -> None:
    problems = await import_rows.problem_page(road.id)
    assert {(each.masked_name, each.masked_number) for each in problems} == {("鲁**", "4104**********0017")}
    assert found_in(repr(problems).encode()) == []
    write_result(tmp_path / "result.xlsx", problems)
    with zipfile.ZipFile(tmp_path / "result.xlsx") as archive:
        assert found_in(b"".join(archive.read(each) for each in archive.namelist())) == []


async def test_who_left_leaves_no_point_behind(road: ImportBatch) -> None:
    (score_row,) = await Score.all().select_related("citizen")
    assert VAULT.decrypt(score_row.citizen.name_hidden, "citizen.name") == NEIGHBOUR.name
    assert await PointEntry.exclude(enrolment_id=score_row.enrolment_id).count() == 0
    assert await Citizen.all().count() == len(EVERYBODY)


async def test_what_people_are_asked_is_little(road: ImportBatch) -> None:
    """The register keeps digests and a township; an account its openid, hidden; a job and a queue identify nobody."""
    for table in (Account, Citizen):
        for each in await table.all():
            hidden = [value for name, value in dict(each).items() if name.endswith("_hidden")]
            assert hidden
            assert all(isinstance(value, bytes) for value in hidden)
