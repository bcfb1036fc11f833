"""Asking a nominee: by name and phone in the app, else by a call; her story before, and never twice after a no."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import AccessLog, Account, Citizen
from backend.nominations import asking, consents, stories
from backend.nominations.models import Nominee
from backend.nominations.nominees import about_of
from backend.notifications.models import Notice
from backend.staff.models import StaffUser
from backend.staff.permissions import staff_of
from tests import season_factories
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, PUPIL, VAULT, register
from tests.nomination_factories import a_person, nominated
from tests.nominee_factories import (
    YES,
    a_season,
    accepted,
    agreed,
    as_told,
    asked,
    changes_of,
    faults,
    gathered,
    moderator,
    refused,
    shown,
    told,
)
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    return await a_season()


async def ask(nominee: Nominee, version: int | None = None) -> Nominee:
    return await asking.ask(VAULT, await moderator(), nominee.id, version or nominee.version)


async def test_who_has_an_account_is_asked_in_the_app_and_reads_who_looked(season: Season) -> None:
    citizen = await citizen_of(NEIGHBOUR)
    nominee = await ask(await gathered(season))
    assert (nominee.state, nominee.citizen_id, nominee.answer_by) == ("asked", citizen.id, date(2026, 11, 30))
    (notice,) = await Notice.filter(citizen_id=citizen.id)
    assert (notice.kind, notice.about) == ("nominee_asked", f"nominee:{nominee.id}")
    assert "11 月 30 日" in notice.body
    assert "鲁小明" not in notice.body, "never who nominated her"
    look = await AccessLog.get(citizen_id=citizen.id)
    assert (look.purpose, look.about) == ("nominee_asking", f"nominee:{nominee.id}")


@pytest.mark.parametrize("contact", ["手机 13800000003", "村支书知道怎样找她", "13800000001 或者村委会"])
async def test_a_name_alone_proves_nobody(season: Season, contact: str) -> None:
    await citizen_of(NEIGHBOUR)
    nominee = await ask(await gathered(season, as_told(contact=contact)))
    assert (nominee.state, nominee.citizen_id, nominee.answer_by) == ("asked", None, None)
    assert await Notice.all().count() == 0
    assert await AccessLog.all().count() == 0


async def test_who_is_known_but_has_no_account_is_called(season: Season) -> None:
    citizen = await citizen_of(NEIGHBOUR)
    nominee = await gathered(season)
    await Account.filter(citizen_id=citizen.id).update(citizen_id=None)
    nominee = await ask(nominee)
    assert (nominee.state, nominee.answer_by) == ("asked", None)
    assert await Notice.all().count() == 0


async def test_before_the_question_the_story_has_to_be_fit_to_be_shown(season: Season) -> None:
    staff, nominee = await moderator(), await gathered(season)
    wrong = changes_of(
        nominee, story="有事打 13800000002 找我，身份证 410423195202290022", name="鲁*红", township="伊水镇"
    )
    found = await faults(stories.write_story(VAULT, staff, nominee.id, wrong, nominee.version))
    assert set(found) == {"name", "township", "story"}
    found = await faults(stories.write_story(VAULT, staff, nominee.id, changes_of(nominee, story=" "), nominee.version))
    assert found == {"story": "required"}
    foreign = changes_of(nominee, pictures=(nominee.id,))
    assert await faults(stories.write_story(VAULT, staff, nominee.id, foreign, nominee.version)) == {
        "pictures": "no_such_picture"
    }


async def test_a_story_with_a_private_number_is_not_asked_about(season: Season) -> None:
    nomination = await nominated(
        await citizen_of(), season, as_told(), story="找他打 13800000002。" + "做了好事。" * 60
    )
    (nominee,) = await accepted(nomination)
    assert await refused(ask(nominee)) == "nominee_not_ready"
    assert (await Nominee.get(id=nominee.id)).state == "gathered"


async def test_what_a_colleague_changed_meanwhile_is_not_asked_about(season: Season) -> None:
    nominee = await gathered(season)
    changed = await stories.write_story(
        VAULT, await moderator(), nominee.id, changes_of(nominee, story="十年如一日照顾邻居老人。"), nominee.version
    )
    again = stories.write_story(VAULT, await moderator(), nominee.id, changes_of(nominee), nominee.version)
    assert await refused(again) == "nominee_changed"
    assert await refused(ask(nominee)) == "nominee_changed"
    assert (await ask(changed)).state == "asked"
    assert await refused(ask(changed)) == "nominee_already_asked"


@both_databases
async def test_two_moderators_at_once_ask_once(monday: None, database: None) -> None:
    season = await a_season()
    await citizen_of(NEIGHBOUR)
    nominee = await gathered(season)
    results = await asyncio.gather(*(ask(nominee) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(each, Nominee) for each in results) == 1
    assert len(await told(NEIGHBOUR, "nominee_asked")) == 1


async def test_a_minor_is_not_asked_and_nothing_is_kept_of_him(season: Season, clock_at: ClockAt) -> None:
    await register(PUPIL)
    await citizen_of(PUPIL)
    await Citizen.filter(adult_on=date(2026, 8, 15)).update(adult_on=date(2027, 8, 15))
    nominee = await ask(await gathered(season, as_told(PUPIL)))
    assert (nominee.state, nominee.about_hidden, nominee.citizen_id) == ("removed", None, None)
    assert await told(PUPIL, "nominee_asked") == []
    (body,) = await told(CITIZEN, "nomination_ended")
    assert "十八" not in body, "nor does her nominator learn his age from us"


async def test_nobody_asks_herself(season: Season) -> None:
    citizen, staff, nominee = await citizen_of(NEIGHBOUR), await moderator(), await gathered(season)
    await StaffUser.filter(id=staff.id).update(own_number_digest=citizen.number_digest)
    herself = await staff_of(await StaffUser.get(id=staff.id))
    assert await refused(asking.ask(VAULT, herself, nominee.id, nominee.version)) == "own_nominee"
    await StaffUser.filter(id=staff.id).update(own_number_digest=None)
    unknown = await staff_of(await StaffUser.get(id=staff.id))
    assert await refused(asking.ask(VAULT, unknown, nominee.id, nominee.version)) == "own_number_needed"


async def test_strangers_and_wrong_roles_ask_nobody(season: Season) -> None:
    nominee = await gathered(season)
    stranger = await season_factories.moderator("xcb-moderator", "XCB")
    assert await refused(asking.ask(VAULT, stranger, nominee.id, nominee.version)) == "nominee_not_found"
    judge = await season_factories.judge()
    assert await refused(asking.ask(VAULT, judge, nominee.id, nominee.version)) == "not_permitted"


async def test_the_same_person_under_two_spellings_is_asked_once_and_after_a_no_not_again(season: Season) -> None:
    first = await asked(season)
    second = await gathered(season, as_told(township="张良镇"), by=COUSIN)
    assert await refused(ask(second)) == "same_person"
    citizen = await citizen_of(NEIGHBOUR)
    await consents.answer(citizen, first.id, first.version, False, {})
    assert await refused(ask(second)) == "same_person"
    assert len(await told(NEIGHBOUR, "nominee_asked")) == 1


async def test_who_only_nominated_herself_is_not_asked(season: Season) -> None:
    await citizen_of(NEIGHBOUR)
    hidden = as_told(CITIZEN, contact="村支书知道怎样找他", township="张良镇")
    nominee = await gathered(season, hidden)
    told_later = changes_of(nominee, contact=f"手机 {CITIZEN.phone}")
    nominee = await stories.write_story(VAULT, await moderator(), nominee.id, told_later, nominee.version)
    assert await refused(ask(nominee)) == "self_nomination"


async def test_asked_anew_her_yes_no_longer_counts_until_she_says_it_again(season: Season) -> None:
    citizen, nominee = await agreed(season)
    staff = await moderator()
    longer = changes_of(nominee, story="照顾邻居老人十二年，还供两个孩子读完了书。")
    assert await refused(stories.write_story(VAULT, staff, nominee.id, longer, nominee.version)) == (
        "nominee_asked_before"
    )
    anew = changes_of(nominee, story=longer.story, anew=True)
    nominee = await stories.write_story(VAULT, staff, nominee.id, anew, nominee.version)
    assert nominee.state == "gathered"
    assert await shown(season) == await consents.judgeable(season.id) == []
    nominee = await ask(nominee)
    about = about_of(VAULT, nominee)
    assert about is not None
    assert about.story == longer.story
    await consents.answer(citizen, nominee.id, nominee.version, True, YES | {"endorse": False})
    assert await shown(season) == []
    assert [each.id for each in await consents.judgeable(season.id)] == [nominee.id]


async def test_the_committee_keeps_the_words_by_which_it_judges(season: Season, clock_at: ClockAt) -> None:
    _, nominee = await agreed(season)
    with clock_at("2026-12-13 00:00"):
        anew = changes_of(nominee, anew=True)
        deed = stories.write_story(VAULT, await moderator(), nominee.id, anew, nominee.version)
        assert await refused(deed) == "season_not_open"


async def test_when_the_judging_is_over_nobody_is_asked_any_more(season: Season, clock_at: ClockAt) -> None:
    nominee = await gathered(season, a_person())
    with clock_at("2026-12-22 23:59"):
        assert clock.today() == season.judge_until
    with clock_at("2026-12-23 00:00"):
        assert await refused(ask(nominee)) == "season_not_open"
    with clock_at("2026-12-22 23:59"):
        assert (await ask(nominee)).state == "asked"
