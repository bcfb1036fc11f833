"""Two phones, a double tap, a moderator at the same moment: one deed wins, and limits are exact."""

import asyncio
from collections import Counter
from collections.abc import Awaitable

from tortoise.expressions import F

from backend.database import transaction
from backend.errors import Conflict, Invalid
from backend.jobs.models import Job
from backend.nominations import nominating, taking_in
from backend.nominations.checking import CHECK_NOMINATION
from backend.nominations.models import NominatedPerson, Nomination, NominationStep, Nominee
from tests import factories, season_factories
from tests.factories import VAULT
from tests.nomination_factories import a_person, drafted, gathered, nominated
from tests.running_app import both_databases


async def _outcomes(*deeds: Awaitable[object]) -> Counter[str]:
    ended = await asyncio.gather(*deeds, return_exceptions=True)
    told = [each.code if isinstance(each, Conflict | Invalid) else "" for each in ended]
    assert all(isinstance(each, Conflict | Invalid) for each in ended if isinstance(each, BaseException)), ended
    return Counter(told)


@both_databases
async def test_one_of_two_phones_hands_it_in(database: None) -> None:
    season = await season_factories.a_season()
    _, citizen = await factories.bound_citizen()
    draft = await drafted(citizen, season)
    outcomes = await _outcomes(*(nominating.submit(VAULT, citizen, draft.id) for _ in range(5)))
    assert outcomes == {"": 1, "nomination_not_submittable": 4}
    assert await NominationStep.all().count() == await NominatedPerson.all().count() == 1
    assert await Job.filter(name=CHECK_NOMINATION).count() == 1


@both_databases
async def test_of_eight_at_once_five_are_handed_in(database: None) -> None:
    season = await season_factories.a_season()
    _, citizen = await factories.bound_citizen()
    rows = [await drafted(citizen, season, a_person(f"周{each}")) for each in "一二三四五六七八"]
    outcomes = await _outcomes(*(nominating.submit(VAULT, citizen, each.id) for each in rows))
    assert outcomes == {"": taking_in.MOST_OF_CITIZEN, "too_many_nominations": 3}
    assert await Nomination.filter(state="checking").count() == 5


@both_databases
async def test_the_same_person_twice_at_once_is_nominated_once(database: None) -> None:
    season = await season_factories.a_season()
    _, citizen = await factories.bound_citizen()
    rows = [await drafted(citizen, season) for _ in range(3)]
    outcomes = await _outcomes(*(nominating.submit(VAULT, citizen, each.id) for each in rows))
    assert outcomes == {"": 1, "invalid_fields": 2}


@both_databases
async def test_taken_back_or_asked_and_never_both(database: None) -> None:
    season = await season_factories.a_season()
    _, citizen = await factories.bound_citizen()
    for number in range(4):
        nomination = await nominated(citizen, season, a_person(f"周{'一二三四'[number]}"))
        nominee = await gathered(nomination)

        async def ask(asked: Nominee = nominee) -> None:
            async with transaction():
                here = Nominee.filter(id=asked.id, state="gathered", version=asked.version)
                if not await here.update(state="asked", version=F("version") + 1):
                    raise Conflict("nominee_changed", "这位被推荐人刚刚有了变化。")

        outcomes = await _outcomes(nominating.withdraw(VAULT, citizen, nomination.id), ask())
        assert outcomes[""] == 1, outcomes
        asked = await Nominee.filter(id=nominee.id, state="asked").exists()
        assert asked == ((await Nomination.get(id=nomination.id)).state == "accepted")
