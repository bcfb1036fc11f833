"""The rules that no feature may break, as far as they are built: a group for each, which fails when the rule is broken.

What staff see and decide, rules 4, 6 and 8, stands in test_charter_staff.py.
"""

import ast
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError

from backend.citizens import identity
from backend.citizens.identity_number import parse_identity_number
from backend.citizens.models import Account, Citizen
from backend.errors import Forbidden, NotFound
from backend.notifications.inbox import notices_of
from backend.points import enrolment, score
from backend.points.levels import level_of, levels_in_force
from backend.points.models import Enrolment, PointEntry, Score
from backend.points.rules import Why
from backend.records import catalogue as files
from backend.records.models import CreditRecord, ImportRow
from backend.records.reading import record_of, records_of
from backend.staff.departments import offices
from miniprogram_api.all_routes import ALL_ROUTES
from tests import factories
from tests.charter_sources import SEES_POINTS, called_in, our_code, sees_points
from tests.factories import CHILD, HONEST_SHOP, LEDGER, NEIGHBOUR, PENALTY, PUPIL, VAULT, VOLUNTEER_HOURS
from tests.records.county import bring, faults, publish
from tests.test_architecture import name, tree

ClockAt = Callable[[str], AbstractContextManager[None]]
SAMPLE = files.parse_catalogue(files.SAMPLE_CATALOGUE.read_bytes())

# Rule 5: what every entry says of itself; a quantity, and the cap that cut it, only where there is one.
WHY = set(Why.__struct_fields__) - {"quantity", "unit", "cut_by"}

# Rule 1: all that a citizen can write. None of it is about anybody else.
WRITES = {
    *("sign_in", "sign_out", "sign_out_everywhere", "decide_consent", "bind", "enrol", "leave", "upload_picture"),
    *("draft_evidence", "change_evidence", "submit_evidence", "withdraw_evidence", "delete_evidence"),
    "comment_on_catalogue",
    *("note_read", "like_article", "unlike_article"),
    "make_pledge",
    *("endorse_nominee", "take_back_endorsement", "object_to_nominee", "withdraw_objection"),
    *("draft_nomination", "change_nomination", "submit_nomination", "withdraw_nomination", "appeal_nomination"),
    "delete_nomination",
    *("answer_nominee_request", "change_nominee_consent", "step_down_as_nominee"),
    *("set_honour_visibility", "drop_honour_picture"),
}


@pytest.fixture
async def county(monday: None, database: None) -> None:
    await publish()
    await factories.register()


class TestRule1LawfulRecordsOnly:
    def test_every_item_names_its_legal_basis_and_a_negative_one_its_national_or_provincial_reference(self) -> None:
        assert [item.code for item in SAMPLE.items if not item.legal_basis or not item.departments] == []
        negative = [item for item in SAMPLE.items if item.kind == "negative"]
        assert [item.code for item in negative if not item.catalogue_ref or not item.needs_final] == []

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            *((column, "NULL") for column in ("item_id", "citizen_id", "department_id", "batch_id")),
            *((column, "'01a203a8-02c1-75a4-99a4-000000000000'") for column in ("item_id", "citizen_id", "batch_id")),
            ("department_id", "'NOBODY'"),
        ],
    )
    async def test_no_record_without_item_department_and_file_even_by_hand(
        self, county: None, column: str, value: str
    ) -> None:
        await factories.file_record()
        with pytest.raises(IntegrityError):
            await get_connection("default").execute_query(f"UPDATE credit_record SET {column} = {value}")  # noqa: S608

    async def test_only_what_the_item_allows_is_filed(self, county: None, tmp_path: Path) -> None:
        wrong = [factories.row(item="NO-SUCH"), factories.row(item=PENALTY, finality_date="")]
        batch = await bring(factories._csv(tmp_path, wrong))
        assert [code for _, _, code in await faults(batch)] == ["unknown_item", "not_final"]
        assert await CreditRecord.all().count() == 0

    async def test_a_negative_record_needs_two_people(self, county: None) -> None:
        await factories.file_records(factories.row(item=PENALTY), approved=False)
        assert await CreditRecord.all().count() == 0

    def test_records_are_made_in_one_place_only(self) -> None:
        makers = {name(path) for path in our_code() if "CreditRecord" in called_in(tree(path))}
        assert makers == {"backend/records/filing.py"}

    def test_no_citizen_can_report_another(self) -> None:
        writes = {each.id for routes in ALL_ROUTES for each in routes.operations if each.method != "GET"}
        assert writes <= WRITES


class TestRule2PointsAreOptIn:
    async def test_nobody_has_points_who_did_not_enrol(self, county: None) -> None:
        _, citizen = await factories.bound_citizen()
        await factories.file_record()
        await factories.penalty(NEIGHBOUR)
        assert await Score.all().count() == await PointEntry.all().count() == 0
        with pytest.raises(NotFound):
            await score.score_of(LEDGER, citizen)
        assert len(await records_of(citizen, before=None, limit=9)) == 1, "her records are hers all the same"
        assert len(await notices_of(citizen, before=None, limit=9)) == 1

    async def test_leaving_erases_the_points_and_nothing_else(self, county: None) -> None:
        account, citizen = await factories.enrolled_citizen()
        await factories.file_record()
        await enrolment.leave(account, citizen)
        assert await Score.all().count() == await PointEntry.all().count() == 0
        assert len(await records_of(citizen, before=None, limit=9)) == 1
        assert len(await notices_of(citizen, before=None, limit=9)) == 1
        assert (await Account.get(id=account.id)).citizen_id == citizen.id
        await enrolment.enrol(LEDGER, account, citizen, 1)
        assert (await score.score_of(LEDGER, citizen)).points == 1030, "she lost nothing by having left"


class TestRule3PointsOnlyReward:
    def test_nothing_but_display_looks_at_points_or_levels(self) -> None:
        looking = {name(path) for path in our_code() if sees_points(tree(path))}
        inside = {each for each in looking if each.startswith(("backend/points/", "backend/demo/"))}
        assert looking - inside == set(SEES_POINTS)

    def test_nothing_sorts_or_finds_citizens_by_their_points(self) -> None:
        """What time alone changes is found by its day; nobody is found by how many points she has."""
        for path in our_code():
            said = {each.value for each in ast.walk(tree(path)) if isinstance(each, ast.Constant)}
            named = {each.arg for each in ast.walk(tree(path)) if isinstance(each, ast.keyword) and each.arg}
            sorting = {f"{sign}{way}points" for sign in ("", "-") for way in ("score__", "citizen__score__")}
            assert not said & (sorting | {"-points"}), name(path)
            assert not any(each.startswith(("points__", "score__points")) for each in named), name(path)

    async def test_nobody_is_below_the_lowest_level(self, county: None) -> None:
        levels = await levels_in_force(date(2026, 11, 23))
        assert (levels[0].at_least, level_of(-10_000, levels)) == (None, levels[0])
        assert SAMPLE.levels[0].at_least is None
        assert all(level.at_least is not None for level in SAMPLE.levels[1:])

    async def test_many_deductions_close_nothing_that_is_open_to_who_never_enrolled(
        self, county: None, clock_at: ClockAt
    ) -> None:
        account, citizen = await factories.enrolled_citizen()
        for number in range(30):
            await factories.penalty(document_number=f"鲁罚{number}号")
        with clock_at("2026-12-08 09:00"):
            assert (await score.score_of(LEDGER, citizen)).points < 0
            assert len(await records_of(citizen, before=None, limit=50)) == 30
            await enrolment.leave(account, citizen)
            await enrolment.enrol(LEDGER, account, citizen, 1)

    async def test_no_deduction_before_ten_full_working_days_from_being_told(
        self, county: None, clock_at: ClockAt
    ) -> None:
        _, citizen = await factories.enrolled_citizen()
        record = await factories.penalty()
        (told,) = await notices_of(citizen, before=None, limit=9)
        assert told.about == f"record:{record.id}"
        for moment, points in (("2026-12-07 23:59", 1000), ("2026-12-08 00:00", 960)):
            with clock_at(moment):
                assert (await score.score_of(LEDGER, citizen)).points == points


class TestRule5EverythingIsExplained:
    async def test_each_point_leads_to_its_entry_record_department_document_basis_lapse_and_ways_on(
        self, county: None, clock_at: ClockAt
    ) -> None:
        account, citizen = await factories.enrolled_citizen()
        for item in (HONEST_SHOP, HONEST_SHOP, VOLUNTEER_HOURS, PENALTY):
            await factories.file_record(item=item)
        with clock_at("2026-12-10 09:00"):
            assert (await score.score_of(LEDGER, citizen)).points == 1000 + 30 + 10 - 40
        for moment in ("2027-11-20 09:00", "2028-11-10 09:00"):  # a consent is never for life
            with clock_at(moment):
                await enrolment.enrol(LEDGER, account, citizen, 1)
        with clock_at("2029-01-01 09:00"):
            settled = await score.score_of(LEDGER, citizen)
            entries = await score.entries_of(LEDGER, citizen, before=None, limit=99)
        assert settled.points == settled.base + sum(entry.points for entry in entries) == 1000, "all has lapsed again"
        assert {entry.kind for entry in entries} == {"counted", "lapsed"}
        known = await offices()
        for entry in entries:
            why = score.why_of(entry)
            assert all(getattr(why, each) for each in WHY)
            shown = await record_of(citizen, UUID(entry.fact.removeprefix("record:")))
            assert shown.record.document_number == why.document_number
            assert known[why.department_code].phone
            assert not shown.item.negative or (shown.item.said.recovery and shown.item.said.repair)


class TestRule7EverythingLapses:
    def test_no_term_is_longer_than_its_severity_allows(self) -> None:
        most = {"minor": 3, "general": 12, "serious": 36}
        for item in SAMPLE.items:
            if item.kind == "negative":
                assert item.term_months <= (60 if item.term_rule else most[item.severity or ""]), item.code

    async def test_a_negative_record_stops_counting_at_its_term_however_late_it_was_filed(
        self, county: None, clock_at: ClockAt
    ) -> None:
        _, citizen = await factories.enrolled_citizen()
        record = await factories.penalty(document_date=date(2026, 1, 5))
        assert record.lapses_on == date(2027, 1, 5)
        for moment, points in (("2026-12-08 00:00", 960), ("2027-01-04 23:59", 960), ("2027-01-05 00:00", 1000)):
            with clock_at(moment):
                assert (await score.score_of(LEDGER, citizen)).points == points
        with clock_at("2027-01-05 00:00"):
            assert (await record_of(citizen, record.id)).state == "lapsed"


class TestRule9MinorsAreProtected:
    async def test_under_eighteen_there_are_no_points_in_the_code_nor_in_the_database(
        self, county: None, clock_at: ClockAt
    ) -> None:
        with clock_at("2026-08-14 23:59"):
            account, citizen = await factories.bound_citizen(PUPIL)
            with pytest.raises(Forbidden):
                await enrolment.enrol(LEDGER, account, citizen, 1)
            with pytest.raises(IntegrityError):
                await Enrolment.create(
                    citizen=citizen,
                    adult_on=citizen.adult_on,
                    enrolled_on=date(2026, 8, 14),
                    enrolled_at=factories.clock.now(),
                    expires_on=date(2027, 8, 14),
                )
        with clock_at("2026-08-15 00:00"):
            await enrolment.enrol(LEDGER, account, citizen, 1)

    async def test_no_negative_record_of_conduct_under_eighteen_is_kept(self, county: None, tmp_path: Path) -> None:
        batch = await bring(factories._csv(tmp_path, [factories.row(PUPIL, PENALTY, conduct_end="2026-08-14")]))
        assert [code for _, _, code in await faults(batch)] == ["conduct_under_eighteen"]
        assert await CreditRecord.all().count() == await Citizen.all().count() == 0
        assert (await ImportRow.get()).content_hidden is None

    async def test_under_fourteen_nobody_binds_herself(self, county: None) -> None:
        number = parse_identity_number(CHILD.number, date(2026, 11, 23))
        with pytest.raises(Forbidden):
            await identity.match(VAULT, await factories.guest(CHILD), CHILD.name, number)
