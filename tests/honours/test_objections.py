"""Handling objections: logged before anything is read, decided by somebody without a part in it, told with reasons."""

from collections.abc import Awaitable
from datetime import timedelta

import pytest

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import AccessLog, Citizen
from backend.errors import DomainError
from backend.honours import notice, objecting, objections
from backend.honours.models import Objection
from backend.honours.objection_forgetting import forget_objections
from backend.nominations.models import Nominee, NomineeStep
from backend.notifications.models import Notice
from backend.staff.models import AuditEvent
from tests import factories
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, VAULT
from tests.honours.judging_season import a_nominee
from tests.open_seasons import a_notice, chosen, moderator, moderator_elsewhere
from tests.reviewers import reviewer

WORDS = "公示里写的修桥，是全村一起出工修的，不是他一个人修的。"
ANSWER = "经向村委会和出工的村民核实，情况属实，感谢您指出。"


@pytest.fixture
async def citizen(monday: None, database: None) -> Citizen:
    """鲁小明, who objects; the whole register is loaded."""
    await factories.load_tiny_catalogue()
    await factories.register()
    return await citizen_of()


@pytest.fixture
async def nominee(citizen: Citizen) -> Nominee:
    """鲁小芳, in a notice that runs."""
    return await chosen(await a_notice(), "鲁小芳", citizen=await citizen_of(COUSIN))


@pytest.fixture
async def objection(citizen: Citizen, nominee: Nominee) -> Objection:
    """What 鲁小明 says against her."""
    return await objecting.object_to(VAULT, citizen, nominee.id, WORDS)


async def refused(deed: Awaitable[object]) -> str:
    """The code of a refusal."""
    with pytest.raises(DomainError) as error:
        await deed
    return error.value.code


async def in_notice(nominee: Nominee) -> list[str]:
    return [each.name for each in (await notice.public_notice(VAULT, nominee.season_id)).people]


async def test_who_has_no_part_in_the_season_sees_nothing_of_it(objection: Objection) -> None:
    elsewhere, other_role = await moderator_elsewhere(), await reviewer()
    assert await objections.queue(elsewhere) == []
    assert await refused(objections.queue(other_role)) == "not_permitted"
    for deed in (
        objections.open_case(VAULT, elsewhere, objection.id),
        objections.handle(VAULT, elsewhere, objection.id, True, ANSWER),
    ):
        assert await refused(deed) == "objection_not_found"
    assert await refused(objections.open_case(VAULT, other_role, objection.id)) == "not_permitted"
    assert await AccessLog.all().count() == await AuditEvent.all().count() == 0


async def test_a_look_stands_in_both_peoples_logs_before_the_words_are_read(
    citizen: Citizen, nominee: Nominee, objection: Objection
) -> None:
    staff = await moderator()
    (row,) = await objections.queue(staff)
    assert (row.id, row.number, row.nominee.season.name) == (
        objection.id,
        objection.number,
        (await Season.get(id=nominee.season_id)).name,
    )
    assert await AccessLog.all().count() == 0, "a row identifies nobody"
    case = await objections.open_case(VAULT, staff, objection.id)
    assert (case.words, case.answer, case.in_notice, case.may_decide) == (WORDS, "", True, True)
    assert case.person is not None
    assert case.person.name == "鲁小芳"
    assert case.by == "鲁小明（4104**********0017）"
    looks = await AccessLog.all()
    assert {each.citizen_id for each in looks} == {citizen.id, nominee.citizen_id}
    assert {(each.purpose, each.about) for each in looks} == {("objection_handling", f"objection:{objection.id}")}
    assert (await AuditEvent.get()).action == "objection.look"


async def test_upheld_she_leaves_the_notice_at_once_and_both_learn_why_and_what_they_can_do(
    citizen: Citizen, nominee: Nominee, objection: Objection
) -> None:
    other = await chosen(await Season.get(id=nominee.season_id), "石小山")
    staff = await moderator()
    await objections.handle(VAULT, staff, objection.id, True, ANSWER, reason="untrue")
    assert await in_notice(nominee) == ["石小山"]
    removed = await Nominee.get(id=nominee.id)
    assert (removed.state, removed.erase_on) == ("removed", clock.today() + timedelta(days=30))
    assert (await Nominee.get(id=other.id)).state == "chosen"
    assert [each.kind for each in await NomineeStep.filter(nominee_id=nominee.id)] == ["removed"]
    to_objector, to_nominee = await Notice.get(citizen_id=citizen.id), await Notice.get(citizen_id=nominee.citizen_id)
    assert (to_objector.kind, to_nominee.kind) == ("objection_upheld", "nominee_removed")
    assert objection.number in to_objector.body
    assert "公示的事迹与核实到的情况不符" in to_nominee.body
    for told in (to_objector, to_nominee):
        assert "2027年1月22日" in told.body, "sixty days"
        assert "0375-" in told.body, "and whom to ask"
        for private in (CITIZEN.name, COUSIN.name, WORDS, ANSWER):
            assert private not in told.title + told.body
    mine = await objecting.objection_of(citizen, objection.id)
    assert (mine.state, objecting.answer_of(VAULT, mine)) == ("upheld", ANSWER)
    (event,) = await AuditEvent.filter(action="objection.decide")
    assert (event.staff_id, event.detail) == (staff.id, {"upheld": "1", "number": objection.number})
    assert await objections.waiting_of(nominee.season_id) == 0


async def test_refused_she_stays_and_only_who_objected_is_told(
    citizen: Citizen, nominee: Nominee, objection: Objection
) -> None:
    await objections.handle(VAULT, await moderator(), objection.id, False, ANSWER)
    assert await in_notice(nominee) == ["鲁小芳"]
    told = await Notice.get()
    assert (told.citizen_id, told.kind) == (citizen.id, "objection_refused")
    assert (await objections.queue(await moderator(), closed=True))[0].state == "refused"


async def test_decided_once(citizen: Citizen, nominee: Nominee, objection: Objection) -> None:
    staff = await moderator()
    for short in ("", "   ", "太短"):
        assert await refused(objections.handle(VAULT, staff, objection.id, True, short)) == "invalid_fields"
    code = await refused(objections.handle(VAULT, staff, objection.id, True, ANSWER, reason="because"))
    assert code == "invalid_fields"
    assert (await Nominee.get(id=nominee.id)).state == "chosen"
    await objections.handle(VAULT, staff, objection.id, False, ANSWER)
    assert await refused(objections.handle(VAULT, staff, objection.id, True, ANSWER)) == "objection_closed"
    assert (await Nominee.get(id=nominee.id)).state == "chosen", "half of a deed is none"
    taken_back = await objecting.object_to(VAULT, citizen, nominee.id, WORDS)
    await objecting.withdraw(citizen, taken_back.id)
    assert await refused(objections.handle(VAULT, staff, taken_back.id, True, ANSWER)) == "objection_closed"
    assert await Notice.all().count() == 1


async def test_who_said_it_does_not_decide_it_and_who_it_is_about_does_not_read_it(
    citizen: Citizen, nominee: Nominee, objection: Objection
) -> None:
    objector = await reviewer("moderator-ming", roles=("moderator",), own_number=CITIZEN.number)
    herself = await reviewer("moderator-fang", roles=("moderator",), own_number=COUSIN.number)
    unknown = await reviewer("moderator-who", roles=("moderator",), own_number=None)
    assert not (await objections.open_case(VAULT, objector, objection.id)).may_decide
    assert await refused(objections.handle(VAULT, objector, objection.id, True, ANSWER)) == "objection_involved"
    assert await refused(objections.open_case(VAULT, herself, objection.id)) == "objection_involved"
    assert await refused(objections.handle(VAULT, herself, objection.id, False, ANSWER)) == "objection_involved"
    assert await refused(objections.queue(unknown)) == "own_number_needed"
    assert (await Objection.get()).state == "waiting"


async def test_said_at_the_counter_it_is_written_down_by_one_and_decided_by_another(nominee: Nominee) -> None:
    clerk, colleague = await moderator("moderator-1"), await moderator("moderator-2")
    people = await objections.to_record(VAULT, clerk, nominee.season_id)
    assert [each.name for each in people] == ["鲁小芳"]
    assert (await AccessLog.get()).citizen_id == nominee.citizen_id
    objection = await objections.record(VAULT, clerk, nominee.id, WORDS)
    assert (objection.citizen_id, objection.staff_id) == (None, clerk.id)
    assert await objections.waiting_of(nominee.season_id) == 1
    assert await refused(objections.handle(VAULT, clerk, objection.id, True, ANSWER)) == "objection_involved"
    assert (await objections.open_case(VAULT, colleague, objection.id)).by is None
    await objections.handle(VAULT, colleague, objection.id, True, ANSWER)
    assert [each.citizen_id for each in await Notice.all()] == [nominee.citizen_id], "nobody else is known"


async def test_at_the_counter_until_the_result_and_only_against_who_stands_in_the_notice(nominee: Nominee) -> None:
    clerk, season = await moderator(), await Season.get(id=nominee.season_id)
    assert (
        await refused(objections.record(VAULT, await moderator_elsewhere(), nominee.id, WORDS)) == "nominee_not_found"
    )
    other = await a_nominee(season, "石中山")
    assert await refused(objections.record(VAULT, clerk, other.id, WORDS)) == "not_in_notice"
    assert await refused(objections.record(VAULT, clerk, nominee.id, "太短")) == "invalid_fields"
    await Season.filter(id=season.id).update(notice_until=clock.today() - timedelta(days=1))
    await objections.record(VAULT, clerk, nominee.id, WORDS)
    await Season.filter(id=season.id).update(announced_at=clock.now())
    assert await refused(objections.record(VAULT, clerk, nominee.id, WORDS)) == "season_not_open"
    assert await refused(objections.to_record(VAULT, clerk, season.id)) == "season_not_open"
    assert await refused(objections.to_record(VAULT, await moderator_elsewhere(), season.id)) == "season_not_found"


async def test_she_left_by_herself_meanwhile_and_the_objection_is_answered_all_the_same(
    citizen: Citizen, nominee: Nominee, objection: Objection
) -> None:
    await Nominee.filter(id=nominee.id).update(state="stepped_down")
    await objections.handle(VAULT, await moderator(), objection.id, True, ANSWER)
    assert (await Nominee.get(id=nominee.id)).state == "stepped_down"
    assert [each.citizen_id for each in await Notice.all()] == [citizen.id]


async def test_words_are_erased_when_nobody_can_need_them_any_more(
    citizen: Citizen, nominee: Nominee, objection: Objection
) -> None:
    neighbours = await objecting.object_to(VAULT, await citizen_of(NEIGHBOUR), nominee.id, WORDS)
    await objections.handle(VAULT, await moderator(), objection.id, False, ANSWER)
    with clock.pinned(clock.now() + timedelta(days=90)):
        assert await forget_objections() == 0
    with clock.pinned(clock.now() + timedelta(days=91)):
        assert await forget_objections() == 1
        assert await forget_objections() == 0
    erased = await objecting.objection_of(citizen, objection.id)
    assert (erased.state, objecting.words_of(VAULT, erased), objecting.answer_of(VAULT, erased)) == ("refused", "", "")
    with clock.pinned(clock.now() + timedelta(days=366)):
        assert await forget_objections() == 1, "one that nobody decided is not kept for ever either"
    assert (await Objection.get(id=neighbours.id)).words_hidden == b""
