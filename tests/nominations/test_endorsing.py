"""支持推荐: once each, five a season, freely taken back, and told to nobody but the committee."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

import pytest

from backend.citizens.models import Citizen
from backend.errors import DomainError
from backend.nominations import consents
from backend.nominations.endorsing import count_of, endorse, hers, my_endorsements, take_back
from backend.nominations.models import Endorsement, Nominee
from tests import factories
from tests.evidence_factories import citizen_of
from tests.factories import COUSIN, NEIGHBOUR, VAULT
from tests.honours.judging_season import a_nominee
from tests.open_seasons import an_open_season

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def citizen(monday: None, database: None) -> Citizen:
    """鲁小明, bound; the whole register is loaded."""
    await factories.load_tiny_catalogue()
    await factories.register()
    return await citizen_of()


async def refused(deed: Awaitable[object]) -> str:
    """The code of a refusal."""
    with pytest.raises(DomainError) as error:
        await deed
    return error.value.code


async def count(nominee: Nominee) -> int:
    return (await count_of([nominee.id]))[nominee.id]


async def test_before_her_own_yes_nobody_stands_by_her(citizen: Citizen) -> None:
    season = await an_open_season()
    for state in ("gathered", "asked", "declined", "stepped_down", "removed"):
        nominee = await a_nominee(season)
        await Nominee.filter(id=nominee.id).update(state=state)
        assert await refused(endorse(VAULT, citizen, nominee.id)) == "nominee_not_shown", state
    unseen = await a_nominee(season, consents=("credit_check", "publication"))
    assert await refused(endorse(VAULT, citizen, unseen.id)) == "nominee_not_shown"
    erased = await a_nominee(season)
    await Nominee.filter(id=erased.id).update(about_hidden=None)
    assert await refused(endorse(VAULT, citizen, erased.id)) == "nominee_not_shown"
    assert await refused(endorse(VAULT, citizen, season.id)) == "nominee_not_shown", "there is no such nominee"
    assert await Endorsement.all().count() == 0


async def test_twice_is_once_and_taken_back_is_nothing(citizen: Citizen) -> None:
    season = await an_open_season()
    nominee, other = await a_nominee(season), await a_nominee(season, "石小山")
    for _ in range(3):
        assert (await endorse(VAULT, citizen, nominee.id)).nominee_ids == {nominee.id}
    assert (await count(nominee), await count(other)) == (1, 0)
    neighbour = await citizen_of(NEIGHBOUR)
    assert (await endorse(VAULT, neighbour, nominee.id)).left == 4
    assert await count(nominee) == 2
    for _ in range(2):
        assert (await take_back(VAULT, citizen, nominee.id)).left == 5
    assert await count(nominee) == 1, "the neighbour's stays"
    await endorse(VAULT, citizen, nominee.id)
    assert await count(nominee) == 2


async def test_five_a_season_and_a_place_is_free_again(citizen: Citizen) -> None:
    season, other_season = await an_open_season(), await an_open_season()
    nominees = [await a_nominee(season, f"石{number}山") for number in "一二三四五六"]
    for nominee in nominees[:5]:
        await endorse(VAULT, citizen, nominee.id)
    assert (await hers(VAULT, citizen, season.id)).left == 0
    assert await refused(endorse(VAULT, citizen, nominees[5].id)) == "too_many_endorsements"
    assert (await endorse(VAULT, citizen, nominees[4].id)).left == 0, "what she said before stays said"
    assert await count(nominees[5]) == 0
    await take_back(VAULT, citizen, nominees[0].id)
    await endorse(VAULT, citizen, nominees[5].id)
    assert [await count(each) for each in nominees] == [0, 1, 1, 1, 1, 1]
    elsewhere = await a_nominee(other_season)
    assert (await endorse(VAULT, citizen, elsewhere.id)).left == 4, "another season has five places of its own"


async def test_nobody_stands_by_herself_but_a_namesake_may(citizen: Citizen) -> None:
    season = await an_open_season()
    herself = await a_nominee(season, "鲁小明", citizen=citizen)
    assert await refused(endorse(VAULT, citizen, herself.id)) == "not_yourself"
    namesake = await a_nominee(season, "鲁小明")
    await endorse(VAULT, citizen, namesake.id)
    assert (await count(herself), await count(namesake)) == (0, 1)


async def test_until_judging_begins_at_midnight_and_taken_back_even_later(citizen: Citizen, clock_at: ClockAt) -> None:
    season = await an_open_season()  # judged from 10 December on
    nominee = await a_nominee(season)
    other = await a_nominee(season)
    with clock_at("2026-12-09 23:59"):
        await endorse(VAULT, citizen, nominee.id)
    with clock_at("2026-12-10 00:00"):
        assert await refused(endorse(VAULT, citizen, nominee.id)) == "season_not_open"
        assert await refused(endorse(VAULT, citizen, other.id)) == "season_not_open"
        assert await count(nominee) == 1
        await take_back(VAULT, citizen, nominee.id)
        await take_back(VAULT, citizen, nominee.id)
        assert await count(nominee) == 0


async def test_a_stopped_season_takes_none(citizen: Citizen) -> None:
    season = await an_open_season(state="cancelled")
    nominee = await a_nominee(season)
    assert await refused(endorse(VAULT, citizen, nominee.id)) == "season_not_open"
    draft = await an_open_season(state="draft")
    assert await refused(endorse(VAULT, citizen, (await a_nominee(draft)).id)) == "season_not_found"


async def test_her_no_erases_what_neighbours_said_and_a_new_yes_begins_anew(citizen: Citizen) -> None:
    season, nominated = await an_open_season(), await citizen_of(COUSIN)
    nominee = await a_nominee(season, citizen=nominated)
    await endorse(VAULT, citizen, nominee.id)
    mine, shown = await my_endorsements(VAULT, citizen, season.id)
    assert ([row.id for row, _ in shown], [about.name for _, about in shown]) == ([nominee.id], ["石大山"])
    await consents.change(nominated, nominee.id, "endorse", False)
    assert await Endorsement.all().count() == 0
    assert await refused(endorse(VAULT, citizen, nominee.id)) == "nominee_not_shown"
    assert await refused(take_back(VAULT, citizen, nominee.id)) == "nominee_not_shown"
    mine, shown = await my_endorsements(VAULT, citizen, season.id)
    assert (mine.left, shown) == (5, [])
    await consents.change(nominated, nominee.id, "endorse", True)
    assert await count(nominee) == 0
    await endorse(VAULT, citizen, nominee.id)
    assert await count(nominee) == 1


async def test_who_has_the_table_alone_can_neither_name_nor_follow_anybody(citizen: Citizen) -> None:
    first, second = await an_open_season(), await an_open_season()
    for season in (first, second):
        await endorse(VAULT, citizen, (await a_nominee(season)).id)
    rows = await Endorsement.all()
    assert len({row.citizen_digest for row in rows}) == 2, "rows of two seasons cannot be put together"
    said = {str(value) for row in rows for value in dict(row).values()}
    assert not said & {str(citizen.id), citizen.number_digest}


async def test_nobody_asked_about_is_counted_as_nothing(citizen: Citizen) -> None:
    assert await count_of([]) == {}
    assert await count_of([citizen.id]) == {citizen.id: 0}
