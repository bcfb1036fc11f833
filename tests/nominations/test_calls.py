"""Calls with nominees who have no account: each answer said and written down, three quiet days, what is taken back."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from backend.awards.models import Season
from backend.citizens.models import AccessLog, Citizen
from backend.nominations import calls, consents
from backend.nominations.models import Nominee, NomineeConsent
from backend.nominations.nominees import steps_of
from backend.staff.models import AuditEvent
from tests import season_factories
from tests.factories import CHILD, CITIZEN, COUSIN, NEIGHBOUR, VAULT, number_of, register
from tests.nomination_factories import a_person
from tests.nominee_factories import (
    UNKNOWN,
    YES,
    a_season,
    agreed,
    as_told,
    asked,
    faults,
    gathered,
    moderator,
    refused,
    told,
)
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    return await a_season()


@pytest.fixture
async def nominee(season: Season) -> Nominee:
    """周三, whom nobody's register knows: he is called."""
    return await asked(season, a_person(UNKNOWN))


async def call(nominee: Nominee, outcome: str, words: str = "", **said: object) -> Nominee:
    now = await Nominee.get(id=nominee.id)
    given = said.pop("given", None)
    return await calls.record(VAULT, await moderator(), nominee.id, now.version, outcome, given, words, **said)  # type: ignore[arg-type]


async def test_a_yes_by_phone_has_every_consent_and_an_adult_behind_it(nominee: Nominee) -> None:
    assert set(await faults(call(nominee, "yes", adult=True))) == {
        "endorse",
        "credit_check",
        "publication",
    }
    assert await faults(call(nominee, "yes", given=YES)) == {"adult": "required"}
    done = await call(nominee, "yes", "他说愿意，照片不要放。", given=YES | {"endorse": False}, adult=True)
    assert (done.state, done.citizen_id) == ("agreed", None)
    staff = await moderator()
    assert set(await NomineeConsent.all().values_list("staff_id", flat=True)) == {staff.id}
    assert (await consents.standing([nominee.id]))[nominee.id] == YES | {"endorse": False}
    assert [each.words for each in await steps_of(VAULT, nominee.id) if each.kind == "called"] == [
        "他说愿意，照片不要放。"
    ]
    event = await AuditEvent.filter(action="nominee.call").get()
    assert event.detail == {"outcome": "yes"}


async def test_a_number_that_he_tells_makes_him_known_and_he_reads_who_looked(nominee: Nominee) -> None:
    done = await call(nominee, "yes", given=YES, number=f" {number_of(UNKNOWN)} ")
    citizen = await Citizen.get(id=done.citizen_id)
    assert VAULT.decrypt(citizen.name_hidden, "citizen.name") == UNKNOWN
    assert await AccessLog.filter(citizen_id=citizen.id, purpose="nominee_asking").count() == 1


async def test_a_number_of_somebody_else_is_refused_and_nobody_is_made_up(nominee: Nominee) -> None:
    await register(COUSIN)
    before = await Citizen.all().count()
    for number, code in ((COUSIN.number, "person_unknown"), ("41042319500101001", "identity_number_length")):
        assert await faults(call(nominee, "yes", given=YES, number=number)) == {"number": code}
    assert (await Nominee.get(id=nominee.id)).state == "asked"
    assert await Citizen.all().count() == before


@pytest.mark.parametrize("by_number", [True, False])
async def test_a_minor_is_thanked_and_forgotten(season: Season, by_number: bool) -> None:
    nominee = await asked(season, as_told(CHILD, contact="他妈妈的电话在村委会"))
    before = await Citizen.all().count()
    done = await (call(nominee, "yes", given=YES, number=CHILD.number) if by_number else call(nominee, "minor"))
    assert (done.state, done.about_hidden) == ("removed", None)
    assert await Citizen.all().count() == before, "nothing is kept of a child"
    assert len(await told(CITIZEN, "nomination_ended")) == 1


async def test_a_no_by_phone_is_a_no(nominee: Nominee) -> None:
    done = await call(nominee, "no")
    assert (done.state, done.erase_on) == ("declined", date(2026, 12, 23))
    assert await refused(call(nominee, "yes", given=YES, adult=True)) == "nominee_not_asked"
    assert len(await told(CITIZEN, "nomination_ended")) == 1


async def test_three_quiet_days_end_it_and_three_calls_on_one_day_do_not(nominee: Nominee, clock_at: ClockAt) -> None:
    assert (await call(nominee, "unreached", "没有人接")).state == "asked"
    for _ in range(2):
        assert await refused(call(nominee, "unreached")) == "called_today"
    with clock_at("2026-11-24 00:00"):
        assert (await call(nominee, "unreached")).state == "asked"
    with clock_at("2026-11-30 18:00"):
        done = await call(nominee, "unreached")
    assert (done.state, done.erase_on) == ("unreachable", date(2026, 12, 30))
    assert len(await told(CITIZEN, "nomination_ended")) == 1


async def test_who_was_asked_in_the_app_has_her_seven_days_before_anybody_calls(
    season: Season, clock_at: ClockAt
) -> None:
    nominee = await asked(season)
    for day in ("2026-11-24 09:00", "2026-11-30 23:59"):
        with clock_at(day):
            assert await refused(call(nominee, "unreached")) == "nominee_waits_in_app"
    with clock_at("2026-12-01 00:00"):
        assert (await call(nominee, "yes", given=YES)).state == "agreed", "known as she is, she is of age"


async def test_nobody_is_called_who_was_not_asked_and_no_outcome_is_made_up(season: Season) -> None:
    fresh = await gathered(season, a_person(UNKNOWN))
    assert await refused(call(fresh, "yes", given=YES, adult=True)) == "nominee_not_asked"
    nominee = await asked(season, a_person("周四"))
    assert await refused(call(nominee, "maybe")) == "outcome_unknown"
    assert await refused(call(nominee, "no", "长" * 301)) == "words_too_long"
    stranger = await season_factories.moderator("xcb-moderator", "XCB")
    deed = calls.record(VAULT, stranger, nominee.id, nominee.version, "no")
    assert await refused(deed) == "nominee_not_found"
    judge = await season_factories.judge()
    assert await refused(calls.record(VAULT, judge, nominee.id, nominee.version, "no")) == "not_permitted"


async def test_what_she_takes_back_by_phone_is_taken_back_at_once(season: Season) -> None:
    _, nominee = await agreed(season)
    staff = await moderator()
    nominee = await calls.take_back(VAULT, staff, nominee.id, nominee.version, "endorse", "她来电说不想让人看")
    assert (await consents.standing([nominee.id]))[nominee.id]["endorse"] is False
    assert await refused(calls.take_back(VAULT, staff, nominee.id, 1, "publication")) == "nominee_changed"
    assert await refused(calls.take_back(VAULT, staff, nominee.id, nominee.version, "give")) == "outcome_unknown"
    left = await calls.take_back(VAULT, staff, nominee.id, nominee.version, calls.LEAVING)
    assert left.state == "stepped_down"
    assert await refused(calls.take_back(VAULT, staff, nominee.id, left.version, calls.LEAVING)) == "nominee_ended"


@both_databases
async def test_two_calls_written_down_at_once_are_one(monday: None, database: None) -> None:
    season = await a_season()
    nominee, staff = await asked(season, a_person(UNKNOWN)), await moderator()
    deeds = [calls.record(VAULT, staff, nominee.id, nominee.version, each) for each in ("no", "no", "unreached")]
    results = await asyncio.gather(*deeds, return_exceptions=True)
    assert sum(isinstance(each, Nominee) for each in results) == 1
    assert len(await told(CITIZEN, "nomination_ended")) == ((await Nominee.get(id=nominee.id)).state == "declined")
    assert await told(NEIGHBOUR, "nominee_asked") == []
