"""A thousand neighbours at the same moment: each is counted once, nobody has six, and a no leaves nothing behind."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from backend import clock
from backend.citizens.models import Citizen
from backend.errors import Unavailable
from backend.nominations import consents
from backend.nominations.endorsements import rows_of
from backend.nominations.endorsing import count_of, endorse, take_back
from backend.nominations.models import Endorsement, Nominee
from tests import factories
from tests.connections import at_once
from tests.evidence_factories import citizen_of
from tests.factories import VAULT
from tests.honours.judging_season import a_nomination, a_nominee
from tests.open_seasons import an_open_season
from tests.records.county import people

pytestmark = [
    pytest.mark.together,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]

A_THOUSAND = 1000


@pytest.fixture
async def county(monday: None, database: None) -> None:
    await factories.load_tiny_catalogue()


async def endorses(citizen: Citizen, nominee: Nominee) -> None:
    """As her phone does it: it asks again while the server has its hands full (503), for a repeat does no harm."""
    await _until_answered(lambda: endorse(VAULT, citizen, nominee.id))


async def takes_back(citizen: Citizen, nominee: Nominee) -> None:
    await _until_answered(lambda: take_back(VAULT, citizen, nominee.id))


async def _until_answered(deed: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await deed()
        except Unavailable:
            await asyncio.sleep(0.1)
        else:
            return


async def neighbours(count: int) -> list[Citizen]:
    """Real-name citizens, without the way that each came by."""
    rows = [
        Citizen(
            number_digest=VAULT.digest(each.number, "citizen.number"),
            number_hidden=VAULT.encrypt(each.number, "citizen.number"),
            name_hidden=VAULT.encrypt(each.name, "citizen.name"),
            adult_on=clock.today(),
            created_at=clock.now(),
        )
        for each in people(count)
    ]
    await Citizen.bulk_create(rows, batch_size=500)
    return rows


async def test_a_thousand_at_once_are_a_thousand(county: None) -> None:
    nominee = await a_nominee(await an_open_season())
    crowd = await neighbours(A_THOUSAND)
    went = await at_once(*(endorses(each, nominee) for each in crowd))
    assert went == {"done": A_THOUSAND}
    assert await count_of([nominee.id]) == {nominee.id: A_THOUSAND}


async def test_a_thousand_taps_of_two_hundred_who_come_and_go_are_exactly_what_each_said_last(county: None) -> None:
    season = await an_open_season()
    first, second = await a_nominee(season), await a_nominee(season, "石小山")
    stay, go = (await neighbours(A_THOUSAND // 5))[:100], await neighbours(A_THOUSAND // 10)

    async def taps(citizen: Citizen, stays: bool) -> None:
        for _ in range(2):
            await asyncio.gather(*(endorses(citizen, each) for each in (first, second)))
            await takes_back(citizen, first)
        await (endorses if stays else takes_back)(citizen, second)

    went = await at_once(*(taps(each, stays) for crowd, stays in ((stay, True), (go, False)) for each in crowd))
    assert went == {"done": len(stay) + len(go)}
    assert await count_of([first.id, second.id]) == {first.id: 0, second.id: len(stay)}


async def test_five_is_five_however_fast_she_taps(county: None) -> None:
    season = await an_open_season()
    nominees = [await a_nominee(season, f"石{number}山") for number in "一二三四五六七八"]
    crowd = await neighbours(25)
    went = await at_once(*(endorses(each, nominee) for _ in range(5) for nominee in nominees for each in crowd))
    assert set(went) == {"done", "too_many_endorsements"}
    assert went.total() == A_THOUSAND
    for each in crowd:
        assert await rows_of(VAULT, each, season.id).count() == 5
    assert sum((await count_of([each.id for each in nominees])).values()) == 125


async def test_she_takes_her_yes_back_amid_a_thousand_and_nothing_is_left(county: None) -> None:
    """Whoever was before her is erased, whoever comes after is refused; a nominator is among them, who is told."""
    herself = await citizen_of()
    nominee = await a_nominee(await an_open_season(), citizen=herself)
    crowd = await neighbours(A_THOUSAND)
    for each in crowd[:20]:
        await a_nomination(nominee, by=each)

    begun = asyncio.Event()

    async def comes(citizen: Citizen) -> None:
        await endorses(citizen, nominee)
        begun.set()

    async def says_no() -> None:
        await begun.wait()
        await consents.change(herself, nominee.id, "endorse", False)

    went = await at_once(*map(comes, crowd), says_no())
    assert set(went) == {"done", "nominee_not_shown"}
    assert await Endorsement.all().count() == 0
    assert await count_of([nominee.id]) == {nominee.id: 0}


@pytest.mark.parametrize("turn", range(3))
async def test_she_steps_down_while_those_who_nominated_her_endorse_her(county: None, turn: int) -> None:
    """Both hold rows of the other: who nominated her is told of the end, and is locked as who endorses her."""
    herself = await citizen_of()
    nominee = await a_nominee(await an_open_season(), citizen=herself)
    crowd = await neighbours(60)
    for each in crowd:
        await a_nomination(nominee, by=each)
    endorsing = [endorses(each, nominee) for each in crowd]
    deeds = [*endorsing[: turn * 20], consents.step_down(herself, nominee.id), *endorsing[turn * 20 :]]
    went: Counter[str] = await at_once(*deeds)
    assert set(went) <= {"done", "nominee_not_shown"}
    assert (await Nominee.get(id=nominee.id)).state == "stepped_down"
    assert await Endorsement.all().count() == 0
