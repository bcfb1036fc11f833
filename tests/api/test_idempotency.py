"""A double tap, a lost answer, a repeat after a crash: the deed is done once, and the answer is the same."""

import asyncio
from collections import Counter
from typing import Any

from backend.citizens import idempotency
from backend.citizens.models import BindingTry, Citizen, Consent, IdempotencyKey
from backend.points.models import Enrolment
from tests import factories
from tests.answers import refused
from tests.factories import NEIGHBOUR
from tests.running_app import CountyClock, RunningApp, both_databases

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
YES: dict[str, Any] = {"text": "privacy", "version": 1, "given": True}


@both_databases
async def test_a_repeat_does_nothing_and_answers_the_same(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.reader()
    for first, again in (
        (await phone.post("/consents", YES, key=KEY), await phone.post("/consents", YES, key=KEY)),
        (await phone.bind(key=KEY, phone_code="x"), await phone.bind(key=KEY, phone_code="x")),
    ):
        assert first.status_code == again.status_code
    code = app.wechat.phone_code(phone.person.phone)
    bound = await phone.bind(key=KEY, phone_code=code)
    assert [(await phone.bind(key=KEY, phone_code=code)).json() for _ in range(6)] == [bound.json()] * 6
    enrolled = await phone.enrol(key=KEY)
    assert (await phone.enrol(key=KEY)).json() == enrolled.json()
    assert (bound.status_code, enrolled.status_code) == (201, 201)
    assert (await Citizen.all().count(), await Enrolment.all().count()) == (1, 1)
    assert await Consent.filter(text="privacy").count() == 2
    assert (await BindingTry.filter(subject__startswith="account:").get()).count == 3, "a repeat is no try"


@both_databases
async def test_ten_of_the_same_write_at_once_are_one(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    decisions = await asyncio.gather(*(phone.post("/consents", YES, key=KEY) for _ in range(10)))
    assert Counter(answer.status_code for answer in decisions) == {201: 10}
    assert len({answer.text for answer in decisions}) == 1
    assert await Consent.filter(text="privacy").count() == 2, "one of them when she was bound"
    enrolments = await asyncio.gather(*(phone.enrol(key=KEY) for _ in range(10)))
    assert Counter(answer.status_code for answer in enrolments) == {201: 10}
    assert len({answer.text for answer in enrolments}) == 1
    assert await Enrolment.all().count() == 1


@both_databases
async def test_a_double_tap_on_binding_binds_once_and_a_repeat_is_told_so(app: RunningApp) -> None:
    phone = await app.reader()
    code = app.wechat.phone_code(phone.person.phone)
    taps = await asyncio.gather(*(phone.bind(key=KEY, phone_code=code) for _ in range(3)))
    assert 201 in {answer.status_code for answer in taps}
    assert {answer.status_code for answer in taps} <= {201, 409, 422}, "WeChat's code works once"
    assert (await phone.bind(key=KEY, phone_code=code)).status_code == 201
    assert await Citizen.all().count() == 1


async def test_the_same_key_with_other_content_is_a_conflict(app: RunningApp) -> None:
    phone = await app.guest()
    assert (await phone.post("/consents", YES, key=KEY)).status_code == 201
    refused(await phone.post("/consents", YES | {"given": False}, key=KEY), 409, "idempotency_key_reused")
    spaced = b'{"given": true,\n "version": 1, "text": "privacy"}'
    assert (await phone.post("/consents", key=KEY, content=spaced)).status_code == 201, "spacing is not content"
    assert (await Consent.get()).given is True


@both_databases
async def test_one_key_with_two_contents_at_once_does_one_of_them(app: RunningApp) -> None:
    phone = await app.guest()
    bodies = [YES, YES | {"given": False}]
    answers = await asyncio.gather(*(phone.post("/consents", body, key=KEY) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert await Consent.all().count() == 1


async def test_a_refused_write_keeps_no_key(app: RunningApp) -> None:
    phone = await app.guest()
    refused(await phone.post("/consents", YES | {"version": 7}, key=KEY), 409, "text_changed")
    assert (await phone.post("/consents", YES, key=KEY)).status_code == 201


async def test_a_key_is_kept_for_a_day(app: RunningApp, county_clock: CountyClock) -> None:
    phone = await app.guest()
    await phone.post("/consents", YES, key=KEY)
    county_clock.forward(hours=23, minutes=59)
    await phone.post("/consents", YES, key=KEY)
    assert await idempotency.forget_old() == 0
    assert await Consent.all().count() == 1
    county_clock.forward(minutes=2)
    assert (await phone.post("/consents", YES | {"given": False}, key=KEY)).status_code == 201
    assert await Consent.all().count() == 2
    county_clock.forward(days=1)
    assert await idempotency.forget_old() == 1


async def test_a_key_is_her_own_and_of_one_operation(app: RunningApp) -> None:
    citizen, neighbour = await app.guest(), await app.guest(NEIGHBOUR)
    await citizen.post("/consents", YES, key=KEY)
    assert (await neighbour.post("/consents", YES | {"given": False}, key=KEY)).status_code == 201
    await factories.register()
    await citizen.decide("terms")
    assert (await citizen.bind(key=KEY)).status_code == 201
    assert await IdempotencyKey.all().count() == 4


async def test_a_write_without_a_proper_key_is_not_done(app: RunningApp) -> None:
    phone = await app.guest()
    for key in (None, "", "short", "x" * 65, "with a space", "tab\there"):
        sent = {} if key is None else {"Idempotency-Key": key}
        answer = await phone.post("/consents", YES, key=None, headers=sent)
        refused(answer, 422, "idempotency_key_needed")
    foreign = {"Idempotency-Key": "编号编号编号".encode()}
    refused(await phone.post("/consents", YES, key=None, headers=foreign), 422, "idempotency_key_needed")
    assert await Consent.all().count() == 0
    for key in ("12345678", "x" * 64):
        assert (await phone.post("/consents", YES, key=key)).status_code == 201


async def test_an_enrolment_sent_again_after_she_left_enrols_nobody(app: RunningApp) -> None:
    await factories.load_tiny_catalogue()
    phone = await app.bound()
    await phone.enrol(key=KEY)
    await phone.delete("/enrolment")
    refused(await phone.enrol(key=KEY), 404, "not_enrolled")
    assert (await phone.enrol()).status_code == 201


async def test_what_is_kept_of_a_write_is_no_copy_of_it(app: RunningApp) -> None:
    phone = await app.reader()
    await phone.bind(key=KEY)
    rows = str(await IdempotencyKey.all().values())
    for secret in (phone.person.name, phone.person.number, phone.person.phone):
        assert secret not in rows
