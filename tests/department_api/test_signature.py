"""Who may speak for a department: strangers, forgers, eavesdroppers, clocks that are off, keys that are over."""

import asyncio
import itertools
from typing import Any

import pytest

from backend import clock
from backend.department_api import serving
from backend.department_api.operation import Caller, Routes
from backend.department_api.records import routes
from backend.department_api.serving import blueprint
from backend.records.models import ImportBatch
from backend.staff import department_keys, people
from backend.staff.models import RequestNonce, StaffUser
from tests.answers import anonymous, refused
from tests.connections import open_all
from tests.department_api.systems import System, a_row, a_system, an_admin, an_officer
from tests.factories import VAULT
from tests.running_app import CountyClock, both_databases

NOTHING = "01989c1e-5f2a-7c3b-9a4d-0f6b2f1c7a10"
HEADERS = ("X-Lushan-Key", "X-Lushan-Time", "X-Lushan-Nonce", "X-Lushan-Signature")


def test_no_operation_is_reached_without_a_caller() -> None:
    assert len(routes.operations) == 4
    assert all(each.asks_for(Caller) for each in routes.operations)
    unsigned = Routes()

    @unsigned.add("GET", "/open", summary="")
    async def show_anything(vault: VAULT.__class__) -> Any:
        raise AssertionError

    with pytest.raises(TypeError, match="names its caller"):
        blueprint(unsigned, "0", {VAULT.__class__: VAULT})


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer abc"}, {"X-Lushan-Key": "0" * 32}])
async def test_a_stranger_gets_401_from_every_route_whatever_she_sends(system: System, headers: dict[str, str]) -> None:
    for operation in routes.operations:
        path = operation.path.replace("<batch_id:uuid>", NOTHING).replace("<record_id:uuid>", NOTHING)
        for body in (b"", b"{", b'{"rows": []}', b"x" * 100_000):
            address = serving.PREFIX + path
            answer = await system.http.request(operation.method, address, content=body or None, headers=headers)
            refused(answer, 401, "not_signed")
            assert answer.headers["WWW-Authenticate"] == "Lushan-HMAC-SHA256"


async def test_a_header_that_is_missing_or_odd_is_no_signature(system: System) -> None:
    values: list[Any] = [None, b"", "§".encode() * 16, b"0x", b"x" * 65, b"-1"]
    for name, value in itertools.product(HEADERS, values):
        await system.is_refused(401, "not_signed", await system.push(a_row(), headers={name: value}))
    assert not await ImportBatch.exists()


async def test_all_that_is_signed_must_be_what_is_sent(system: System) -> None:
    system_of_others = await a_system(system.http)
    for wrong in (
        {"secret": system_of_others.secret},
        {"signed_body": b'{"rows": []}'},
        {"signed_path": "/batches"},
        {"signed_path": "/records?limit=1"},
        {"signed_method": "PUT"},
        {"secret": ""},
    ):
        await system.is_refused(401, "not_signed", await system.push(a_row(), **wrong))
    for header, value in (("X-Lushan-Time", "1"), ("X-Lushan-Nonce", "another-nonce-of-hers")):
        answer = await system.push(a_row(), headers={header: value})
        await system.is_refused(401, "clock_off" if value == "1" else "not_signed", answer)
    assert not await RequestNonce.exists(), "who does not hold the secret uses up no nonce"
    assert (await system.push(a_row())).status_code == 200


@both_databases
async def test_the_same_request_again_is_refused_even_at_the_same_moment(system: System) -> None:
    await open_all()
    answers = await asyncio.gather(*(system.push(a_row(), nonce="n" * 16, key="push-of-today") for _ in range(4)))
    assert sorted(each.status_code for each in answers)[1:] == [401] * 3
    for each in answers:
        if each.status_code == 401:
            await system.is_refused(401, "replayed", each)
    await system.is_refused(401, "replayed", await system.push(a_row(), nonce="n" * 16))
    assert await ImportBatch.all().count() == 1


async def test_a_clock_may_be_five_minutes_off(system: System) -> None:
    for seconds in (-295, 295):
        assert (await system.push(a_row(), time=int(clock.now().timestamp()) + seconds)).status_code == 200
    for seconds in (-301, 306, 10**10):
        answer = await system.push(a_row(), time=int(clock.now().timestamp()) + seconds)
        await system.is_refused(401, "clock_off", answer)


async def test_one_answer_for_every_key_that_is_no_good(system: System, county_clock: CountyClock) -> None:
    good, unknown = system.key, await a_system(system.http)
    unknown.key.public_id = "0" * 32
    await department_keys.revoke(await an_admin(), good.id)
    forged, old = await a_system(system.http), await a_system(system.http)
    answers = [await system.push(a_row()), await unknown.push(a_row()), await forged.push(a_row(), secret="x" * 43)]
    county_clock.forward(days=366)
    answers.append(await old.push(a_row()))
    told = {anonymous(each)[:2] for each in answers}
    assert len(told) == 1
    await system.is_refused(401, "not_signed", answers[0])


async def test_an_officer_who_left_takes_nobody_along(system: System) -> None:
    await StaffUser.filter(id=system.key.officer_id).update(active=False)
    await system.is_refused(403, "key_officer_gone")
    await an_officer("sjj-li")
    system.secret = (await department_keys.hand_over(VAULT, await an_admin(), system.key.id, "sjj-li")).secret
    batch = await system.pushed(a_row())
    assert (await ImportBatch.get(id=batch["batch_id"]).select_related("officer")).officer.username == "sjj-li"


async def test_who_is_no_officer_any_more_files_nothing(system: System) -> None:
    await people.set_roles(await an_admin(), system.key.officer_id, ["reviewer"])
    await system.is_refused(403, "key_officer_gone")


async def test_a_key_has_its_limit_which_nobody_else_can_use_up(
    system: System, one_window: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LIMIT", "3/minute")
    for _ in range(5):
        await system.is_refused(401, "not_signed", await system.push(a_row(), secret="forged"))
    answers = [await system.push(a_row()) for _ in range(4)]
    assert [each.headers["RateLimit-Remaining"] for each in answers] == ["2", "1", "0", "0"]
    await system.is_refused(429, "too_often", answers[-1])
    assert int(answers[-1].headers["Retry-After"]) > 0
    other = await a_system(system.http)
    assert (await other.push(a_row())).status_code == 200


async def test_an_address_that_floods_is_stopped_before_anything_is_looked_up(
    system: System, one_window: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "FLOOD", "2/minute")
    answers = [await system.push(a_row(), secret="forged") for _ in range(3)]
    await system.is_refused(429, "too_often", answers[-1])


async def test_a_token_of_a_citizen_or_of_staff_is_worth_nothing_here(system: System, app: Any) -> None:
    phone = await app.bound()
    answer = await system.push(a_row(), headers={"Authorization": f"Bearer {phone.token}", "X-Lushan-Signature": None})
    await system.is_refused(401, "not_signed", answer)
