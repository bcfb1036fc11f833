"""Whom others may see: after their own yes, only until judging begins, in an order that says nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from backend.citizens.models import Citizen
from backend.errors import Conflict, NotFound
from backend.nominations import consents, open_list
from backend.nominations.endorsing import endorse
from backend.nominations.models import Nominee
from backend.nominations.nominee_pictures import seen_by
from backend.nominations.open_list import OpenNominee
from tests import factories
from tests.evidence_factories import citizen_of
from tests.factories import COUSIN, NEIGHBOUR, VAULT
from tests.honours.judging_season import STORY, a_nomination, a_nominee
from tests.open_seasons import an_open_season, held_picture, said_of

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
async def citizen(monday: None, database: None) -> Citizen:
    """鲁小明, bound; the whole register is loaded."""
    await factories.load_tiny_catalogue()
    await factories.register()
    return await citizen_of()


def names(found: list[OpenNominee]) -> list[str]:
    return [each.about.name for each in found]


async def test_only_who_said_yes_to_being_seen(citizen: Citizen) -> None:
    season, other = await an_open_season(), await an_open_season()
    await a_nominee(season, "石大山")
    await a_nominee(season, "石小山", consents=("credit_check", "publication"))
    asked = await a_nominee(season, "石中山")
    await Nominee.filter(id=asked.id).update(state="asked")
    await a_nominee(other, "石远山")
    found = await open_list.page(VAULT, season.id, None, 20)
    assert names(found) == ["石大山"]
    assert found[0].about.story == STORY
    with pytest.raises(NotFound):
        await open_list.one(VAULT, asked.id)


async def test_pages_go_by_id_whoever_has_more_support_and_pass_over_who_left(citizen: Citizen) -> None:
    season = await an_open_season()
    nominees = [await a_nominee(season, f"石{number}山") for number in "一二三四五六七"]
    await endorse(VAULT, citizen, nominees[6].id)
    hidden = [await a_nominee(season, f"木{number}林", consents=()) for number in "一二三"]
    assert hidden
    await Nominee.filter(id=nominees[2].id).update(state="stepped_down")
    seen, after = [], None
    while page := await open_list.page(VAULT, season.id, after, 2):
        seen += names(page)
        after = page[-1].nominee.id
    assert seen == ["石一山", "石二山", "石四山", "石五山", "石六山", "石七山"]


async def test_from_the_first_day_of_judging_on_nobody_is_listed(citizen: Citizen, clock_at: ClockAt) -> None:
    season = await an_open_season()
    nominee = await a_nominee(season)
    with clock_at("2026-12-09 23:59"):
        assert names(await open_list.page(VAULT, season.id, None, 20)) == ["石大山"]
    with clock_at("2026-12-10 00:00"):
        with pytest.raises(Conflict):
            await open_list.page(VAULT, season.id, None, 20)
        with pytest.raises(Conflict):
            await open_list.one(VAULT, nominee.id)


async def test_her_pictures_are_seen_after_her_yes_and_no_longer_than_it(citizen: Citizen, clock_at: ClockAt) -> None:
    season, nominated, neighbour = await an_open_season(), await citizen_of(COUSIN), await citizen_of(NEIGHBOUR)
    nominee = await a_nominee(season, citizen=nominated)
    nomination = await a_nomination(nominee, by=citizen)
    shown, kept_back = [await held_picture(citizen, nomination.id) for _ in range(2)]
    elsewhere = await held_picture(citizen, season.id)
    assert not await seen_by(VAULT, neighbour.id, shown), "she has not agreed to this picture yet"
    await said_of(nominee, pictures=(shown.id,))
    assert [each.id for each in (await open_list.one(VAULT, nominee.id)).pictures] == [shown.id]
    assert await seen_by(VAULT, neighbour.id, shown)
    for other in (kept_back, elsewhere):
        assert not await seen_by(VAULT, neighbour.id, other)
    with clock_at("2026-12-10 00:00"):
        assert not await seen_by(VAULT, neighbour.id, shown), "judging has begun"
        assert await seen_by(VAULT, nominated.id, shown), "it is about herself"
    await consents.change(nominated, nominee.id, "endorse", False)
    assert not await seen_by(VAULT, neighbour.id, shown)
    assert await seen_by(VAULT, nominated.id, shown)
