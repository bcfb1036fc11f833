"""A department's file: each row becomes a record, waits, is a duplicate, a conflict, or comes back with its reasons."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest

from backend.citizens.models import Citizen
from backend.notifications.models import Notice
from backend.points.models import Score
from backend.records import import_rows, importing
from backend.records.importing import DONE
from backend.records.models import CreditRecord, ImportRow
from tests import factories
from tests.factories import (
    CITIZEN,
    COUSIN,
    HONEST_SHOP,
    NEIGHBOUR,
    PENALTY,
    PUPIL,
    VAULT,
    VOLUNTEER_HOURS,
    enrolled_citizen,
)
from tests.records.county import (
    WELFARE,
    a_file,
    bring,
    counts,
    everything_is_there_once,
    faults,
    people,
)

row = factories.row


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
        ({"identity_number": "410423199003070018"}, "identity_number", "identity_number_check"),
        ({"document_date": "2026-11-24"}, "document_date", "document_date_future"),
        ({"quantity": "三次"}, "quantity", "quantity_format"),
        ({"document_number": "罚410423199003070017"}, "document_number", "number_inside"),
        ({"publication_place": "见 410423199003070017"}, "publication_place", "number_inside"),
        ({"person": COUSIN, "occupation": "导游41042319850512018x"}, "occupation", "occupation_unknown"),
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
        assert len(await import_rows.problem_page(batch.id)) == 2
    with clock_at("2026-11-30 09:01"):
        assert await import_rows.forget_old() == 2
        assert await import_rows.problem_page(batch.id) == []
    assert [each.state for each in await ImportRow.all()] == [import_rows.WAITING]


async def test_an_honour_needs_no_finality(county: None, tmp_path: Path) -> None:
    assert counts(await bring(a_file(tmp_path, [row(item=HONEST_SHOP, finality_date="")]))) == {"accepted": 1}
