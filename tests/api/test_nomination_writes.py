"""What a phone may send as a nomination: wrong fields, a double tap, a lost answer, the wrong order."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.nominations.models import Nomination, NominationStep
from media.models import Picture
from tests import season_factories
from tests.answers import faults, refused
from tests.evidence_factories import a_picture
from tests.nomination_factories import drafted
from tests.running_app import Phone, RunningApp, both_databases

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
async def season(app: RunningApp) -> Season:
    """道德模范, open for nominating from today."""
    return await season_factories.a_season()


@pytest.fixture
async def phone(app: RunningApp, season: Season) -> Phone:
    """The phone of a bound citizen."""
    return await app.bound()


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"points": 5}, {"points": "unknown_field"}),
        ({"people": [{"name": "好" * 51}]}, {"people[0].name": "too_long"}),
        ({"people": [{"relation": "unit"}]}, {"people[0].relation": "not_a_choice"}),
        ({"people": [{"identity_number": "x"}]}, {"people[0]": "wrong_type"}),
        ({"people": [{}] * 6}, {"people": "too_many"}),
        ({"story": "长" * 6001}, {"story": "too_long"}),
        ({"happened_from": "昨天"}, {"happened_from": "wrong_format"}),
        ({"happened_from": "0001-01-01"}, {"happened_from": "wrong_year"}),
        ({"letter": "yes"}, {"letter": "wrong_type"}),
        ({"pictures": ["x"]}, {"pictures[0]": "wrong_format"}),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_kept(
    phone: Phone, season: Season, body: dict[str, Any], wrong: dict[str, str]
) -> None:
    assert faults(await phone.post("/nominations", {"season_id": str(season.id), **body})) == wrong
    assert await Nomination.all().count() == 0


async def test_a_season_that_is_none_takes_nothing(phone: Phone) -> None:
    assert faults(await phone.post("/nominations", {})) == {"season_id": "required"}
    refused(await phone.post("/nominations", {"season_id": str(uuid4())}), 404, "season_not_found")
    secret = await season_factories.a_draft(name="还没有发布")
    refused(await phone.post("/nominations", {"season_id": str(secret.id)}), 404, "season_not_found")


async def test_ten_pictures_anothers_and_the_same_twice_are_refused(phone: Phone, season: Season) -> None:
    citizen = await Citizen.get()
    ten = [str(await a_picture(citizen)) for _ in range(10)]
    body = {"season_id": str(season.id)}
    refused(await phone.post("/nominations", body | {"pictures": ten}), 422, "too_many_pictures")
    for pictures in (ten[:1] * 2, [str(uuid4())]):
        refused(await phone.post("/nominations", body | {"pictures": pictures}), 422, "no_such_picture")
    assert (await Nomination.all().count(), await Picture.filter(held_by=None).count()) == (0, 10)


@both_databases
async def test_a_double_tap_makes_one_draft_and_one_submission(app: RunningApp) -> None:
    season, phone = await season_factories.a_season(), await app.bound()
    body = {"season_id": str(season.id), "story": "先写一句。"}
    taps = await asyncio.gather(*(phone.post("/nominations", body, key=KEY) for _ in range(5)))
    assert Counter(answer.status_code for answer in taps) == {201: 5}
    assert len({answer.json()["number"] for answer in taps}) == await Nomination.all().count() == 1
    draft = await drafted(await Citizen.get(), season)
    here = f"/nominations/{draft.id}/submit"
    taps = await asyncio.gather(*(phone.post(here, key=KEY) for _ in range(5)))
    assert Counter(answer.status_code for answer in taps) == {200: 5}
    assert await NominationStep.filter(nomination_id=draft.id).count() == 1
    refused(await phone.post(here), 409, "nomination_not_submittable")


async def test_a_repeat_after_a_lost_answer_answers_the_same(phone: Phone, season: Season) -> None:
    body = {"season_id": str(season.id), "place": "下汤镇"}
    draft = phone.succeeded(await phone.post("/nominations", body, key=KEY), 201)
    here = f"/nominations/{draft['id']}"
    assert (await phone.post("/nominations", body, key=KEY)).json() == draft
    refused(await phone.post("/nominations", {"season_id": str(season.id)}, key=KEY), 409, "idempotency_key_reused")
    changed = await phone.post(here, {"place": "张良镇"}, key=KEY)
    assert (await phone.post(here, {"place": "张良镇"}, key=KEY)).json() == changed.json()
    assert [(await phone.delete(here, key=KEY)).status_code for _ in range(2)] == [204, 204]
    refused(await phone.delete(here), 404, "nomination_not_found")


async def test_the_wrong_order_is_told_what_to_do(phone: Phone, season: Season) -> None:
    draft = await drafted(await Citizen.get(), season)
    here = f"/nominations/{draft.id}"
    refused(await phone.post(f"{here}/withdraw"), 409, "nomination_not_withdrawable")
    refused(await phone.post(f"{here}/appeal", {"words": "请再看一看这份推荐。"}), 409, "nomination_not_appealable")
    phone.succeeded(await phone.post(f"{here}/submit"))
    refused(await phone.post(here, {}), 409, "nomination_not_changeable")
    refused(await phone.delete(here), 409, "nomination_not_a_draft")
    assert phone.succeeded(await phone.post(f"{here}/withdraw", key=KEY))["state_label"] == "已撤回"
    assert phone.succeeded(await phone.post(f"{here}/withdraw", key=KEY))["actions"] == []
    refused(await phone.post(f"{here}/withdraw"), 409, "nomination_not_withdrawable")
