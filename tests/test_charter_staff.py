"""The charter's rules about what staff see and decide: 4, 6 and 8, and the pictures' end in rule 10."""

import ast
from datetime import timedelta
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens.access_log import PURPOSES, looks_of
from backend.citizens.models import AccessLog, Citizen
from backend.errors import Conflict, NotFound
from backend.notifications.inbox import notices_of
from backend.points import score
from backend.repairs import review
from backend.repairs.models import Evidence
from backend.repairs.queue import QueueRow, decided, queue
from backend.staff.departments import offices
from backend.staff.permissions import Staff
from media.models import Picture
from tests import evidence_factories, factories
from tests.charter_sources import our_code, sees_points
from tests.factories import CITIZEN, LEDGER, NEIGHBOUR, VAULT
from tests.reviewers import PICTURE_DAYS, approves, ask, case_officer, reject, reverse, reviewer
from tests.test_architecture import name, tree

# Rule 8: who decrypts what people said or are called. Staff reach it through these only, and each logs the look first.
DECRYPTS = {
    "backend/records/import_rows.py": "the worker posts what a second officer approved; nobody is shown it",
    "backend/honours/deciding.py": "the reasons of a committee, for its members and for what is announced",
    "backend/honours/honour_about.py": "an honour, for everybody while its owner shows it, for its staff once logged",
    "backend/honours/honour_records.py": "name and number of the honoured, whose record is filed and never shown",
    "backend/honours/judging.py": "a member's own comment, and for the board once its look is logged",
    "backend/honours/objecting.py": "what an objector wrote, for herself",
    "backend/honours/objections.py": "an objection and its objector's name, once the look is logged",
    "backend/nominations/calls.py": "what was noted of a call, for the desk once its look is logged",
    "backend/nominations/nominators.py": "her own name, so that nobody nominates herself",
    "backend/nominations/nominations.py": "what a nominator wrote: for herself, and for desks once the look is logged",
    "backend/nominations/nominees.py": "a nominee: for herself, for desks, and for those to whom she agreed",
    "backend/nominations/checking.py": "the openid for which WeChat checks; nobody is shown it",
    "backend/nominations/moderation_case.py": "the nominator's name, masked, once the look is logged",
    "backend/wechat_pushes.py": "WeChat's own events, which name nobody but a picture's check",
    "backend/repairs/case.py": "a case, gathered by repairs/review.py once the look is logged",
    "backend/repairs/evidence.py": "what a citizen wrote: for herself, and for a case",
    "backend/staff/one_time_codes.py": "the staff's own second factor",
    "miniprogram_api/identity.py": "her own name and number, masked, for herself",
    "backend/records/catalogue_comments.py": "what people say to a coming catalogue, without whose it is",
    "backend/records/correction_checking.py": "whom a corrected record is about, for the rules of filing; not shown",
    "backend/records/correction_views.py": "a department's own record, once the look is logged",
    "backend/records/measures.py": "the measures of a record: for herself, and for the corrections desk",
    "backend/records/record_versions.py": "what a record said: for herself, and for the corrections desk",
}


@pytest.fixture
async def evidence(monday: None, database: None) -> Evidence:
    """鲁小明 has points, and handed in eight hours."""
    await factories.load_tiny_catalogue()
    await factories.enrolled_citizen()
    return await evidence_factories.submitted()


@pytest.fixture
async def staff(evidence: Evidence) -> Staff:
    return await reviewer()


async def citizen_of(evidence: Evidence) -> Citizen:
    return await Citizen.get(id=evidence.citizen_id)


async def purposes(evidence: Evidence) -> list[str]:
    """Why she was looked at, as she reads it, the latest first."""
    return [each.purpose for each in await looks_of(await citizen_of(evidence), before=None, limit=50)]


class TestRule4NoRankingAndNoExposure:
    def test_no_desk_of_the_console_knows_points_or_levels(self) -> None:
        desks = [path for path in our_code() if name(path).startswith("backend/console/")]
        assert len(desks) > 5
        assert [name(path) for path in desks if sees_points(tree(path))] == []

    async def test_a_row_of_a_queue_identifies_nobody(self, staff: Staff, evidence: Evidence) -> None:
        assert set(QueueRow.__dataclass_fields__) == {
            *("id", "number", "kind", "state", "submitted_at", "review_by", "workdays_left", "late", "pictures"),
            *("quantity", "claimed_by", "mine", "assigned_to", "takeable", "decided_at"),
        }
        await evidence_factories.submitted(NEIGHBOUR)
        await review.claim(staff, evidence.id)
        rows = await queue(staff)
        assert len(rows) == 2
        for person in (CITIZEN, NEIGHBOUR):
            assert not any(said in repr(rows) for said in (person.name, person.number, person.township))
        assert {row.claimed_by for row in rows} == {staff.user.name, None}


class TestRule5EverythingIsExplained:
    async def test_a_point_of_evidence_leads_to_its_evidence_department_basis_and_lapse(
        self, staff: Staff, evidence: Evidence
    ) -> None:
        await approves(staff, evidence, 60)
        (entry,) = await score.entries_of(LEDGER, await citizen_of(evidence), before=None, limit=9)
        why = score.why_of(entry)
        assert (entry.points, why.quantity) == (6, 60)
        assert why.document_number == evidence.number
        assert why.department_code == staff.department_code
        assert all((why.item_code, why.legal_basis, why.catalogue_version, why.lapses_on > clock.today()))
        assert entry.fact == f"evidence:{evidence.id}"


class TestRule6EverythingIsContestable:
    async def test_every_decision_says_where_to_go_and_whom_to_call(self, staff: Staff, evidence: Evidence) -> None:
        await approves(staff, evidence, 60)
        await reverse(await case_officer(), evidence.id)
        other = await evidence_factories.submitted()
        await review.claim(staff, other.id)
        await reject(staff, other.id)
        office = (await offices())[staff.department_code]
        told = await notices_of(await citizen_of(evidence), before=None, limit=9)
        assert {each.kind for each in told} == {"evidence_approved", "evidence_reversed", "evidence_rejected"}
        for notice in told:
            assert office.phone in notice.body
            assert office.office in notice.body

    async def test_a_case_has_a_day_by_which_it_is_decided(self, staff: Staff, evidence: Evidence) -> None:
        assert evidence.review_by is not None
        assert [row.review_by for row in await queue(staff)] == [evidence.review_by]


class TestRule8WhoeverLooksIsSeen:
    def test_what_people_said_is_decrypted_in_few_places(self) -> None:
        decrypting = {
            name(path)
            for path in our_code()
            for each in ast.walk(tree(path))
            if isinstance(each, ast.Attribute) and each.attr == "decrypt"
        }
        assert decrypting - {each for each in decrypting if each.startswith("backend/demo/")} == set(DECRYPTS)

    def test_a_case_is_gathered_where_its_look_is_logged_and_nowhere_else(self) -> None:
        calling = {name(path) for path in our_code() if "gather" in _called(tree(path))}
        assert calling - {"backend/repairs/review.py"} == {
            each for each in calling if "asyncio.gather" in (factories.Path(each).read_text("utf-8"))
        }

    async def test_each_way_of_opening_a_case_stands_in_the_citizens_own_log(
        self, staff: Staff, evidence: Evidence
    ) -> None:
        with pytest.raises(Conflict):
            await review.open_case(VAULT, staff, evidence.id)
        with pytest.raises(Conflict):
            await review.open_decided(VAULT, staff, evidence.id)
        assert await purposes(evidence) == []
        await approves(staff, evidence)
        assert await purposes(evidence) == ["evidence_review"]
        await review.open_decided(VAULT, staff, evidence.id)
        officer = await case_officer()
        await review.open_decided(VAULT, officer, evidence.id, "evidence_reversal")
        await reverse(officer, evidence.id)
        assert await purposes(evidence) == [
            *("evidence_reversal", "evidence_reversal", "evidence_revisit", "evidence_review")
        ]

    async def test_a_look_at_the_other_side_of_a_likeness_stands_in_the_other_citizens_log(
        self, staff: Staff, evidence: Evidence
    ) -> None:
        same = {"certificate_number": "ZY-2026-0007", "certificate_issuer": "鲁山县志愿者协会"}
        other = await evidence_factories.submitted(NEIGHBOUR, **same)
        twin = await evidence_factories.submitted(CITIZEN, **same)
        await review.claim(staff, twin.id)
        with pytest.raises(NotFound):
            await review.open_other(VAULT, staff, twin.id, uuid7())
        await review.open_other(VAULT, staff, twin.id, other.id)
        assert await purposes(other) == ["compare_duplicates"]

    async def test_who_looked_is_named_with_her_department_and_her_reason(
        self, staff: Staff, evidence: Evidence
    ) -> None:
        await review.claim(staff, evidence.id)
        (look,) = await AccessLog.filter(citizen_id=evidence.citizen_id)
        assert (look.reader_name, look.reader_department) == (staff.user.name, staff.user.department.name)
        assert PURPOSES[look.purpose]
        assert UUID(look.about.removeprefix("evidence:")) == evidence.id


class TestRule10LeastData:
    async def test_pictures_are_kept_while_a_case_is_open_and_deleted_on_schedule_once_it_is_decided(
        self, staff: Staff, evidence: Evidence
    ) -> None:
        held = Picture.filter(held_by=f"evidence:{evidence.id}")
        await review.claim(staff, evidence.id)
        await ask(staff, evidence.id)
        assert await held.values_list("delete_on", flat=True) == [None]
        other = await evidence_factories.submitted()
        await approves(staff, other)
        due = await Picture.filter(held_by=f"evidence:{other.id}").values_list("delete_on", flat=True)
        assert due == [clock.today() + timedelta(days=PICTURE_DAYS)]
        assert [row.id for row in await decided(staff)] == [other.id]


def _called(module: ast.Module) -> set[str]:
    return {
        each.func.id if isinstance(each.func, ast.Name) else each.func.attr
        for each in ast.walk(module)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name | ast.Attribute)
    }
