"""A department's system pushes records: each row's end, twice, half-way, at once, and what is wrong with rows."""

import asyncio
from typing import Any

import pytest

from backend.points.score import score_of
from backend.records import approval, pushing
from backend.records.models import CreditRecord, ImportBatch, ImportRow
from backend.records.pushed_rows import PushedRow
from backend.staff.models import AuditEvent
from backend.staff.permissions import staff_of
from tests import factories
from tests.connections import open_all
from tests.department_api.systems import System, a_row, a_system, an_officer, states
from tests.factories import CITIZEN, COUSIN, LEDGER, NEIGHBOUR, PENALTY, PUPIL, VAULT, VOLUNTEER_HOURS
from tests.records.county import everything_is_there_once, people
from tests.running_app import both_databases


@both_databases
async def test_good_news_is_filed_at_once_and_told(system: System) -> None:
    _, citizen = await factories.enrolled_citizen()
    await factories.register()
    batch = await system.pushed(a_row(), a_row(item=VOLUNTEER_HOURS, quantity=6.5))
    assert (batch["state"], states(batch)) == ("done", ["accepted", "accepted"])
    records = await CreditRecord.all().order_by("id")
    assert [each["record_id"] for each in batch["results"]] == [str(each.id) for each in records]
    assert [each.quantity for each in records] == [None, 65]
    assert (await score_of(LEDGER, citizen)).points == 1000 + 20 + 6
    assert await AuditEvent.filter(action="import.push", about=f"import:{batch['batch_id']}").count() == 1
    await everything_is_there_once(2)


@both_databases
async def test_a_penalty_waits_for_another_officer_and_its_end_is_told_later(system: System) -> None:
    rows = [a_row(item=PENALTY), a_row(NEIGHBOUR, PENALTY)]
    batch = await system.pushed(*rows, key="push-of-today")
    assert (batch["state"], states(batch)) == ("waiting", ["waiting", "waiting"])
    assert not await CreditRecord.exists()
    filed = await ImportBatch.get(id=batch["batch_id"])
    with pytest.raises(type(approval.same_officer())):
        await approval.approve(system.key.officer, filed.id)
    await approval.approve(await an_officer("sjj-second"), filed.id)
    await approval.post_approved(LEDGER, VAULT, filed.id)
    seen = await system.batch(batch["batch_id"])
    assert (seen["state"], states(seen)) == ("done", ["accepted", "accepted"])
    assert seen == await system.pushed(*rows, key="push-of-today")
    assert {each["record_id"] for each in seen["results"]} == {str(each.id) for each in await CreditRecord.all()}


async def test_refused_by_the_other_officer_nothing_is_filed_and_the_system_is_told(system: System) -> None:
    rows = [a_row(item=PENALTY), a_row(NEIGHBOUR)]
    batch = await system.pushed(*rows, key="push-of-today")
    await approval.refuse(await an_officer("sjj-second"), batch["batch_id"])
    seen = await system.pushed(*rows, key="push-of-today")
    assert (seen["state"], states(seen)) == ("refused", ["rejected", "accepted"])
    assert seen["results"][0]["faults"][0]["code"] == "refused"
    assert (await system.batch(batch["batch_id"]))["results"] == []


async def test_every_kind_of_end_stands_at_its_row(system: System) -> None:
    there, waits = a_row(), a_row(NEIGHBOUR, PENALTY)
    first = await system.pushed(there, waits)
    unreadable = a_row(COUSIN, document_date="2026-13-01", conduct_end="2026-01-01")
    batch = await system.pushed(
        there,
        there | {"summary": "别的内容。"},
        waits,
        unreadable,
        a_row(PUPIL, PENALTY, conduct_end="2026-08-14", document_date="2026-08-20", finality_date="2026-11-01"),
        fresh := a_row(COUSIN),
        fresh,
        a_row(CITIZEN) | {"name": "别的人"},
    )
    ends = ["duplicate", "conflict", "duplicate", "rejected", "rejected", "accepted", "duplicate", "rejected"]
    assert states(batch) == ends
    results = batch["results"]
    assert results[0]["record_id"] == first["results"][0]["record_id"]
    assert results[5]["record_id"] == results[6]["record_id"]
    codes = [[(each["field"], each["code"]) for each in row.get("faults", [])] for row in results]
    assert codes[3] == [("document_date", "date_impossible")]
    assert ("conduct_end", "conduct_under_eighteen") in codes[4]
    assert (codes[1], codes[7]) == ([("document_number", "conflict")], [("identity_number", "person_unknown")])
    counts = {"accepted": 1, "waiting": 0, "duplicates": 3, "conflicts": 1, "rejected": 3, "refused": 0}
    assert batch["counts"] == counts


async def test_nothing_is_filed_about_the_officer_who_answers_for_the_key(http: Any) -> None:
    own = await a_system(http, "sjj-own", own=CITIZEN)
    batch = await own.pushed(a_row(), a_row(NEIGHBOUR))
    assert states(batch) == ["rejected", "accepted"]
    assert batch["results"][0]["faults"][0]["code"] == "own_record"


@both_databases
async def test_sent_twice_it_is_one_batch_and_the_same_answer(system: System) -> None:
    rows = [a_row(), a_row(NEIGHBOUR, PENALTY), a_row(COUSIN) | {"name": "错的"}]
    first = await system.pushed(*rows, key="push-of-today")
    assert await system.pushed(*rows, key="push-of-today") == first
    assert await ImportBatch.all().count() == await AuditEvent.filter(action="import.push").count() == 1
    again = await system.pushed(*rows, key="push-again")
    assert states(again) == ["duplicate", "duplicate", "rejected"]
    await system.is_refused(409, "idempotency_key_reused", await system.push(rows[0], key="push-of-today"))


async def test_reasons_are_forgotten_after_a_week_and_that_is_said(system: System) -> None:
    rows = [a_row(), a_row(COUSIN) | {"name": "错的"}]
    await system.pushed(*rows, key="push-of-today")
    await ImportRow.all().delete()
    seen = await system.pushed(*rows, key="push-of-today")
    assert states(seen) == ["accepted", "rejected"]
    assert seen["results"][1]["faults"][0]["code"] == "forgotten"


@both_databases
@pytest.mark.parametrize("turns", [0, 5, 20, 60])
async def test_stopped_anywhere_and_sent_again_it_is_done(system: System, turns: int) -> None:
    crowd = people(12)
    await factories.register(*crowd)
    rows = [a_row(each) for each in crowd]
    cells = [PushedRow(each) for each in rows]
    staff = await staff_of(system.key.officer)

    async def push() -> pushing.Pushed:
        return await pushing.push(LEDGER, VAULT, staff, system.key, "push-of-today", cells)

    under_way = asyncio.create_task(push())
    while not await ImportBatch.exists():  # noqa: ASYNC110 (a row rings no bell)
        await asyncio.sleep(0)
    for _ in range(turns):
        await asyncio.sleep(0)
    under_way.cancel()
    await asyncio.gather(under_way, return_exceptions=True)
    stopped = await ImportBatch.get()
    filed = await CreditRecord.all().count()
    assert (stopped.state, stopped.rows_done, filed) in {("reading", 0, 0), ("done", 12, 12)}, "all of it, or nothing"
    assert (await system.batch(str(stopped.id)))["state"] == stopped.state
    seen = await system.pushed(*rows, key="push-of-today")
    assert (seen["state"], set(states(seen)), seen["counts"]["accepted"]) == ("done", {"accepted"}, 12)
    await everything_is_there_once(12)


@both_databases
async def test_two_at_once_make_one_batch(system: System) -> None:
    crowd = people(20)
    await factories.register(*crowd)
    rows = [a_row(each, PENALTY if place % 4 == 0 else factories.HONEST_SHOP) for place, each in enumerate(crowd)]
    await open_all()
    answers = await asyncio.gather(*(system.push(*rows, key="push-of-today") for _ in range(4)))
    told = {each.status_code for each in answers}
    assert told <= {200, 409}
    for each in answers:
        if each.status_code == 409:
            await system.is_refused(409, "push_under_way", each)
            assert each.headers["Retry-After"] == "2"
    seen = await system.pushed(*rows, key="push-of-today")
    assert (seen["counts"]["accepted"], seen["counts"]["waiting"]) == (15, 5)
    assert await ImportBatch.all().count() == await AuditEvent.filter(action="import.push").count() == 1
    await everything_is_there_once(15)


@both_databases
async def test_the_same_rows_under_two_names_at_once_come_once(system: System) -> None:
    crowd = people(20)
    await factories.register(*crowd)
    rows = [a_row(each, PENALTY) for each in crowd] + [a_row(each) for each in crowd]
    await open_all()
    batches = await asyncio.gather(system.pushed(*rows), system.pushed(*rows[::-1]))
    ends = sorted(states(batches[0]) + states(batches[1]))
    assert ends == ["accepted"] * 20 + ["duplicate"] * 40 + ["waiting"] * 20
    await everything_is_there_once(20)
