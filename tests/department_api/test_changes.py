"""A department's system amends and withdraws its own records: the desk's rules, its answers, and nobody else's."""

from typing import Any

import pytest

from backend.points.score import score_of
from backend.records import approval, correction_restoring, corrections
from backend.records.models import CreditRecord, RecordChange
from backend.staff.models import Department
from tests import factories
from tests.answers import faults
from tests.department_api.systems import System, a_row, a_system, an_officer
from tests.factories import CITIZEN, HONEST_SHOP, LEDGER, NEIGHBOUR, PENALTY, VAULT, VOLUNTEER_HOURS
from tests.records.county import MARKET
from tests.running_app import both_databases

NOTHING = "01989c1e-5f2a-7c3b-9a4d-0f6b2f1c7a10"
WHY = {"reason": "written_wrong", "words": "报送时写错了。"}


def content(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What a pushed row says of its record, changed."""
    return {key: value for key, value in row.items() if key not in {"name", "identity_number"}} | changes


async def filed(system: System, row: dict[str, Any]) -> CreditRecord:
    """The record that a pushed row becomes, approved where it has to be."""
    batch = await system.pushed(row)
    if batch["state"] == "waiting":
        await approval.approve(await an_officer("sjj-second"), batch["batch_id"])
        await approval.post_approved(LEDGER, VAULT, batch["batch_id"])
    return await CreditRecord.get(document_number=row["document_number"])


@both_databases
async def test_good_news_is_amended_at_once_and_points_follow(system: System) -> None:
    _, citizen = await factories.enrolled_citizen()
    await factories.register()
    row = a_row(item=VOLUNTEER_HOURS, quantity=6)
    record = await filed(system, row)
    amended = {"version": 1, "content": content(row, quantity=9.5), **WHY}
    answer = await system.change("amend", record.id, **amended)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["record_id"], shown["kind"], shown["state"]) == (str(record.id), "amend", "done")
    assert (await score_of(LEDGER, citizen)).points == 1009
    assert (await system.change("amend", record.id, **amended)).json() == shown, (
        "the answer was lost, and it asks again"
    )
    change = await RecordChange.get()
    assert (change.key_id, change.officer_id) == (system.key.id, system.key.officer_id)


async def test_a_withdrawal_that_comes_late_again_does_not_undo_what_two_officers_restored(system: System) -> None:
    record = await filed(system, a_row())
    said = {"version": 1, "reason": "filed_twice"}
    first = (await system.change("withdraw", record.id, **said)).json()
    user, second = system.key.officer, await an_officer("sjj-second")
    back = await correction_restoring.restore(LEDGER, VAULT, user, record.id, "withdrawn_by_mistake", "")
    await corrections.approve_change(LEDGER, VAULT, second, back.id)
    assert (await system.change("withdraw", record.id, **said)).json() == first
    assert (await CreditRecord.get(id=record.id)).state == "live"
    await system.is_refused(409, "record_changed", await system.change("withdraw", record.id, **said | {"version": 3}))


@both_databases
async def test_a_penalty_is_amended_by_two_and_withdrawn_by_one(system: System) -> None:
    row = a_row(item=PENALTY)
    record = await filed(system, row)
    answer = await system.change("amend", record.id, version=1, content=content(row, summary="改过的内容。"), **WHY)
    assert answer.json()["state"] == "waiting"
    change_id = answer.json()["change_id"]
    with pytest.raises(Exception, match="same_officer"):
        await corrections.approve_change(LEDGER, VAULT, system.key.officer, change_id)
    other = {"version": 1, "content": content(row, summary="又改。"), **WHY}
    await system.is_refused(409, "change_waiting", await system.change("amend", record.id, **other))
    answers = [await system.change("withdraw", record.id, version=1, reason="document_revoked") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert (answers[0].json()["kind"], answers[0].json()["state"]) == ("withdraw", "done")
    assert (await RecordChange.get(id=change_id)).state == "overtaken"
    assert (await CreditRecord.get(id=record.id)).state == "withdrawn"
    await system.is_refused(409, "record_withdrawn", await system.change("amend", record.id, **other))


async def test_what_another_version_says_is_not_overwritten(system: System) -> None:
    row = a_row()
    record = await filed(system, row)
    for version, code, status in ((2, "record_changed", 409), (1, "nothing_changed", 422)):
        says = content(row) if version == 1 else content(row, summary="改过的内容。")
        answer = await system.change("amend", record.id, version=version, content=says, **WHY)
        await system.is_refused(status, code, answer)


async def test_every_fault_of_the_new_content_stands_at_its_field(system: System) -> None:
    row = a_row(item=PENALTY)
    record = await filed(system, row)
    measure = {"code": "QG-99", "authority": "县局", "until": "soon", "way_out": "改正后解除。"}
    wrong = content(row, document_date="2026-13-01", summary="长" * 501, measures=[measure])
    answer = await system.change("amend", record.id, version=1, content=wrong, **WHY)
    assert faults(answer) == {
        "content.document_date": "date_impossible",
        "content.summary": "too_long",
        "content.measures[0].until": "date_format",
    }
    shape = content(row, name="鲁小明", summary=None)
    answer = await system.change("amend", record.id, version=1, content=shape, **WHY)
    assert faults(answer) == {"content.name": "unknown_field", "content.summary": "wrong_type"}
    not_final = content(row, finality_date="2099-01-01")
    answer = await system.change("amend", record.id, version=1, content=not_final, **WHY)
    problem = await system.is_refused(422, "record_invalid", answer)
    assert [(each["field"], each["code"]) for each in problem["errors"]] == [("finality_date", "not_final")]
    far = content(row, document_date="9999-12-31", finality_date="9999-12-31")
    answer = await system.change("amend", record.id, version=1, content=far, **WHY)
    problem = await system.is_refused(422, "record_invalid", answer)
    assert ("document_date", "document_date_future") in {(each["field"], each["code"]) for each in problem["errors"]}


async def test_a_reason_is_of_the_list_and_words_name_nobody(system: System) -> None:
    record = await filed(system, a_row())
    for said, code in (
        ({"reason": "because"}, "reason_unknown"),
        ({"reason": "other", "words": "错"}, "words_needed"),
        ({"reason": "other", "words": "长" * 201}, "words_too_long"),
        ({"reason": "other", "words": f"是{NEIGHBOUR.number}的"}, "number_inside"),
    ):
        await system.is_refused(422, code, await system.change("withdraw", record.id, version=1, **said))
    assert faults(await system.change("withdraw", record.id, version=1, words="x")) == {"reason": "required"}
    assert faults(await system.change("withdraw", record.id, reason="filed_twice")) == {"version": "required"}
    assert (await CreditRecord.get(id=record.id)).state == "live"


async def test_other_departments_records_and_none_at_all_are_alike(system: System) -> None:
    row = a_row()
    record = await filed(system, row)
    office = await Department.get(code=MARKET)
    await Department.create(code="MZJ", name="县民政局", office="一楼", phone="0375-1", from_day=office.from_day)
    others = await a_system(system.http, "mzj-li", "MZJ")
    for record_id in (record.id, NOTHING):
        answers = [
            await others.change("withdraw", record_id, version=1, reason="filed_twice"),
            await others.change("amend", record_id, version=1, content=content(row, summary="改。"), **WHY),
        ]
        for answer in answers:
            await system.is_refused(404, "record_not_found", answer)
    answer = await others.send("POST", "/records/7/withdraw", b'{"version": 1, "reason": "filed_twice"}')
    assert answer.status_code == 404


async def test_nobody_changes_what_is_about_herself(system: System) -> None:
    record = await filed(system, a_row())
    own = await a_system(system.http, "sjj-own", own=CITIZEN)
    await system.is_refused(403, "own_record", await own.change("withdraw", record.id, version=1, reason="filed_twice"))
    assert await CreditRecord.filter(state="live", item_code=HONEST_SHOP).count() == 1
