"""Taking a nomination back, appealing once, and what is left when it is erased."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import pytest

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.errors import Conflict, Invalid
from backend.nominations import nominating
from backend.nominations.content import About, Content
from backend.nominations.models import NominatedPerson, Nomination, NominationStep, Nominee
from backend.nominations.nominations import content_of, erase, hide_words, holder_of, nomination_of, steps_of, words_of
from backend.nominations.nominees import about_of, hide_about
from backend.nominations.taking_back import ways_of
from media.models import Picture
from tests import evidence_factories, factories, season_factories
from tests.factories import NEIGHBOUR, VAULT
from tests.nomination_factories import STORY, a_person, decided, drafted, gathered, nominated

ClockAt = Callable[[str], AbstractContextManager[None]]
WORDS = "第三段写了时间、地点和帮助的三位老人，请再看一看。"


@pytest.fixture
async def season(monday: None, database: None) -> Season:
    """道德模范, open for nominating from Monday, 2026-11-23 to 2026-12-06."""
    return await season_factories.a_season()


@pytest.fixture
async def citizen(season: Season) -> Citizen:
    """鲁小明, bound."""
    await factories.register()
    return (await factories.bound_citizen())[1]


async def about(nominee: Nominee) -> About:
    said = about_of(VAULT, await Nominee.get(id=nominee.id))
    assert said is not None
    return said


@pytest.mark.parametrize("state", ["checking", "waiting", "appealed"])
async def test_what_nobody_decided_is_taken_back(citizen: Citizen, season: Season, state: str) -> None:
    picture = await evidence_factories.a_picture(citizen)
    nomination = await nominated(citizen, season, pictures=[picture])
    await Nomination.filter(id=nomination.id).update(state=state)
    back = await nominating.withdraw(VAULT, citizen, nomination.id)
    assert (back.state, back.erase_on) == ("withdrawn", clock.today() + timedelta(days=30))
    assert [each.kind for each in await steps_of(back)] == ["submitted", "withdrawn"]
    assert (await Picture.get(id=picture)).delete_on == clock.today() + timedelta(days=7)
    with pytest.raises(Conflict):
        await nominating.withdraw(VAULT, citizen, nomination.id)


@pytest.mark.parametrize("state", ["draft", "refused", "closed"])
async def test_what_is_decided_or_a_draft_is_not(citizen: Citizen, season: Season, state: str) -> None:
    nomination = await drafted(citizen, season)
    await Nomination.filter(id=nomination.id).update(state=state)
    with pytest.raises(Conflict) as refused:
        await nominating.withdraw(VAULT, citizen, nomination.id)
    assert refused.value.code == "nomination_not_withdrawable"


async def test_before_anybody_is_asked_the_nominee_goes_with_it(citizen: Citizen, season: Season) -> None:
    nomination = await nominated(citizen, season)
    await gathered(nomination)
    assert (await ways_of([await nomination_of(citizen, nomination.id)]))[nomination.id].withdraw
    await nominating.withdraw(VAULT, citizen, nomination.id)
    assert await Nominee.all().count() == 0
    assert (await NominatedPerson.get()).nominee_id is None


@pytest.mark.parametrize("state", ["asked", "agreed", "declined", "chosen"])
async def test_once_the_nominee_was_asked_it_stays(citizen: Citizen, season: Season, state: str) -> None:
    nomination = await nominated(citizen, season)
    nominee = await gathered(nomination, state=state)
    assert not (await ways_of([await nomination_of(citizen, nomination.id)]))[nomination.id].withdraw
    with pytest.raises(Conflict):
        await nominating.withdraw(VAULT, citizen, nomination.id)
    assert (await nomination_of(citizen, nomination.id)).state == "accepted"
    assert (await NominatedPerson.get()).nominee_id == nominee.id


async def test_of_two_nominators_the_others_words_stay(citizen: Citizen, season: Season) -> None:
    _, neighbour = await factories.bound_citizen(NEIGHBOUR)
    picture = await evidence_factories.a_picture(citizen)
    first = await nominated(citizen, season, pictures=[picture])
    nominee = await gathered(first)
    said = await about(nominee)
    shown = About(name=said.name, unit=said.unit, contact=said.contact, story=said.story, pictures=(picture,))
    await Nominee.all().update(about_hidden=hide_about(VAULT, shown))
    other = "邻居看到的：" + STORY
    await gathered(await nominated(neighbour, season, a_person(contact="13900000009"), story=other), into=nominee)
    await nominating.withdraw(VAULT, citizen, first.id)
    kept = await about(nominee)
    assert (kept.story, kept.contact, kept.pictures) == (other, "13900000009", ())
    assert (await Nominee.get()).version == nominee.version + 1, "an old page of a moderator decides nothing"
    assert await NominatedPerson.filter(nominee_id=nominee.id).count() == 1


async def test_a_moderators_own_words_stay_too(citizen: Citizen, season: Season) -> None:
    _, neighbour = await factories.bound_citizen(NEIGHBOUR)
    first = await nominated(citizen, season)
    nominee = await gathered(first)
    edited = About(name="周三", unit="松垛沟村", contact="村支书知道怎样找他", story="整理过的事迹")
    await Nominee.all().update(about_hidden=hide_about(VAULT, edited))
    await gathered(await nominated(neighbour, season, story=f"{STORY}真好。"), into=nominee)
    await nominating.withdraw(VAULT, citizen, first.id)
    assert (await about(nominee)).story == "整理过的事迹"


async def test_an_appeal_is_made_once_within_fifteen_days(citizen: Citizen, season: Season, clock_at: ClockAt) -> None:
    nomination = await nominated(citizen, season)
    with pytest.raises(Conflict):
        await nominating.appeal(VAULT, citizen, nomination.id, WORDS)
    await decided(nomination, "refused", reason="no_deeds")
    for words in ("  太短  ", "好" * 501):
        with pytest.raises(Invalid):
            await nominating.appeal(VAULT, citizen, nomination.id, words)
    with clock_at("2026-12-09 00:00"), pytest.raises(Conflict) as late:
        await nominating.appeal(VAULT, citizen, nomination.id, WORDS)
    assert late.value.code == "nomination_not_appealable"
    with clock_at("2026-12-08 23:59"):
        appealed = await nominating.appeal(VAULT, citizen, nomination.id, f" {WORDS} ")
        assert appealed.state == "appealed"
        assert words_of(VAULT, (await steps_of(appealed))[-1]) == WORDS
        await decided(nomination, "waiting")
        await decided(nomination, "refused", reason="untrue")
        with pytest.raises(Conflict):
            await nominating.appeal(VAULT, citizen, nomination.id, WORDS)


async def test_no_appeal_where_it_could_change_nothing(citizen: Citizen, season: Season) -> None:
    nomination = await nominated(citizen, season)
    await decided(nomination, "refused", reason="other")
    await Season.all().update(state="cancelled")
    with pytest.raises(Conflict):
        await nominating.appeal(VAULT, citizen, nomination.id, WORDS)


async def test_erasing_leaves_that_somebody_nominated_and_nothing_else(citizen: Citizen, season: Season) -> None:
    picture = await evidence_factories.a_picture(citizen)
    nomination = await nominated(citizen, season, pictures=[picture])
    hidden = hide_words(VAULT, "周三的事迹不属实")
    await decided(nomination, "refused", reason="other", words_hidden=hidden)
    for _ in range(2):
        await erase(nomination.id)
    left = await nomination_of(citizen, nomination.id)
    assert (left.state, content_of(VAULT, left), left.number) == ("refused", Content(), nomination.number)
    assert await NominationStep.exclude(words_hidden=None).count() == 0
    assert len({each.person_digest.strip("0") for each in await NominatedPerson.all()} - {""}) == 0
    assert await _held(nomination.id) == 0
    assert (await ways_of([left]))[left.id].appeal_until is None


async def test_an_erased_draft_is_gone(citizen: Citizen, season: Season) -> None:
    draft = await drafted(citizen, season, pictures=[await evidence_factories.a_picture(citizen)])
    await erase(draft.id)
    assert await Nomination.all().count() == await _held(draft.id) == 0


async def _held(nomination_id: UUID) -> int:
    return await Picture.filter(held_by=holder_of(nomination_id)).count()
