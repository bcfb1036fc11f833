"""Nominations of one person put together: offered, joined, moved; each nominator's words stay her own."""

import asyncio
from uuid import uuid4

import pytest

from backend.awards.models import Season
from backend.nominations import asking, consents, merging
from backend.nominations.matching import person_digest
from backend.nominations.models import NominatedPerson, Nominee, NomineeStep
from backend.nominations.nominations import content_of
from backend.nominations.nominees import about_of
from tests import season_factories
from tests.evidence_factories import a_picture, citizen_of
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, VAULT
from tests.nomination_factories import a_person, nominated
from tests.nominee_factories import a_season as open_season
from tests.nominee_factories import accepted, as_told, asked, gathered, moderator, refused, told
from tests.running_app import both_databases

OTHER_STORY = "鲁小红十年来每个星期都去敬老院，给老人们洗头、剪指甲、读报纸，从来没有缺过一次。" * 6


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    return await open_season()


async def test_a_new_nominee_begins_as_her_nominator_told_it(season: Season) -> None:
    citizen = await citizen_of(CITIZEN)
    picture = await a_picture(citizen)
    nomination = await nominated(citizen, season, as_told(), pictures=[picture])
    (nominee,) = await accepted(nomination)
    about = about_of(VAULT, nominee)
    assert about is not None
    assert (about.name, about.unit, nominee.township) == ("鲁小红", "下汤村", "下汤镇")
    assert about.story == content_of(VAULT, nomination).story
    assert (about.pictures, nominee.state, nominee.citizen_id) == ((picture,), "gathered", None)


async def test_the_photograph_of_a_letter_is_for_the_moderator_alone(season: Season) -> None:
    citizen = await citizen_of(CITIZEN)
    nomination = await nominated(citizen, season, as_told(), pictures=[await a_picture(citizen)], letter=True)
    (nominee,) = await accepted(nomination)
    about = about_of(VAULT, nominee)
    assert about is not None
    assert about.pictures == ()


async def test_the_same_person_is_offered_and_joined_and_both_nominators_words_stay(season: Season) -> None:
    first = await gathered(season)
    second = await nominated(await citizen_of(COUSIN), season, as_told(unit="下汤镇卫生院"), story=OTHER_STORY)
    digest = person_digest(VAULT, "鲁小红", "下汤镇")
    (offered,) = await merging.likely(VAULT, season.id, digest)
    assert (offered.nominee_id, offered.name, offered.unit, offered.nominations) == (first.id, "鲁小红", "下汤村", 1)
    assert not offered.ended
    assert await merging.likely(VAULT, uuid4(), digest) == [], "another season is another road"
    (joined,) = await accepted(second, first.id)
    assert joined.id == first.id
    rows = await NominatedPerson.filter(nominee_id=first.id).select_related("nomination").order_by("id")
    stories = {content_of(VAULT, each.nomination).story for each in rows}
    assert len(stories) == 2
    about = about_of(VAULT, await Nominee.get(id=first.id))
    assert about is not None
    assert about.story != OTHER_STORY, "what would be shown stays until a moderator writes it anew"


async def test_each_person_of_a_nomination_goes_her_own_way(season: Season) -> None:
    known = await gathered(season)
    nomination = await nominated(await citizen_of(COUSIN), season, as_told(), a_person("周四"))
    nominees = await accepted(nomination, known.id, None)
    assert nominees[0].id == known.id
    assert nominees[1].id != known.id
    assert await Nominee.all().count() == 2


async def test_nobody_joins_who_is_of_another_season_or_already_judged(season: Season) -> None:
    known = await gathered(season)
    nomination = await nominated(await citizen_of(COUSIN), season, as_told())
    await Nominee.filter(id=known.id).update(state="chosen")
    assert await refused(accepted(nomination, known.id)) == "cannot_join"
    await Nominee.filter(id=known.id).update(state="gathered")
    assert await refused(accepted(nomination, uuid4())) == "nominee_not_found"
    elsewhere = await season_factories.a_season(code="moral_model", name="另一届")
    other = await gathered(elsewhere, a_person())
    assert await refused(accepted(nomination, other.id)) == "cannot_join"


async def test_who_joins_somebody_who_said_no_learns_that_it_has_ended_and_she_is_not_asked_again(
    season: Season,
) -> None:
    nominee = await asked(season)
    neighbour = await citizen_of(NEIGHBOUR)
    await consents.answer(neighbour, nominee.id, nominee.version, False, {})
    nomination = await nominated(await citizen_of(COUSIN), season, as_told())
    (offered,) = await merging.likely(VAULT, season.id, person_digest(VAULT, "鲁小红", "下汤镇"))
    assert offered.ended
    await accepted(nomination, nominee.id)
    (body,) = await told(COUSIN, "nomination_ended")
    assert "已经结束" in body
    assert "鲁小红" not in body
    assert len(await told(NEIGHBOUR, "nominee_asked")) == 1
    assert (await Nominee.get(id=nominee.id)).state == "declined"


async def test_a_nomination_is_moved_and_an_empty_nominee_goes(season: Season) -> None:
    staff = await moderator()
    first, second = await gathered(season), await gathered(season, a_person("鲁小宏"), by=COUSIN)
    person = await NominatedPerson.get(nominee_id=second.id)
    assert (await merging.move(VAULT, staff, person.id, first.id)).id == first.id
    assert await Nominee.all().count() == 1
    apart = await merging.move(VAULT, staff, person.id, None)
    assert apart.id not in {first.id, second.id}
    about = about_of(VAULT, apart)
    assert about is not None
    assert about.name == "鲁小宏"
    assert await NomineeStep.filter(nominee_id=first.id, kind="joined").count() == 1


async def test_once_she_was_asked_nothing_is_moved(season: Season) -> None:
    nominee = await asked(season)
    person = await NominatedPerson.get(nominee_id=nominee.id)
    assert await refused(merging.move(VAULT, await moderator(), person.id, None)) == "nominee_asked_already"


async def test_another_departments_moderator_and_a_made_up_person_find_nobody(season: Season) -> None:
    nominee = await gathered(season)
    person = await NominatedPerson.get(nominee_id=nominee.id)
    stranger = await season_factories.moderator("xcb-moderator", "XCB")
    assert await refused(merging.move(VAULT, stranger, person.id, None)) == "nominee_not_found"
    judge = await season_factories.judge()
    assert await refused(merging.move(VAULT, judge, person.id, None)) == "not_permitted"
    assert await refused(merging.move(VAULT, await moderator(), uuid4(), None)) == "nominated_person_not_found"


async def test_a_nomination_is_found_by_its_number(season: Season) -> None:
    staff = await moderator()
    several = await nominated(await citizen_of(COUSIN), season, as_told(), a_person("周四"))
    first, second = await accepted(several)
    digest = second.person_digest
    assert await merging.named_by(staff, season.id, several.number.lower(), digest) == second.id
    assert await refused(merging.named_by(staff, season.id, several.number, None)) == "cannot_join"
    assert await refused(merging.named_by(staff, season.id, "2026-000000", digest)) == "cannot_join"
    assert first.id != second.id


@both_databases
async def test_moving_and_asking_at_once_is_one_of_the_two(monday: None, database: None) -> None:
    season = await open_season()
    await citizen_of(NEIGHBOUR)
    staff, nominee = await moderator(), await gathered(season)
    person = await NominatedPerson.get(nominee_id=nominee.id)
    deeds = [merging.move(VAULT, staff, person.id, None), asking.ask(VAULT, staff, nominee.id, nominee.version)]
    results = await asyncio.gather(*deeds, return_exceptions=True)
    assert sum(isinstance(each, Exception) for each in results) == 1
    (left,) = await Nominee.all()
    assert left.state == ("asked" if left.id == nominee.id else "gathered")
    assert len(await told(NEIGHBOUR, "nominee_asked")) == (left.state == "asked")


@both_databases
async def test_joining_while_she_says_no_ends_it_for_whoever_joined(monday: None, database: None) -> None:
    season = await open_season()
    nominee, neighbour = await asked(season), await citizen_of(NEIGHBOUR)
    nomination = await nominated(await citizen_of(COUSIN), season, as_told())
    deeds = [accepted(nomination, nominee.id), consents.answer(neighbour, nominee.id, nominee.version, False, {})]
    results = await asyncio.gather(*deeds, return_exceptions=True)
    joined = not isinstance(results[0], Exception)
    assert isinstance(results[1], Nominee), "a no is never too late"
    assert len(await told(CITIZEN, "nomination_ended")) == 1
    assert len(await told(COUSIN, "nomination_ended")) == joined
    assert await NominatedPerson.filter(nominee_id=nominee.id).count() == 1 + joined
