"""Records as facts: from when and until when each counts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path

import pytest

from backend import clock
from backend.citizens.models import Citizen
from backend.points import score
from backend.points.rules import Fact
from backend.records.facts import counts_from, record_facts
from backend.records.models import CreditRecord
from backend.records.reading import record_of
from backend.staff.models import Department
from tests import factories
from tests.factories import CITIZEN, LEDGER, PENALTY, PUPIL, VOLUNTEER_HOURS, enrolled_citizen, file_record
from tests.records.county import a_file, bring, publish

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def county(database: None, clock_at: ClockAt) -> None:
    """A catalogue and the people of the register."""
    with clock_at("2026-11-20 09:00"):
        await publish()
        await factories.register()


async def facts_of(citizen: Citizen) -> list[Fact]:
    return sorted((await record_facts([citizen.id]))[citizen.id], key=lambda fact: fact.why.happened_on)


async def test_a_reward_counts_from_its_document_and_carries_its_whole_why(county: None, clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        record = await file_record(
            item=VOLUNTEER_HOURS, document_date="2026-11-02", conduct_end="2026-10-30", quantity="6.5"
        )
        (fact,) = await facts_of(record.citizen)
    why = fact.why
    assert fact.key == f"record:{record.id}"
    assert (why.item_code, why.item_name, why.domain) == ("VOL-001", "诚信经营示范户", "志愿服务")
    assert (why.catalogue_version, why.legal_basis) == ("2026.2", ("《河南省社会信用条例》第十二条",))
    assert (why.department_code, why.department_name) == ("SJJ", "县市场监管局")
    assert (why.document_number, why.document_date) == (record.document_number, date(2026, 11, 2))
    assert (why.happened_on, why.counts_from, why.lapses_on) == (
        date(2026, 10, 30),
        date(2026, 11, 2),
        date(2028, 11, 2),
    )
    assert (why.quantity, why.unit) == (65, "hour")


async def test_a_flat_item_counts_no_quantity(county: None, clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        record = await file_record(quantity="3")
        (fact,) = await facts_of(record.citizen)
    assert (fact.why.quantity, fact.why.unit) == (None, None)


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ("2026-11-23 09:00", date(2026, 12, 8)),  # Monday; ten working days are over on Monday, 7 December
        ("2026-11-23 00:00", date(2026, 12, 8)),
        ("2026-11-22 23:59", date(2026, 12, 5)),  # Sunday; over on Friday the 4th
        ("2026-09-18 12:00", date(2026, 10, 10)),  # worked Sunday the 20th, 中秋 and 国庆 away
        ("2026-02-10 12:00", date(2026, 3, 3)),  # 春节 from 15 to 23 February, worked Saturdays the 14th and 28th
    ],
)
async def test_a_deduction_counts_after_ten_full_working_days_from_being_told(
    county: None, clock_at: ClockAt, told: str, counts: date
) -> None:
    with clock_at("2026-01-05 09:00"):
        await factories.bound_citizen()
    with clock_at(told):
        record = await file_record(item=PENALTY, document_date="2026-01-15", finality_date="2026-01-20")
        (fact,) = await facts_of(record.citizen)
    assert fact.why.counts_from == counts


async def test_who_signs_in_later_is_told_later(county: None, clock_at: ClockAt) -> None:
    """A notice from before her first binding reached her only then."""
    with clock_at("2026-06-01 09:00"):
        record = await file_record(item=PENALTY, document_date="2026-03-02", finality_date="2026-05-04")
        (fact,) = await facts_of(record.citizen)
        assert counts_from(record, (await record_of(record.citizen, record.id)).item) is None
        assert fact.why.counts_from == fact.why.lapses_on == date(2027, 3, 2), "nobody was told: it cannot begin"
    with clock_at("2026-11-23 09:00"):
        _, citizen = await enrolled_citizen()
        (fact,) = await facts_of(citizen)
        assert fact.why.counts_from == date(2026, 12, 8)
        assert (await score.score_of(LEDGER, citizen)).points == 1000
        shown = await record_of(citizen, record.id)
        assert (shown.state, shown.counts_from, shown.workdays_left) == ("waiting", date(2026, 12, 8), 10)
    with clock_at("2026-12-07 23:59"):
        assert (await score.score_of(LEDGER, citizen)).points == 1000
        assert (await record_of(citizen, record.id)).workdays_left == 0
    with clock_at("2026-12-08 00:00"):
        assert (await score.score_of(LEDGER, citizen)).points == 960
        assert (await record_of(citizen, record.id)).state == "in_force"
    with clock_at("2027-03-02 00:00"):
        assert (await score.score_of(LEDGER, citizen)).points == 1000
        assert (await record_of(citizen, record.id)).state == "lapsed"


async def test_a_deduction_whose_term_ends_before_it_could_begin_never_counts(county: None, clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        _, citizen = await enrolled_citizen()
        await file_record(item=PENALTY, document_date="2025-12-01", finality_date="2026-01-05")
        current = await score.score_of(LEDGER, citizen)
        assert (score.coming_changes(current), current.next_change_on) == ([], None)
    with clock_at("2027-01-01 09:00"):
        assert (await score.score_of(LEDGER, citizen)).points == 1000


async def test_a_withdrawn_record_is_no_fact(county: None, clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        record = await file_record()
        await CreditRecord.filter(id=record.id).update(state="withdrawn")
        assert await record_facts([record.citizen_id]) == {}


@pytest.mark.parametrize(("conduct", "facts"), [("2026-08-14", 0), ("2026-08-15", 1)])
async def test_what_somebody_did_under_eighteen_gives_no_points(
    county: None, clock_at: ClockAt, conduct: str, facts: int
) -> None:
    with clock_at("2026-11-23 09:00"):
        record = await file_record(PUPIL, document_date="2026-09-01", conduct_end=conduct)
        assert len((await record_facts([record.citizen_id])).get(record.citizen_id, [])) == facts


async def test_a_renamed_department_is_named_anew_but_old_entries_keep_the_name(
    county: None, clock_at: ClockAt
) -> None:
    with clock_at("2026-11-23 09:00"):
        _, citizen = await enrolled_citizen()
        await file_record()
        (entry,) = await score.entries_of(LEDGER, citizen, before=None, limit=10)
        await Department.filter(code="SJJ").update(name="县市场监督管理局")
        (fact,) = await facts_of(citizen)
        assert fact.why.department_name == "县市场监督管理局"
        (same,) = await score.entries_of(LEDGER, citizen, before=None, limit=10)
    assert score.why_of(same).department_name == score.why_of(entry).department_name == "县市场监管局"


async def test_nobodys_facts_are_mixed_with_anothers(county: None, clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        records = [await file_record(each) for each in (CITIZEN, factories.NEIGHBOUR)]
        facts = await record_facts([record.citizen_id for record in records])
    assert {citizen: [fact.key for fact in found] for citizen, found in facts.items()} == {
        record.citizen_id: [f"record:{record.id}"] for record in records
    }


async def test_the_county_day_decides_not_greenwichs(county: None, tmp_path: Path) -> None:
    """Filed at half past midnight in Henan, which is still yesterday in UTC."""
    with clock.pinned(datetime(2026, 11, 23, 0, 30, tzinfo=clock.SHANGHAI)):
        await factories.bound_citizen()
        await bring(a_file(tmp_path, [factories.row(document_date="2026-11-23")]))
        record = await CreditRecord.get().select_related("citizen")
        (fact,) = await facts_of(record.citizen)
        assert fact.why.counts_from == date(2026, 11, 23)
