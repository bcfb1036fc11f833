"""What a system may send wrongly: shapes, sizes, and people's data, which no answer and no log repeats."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.department_api.body import read_amendment, read_push, read_withdrawal
from backend.department_api.records import MOST_BYTES
from backend.errors import Invalid
from backend.records import approval
from backend.records.columns import TITLES, FiledRow
from backend.records.measures import MEASURES, reveal
from backend.records.models import CreditRecord, Department, ImportBatch
from backend.records.pushed_rows import PushedRow, read_rows
from backend.staff.models import DepartmentKey
from tests.answers import faults
from tests.department_api.systems import System, a_row, a_system, an_officer, states
from tests.factories import CITIZEN, COUSIN, LEDGER, NEIGHBOUR, PENALTY, VAULT
from tests.records.county import MARKET
from tests.running_app import both_databases

NOTHING = "01989c1e-5f2a-7c3b-9a4d-0f6b2f1c7a10"
WORDS = st.sampled_from([*TITLES, "rows", "content", "version", "reason", "words", "code", "until"]) | st.text(
    max_size=5
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=15,
)
CODE = next(iter(MEASURES))
MEASURE = {"code": CODE, "authority": "县市场监管局", "until": "2029-05-06", "way_out": "改正后解除。"}


async def send(system: System, body: Any) -> httpx.Response:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await system.send("POST", "/records", raw, headers={"Idempotency-Key": "push-of-today"})


async def test_what_is_no_json_object_is_said_to_be_unreadable(system: System) -> None:
    for body in (b"", b"{", b"[]", b"\xff" * 100, b'"rows"', b"[" * 50_000, b'{"rows": "\\ud800"}'):
        await system.is_refused(422, "unreadable_body", await send(system, body))


NEEDED = ("item_code", "document_number", "document_date", "conduct_end", "summary", "identity_number")
WRONG: list[tuple[Any, dict[str, str]]] = [
    ({}, {"rows": "required"}),
    ({"rows": []}, {"rows": "too_short"}),
    ({"rows": [a_row()] * 1001}, {"rows": "too_many"}),
    ({"rows": [1]}, {"rows[0]": "wrong_type"}),
    ({"rows": [a_row()], "dry_run": True}, {"dry_run": "unknown_field"}),
    ({"rows": [a_row(), a_row() | {"phone": "13800000001"}]}, {"rows[1].phone": "unknown_field"}),
    (
        {"rows": [a_row() | {"name": 7, "summary": "长" * 2001}]},
        {"rows[0].name": "wrong_type", "rows[0].summary": "too_long"},
    ),
    ({"rows": [a_row() | {"quantity": True}]}, {"rows[0].quantity": "wrong_type"}),
    ({"rows": [a_row() | {"quantity": -1}]}, {"rows[0].quantity": "too_small"}),
    ({"rows": [a_row() | {"measures": "QG-01"}]}, {"rows[0].measures": "wrong_type"}),
    (
        {"rows": [a_row() | {"measures": [MEASURE | {"authority": "县局｜2029"}]}]},
        {"rows[0].measures[0].authority": "wrong_format"},
    ),
    ({"rows": [{"name": "鲁小明"}]}, {f"rows[0].{each}": "required" for each in NEEDED}),
]


async def test_every_wrong_field_is_named(system: System) -> None:
    for body, wrong in WRONG:
        assert faults(await send(system, body)) == wrong
    assert not await ImportBatch.exists()


async def test_of_very_many_wrong_fields_a_hundred_are_named(system: System) -> None:
    assert len(faults(await send(system, {"rows": [{}] * 1000}))) == 100


async def test_a_body_over_two_megabytes_is_refused_unread(system: System) -> None:
    problem = await system.is_refused(413, "too_large", await send(system, b"x" * (MOST_BYTES + 1)))
    assert "2 MB" in problem["detail"]
    large = {"rows": [a_row() | {"summary": "好" * 480} for _ in range(1000)]}
    assert len(json.dumps(large, ensure_ascii=False).encode()) > 1_500_000
    answer = await send(system, json.dumps(large, ensure_ascii=False).encode())
    assert answer.status_code == 200
    assert answer.json()["counts"]["accepted"] == 1000


async def test_a_body_in_chunks_is_counted_as_it_comes(system: System) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MOST_BYTES // 65536 + 2):
            yield b"x" * 65536

    answer = await system.send("POST", "/records", chunks(), signed_body=b"", headers={"Idempotency-Key": "push-1234"})
    await system.is_refused(413, "too_large", answer)
    small = json.dumps({"reason": "x" * 70_000}).encode()
    answer = await system.send("POST", f"/records/{NOTHING}/withdraw", small)
    await system.is_refused(413, "too_large", answer)


async def test_no_route_takes_arguments(system: System) -> None:
    assert faults(await system.push(a_row(), query="?dry_run=1")) == {"dry_run": "unknown_field"}
    answer = await system.send("GET", f"/batches/{NOTHING}", query="?all=1&all=2")
    assert faults(answer) == {"all": "given_twice"}
    assert not await ImportBatch.exists()


@both_databases
async def test_odd_characters_harm_nothing(system: System) -> None:
    odd = ["\x00", "鲁\x00小明", "\u202e", "=1+1", "＝cmd", "\U0001f600", " ", "\n", "𠮷" * 100, "%s' OR 1=1 --"]
    cells = ("name", "identity_number", "item_code", "document_number", "document_date", "summary", "occupation")
    rows = [a_row() | {cell: text[:20]} for cell in cells for text in odd]
    batch = await system.pushed(*rows)
    assert len(batch["results"]) == len(rows)
    assert (await system.batch(batch["batch_id"]))["counts"] == batch["counts"]


@given(raw=st.binary(max_size=200) | ANY_JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_sent_is_read_or_refused(raw: bytes) -> None:
    for read in (read_push, read_amendment, read_withdrawal):
        with suppress(Invalid):
            read(raw)


@given(cells=st.dictionaries(st.sampled_from(sorted(TITLES)), st.text(max_size=60)))
def test_whatever_stands_in_a_row_becomes_a_row_or_its_faults(cells: dict[str, str]) -> None:
    (row,) = read_rows([PushedRow(cells)], date(2026, 11, 23))
    assert isinstance(row, FiledRow) or row.faults


async def test_a_push_has_a_name(system: System) -> None:
    for key in (None, "", "short", "x" * 65, "with a blank"):
        answer = await system.push(a_row(), headers={"Idempotency-Key": key})
        await system.is_refused(422, "idempotency_key_needed", answer)


async def test_measures_come_as_a_list_and_stand_on_the_record(system: System) -> None:
    bad = MEASURE | {"code": "QG-99"}
    batch = await system.pushed(
        a_row(item=PENALTY, measures=[MEASURE]),
        a_row(NEIGHBOUR, PENALTY, measures=[bad]),
        a_row(NEIGHBOUR, measures=[MEASURE]),
    )
    assert states(batch) == ["waiting", "rejected", "rejected"]
    assert batch["results"][1]["faults"][0]["code"] == "measure_unknown"
    await approval.approve(await an_officer("sjj-second"), batch["batch_id"])
    await approval.post_approved(LEDGER, VAULT, batch["batch_id"])
    record = await CreditRecord.get()
    assert [(each.code, each.way_out) for each in reveal(VAULT, record.measures_hidden)] == [(CODE, "改正后解除。")]


async def test_the_words_of_a_measure_are_never_read_as_another_one(system: System) -> None:
    """In a cell, a code and a bar would begin the next measure."""
    odd = MEASURE | {"authority": "县人民法院 A2", "way_out": "履行；QG-01"}
    past, blank = MEASURE | {"until": "2020-01-01"}, MEASURE | {"authority": "  "}
    people = (CITIZEN, NEIGHBOUR, COUSIN)
    rows = [a_row(each, PENALTY, measures=[said]) for each, said in zip(people, (odd, past, blank), strict=True)]
    batch = await system.pushed(*rows, a_row(COUSIN, PENALTY, measures=[MEASURE | {"until": "soon"}]))
    assert states(batch) == ["waiting", "rejected", "rejected", "rejected"]
    told = [[(each["field"], each["code"]) for each in row.get("faults", [])] for row in batch["results"]]
    codes = ("measure_until_past", "measure_format", "date_format")
    assert told == [[], *([("measures", code)] for code in codes)]
    await approval.approve(await an_officer("sjj-second"), batch["batch_id"])
    await approval.post_approved(LEDGER, VAULT, batch["batch_id"])
    (measure,) = reveal(VAULT, (await CreditRecord.get()).measures_hidden)
    assert (measure.authority, measure.way_out) == ("县人民法院 A2", "履行；QG-01")


async def test_another_departments_batch_and_a_file_are_not_there(system: System) -> None:
    batch = await system.pushed(a_row())
    office = await Department.get(code=MARKET)
    await Department.create(code="MZJ", name="县民政局", office="一楼", phone="0375-1", from_day=office.from_day)
    others = await a_system(system.http, "mzj-li", "MZJ")
    for batch_id in (batch["batch_id"], str((await DepartmentKey.first()).id)):
        answer = await others.send("GET", f"/batches/{batch_id}")
        await system.is_refused(404, "batch_not_found", answer)
    await ImportBatch.filter(id=batch["batch_id"]).update(key_id=None)
    await system.is_refused(404, "batch_not_found", await system.send("GET", f"/batches/{batch['batch_id']}"))
    refused_row = (await others.pushed(a_row(NEIGHBOUR)))["results"][0]
    assert refused_row["faults"][0]["code"] == "department_not_allowed"


async def test_nobody_is_named_in_any_answer_or_log(system: System, caplog: pytest.LogCaptureFixture) -> None:
    said = "在街上卖掺假的油"
    rows = [
        a_row(summary=said),
        a_row(summary=said, document_number=f"鲁罚{CITIZEN.number}号"),
        a_row(NEIGHBOUR, PENALTY, summary=said) | {"name": CITIZEN.name},
        a_row(NEIGHBOUR, PENALTY, summary=said),
    ]
    with caplog.at_level(logging.DEBUG):
        answers = [await system.push(*rows, key="push-of-today") for _ in range(2)]
        answers.append(await system.push({**rows[0], "quantity": said, CITIZEN.number: 1}))
        answers.append(await system.send("GET", f"/batches/{answers[0].json()['batch_id']}"))
    planted = [CITIZEN.name, CITIZEN.number, NEIGHBOUR.name, NEIGHBOUR.number, said, system.secret]
    told = "".join(each.text for each in answers) + caplog.text
    assert [each for each in planted if each in told] == []


async def test_the_name_of_an_unknown_field_may_be_somebodys(system: System) -> None:
    for name, shown in ((CITIZEN.number, "?"), (CITIZEN.name, "?"), ("13800000001", "?"), ("phone", "phone")):
        assert faults(await send(system, {"rows": [a_row() | {name: 1}]})) == {f"rows[0].{shown}": "unknown_field"}
        assert faults(await send(system, {"rows": [a_row()], name: 1})) == {shown: "unknown_field"}
        assert faults(await system.push(a_row(), query=f"?{quote(name)}=1")) == {shown: "unknown_field"}
