"""How often one may try to bind: five times a day an account, ten times a number, however they come."""

import asyncio
from collections import Counter
from dataclasses import replace

from backend.citizens.models import BindingTry, Citizen
from tests import factories
from tests.answers import refused
from tests.factories import CITIZEN, NEIGHBOUR
from tests.running_app import CountyClock, Phone, RunningApp, both_databases


async def phones_of_neighbours(app: RunningApp, count: int) -> list[Phone]:
    """So many accounts whose owners all claim to be the citizen."""
    return [await app.reader(replace(CITIZEN, wechat=f"wechat-of-neighbour-{each}")) for each in range(count)]


async def wrongly(phone: Phone) -> str:
    """What comes of a try with a wrong second proof."""
    return str((await phone.bind(phone_code=phone.app.wechat.phone_code(NEIGHBOUR.phone))).json()["code"])


@both_databases
async def test_the_sixth_try_of_a_day_is_refused_even_when_right(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    phone = await app.reader()
    assert [await wrongly(phone) for _ in range(5)] == ["second_proof_wrong"] * 5
    answer = await phone.bind()
    assert "窗口" in refused(answer, 429, "too_many_tries")["detail"]
    assert abs(int(answer.headers["Retry-After"]) - 15 * 3600) < 60, "until midnight in the county"
    county_clock.set("2026-11-23 23:59")
    refused(await phone.bind(), 429, "too_many_tries")
    county_clock.set("2026-11-24 00:01")
    phone.succeeded(await phone.bind(), 201)


async def test_a_wrong_name_and_an_unknown_number_cost_a_try_too(app: RunningApp) -> None:
    phone = await app.reader()
    for _ in range(3):
        refused(await phone.bind(name="鲁大明"), 422, "person_unknown")
    for number in ("110101199003070011", NEIGHBOUR.number):
        refused(await phone.bind(identity_number=number), 422, "person_unknown")
    refused(await phone.bind(), 429, "too_many_tries")


async def test_a_try_that_fails_at_wechat_costs_one_too(app: RunningApp) -> None:
    phone = await app.reader()
    for _ in range(5):
        refused(await phone.bind(phone_code="made-up"), 422, "wechat_phone_code_invalid")
    refused(await phone.bind(), 429, "too_many_tries")


@both_databases
async def test_the_eleventh_try_of_a_number_is_refused_whoever_tries(app: RunningApp) -> None:
    first, second, third = await phones_of_neighbours(app, 3)
    tries = [await wrongly(phone) for phone in (first, second) for _ in range(5)]
    assert tries == ["second_proof_wrong"] * 10
    refused(await third.bind(), 429, "too_many_tries")
    assert await Citizen.all().count() == 0


async def test_a_number_that_was_tried_to_death_binds_nobody_else_less(app: RunningApp) -> None:
    await factories.register(CITIZEN, NEIGHBOUR)
    for phone in await phones_of_neighbours(app, 2):
        for _ in range(5):
            await wrongly(phone)
    neighbour = await app.reader(NEIGHBOUR)
    neighbour.succeeded(await neighbour.bind(), 201)


@both_databases
async def test_of_ten_tries_of_one_account_at_once_five_count(app: RunningApp) -> None:
    phone = await app.reader()
    codes = await asyncio.gather(*(wrongly(phone) for _ in range(10)))
    assert Counter(codes) == {"second_proof_wrong": 5, "too_many_tries": 5}


@both_databases
async def test_of_fifteen_tries_of_one_number_at_once_ten_count(app: RunningApp) -> None:
    phones = await phones_of_neighbours(app, 15)
    codes = await asyncio.gather(*(wrongly(phone) for phone in phones))
    assert Counter(codes) == {"second_proof_wrong": 10, "too_many_tries": 5}


async def test_a_try_names_nobody_in_the_database(app: RunningApp) -> None:
    phone = await app.reader()
    await wrongly(phone)
    rows = str(await BindingTry.all().values())
    assert CITIZEN.number not in rows
    assert CITIZEN.name not in rows
