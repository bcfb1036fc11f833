"""The second proof for who has no registered phone: a one-time code that a clerk issued at a counter."""

import asyncio
from dataclasses import replace
from uuid import uuid4

from backend import clock
from backend.citizens.identity import issue_counter_code
from backend.citizens.identity_number import parse_identity_number
from backend.citizens.models import CounterCode
from tests import factories
from tests.answers import faults, refused
from tests.factories import CITIZEN, NEIGHBOUR, VAULT, Person
from tests.running_app import CountyClock, RunningApp, both_databases


async def issued(person: Person = CITIZEN) -> str:
    return await issue_counter_code(VAULT, parse_identity_number(person.number, clock.today()), uuid4())


def another(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


@both_databases
async def test_who_was_seen_at_the_counter_binds_with_the_code(app: RunningApp) -> None:
    phone = await app.reader(replace(CITIZEN, phone=""))
    code = await issued()
    me = phone.succeeded(await phone.bind(phone_code=None, counter_code=code), 201)
    assert me["state"] == "bound"
    row = await CounterCode.get()
    assert row.used_at is not None
    assert code not in str(row.__dict__), "only its digest is kept"


async def test_a_wrong_code_is_no_proof_and_leaves_the_right_one_good(app: RunningApp) -> None:
    phone = await app.reader()
    code = await issued()
    refused(await phone.bind(phone_code=None, counter_code=another(code)), 422, "second_proof_wrong")
    phone.succeeded(await phone.bind(phone_code=None, counter_code=code), 201)


async def test_a_code_is_good_for_thirty_minutes(app: RunningApp, county_clock: CountyClock) -> None:
    phone = await app.reader()
    old = await issued()
    county_clock.forward(minutes=30, seconds=1)
    refused(await phone.bind(phone_code=None, counter_code=old), 422, "second_proof_wrong")
    fresh = await issued()
    county_clock.forward(minutes=29)
    phone.succeeded(await phone.bind(phone_code=None, counter_code=fresh), 201)


async def test_a_code_works_for_the_person_who_was_seen_and_nobody_else(app: RunningApp) -> None:
    await factories.register(CITIZEN, NEIGHBOUR)
    neighbour = await app.reader(NEIGHBOUR)
    code = await issued(CITIZEN)
    refused(await neighbour.bind(phone_code=None, counter_code=code), 422, "second_proof_wrong")
    citizen = await app.reader(CITIZEN)
    citizen.succeeded(await citizen.bind(phone_code=None, counter_code=code), 201)


@both_databases
async def test_a_code_is_used_once_even_by_two_at_once(app: RunningApp) -> None:
    phones = [await app.reader(replace(CITIZEN, wechat=f"wechat-{each}")) for each in range(3)]
    code = await issued()
    answers = await asyncio.gather(*(phone.bind(phone_code=None, counter_code=code) for phone in phones))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422]


async def test_a_used_code_is_gone_for_good(app: RunningApp) -> None:
    await app.bound()
    other = await app.reader(replace(CITIZEN, wechat="another-wechat"))
    code = await issued()
    refused(await other.bind(phone_code=None, counter_code=code), 409, "bound_elsewhere")
    assert (await CounterCode.get()).used_at is None, "a deed that fails uses up nothing"


async def test_a_code_is_eight_digits(app: RunningApp) -> None:
    phone = await app.reader()
    for code, fault in (
        ("1234567", "wrong_format"),
        ("123456789", "too_long"),
        ("12345678\n", "too_long"),
        ("１２３４５６７８", "wrong_format"),
        ("abcdefgh", "wrong_format"),
        ("", "wrong_format"),
        (12345678, "wrong_type"),
    ):
        assert faults(await phone.bind(phone_code=None, counter_code=code)) == {"counter_code": fault}
