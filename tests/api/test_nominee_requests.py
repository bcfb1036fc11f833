"""Somebody nominated me: on my phone I see what would be shown, never who it was, and say yes or no to each thing."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.awards.models import Season
from backend.nominations import asking
from backend.nominations.models import NominatedPerson, Nominee, NomineeConsent
from backend.settings import Settings
from tests.answers import faults, refused
from tests.console.evidence_desk import photos
from tests.evidence_factories import citizen_of
from tests.factories import CITIZEN, COUSIN, NEIGHBOUR, PUPIL, VAULT, register
from tests.media.photos import a_photo
from tests.nomination_factories import STORY, nominated
from tests.nominee_factories import YES, a_season, accepted, as_told, moderator
from tests.running_app import CountyClock, Phone, RunningApp, both_databases


@pytest.fixture
async def season(app: RunningApp, county_clock: CountyClock) -> Season:
    """Open for nominating until 6 December, judged from the thirteenth."""
    county_clock.set("2026-11-23 09:00")
    await register()
    return await a_season()


async def ask(season: Season, *pictures: UUID) -> Nominee:
    """鲁小红, nominated by 鲁小明 and 鲁小芳, is asked in the app."""
    await citizen_of(NEIGHBOUR)
    one = await nominated(await citizen_of(CITIZEN), season, as_told(), pictures=list(pictures))
    (nominee,) = await accepted(one)
    other = await nominated(await citizen_of(COUSIN), season, as_told(unit="卫生院"))
    await accepted(other, nominee.id)
    return await asking.ask(VAULT, await moderator(), nominee.id, nominee.version)


def at(nominee: Nominee, deed: str = "") -> str:
    return f"/nominee-requests/{nominee.id}{deed}"


async def yes(phone: Phone, nominee: Nominee, **consents: bool) -> Any:
    body = {"version": nominee.version, "taking_part": True, **YES, **consents}
    return phone.succeeded(await phone.post(at(nominee, "/answer"), body))


@both_databases
async def test_strangers_and_neighbours_learn_nothing_of_a_request(app: RunningApp, season: Season) -> None:
    nominee = await ask(season)
    stranger, cousin = app.phone(), await app.guest(COUSIN)
    no = {"version": nominee.version, "taking_part": False}
    for phone, status, code in ((stranger, 401, "sign_in_needed"), (cousin, 404, "nominee_request_not_found")):
        refused(await phone.get(at(nominee)), status, code)
        refused(await phone.post(at(nominee, "/answer"), no), status, code)
        refused(await phone.post(at(nominee, "/consents"), {"kind": "endorse", "given": False}), status, code)
        refused(await phone.post(at(nominee, "/step-down")), status, code)
    assert (await cousin.read("/nominee-requests"))["items"] == []
    refused(await (await app.guest(PUPIL)).get("/nominee-requests"), 403, "binding_needed")
    assert (await Nominee.get(id=nominee.id)).state == "asked"


@both_databases
async def test_she_sees_word_for_word_what_would_be_shown_and_never_who_nominated_her(
    app: RunningApp, season: Season, settings: Settings
) -> None:
    (picture,) = await photos(settings, CITIZEN, a_photo(size=(640, 480)))
    nominee = await ask(season, picture)
    phone = await app.guest(NEIGHBOUR)
    (line,) = (await phone.read("/nominee-requests"))["items"]
    assert (line["id"], line["state_label"], line["actions"]) == (str(nominee.id), "等您答复", ["answer"])
    assert (line["award_name"], line["answer_by"]) == ("道德模范", "2026-11-30")
    answer = await phone.get(at(nominee))
    assert answer.headers["Cache-Control"] == "private, no-store"
    shown = answer.json()
    assert (shown["name"], shown["unit"], shown["township"]) == ("鲁小红", "下汤村", "下汤镇")
    assert (shown["story"], shown["recommended_by"]) == (STORY, 2)
    assert {each["kind"]: each["given"] for each in shown["consents"]} == dict.fromkeys(YES)
    assert [each for each in ("鲁小明", "鲁小芳", NEIGHBOUR.phone, CITIZEN.phone) if each in answer.text] == []
    (seen,) = shown["pictures"]
    assert (await app.http.get(seen["small_url"])).status_code == 200


async def test_her_yes_is_to_each_thing_for_itself(app: RunningApp, season: Season) -> None:
    nominee, phone = await ask(season), await app.guest(NEIGHBOUR)
    body = {"version": nominee.version, "taking_part": True}
    assert faults(await phone.post(at(nominee, "/answer"), body)) == dict.fromkeys(YES, "required")
    assert faults(await phone.post(at(nominee, "/answer"), {"taking_part": True})) == {"version": "required"}
    shown = await yes(phone, nominee, endorse=False)
    assert (shown["state"], shown["actions"]) == ("agreed", ["change_consents", "step_down"])
    assert {each["kind"]: each["given"] for each in shown["consents"]} == YES | {"endorse": False}
    refused(await phone.post(at(nominee, "/answer"), body | YES), 409, "nominee_answered")


async def test_an_answer_to_what_has_changed_since_is_not_taken(app: RunningApp, season: Season) -> None:
    nominee, phone = await ask(season), await app.guest(NEIGHBOUR)
    body = {"version": nominee.version - 1, "taking_part": True, **YES}
    refused(await phone.post(at(nominee, "/answer"), body), 409, "nominee_request_changed")


@both_databases
async def test_pressed_twice_it_is_one_answer(app: RunningApp, season: Season) -> None:
    nominee, phone = await ask(season), await app.guest(NEIGHBOUR)
    body = {"version": nominee.version, "taking_part": True, **YES}
    answers = [await phone.post(at(nominee, "/answer"), body, key="answer-1") for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    assert await NomineeConsent.all().count() == 3
    refused(
        await phone.post(at(nominee, "/answer"), body | {"taking_part": False}, key="answer-1"),
        409,
        "idempotency_key_reused",
    )


async def test_a_no_needs_no_reason_and_shows_when_everything_goes(app: RunningApp, season: Season) -> None:
    nominee, phone = await ask(season), await app.guest(NEIGHBOUR)
    body = {"version": nominee.version, "taking_part": False}
    shown = phone.succeeded(await phone.post(at(nominee, "/answer"), body))
    assert (shown["state"], shown["actions"], shown["erased_on"]) == ("declined", [], "2026-12-23")
    nominator = await app.guest(CITIZEN)
    (notice,) = (await nominator.read("/notices"))["items"]
    assert "鲁小红" not in str(notice)


async def test_what_she_takes_back_is_gone_at_once(app: RunningApp, season: Season) -> None:
    nominee, phone, cousin = await ask(season), await app.guest(NEIGHBOUR), await app.guest(COUSIN)
    await yes(phone, nominee)
    listed = f"/seasons/{season.id}/nominees"
    assert len((await cousin.read(listed))["items"]) == 1
    off = {"kind": "endorse", "given": False}
    shown = phone.succeeded(await phone.post(at(nominee, "/consents"), off))
    assert {each["kind"]: each["given"] for each in shown["consents"]}["endorse"] is False
    assert (await cousin.read(listed))["items"] == []
    phone.succeeded(await phone.post(at(nominee, "/consents"), off | {"given": True}))
    assert len((await cousin.read(listed))["items"]) == 1
    left = phone.succeeded(await phone.post(at(nominee, "/step-down")))
    assert left["state"] == "stepped_down"
    assert (await cousin.read(listed))["items"] == []
    refused(await phone.post(at(nominee, "/step-down")), 409, "nominee_ended")
    refused(await phone.post(at(nominee, "/consents"), off), 409, "nominee_ended")


async def test_who_took_back_her_consent_to_the_texts_may_still_say_no(app: RunningApp, season: Season) -> None:
    nominee, phone = await ask(season), await app.guest(NEIGHBOUR)
    await phone.decide("privacy", given=False)
    body = {"version": nominee.version, "taking_part": False}
    assert phone.succeeded(await phone.post(at(nominee, "/answer"), body))["state"] == "declined"


async def test_before_the_notice_she_learns_nothing_of_the_decision(
    app: RunningApp, season: Season, county_clock: CountyClock
) -> None:
    nominee, phone = await ask(season), await app.guest(NEIGHBOUR)
    await yes(phone, nominee)
    for state in ("chosen", "passed_over"):
        await Nominee.filter(id=nominee.id).update(state=state)
        assert (await phone.read(at(nominee)))["state"] == "agreed"
    await Nominee.filter(id=nominee.id).update(state="chosen")
    county_clock.set("2026-12-24 09:00")
    await phone.sign_in()
    await Season.filter(id=season.id).update(decided_at=season.created_at)
    assert (await phone.read(at(nominee)))["state_label"] == "拟授予，公示中"


async def test_a_made_up_request_is_no_request(app: RunningApp, season: Season) -> None:
    nominee, phone = await ask(season), await app.guest(NEIGHBOUR)
    refused(await phone.get(f"/nominee-requests/{uuid4()}"), 404, "nominee_request_not_found")
    person = await NominatedPerson.filter(nominee_id=nominee.id).first()
    assert person is not None
    refused(await phone.get(f"/nominee-requests/{person.id}"), 404, "nominee_request_not_found")
    unknown = {"kind": "everything", "given": True}
    assert faults(await phone.post(at(nominee, "/consents"), unknown)) == {"kind": "not_a_choice"}
