"""Honours at the owner's desk: looks are seen, a record once it is known whose, shown or not as the honoured wish."""

import asyncio
from collections.abc import Awaitable
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from backend.citizens.models import AccessLog
from backend.errors import DomainError, Invalid
from backend.honours import gallery, honours, my_honours
from backend.honours.models import Honour
from backend.notifications.models import Notice
from backend.points.score import score_of
from backend.records.models import CreditRecord
from backend.staff.models import AuditEvent
from tests import factories
from tests.closing_seasons import an_honour, load_honours_catalogue
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, LEDGER, NEIGHBOUR, PUPIL, VAULT
from tests.honours.judging_season import STORY
from tests.open_seasons import moderator, moderator_elsewhere
from tests.reviewers import reviewer
from tests.running_app import both_databases


@pytest.fixture
async def county(monday: None, database: None) -> None:
    await load_honours_catalogue()
    await factories.register()


async def refused(deed: Awaitable[object]) -> str:
    with pytest.raises(DomainError) as error:
        await deed
    return error.value.code


async def tied(honour_id: UUID, number: str, username: str = "moderator-1") -> Honour:
    return await honours.tie(LEDGER, VAULT, await moderator(username), honour_id, number)


async def test_another_department_and_another_role_get_nowhere(county: None) -> None:
    honour = await an_honour("鲁小明")
    other, nobody = await moderator_elsewhere(), await reviewer("reviewer-2")
    for staff, code in ((other, "honour_not_found"), (nobody, "not_permitted")):
        assert await refused(honours.open_one(VAULT, staff, honour.id)) == code
        assert await refused(honours.tie(LEDGER, VAULT, staff, honour.id, CITIZEN.number)) == code
        assert await refused(honours.set_shown(staff, honour.id, False)) == code
    assert await honours.list_for(other, VAULT) == []
    assert await refused(honours.open_one(VAULT, await moderator(), uuid7())) == "honour_not_found"


async def test_opening_one_is_a_look_that_the_honoured_can_read_of(county: None) -> None:
    citizen = await citizen_of()
    honour = await an_honour("鲁小明", citizen=citizen)
    seen = await honours.open_one(VAULT, await moderator(), honour.id)
    assert (seen.opened.about.story, seen.contact, seen.has_account) == (STORY, "13800000009", True)
    look = await AccessLog.filter(citizen_id=citizen.id).order_by("-sequence").first()
    assert look is not None
    assert (look.purpose, look.about) == ("honour_record", f"honour:{honour.id}")
    assert await AuditEvent.filter(action="nominee.look", about=f"honour:{honour.id}").count() == 1


async def test_once_it_is_known_whose_it_is_the_record_and_the_points_follow(county: None) -> None:
    _, citizen = await factories.enrolled_citizen()
    honour = await an_honour("鲁小明")
    await tied(honour.id, CITIZEN.number)
    now = await Honour.get(id=honour.id)
    record = await CreditRecord.get()
    assert (now.citizen_id, now.record_id, record.document_number) == (citizen.id, record.id, honour.number)
    assert (await score_of(LEDGER, citizen)).points == 1040
    assert await Notice.filter(citizen_id=citizen.id, kind="honour_given").count() == 1
    assert await AccessLog.filter(citizen_id=citizen.id, purpose="honour_record").count() == 1
    assert await refused(tied(honour.id, CITIZEN.number)) == "honour_recorded"
    assert await CreditRecord.all().count() == 1


@pytest.mark.parametrize("number", [NEIGHBOUR.number, "410423197001010013"])
async def test_a_number_of_somebody_else_ties_nothing_and_tells_nothing(county: None, number: str) -> None:
    honour = await an_honour("鲁小明")
    with pytest.raises(DomainError) as error:
        await tied(honour.id, number)
    assert error.value.code in {"honour_not_recorded", "invalid_fields"}
    assert number not in error.value.detail
    assert (await Honour.get(id=honour.id)).citizen_id is None


async def test_no_number_at_all_says_which_field_is_wrong(county: None) -> None:
    honour = await an_honour("鲁小明")
    with pytest.raises(Invalid) as error:
        await tied(honour.id, "12")
    assert [(each.field, each.code) for each in error.value.fields] == [("number", "identity_number_length")]


async def test_nobody_under_eighteen(county: None) -> None:
    honour = await an_honour("鲁小花")
    assert await refused(tied(honour.id, "410423201306010046")) == "honoured_under_age"
    grown = await an_honour("鲁小强")
    await tied(grown.id, PUPIL.number)
    assert await CreditRecord.all().count() == 1


async def test_nobody_ties_an_honour_to_herself(county: None) -> None:
    honour = await an_honour("鲁小明")
    herself = await reviewer("moderator-3", roles=("moderator",), own_number=CITIZEN.number)
    assert await refused(honours.tie(LEDGER, VAULT, herself, honour.id, CITIZEN.number)) == "honour_not_recorded"
    assert await CreditRecord.all().count() == 0


async def test_a_record_that_was_not_filed_with_the_result_is_filed_later(county: None) -> None:
    citizen = await citizen_of()
    honour = await an_honour("鲁小明", citizen=citizen)
    await CreditRecord.filter(id=honour.record_id).delete()
    await Honour.filter(id=honour.id).update(record_id=None)
    assert await refused(tied(honour.id, NEIGHBOUR.number)) == "honour_not_recorded"
    await honours.record(LEDGER, VAULT, await moderator(), honour.id)
    assert (await Honour.get(id=honour.id)).record_id == (await CreditRecord.get()).id
    assert await refused(honours.record(LEDGER, VAULT, await moderator(), honour.id)) == "honour_recorded"
    unknown = await an_honour("石大山")
    assert await refused(honours.record(LEDGER, VAULT, await moderator(), unknown.id)) == "honour_person_unknown"


@both_databases
async def test_tied_twice_at_once_there_is_one_record(county: None) -> None:
    honour = await an_honour("鲁小明")
    ending = await asyncio.gather(
        *(tied(honour.id, CITIZEN.number, f"moderator-{number}") for number in (1, 2, 3)), return_exceptions=True
    )
    assert [each.code for each in ending if isinstance(each, DomainError)] == ["honour_recorded"] * 2
    assert await CreditRecord.all().count() == await Notice.filter(kind="honour_given").count() == 1


async def test_it_is_taken_down_at_the_wish_of_who_has_no_account_and_put_up_again(county: None) -> None:
    honour, staff = await an_honour("石大山"), await moderator()
    for shown in (False, False, True):
        await honours.set_shown(staff, honour.id, shown)
        assert len(await gallery.page(VAULT, gallery.Among(), None, 9)) == int(shown)
    assert await AuditEvent.filter(action="honour.hide").count() == 2, "the same again is no deed"


async def test_what_somebody_took_down_herself_no_staff_puts_up_and_no_list_names(county: None) -> None:
    citizen, staff = await citizen_of(), await moderator()
    honour = await an_honour("鲁小明", citizen=citizen)
    assert [each.name for each in await honours.list_for(staff, VAULT)] == ["鲁小明"]
    await my_honours.set_shown(citizen, honour.id, False)
    assert await refused(honours.set_shown(staff, honour.id, True)) == "honoured_decides"
    assert [each.name for each in await honours.list_for(staff, VAULT)] == ["鲁**"]
