"""Leads for an owner who decides herself: handed over once, with each person's yes, and every look is seen."""

import asyncio
from collections.abc import Awaitable
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from backend.awards import seasons
from backend.citizens.models import AccessLog
from backend.errors import DomainError
from backend.honours import leads
from backend.honours.leads_workbook import HEADER, write_leads
from backend.nominations.models import Nominee
from backend.notifications.models import Notice
from backend.staff.models import AuditEvent
from tests import factories
from tests.closing_seasons import a_closing_season, a_lead, a_season_of_leads
from tests.evidence_factories import citizen_of
from tests.factories import COUSIN, NEIGHBOUR, VAULT
from tests.honours.judging_season import STORY, a_nomination
from tests.open_seasons import moderator, moderator_elsewhere
from tests.reviewers import reviewer
from tests.running_app import both_databases


@pytest.fixture
async def county(monday: None, database: None) -> None:
    await factories.load_tiny_catalogue()
    await factories.register()


async def refused(deed: Awaitable[object]) -> str:
    with pytest.raises(DomainError) as error:
        await deed
    return error.value.code


async def test_who_does_not_run_the_season_gets_nothing(county: None) -> None:
    season = await a_season_of_leads()
    await a_lead(season)
    for staff, code in ((await moderator_elsewhere(), "season_not_found"), (await reviewer("r-2"), "not_permitted")):
        assert await refused(leads.standing_of(staff, season.id)) == code
        assert await refused(leads.hand_over(staff, season.id, 1)) == code
        assert await refused(leads.download(VAULT, staff, season.id)) == code
    assert await AccessLog.all().count() == 0


async def test_not_before_its_time_and_not_in_a_season_that_is_judged_here(county: None) -> None:
    staff = await moderator()
    judged = await a_closing_season()
    assert await refused(leads.hand_over(staff, judged.id, judged.version)) == "season_not_referred"
    today = factories.clock.today()
    season = await a_season_of_leads(nominate_from=today, nominate_until=today)
    assert await refused(leads.hand_over(staff, season.id, season.version)) == "season_not_open"
    assert await refused(leads.download(VAULT, staff, season.id)) == "no_leads"


async def test_nothing_goes_while_somebody_was_not_asked_or_has_not_answered(county: None) -> None:
    season, staff = await a_season_of_leads(), await moderator()
    nominee = await a_lead(season)
    for state in ("gathered", "asked"):
        await Nominee.filter(id=nominee.id).update(state=state)
        assert (await leads.standing_of(staff, season.id)).open_cases == 1
        assert await refused(leads.hand_over(staff, season.id, season.version)) == "leads_waiting"
    assert (await seasons.season_of(staff, season.id)).announced_at is None


async def test_those_who_agreed_go_to_the_owner_the_others_data_goes_and_all_are_told(county: None) -> None:
    season, staff = await a_season_of_leads(), await moderator()
    citizen, nominator = await citizen_of(), await citizen_of(COUSIN)
    willing = await a_lead(season, "鲁小明", citizen=citizen)
    unwilling = await a_lead(season, "鲁小红", citizen=await citizen_of(NEIGHBOUR), willing=False)
    for each in (willing, unwilling):
        await a_nomination(each, by=nominator)
    found = await leads.standing_of(staff, season.id)
    assert (found.ready, found.unwilling, found.open_cases) == (1, 1, 0)
    ended = await leads.hand_over(staff, season.id, season.version)
    assert seasons.phase_label(ended) == "已移交主办单位"
    states = {each.id: each.state for each in await Nominee.all()}
    assert states == {willing.id: "handed_over", unwilling.id: "declined"}
    assert (await Nominee.get(id=unwilling.id)).erase_on is not None
    assert await Notice.filter(citizen_id=citizen.id, kind="nominee_handed_over").count() == 1
    kinds = {each.kind for each in await Notice.filter(citizen_id=nominator.id)}
    assert kinds == {"season_result", "nomination_ended"}
    assert not [each for each in await Notice.all() if "鲁小" in each.body]
    assert await refused(leads.hand_over(staff, season.id, ended.version)) == "season_not_open"


async def test_each_download_is_seen_by_those_in_it_and_never_names_a_nominator(county: None) -> None:
    season, staff = await a_season_of_leads(), await moderator()
    citizen = await citizen_of()
    nominee = await a_lead(season, "鲁小明", citizen=citizen)
    await a_lead(season, "=1+1")
    await a_nomination(nominee, by=await citizen_of(COUSIN))
    await leads.hand_over(staff, season.id, season.version)
    for times in (1, 2):
        found = await leads.download(VAULT, staff, season.id)
        assert await AccessLog.filter(citizen_id=citizen.id).count() == times
        assert await AuditEvent.filter(action="nominee.hand_over").count() == times
    target = BytesIO()
    write_leads(target, found, season.name)
    rows = CalamineWorkbook.from_filelike(BytesIO(target.getvalue())).get_sheet_by_index(0).to_python()
    assert tuple(rows[0]) == HEADER
    assert rows[1] == [1, "鲁小明", "下汤镇十亩地村", "下汤镇", "13800000009", STORY, 1]
    assert rows[2][1] == "'=1+1", "no cell is a formula"
    assert "鲁小芳" not in str(rows)


async def test_once_the_data_is_erased_there_is_nothing_to_download(county: None) -> None:
    season, staff = await a_season_of_leads(), await moderator()
    nominee = await a_lead(season)
    await leads.hand_over(staff, season.id, season.version)
    await Nominee.filter(id=nominee.id).update(about_hidden=None)
    assert await refused(leads.download(VAULT, staff, season.id)) == "no_leads"


@both_databases
async def test_handed_over_twice_at_once_it_is_once(county: None) -> None:
    season, citizen = await a_season_of_leads(), await citizen_of()
    await a_lead(season, "鲁小明", citizen=citizen)
    colleagues = [await moderator(f"moderator-{number}") for number in (1, 2)]
    deeds = (leads.hand_over(each, season.id, season.version) for each in colleagues)
    ending = await asyncio.gather(*deeds, return_exceptions=True)
    assert len([each for each in ending if isinstance(each, DomainError)]) == 1, ending
    assert await Notice.filter(citizen_id=citizen.id, kind="nominee_handed_over").count() == 1
