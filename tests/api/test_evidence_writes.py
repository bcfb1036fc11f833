"""What a phone may send as evidence: wrong fields, a double tap, a lost answer, the wrong order."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend import clock
from backend.citizens.models import Citizen
from backend.repairs import submitting
from backend.repairs.models import Evidence, EvidenceStep
from media.models import Picture
from tests import evidence_factories, factories
from tests.answers import faults, refused
from tests.evidence_factories import a_picture, at, submitted
from tests.running_app import Phone, RunningApp, both_databases

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
async def phone(app: RunningApp) -> Phone:
    """The phone of a bound citizen under the tiny catalogue."""
    await factories.load_tiny_catalogue()
    return await app.bound()


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"kind": "required"}),
        ({"kind": "rumour"}, {"kind": "not_a_choice"}),
        ({"kind": "service", "points": 5}, {"points": "unknown_field"}),
        ({"kind": "service", "course": "信用", "recipient": "会"}, {"recipient": "other_kind", "course": "other_kind"}),
        ({"kind": "donation", "hours": 2}, {"hours": "other_kind"}),
        ({"kind": "service", "words": "长" * 501, "place": "长" * 61}, {"words": "too_long", "place": "too_long"}),
        ({"kind": "service", "starts_at": "2026-11-21T09:00:00"}, {"starts_at": "wrong_type"}),
        ({"kind": "service", "starts_at": "昨天"}, {"starts_at": "wrong_format"}),
        ({"kind": "service", "ends_at": "0001-01-01T00:00:00+14:00"}, {"ends_at": "wrong_year"}),
        ({"kind": "service", "served_on": "9999-12-31"}, {"served_on": "wrong_year"}),
        ({"kind": "donation", "amount_fen": -1}, {"amount_fen": "too_small"}),
        ({"kind": "donation", "amount_fen": 10**12}, {"amount_fen": "too_large"}),
        ({"kind": "service", "pictures": ["x"]}, {"pictures[0]": "wrong_format"}),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_kept(
    phone: Phone, body: dict[str, Any], wrong: dict[str, str]
) -> None:
    assert faults(await phone.post("/evidence", body)) == wrong
    assert await Evidence.all().count() == 0


async def test_what_is_wrong_with_a_submission_is_said_all_at_once(phone: Phone) -> None:
    late = (clock.now() + timedelta(days=3)).isoformat()
    body = {"kind": "service", "starts_at": late, "ends_at": at(9).isoformat(), "hours": 25.55, "department": "X"}
    draft = phone.succeeded(await phone.post("/evidence", body), 201)
    assert faults(await phone.post(f"/evidence/{draft['id']}/submit")) == {
        **dict.fromkeys(("organisation", "activity", "place"), "required"),
        "ends_at": "ends_before_start",
        "hours": "too_many_decimals",
        "pictures": "picture_needed",
        "department": "department_not_for_this",
    }


async def test_ten_pictures_anothers_and_the_same_twice_are_refused_in_words(phone: Phone) -> None:
    citizen = await Citizen.get()
    ten = [str(await a_picture(citizen)) for _ in range(10)]
    refused(await phone.post("/evidence", {"kind": "service", "pictures": ten}), 422, "too_many_pictures")
    for pictures in (ten[:1] * 2, [str(uuid4())]):
        refused(await phone.post("/evidence", {"kind": "service", "pictures": pictures}), 422, "no_such_picture")
    assert (await Evidence.all().count(), await Picture.filter(held_by=None).count()) == (0, 10)


@both_databases
async def test_a_double_tap_makes_one_draft_and_one_submission(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    body = {"kind": "service", "pictures": [str(await a_picture(await Citizen.get()))]}
    taps = await asyncio.gather(*(phone.post("/evidence", body, key=KEY) for _ in range(5)))
    assert Counter(answer.status_code for answer in taps) == {201: 5}
    assert len({answer.json()["number"] for answer in taps}) == await Evidence.all().count() == 1
    evidence = await evidence_factories.draft(await Citizen.get())
    here = f"/evidence/{evidence.id}/submit"
    taps = await asyncio.gather(*(phone.post(here, key=KEY) for _ in range(5)))
    assert Counter(answer.status_code for answer in taps) == {200: 5}
    assert await EvidenceStep.filter(evidence_id=evidence.id).count() == 1
    refused(await phone.post(here), 409, "evidence_not_submittable")


async def test_a_repeat_after_a_lost_answer_answers_the_same(phone: Phone) -> None:
    draft = phone.succeeded(await phone.post("/evidence", {"kind": "study", "course": "信用"}, key=KEY), 201)
    here = f"/evidence/{draft['id']}"
    assert (await phone.post("/evidence", {"kind": "study", "course": "信用"}, key=KEY)).json() == draft
    refused(await phone.post("/evidence", {"kind": "study"}, key=KEY), 409, "idempotency_key_reused")
    changed = await phone.post(here, {"course": "新课"}, key=KEY)
    assert (await phone.post(here, {"course": "新课"}, key=KEY)).json() == changed.json()
    assert [(await phone.delete(here, key=KEY)).status_code for _ in range(2)] == [204, 204]
    refused(await phone.delete(here), 404, "evidence_not_found")


async def test_the_wrong_order_is_told_what_to_do(phone: Phone) -> None:
    evidence = await submitted()
    here = f"/evidence/{evidence.id}"
    refused(await phone.post(here, {"hours": 1}), 409, "evidence_not_changeable")
    refused(await phone.delete(here), 409, "evidence_not_a_draft")
    assert phone.succeeded(await phone.post(f"{here}/withdraw", key=KEY))["state_label"] == "已撤回"
    assert phone.succeeded(await phone.post(f"{here}/withdraw", key=KEY))["actions"] == []
    refused(await phone.post(f"{here}/withdraw"), 409, "evidence_not_withdrawable")
    refused(await phone.post(f"{here}/submit"), 409, "evidence_not_submittable")
    refused(await phone.post(here, {"hours": 1}), 409, "evidence_not_changeable")


async def test_too_many_drafts_too_many_open_ones_and_a_kind_that_is_not_taken(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = await Citizen.get()
    study, service = await evidence_factories.draft(citizen, "study"), await evidence_factories.draft(citizen)
    refused(await phone.post(f"/evidence/{study.id}/submit"), 409, "evidence_kind_not_taken")
    monkeypatch.setattr(submitting, "MOST_DRAFTS", 2)
    refused(await phone.post("/evidence", {"kind": "service"}), 409, "too_many_drafts")
    monkeypatch.setattr(submitting, "MOST_OPEN", 0)
    refused(await phone.post(f"/evidence/{service.id}/submit"), 409, "too_many_open")
