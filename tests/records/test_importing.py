"""A department's file: each row becomes a record, waits, is a duplicate, a conflict, or comes back with its reasons."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest

from backend.citizens.models import Citizen
from backend.errors import Forbidden, Invalid
from backend.notifications.models import Notice
from backend.points.models import Score
from backend.records import import_rows, importing
from backend.records.importing import DONE, READING, WAITING
from backend.records.models import CreditRecord, ImportBatch, ImportRow
from backend.staff.models import Department
from tests import factories
from tests.factories import CITIZEN, HONEST_SHOP, NEIGHBOUR, PENALTY, PUPIL, VAULT, VOLUNTEER_HOURS, enrolled_citizen
from tests.records.county import (
    WELFARE,
    a_file,
    bring,
    counts,
    everything_is_there_once,
    faults,
    honours,
    penalties,
    people,
    publish,
)

row = factories.row


@pytest.fixture
def monday(clock_at: Callable[[str], AbstractContextManager[None]]) -> Iterator[None]:
    """It is nine o'clock on Monday, 2026-11-23, in the county."""
    with clock_at("2026-11-23 09:00"):
        yield


@pytest.fixture
async def county(monday: None, database: None) -> None:
    """A catalogue, two departments, and the people of the register."""
    await publish()
    await factories.register()


async def test_a_row_becomes_a_record_with_its_notice_and_its_points(county: None, tmp_path: Path) -> None:
    _, citizen = await enrolled_citizen()
    file = a_file(tmp_path, [row(document_number="鲁市监[2026]7号", conduct_end="2026-11-02")])
    batch = await bring(file)
    assert (batch.state, counts(batch), batch.check_by) == (DONE, {"accepted": 1}, date(2026, 11, 30))

    record = await CreditRecord.get().select_related("item")
    assert (record.citizen_id, record.department_id, record.item.catalogue_id) == (citizen.id, "SJJ", "2026.2")
    assert (record.document_number, record.conduct_end) == ("鲁市监〔2026〕7号", date(2026, 11, 2))
    assert (record.lapses_on, record.state) == (date(2028, 11, 23), "live")
    assert VAULT.decrypt(record.summary_hidden, "record.summary") == "由县市场监管局作出。"
    notice = await Notice.get()
    assert (notice.citizen_id, notice.kind, notice.about) == (citizen.id, "positive_record", f"record:{record.id}")
    assert (await Score.get(citizen_id=citizen.id)).points == 1030
    await everything_is_there_once(1)


async def test_a_person_who_never_signed_in_has_her_record_too(county: None, tmp_path: Path) -> None:
    await bring(a_file(tmp_path, [row()]))
    record = await CreditRecord.get().select_related("citizen")
    assert VAULT.decrypt(record.citizen.number_hidden, "citizen.number") == CITIZEN.number
    assert VAULT.decrypt(record.citizen.name_hidden, "citizen.name") == CITIZEN.name
    assert (record.citizen.adult_on, record.citizen.told_from) == (date(2008, 3, 7), None)
    assert await Score.all().count() == 0


async def test_the_same_row_twice_is_one_record_in_a_chunk(county: None, tmp_path: Path) -> None:
    one = row()
    batch = await bring(a_file(tmp_path, [one, one, {**one, "摘要": "另一种写法"}]))
    assert counts(batch) == {"accepted": 1, "duplicates": 1, "conflicts": 1}
    assert await faults(batch) == [(4, "document_number", "conflict")]
    await everything_is_there_once(1)


async def test_the_same_row_twice_is_one_record_across_chunks(
    county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    one, fine = row(), row(item=PENALTY)
    rows = [one, fine, one, fine, {**one, "摘要": "另一种写法"}, {**fine, "摘要": "另一种写法"}]
    batch = await bring(a_file(tmp_path, rows))
    assert counts(batch) == {"accepted": 1, "waiting": 1, "duplicates": 2, "conflicts": 2}
    await everything_is_there_once(1)


async def test_the_same_row_in_a_second_file_is_a_duplicate_other_content_a_conflict(
    county: None, tmp_path: Path
) -> None:
    one, fine = row(), row(item=PENALTY)
    await bring(a_file(tmp_path, [one, fine]))
    again = await bring(a_file(tmp_path, [fine, row(NEIGHBOUR), one], "again.csv"))
    assert counts(again) == {"accepted": 1, "duplicates": 2}
    other = await bring(a_file(tmp_path, [{**one, "摘要": "不同"}, {**fine, "公示地点": "不同"}], "other.csv"))
    assert counts(other) == {"conflicts": 2}
    assert other.state == DONE, "nothing of it waits"
    await everything_is_there_once(2)


async def test_two_departments_may_use_the_same_document_number(county: None, tmp_path: Path) -> None:
    one = row()
    await bring(a_file(tmp_path, [one]))
    batch = await bring(a_file(tmp_path, [one], "other.csv"), await factories.officer("o", WELFARE))
    assert counts(batch) == {"accepted": 1}


async def test_one_document_naming_fifty_people_is_fifty_records(county: None, tmp_path: Path) -> None:
    fifty = people(50)
    await factories.register(*fifty)
    batch = await bring(a_file(tmp_path, [row(each, document_number="鲁文明〔2026〕1号") for each in fifty]))
    assert counts(batch) == {"accepted": 50}
    await everything_is_there_once(50)


async def test_one_document_about_one_person_may_name_two_items(county: None, tmp_path: Path) -> None:
    rows = [row(document_number="鲁1号"), row(item=VOLUNTEER_HOURS, document_number="鲁1号")]
    assert counts(await bring(a_file(tmp_path, rows))) == {"accepted": 2}


async def test_a_file_in_gb18030_is_read(county: None, tmp_path: Path) -> None:
    batch = await bring(a_file(tmp_path, [row(), row(NEIGHBOUR)], encoding="gb18030"))
    assert counts(batch) == {"accepted": 2}


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"item": "NO-SUCH"}, "item_code", "unknown_item"),
        ({"conduct_end": "2023-12-31", "document_date": "2026-01-05"}, "item_code", "unknown_item"),
        ({"item": VOLUNTEER_HOURS, "quantity": ""}, "quantity", "quantity_missing"),
        ({"item": PENALTY, "finality_date": ""}, "finality_date", "not_final"),
        ({"item": PENALTY, "finality_date": "2026-11-24"}, "finality_date", "not_final"),
        ({"item": PENALTY, "document_date": "2025-11-23", "finality_date": "2025-11-23"}, "document_date", "term_over"),
        ({"person": PUPIL, "item": PENALTY, "conduct_end": "2026-08-14"}, "conduct_end", "conduct_under_eighteen"),
        ({"name": "鲁大明"}, "identity_number", "person_unknown"),
        ({"identity_number": "410423199003070025"}, "identity_number", "identity_number_check"),
        ({"document_date": "2026-11-24"}, "document_date", "document_date_future"),
        ({"quantity": "三次"}, "quantity", "quantity_format"),
    ],
)
async def test_a_row_that_may_not_be_a_record_comes_back_with_column_and_reason(
    county: None, tmp_path: Path, cells: dict[str, str], column: str, code: str
) -> None:
    wrong = factories.row(**cells)  # type: ignore[arg-type]
    batch = await bring(a_file(tmp_path, [wrong, row(NEIGHBOUR)]))
    assert counts(batch) == {"accepted": 1, "rejected": 1}
    assert (2, column, code) in await faults(batch)
    await everything_is_there_once(1)


async def test_a_penalty_in_its_last_day_of_term_is_taken(county: None, tmp_path: Path) -> None:
    rows = [row(item=PENALTY, document_date="2025-11-24", finality_date="2026-11-23")]
    assert counts(await bring(a_file(tmp_path, rows))) == {"waiting": 1}


async def test_every_reason_is_told_at_once(county: None, tmp_path: Path) -> None:
    wrong = row(PUPIL, PENALTY, name="鲁大强", document_date="2025-01-01", finality_date="")
    batch = await bring(a_file(tmp_path, [wrong], "wrong.csv"), await factories.officer("o", WELFARE))
    codes = {code for _, _, code in await faults(batch)}
    assert codes == {"person_unknown", "department_not_allowed", "not_final", "conduct_under_eighteen", "term_over"}


async def test_a_wrong_name_and_an_unknown_number_are_told_in_the_same_words(county: None, tmp_path: Path) -> None:
    """Else a file would find out who lives here."""
    (stranger,) = people(1)
    await bring(a_file(tmp_path, [row(stranger), row(name="鲁大明")]))
    first, second = await ImportRow.all().order_by("row_number")
    assert first.faults == second.faults
    assert await Citizen.all().count() == 0


async def test_an_item_is_that_of_the_catalogue_in_force_when_it_happened(county: None, tmp_path: Path) -> None:
    days = ["2026-06-30", "2026-07-01"]
    await bring(a_file(tmp_path, [row(conduct_end=day) for day in days]))
    records = await CreditRecord.all().order_by("conduct_end").select_related("item")
    assert [record.item.catalogue_id for record in records] == ["2026.1-sample", "2026.2"]


async def test_a_rejected_row_is_kept_masked(county: None, tmp_path: Path) -> None:
    rows = [row(item="NO-SUCH"), row(), row(item=PENALTY)]
    await bring(a_file(tmp_path, [*rows, {**rows[1], "摘要": "另一种写法"}]))
    for kept in await ImportRow.all():
        assert (kept.masked_name, kept.masked_number) == ("鲁**", "4104**********0017")
        hidden = kept.content_hidden or b""
        assert (kept.state == import_rows.WAITING) == bool(hidden)
        assert CITIZEN.name.encode() not in hidden
        assert CITIZEN.number.encode() not in hidden


async def test_what_was_sent_back_is_forgotten_after_seven_days(
    county: None, tmp_path: Path, clock_at: Callable[[str], AbstractContextManager[None]]
) -> None:
    rows = [row(item="NO-SUCH"), row(item=PENALTY), row()]
    batch = await bring(a_file(tmp_path, [*rows, {**rows[2], "摘要": "另一种写法"}]))
    with clock_at("2026-11-30 09:00"):
        assert await import_rows.forget_old() == 0
        assert len(await import_rows.problems_of(batch.id)) == 2
    with clock_at("2026-11-30 09:01"):
        assert await import_rows.forget_old() == 2
        assert await import_rows.problems_of(batch.id) == []
    assert [each.state for each in await ImportRow.all()] == [import_rows.WAITING]


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


async def test_a_file_that_breaks_off_leaves_nothing(county: None, tmp_path: Path) -> None:
    file = a_file(tmp_path, list(honours(people(3))))
    file.write_bytes(file.read_bytes() + "鲁小明,\xff\xfe".encode("latin-1"))
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


@pytest.mark.slow
async def test_two_files_and_many_enrolments_at_once_double_nothing(
    county: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Overlapping people in opposite orders: nobody waits for ever, and no record is without its entry."""
    monkeypatch.setattr(importing, "CHUNK", 7)
    crowd = people(40)
    await factories.register(*crowd)
    rows = [*honours(crowd), *penalties(crowd)]
    files = [a_file(tmp_path, rows, "a.csv"), a_file(tmp_path, rows[::-1], "b.csv")]
    bound = [await factories.bound_citizen(each) for each in crowd[::4]]

    async def enrol(place: int) -> None:
        await asyncio.sleep(place / 50)
        await factories.enrolment.enrol(factories.LEDGER, *bound[place], 1)

    batches = await asyncio.gather(*map(bring, files), *(enrol(place) for place in range(len(bound))))
    one, other = counts(batches[0]), counts(batches[1])  # type: ignore[arg-type]
    assert one["accepted"] + other["accepted"] == one["waiting"] + other["waiting"] == 40
    assert one["duplicates"] + other["duplicates"] == 80
    await everything_is_there_once(40)
    assert {score.points for score in await Score.all()} == {1030}


async def test_an_honour_needs_no_finality(county: None, tmp_path: Path) -> None:
    assert counts(await bring(a_file(tmp_path, [row(item=HONEST_SHOP, finality_date="")]))) == {"accepted": 1}
