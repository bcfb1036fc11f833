"""Pushed again after a change: withdrawn, amended, or in conflict, each row says what stands, today and next month."""

from datetime import timedelta
from typing import Any

from backend import clock
from backend.records import approval, corrections, import_rows
from backend.records.models import CreditRecord, ImportRow
from tests.department_api.systems import System, a_row, an_officer, states
from tests.department_api.test_changes import WHY, content, filed
from tests.factories import CITIZEN, LEDGER, NEIGHBOUR, PENALTY, VAULT
from tests.running_app import both_databases

KEY = "push-of-today"


def codes(batch: dict[str, Any]) -> list[list[str]]:
    return [[each["code"] for each in row.get("faults", [])] for row in batch["results"]]


async def a_week_later() -> None:
    """What was sent back is forgotten."""
    await ImportRow.all().update(created_at=clock.now() - timedelta(days=8))
    await import_rows.forget_old()


async def corrected(change_id: str) -> None:
    """The second officer's yes to an amendment."""
    await corrections.approve_change(LEDGER, VAULT, await an_officer("sjj-second"), change_id)


@both_databases
async def test_what_was_withdrawn_is_said_to_be_so_whoever_asks(system: System) -> None:
    row = a_row()
    first = await system.pushed(row, key=KEY)
    record_id = first["results"][0]["record_id"]
    assert (await system.change("withdraw", record_id, version=1, reason="filed_twice")).status_code == 200
    asked = await system.pushed(row, key=KEY)
    assert (states(asked), codes(asked)) == (["withdrawn"], [["record_withdrawn"]])
    assert asked["results"][0]["record_id"] == record_id
    again = await system.pushed(row, key="push-again")
    assert (states(again), codes(again)) == (["conflict"], [["record_withdrawn"]])
    assert again["results"][0]["record_id"] == record_id
    assert again["counts"]["conflicts"] == 1
    await a_week_later()
    assert await system.pushed(row, key="push-again") == again, "the reason stands, not the row that was kept"


@both_databases
async def test_what_was_amended_keeps_its_place_and_does_not_come_back(system: System) -> None:
    row = a_row(item=PENALTY)
    record = await filed(system, row)
    says = content(row, document_number="鲁市监罚〔2026〕改1号")
    change = (await system.change("amend", record.id, version=1, content=says, **WHY)).json()
    await corrected(change["change_id"])
    again = await system.pushed(row, key="push-again")
    assert (states(again), codes(again)) == (["conflict"], [["amended_since"]])
    assert again["results"][0]["record_id"] == str(record.id), "it points to the amended record"
    await a_week_later()
    assert await system.pushed(row, key="push-again") == again
    assert await CreditRecord.filter(state="live").count() == 1


async def test_the_push_that_filed_it_still_answers_with_its_record(system: System) -> None:
    row = a_row()
    first = await system.pushed(row, row, key=KEY)
    record_id = first["results"][0]["record_id"]
    for version, changes in ((1, {"summary": "改过的内容。"}), (2, {"document_number": "鲁市监〔2026〕改2号"})):
        says = content(row, **changes)
        answer = await system.change("amend", record_id, version=version, content=says, **WHY)
        assert answer.status_code == 200, answer.text
        asked = await system.pushed(row, row, key=KEY)
        assert states(asked) == ["accepted", "conflict"]
        assert {each["record_id"] for each in asked["results"]} == {record_id}


async def test_a_conflict_stays_one_after_its_reason_was_forgotten(system: System) -> None:
    row, fine = a_row(), a_row(NEIGHBOUR, PENALTY)
    rows = [each | {"summary": "完全不同的内容。"} for each in (row, fine)]
    await system.pushed(row, fine, key=KEY)
    conflict = await system.pushed(*rows, key="push-again")
    assert (states(conflict), codes(conflict)) == (["conflict"] * 2, [["conflict"]] * 2)
    await a_week_later()
    later = await system.pushed(*rows, key="push-again")
    assert (states(later), codes(later)) == (states(conflict), codes(conflict))
    assert states(await system.pushed(row, fine, key=KEY)) == ["accepted", "waiting"]


async def test_of_two_rows_under_one_key_the_one_that_was_filed_is_named_later_too(system: System) -> None:
    right = a_row()
    rows = [right | {"name": "别的人"}, right]
    assert states(await system.pushed(*rows, key=KEY)) == ["rejected", "accepted"]
    await a_week_later()
    later = await system.pushed(*rows, key=KEY)
    assert states(later) == ["conflict", "accepted"]


async def test_whether_somebody_lives_here_is_told_last(system: System) -> None:
    """Else rows that could never be filed would ask the register, and leave nothing behind."""
    stranger = a_row(CITIZEN, "NO-SUCH") | {"name": "鲁小花花"}
    batch = await system.pushed(stranger, a_row(CITIZEN, "NO-SUCH"), a_row() | {"name": "鲁小花花"})
    assert codes(batch) == [["unknown_item"], ["unknown_item"], ["person_unknown"]]


async def test_a_penalty_withdrawn_before_its_double_is_approved_is_told_so(system: System) -> None:
    fine = a_row(item=PENALTY)
    record = await filed(system, a_row(item=PENALTY))
    waits = await system.pushed(fine, key=KEY)
    says = content(fine)
    change = (await system.change("amend", record.id, version=1, content=says, **WHY)).json()
    await corrected(change["change_id"])
    await system.change("withdraw", record.id, version=2, reason="filed_twice")
    await approval.approve(await an_officer("sjj-second"), waits["batch_id"])
    await approval.post_approved(LEDGER, VAULT, waits["batch_id"])
    for seen in (await system.batch(waits["batch_id"]), await system.pushed(fine, key=KEY)):
        assert (states(seen), codes(seen)) == (["conflict"], [["record_withdrawn"]])
