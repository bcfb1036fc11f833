"""A nominee's own yes and no: each thing for itself, to what she saw, taken back as easily as given (charter 4, 10)."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from uuid import uuid4

import pytest

from backend.awards.models import Season
from backend.nominations import asking, consents, endorsing, stories
from backend.nominations.models import Endorsement, Nominee, NomineeConsent, NomineeStep
from backend.notifications.models import Notice
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, VAULT
from tests.nominee_factories import (
    YES,
    a_season,
    agreed,
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


async def test_before_her_yes_she_stands_on_no_list_and_nobody_judges_her(season: Season) -> None:
    nominee = await asked(season)
    assert await shown(season) == await consents.judgeable(season.id) == []
    assert await consents.standing([nominee.id]) == {nominee.id: {}}


async def test_each_consent_is_hers_alone_and_none_needs_another(season: Season) -> None:
    citizen, nominee = await agreed(season, endorse=False, credit_check=True, publication=False)
    given = {"endorse": False, "credit_check": True, "publication": False}
    assert await consents.standing([nominee.id]) == {nominee.id: given}
    assert await shown(season) == []
    assert [each.id for each in await consents.judgeable(season.id)] == [nominee.id]
    assert (nominee.state, nominee.answer_by, nominee.citizen_id) == ("agreed", None, citizen.id)
    assert await told(CITIZEN, "nomination_ended") == []


async def test_nothing_is_ticked_for_her_and_nothing_foreign_is_taken(season: Season) -> None:
    nominee, citizen = await asked(season), await citizen_of(NEIGHBOUR)
    found = await faults(consents.answer(citizen, nominee.id, nominee.version, True, {"endorse": True}))
    assert found == {"credit_check": "required", "publication": "required"}
    found = await faults(consents.answer(citizen, nominee.id, nominee.version, True, YES | {"referral": True}))
    assert found == {"referral": "other_kind"}
    assert (await Nominee.get(id=nominee.id)).state == "asked"
    assert await NomineeConsent.all().count() == 0


async def test_her_yes_is_to_the_words_that_she_saw(season: Season) -> None:
    nominee, citizen, staff = await asked(season), await citizen_of(NEIGHBOUR), await moderator()
    anew = changes_of(nominee, story="另外一个故事，说的是别的事情。", anew=True)
    changed = await stories.write_story(VAULT, staff, nominee.id, anew, nominee.version)
    assert await refused(consents.answer(citizen, nominee.id, nominee.version, True, YES)) == (
        "nominee_request_not_found"
    )
    again = await asking.ask(VAULT, staff, nominee.id, changed.version)
    assert await refused(consents.answer(citizen, nominee.id, nominee.version, True, YES)) == "nominee_request_changed"
    assert (await consents.answer(citizen, nominee.id, again.version, True, YES)).state == "agreed"


async def test_a_no_ends_it_without_a_reason_and_its_data_has_thirty_days(season: Season) -> None:
    nominee, citizen = await asked(season), await citizen_of(NEIGHBOUR)
    declined = await consents.answer(citizen, nominee.id, nominee.version, False, {})
    assert (declined.state, declined.erase_on) == ("declined", date(2026, 12, 23))
    (body,) = await told(CITIZEN, "nomination_ended")
    assert "鲁小红" not in body
    assert "不同意" not in body
    assert "拒绝" not in body
    assert await Notice.filter(citizen_id=citizen.id).count() == 1, "she is not asked why"
    for deed in (
        consents.answer(citizen, nominee.id, nominee.version, True, YES),
        consents.change(citizen, nominee.id, "endorse", True),
        consents.step_down(citizen, nominee.id),
    ):
        assert await refused(deed) == "nominee_ended"


async def test_a_no_is_taken_whenever_it_comes_and_whatever_changed(season: Season, clock_at: ClockAt) -> None:
    nominee, citizen = await asked(season), await citizen_of(NEIGHBOUR)
    with clock_at("2026-12-23 09:00"):
        assert await refused(consents.answer(citizen, nominee.id, nominee.version, True, YES)) == "season_not_open"
        declined = await consents.answer(citizen, nominee.id, nominee.version - 1, False, {})
    assert declined.state == "declined"


async def test_answering_twice_and_before_being_asked_says_so(season: Season) -> None:
    citizen, nominee = await agreed(season)
    assert await refused(consents.answer(citizen, nominee.id, nominee.version, True, YES)) == "nominee_answered"
    other = await gathered(await a_second_season(season))
    await Nominee.filter(id=other.id).update(citizen_id=citizen.id)
    for deed in (consents.request_of(citizen, other.id), consents.step_down(citizen, other.id)):
        assert await refused(deed) == "nominee_request_not_found", "she does not know of it yet"
    await Nominee.filter(id=other.id).update(state="asked")
    assert await refused(consents.change(citizen, other.id, "endorse", False)) == "nominee_not_answered"
    assert await refused(consents.step_down(citizen, other.id)) == "nominee_not_answered"


async def a_second_season(season: Season) -> Season:
    """Another one of the same award."""
    await Season.filter(id=season.id).update(name="上一届")
    return await a_season()


async def test_strangers_and_neighbours_see_and_change_nothing_of_hers(season: Season) -> None:
    _, nominee = await agreed(season)
    cousin = await citizen_of(COUSIN)
    for deed in (
        consents.request_of(cousin, nominee.id),
        consents.answer(cousin, nominee.id, nominee.version, False, {}),
        consents.change(cousin, nominee.id, "endorse", False),
        consents.step_down(cousin, nominee.id),
        consents.request_of(cousin, uuid4()),
    ):
        assert await refused(deed) == "nominee_request_not_found"
    assert await consents.requests_of(cousin, None, 9) == []


async def test_endorsing_taken_back_clears_list_and_endorsements_at_once(season: Season) -> None:
    citizen, nominee = await agreed(season)
    await endorsing.endorse(VAULT, await citizen_of(COUSIN), nominee.id)
    await consents.change(citizen, nominee.id, "endorse", False)
    assert await shown(season) == []
    assert await Endorsement.all().count() == 0
    assert await refused(endorsing.endorse(VAULT, await citizen_of(COUSIN), nominee.id)) == "nominee_not_shown"
    await consents.change(citizen, nominee.id, "endorse", True)
    assert len(await shown(season)) == 1
    assert await Endorsement.all().count() == 0, "what neighbours said before does not come back"


async def test_the_same_answer_again_is_kept_once(season: Season) -> None:
    citizen, nominee = await agreed(season)
    for _ in range(3):
        await consents.change(citizen, nominee.id, "endorse", False)
    assert await NomineeConsent.filter(nominee_id=nominee.id, kind="endorse").count() == 2
    assert await faults(consents.change(citizen, nominee.id, "referral", True)) == {"kind": "other_kind"}


async def test_the_credit_checks_result_goes_with_its_consent(season: Season) -> None:
    citizen, nominee = await agreed(season)
    await Nominee.filter(id=nominee.id).update(credit_passed=True)
    await consents.change(citizen, nominee.id, "credit_check", False)
    assert (await Nominee.get(id=nominee.id)).credit_passed is None


async def test_chosen_and_no_longer_to_be_published_she_is_not_honoured(season: Season) -> None:
    citizen, nominee = await agreed(season)
    await Nominee.filter(id=nominee.id).update(state="chosen")
    await consents.change(citizen, nominee.id, "publication", False)
    assert (await Nominee.get(id=nominee.id)).state == "passed_over"
    assert await NomineeStep.filter(nominee_id=nominee.id, kind="unpublished").count() == 1
    assert await refused(consents.change(citizen, nominee.id, "publication", True)) == "consent_not_now"


async def test_after_the_judging_a_yes_is_only_taken_back(season: Season, clock_at: ClockAt) -> None:
    citizen, nominee = await agreed(season, endorse=False)
    with clock_at("2026-12-23 09:00"):
        assert await refused(consents.change(citizen, nominee.id, "endorse", True)) == "consent_not_now"
        await consents.change(citizen, nominee.id, "publication", False)
        assert (await consents.standing([nominee.id]))[nominee.id]["publication"] is False


async def test_handed_over_the_owner_is_asked(season: Season) -> None:
    citizen, nominee = await agreed(season)
    await Nominee.filter(id=nominee.id).update(state="handed_over")
    assert await refused(consents.change(citizen, nominee.id, "endorse", False)) == "handed_over_already"


@pytest.mark.parametrize("state", ["agreed", "chosen", "passed_over"])
async def test_she_steps_down_when_she_likes(season: Season, state: str) -> None:
    citizen, nominee = await agreed(season)
    await endorsing.endorse(VAULT, await citizen_of(COUSIN), nominee.id)
    await Nominee.filter(id=nominee.id).update(state=state)
    left = await consents.step_down(citizen, nominee.id)
    assert (left.state, left.erase_on) == ("stepped_down", date(2026, 12, 23))
    assert await Endorsement.all().count() == 0
    assert len(await told(CITIZEN, "nomination_ended")) == 1
    assert await consents.judgeable(season.id) == []
    assert await refused(consents.step_down(citizen, nominee.id)) == "nominee_ended"


async def test_a_lead_asks_one_thing_and_takes_it_back_until_it_is_handed_over(season: Season) -> None:
    nominee, citizen = await asked(season), await citizen_of(NEIGHBOUR)
    await Season.filter(id=season.id).update(mode="referred", judge_from=None, judge_until=None)
    found = await faults(consents.answer(citizen, nominee.id, nominee.version, True, YES))
    assert found["referral"] == "required"
    await consents.answer(citizen, nominee.id, nominee.version, True, {"referral": True})
    await consents.change(citizen, nominee.id, "referral", False)
    assert await consents.standing([nominee.id]) == {nominee.id: {"referral": False}}


@both_databases
async def test_a_yes_and_a_no_at_once_are_one_of_the_two(monday: None, database: None) -> None:
    season = await a_season()
    nominee, citizen = await asked(season), await citizen_of(NEIGHBOUR)
    deeds = [consents.answer(citizen, nominee.id, nominee.version, yes, YES if yes else {}) for yes in (True, False)]
    results = await asyncio.gather(*deeds, return_exceptions=True)
    assert sum(isinstance(each, Nominee) for each in results) == 1
    left = await Nominee.get(id=nominee.id)
    assert await NomineeConsent.all().count() == (3 if left.state == "agreed" else 0)
    assert len(await told(CITIZEN, "nomination_ended")) == (left.state == "declined")


@both_databases
async def test_endorsing_while_the_consent_is_taken_back_leaves_nothing(monday: None, database: None) -> None:
    season = await a_season()
    citizen, nominee = await agreed(season)
    neighbours = [await citizen_of(each) for each in (CITIZEN, COUSIN)]
    await asyncio.gather(
        *(endorsing.endorse(VAULT, each, nominee.id) for each in neighbours),
        consents.change(citizen, nominee.id, "endorse", False),
        return_exceptions=True,
    )
    assert await Endorsement.all().count() == 0
