"""公示异议 from a citizen: privately, only while the notice runs, at most three, and taken back without a trace."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager

import pytest
from uuid_utils.compat import uuid7

from backend.citizens.models import Citizen
from backend.errors import DomainError, Invalid
from backend.honours import objecting
from backend.honours.models import Objection
from backend.honours.objections import waiting_of
from backend.nominations.models import Nominee
from tests import factories
from tests.evidence_factories import citizen_of
from tests.factories import NEIGHBOUR, VAULT
from tests.honours.judging_season import a_nominee
from tests.open_seasons import a_notice, chosen

ClockAt = Callable[[str], AbstractContextManager[None]]
WORDS = "公示里写的修桥，是全村一起出工修的，不是他一个人修的。"


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


async def test_her_words_are_hidden_and_nobody_elses_to_read(citizen: Citizen) -> None:
    nominee = await chosen(await a_notice())
    objection = await objecting.object_to(VAULT, citizen, nominee.id, f"  {WORDS}\n")
    assert WORDS.encode() not in objection.words_hidden
    mine = await objecting.objection_of(citizen, objection.id)
    assert (objecting.words_of(VAULT, mine), objecting.answer_of(VAULT, mine)) == (WORDS, "")
    assert (mine.state, mine.nominee.season_id, mine.number) == ("waiting", nominee.season_id, objection.number)
    neighbour = await citizen_of(NEIGHBOUR)
    assert await refused(objecting.objection_of(neighbour, objection.id)) == "objection_not_found"
    assert await refused(objecting.withdraw(neighbour, objection.id)) == "objection_not_found"
    assert list(await objecting.list_of(neighbour, None, 20)) == []


@pytest.mark.parametrize(
    ("words", "fits"), [("一" * 9, False), ("一" * 10, True), ("一" * 1000, True), ("一" * 1001, False)]
)
async def test_from_ten_to_a_thousand_characters(citizen: Citizen, words: str, fits: bool) -> None:
    nominee = await chosen(await a_notice())
    deed = objecting.object_to(VAULT, citizen, nominee.id, words)
    if fits:
        await deed
        return
    with pytest.raises(Invalid) as error:
        await deed
    assert [(each.field, each.code) for each in error.value.fields] == [("words", "length")]


async def test_only_against_somebody_in_a_notice_that_runs(citizen: Citizen, clock_at: ClockAt) -> None:
    season = await a_notice()
    nominee = await chosen(season)
    not_chosen = await a_nominee(season, "石中山")
    unpublished = await chosen(season, "石小山", consents=("endorse",))
    for other in (not_chosen.id, unpublished.id, uuid7()):
        assert await refused(objecting.object_to(VAULT, citizen, other, WORDS)) == "not_in_notice"
    with clock_at("2026-12-01 00:00"):
        assert await refused(objecting.object_to(VAULT, citizen, nominee.id, WORDS)) == "season_not_open"
    with clock_at("2026-11-30 23:59"):
        await objecting.object_to(VAULT, citizen, nominee.id, WORDS)
    await Nominee.filter(id=nominee.id).update(state="removed")
    assert await refused(objecting.object_to(VAULT, citizen, nominee.id, WORDS)) == "not_in_notice"


async def test_three_a_season_and_a_withdrawn_one_makes_room(citizen: Citizen) -> None:
    season, other = await a_notice(), await a_notice()
    nominee = await chosen(season)
    first, *_ = [await objecting.object_to(VAULT, citizen, nominee.id, WORDS) for _ in range(3)]
    assert await refused(objecting.object_to(VAULT, citizen, nominee.id, WORDS)) == "too_many_objections"
    await objecting.object_to(VAULT, citizen, (await chosen(other)).id, WORDS)
    await objecting.object_to(VAULT, await citizen_of(NEIGHBOUR), nominee.id, WORDS)
    await objecting.withdraw(citizen, first.id)
    await objecting.object_to(VAULT, citizen, nominee.id, WORDS)
    assert await waiting_of(season.id) == 4
    listed = await objecting.list_of(citizen, None, 20)
    assert [each.id for each in listed] == sorted((each.id for each in listed), reverse=True)
    assert len(listed) == 5
    assert [each.id for each in await objecting.list_of(citizen, listed[2].id, 20)] == [each.id for each in listed[3:]]


async def test_taken_back_its_words_are_gone_and_it_does_not_come_back(citizen: Citizen) -> None:
    nominee = await chosen(await a_notice())
    objection = await objecting.object_to(VAULT, citizen, nominee.id, WORDS)
    withdrawn = await objecting.withdraw(citizen, objection.id)
    assert (withdrawn.state, objecting.words_of(VAULT, withdrawn)) == ("withdrawn", "")
    assert (await Objection.get()).words_hidden == b""
    assert await waiting_of(nominee.season_id) == 0
    assert await refused(objecting.withdraw(citizen, objection.id)) == "objection_not_withdrawable"
