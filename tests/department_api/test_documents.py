"""What departments are given: the description says what is so, and the example client runs as it stands."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.department_api.body import RowSent
from backend.department_api.records import routes
from backend.department_api.serving import LIMIT
from backend.department_api.signature import Claim, check, sign
from backend.errors import Unauthenticated
from backend.records.correction_reasons import AMEND, WITHDRAW
from backend.records.models import CreditRecord
from backend.settings import ROOT
from backend.staff import department_keys
from backend.staff.department_keys import MOST_MONTHS
from tests.department_api.contract import published
from tests.department_api.systems import System, a_row, states
from tests.factories import NEIGHBOUR, PENALTY

PAGE = (ROOT / "docs" / "department-api.md").read_text("utf-8")
CLIENT = ROOT / "docs" / "department_client.py"


def said(name: str) -> str:
    """A value of the worked example."""
    found = re.search(rf"^\| {name} \| `(.+)` \|$", PAGE, re.MULTILINE)
    assert found is not None, name
    return found[1]


def test_the_worked_example_is_signed_as_we_sign() -> None:
    method, target = said("请求").split()
    claim = Claim("0" * 32, said("时刻"), said("随机串"), said("签名"))
    key = department_keys.hash_secret(said("密钥"))
    body = said("正文").encode()
    assert sign(key, method, target.encode(), claim, body) == said("签名")
    check(key, method, target.encode(), claim, body)
    with pytest.raises(Unauthenticated):
        check(key, method, target.encode(), claim, body + b" ")


def test_the_description_names_every_column_reason_route_and_limit() -> None:
    columns = {each.name for each in msgspec.structs.fields(RowSent)}
    assert set(re.findall(r"^\| `(\w+)` \| (?:必填)? ?\|", PAGE, re.MULTILINE)) == columns
    reasons = PAGE.partition("| 更正 | 撤回 |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", reasons)) == {*AMEND, *WITHDRAW}
    for operation in routes.operations:
        assert f"`{operation.method} /api/department/v1{operation.path.replace(':uuid', '')}`" in PAGE
    assert f"每分钟最多 {LIMIT.partition('/')[0]} 次" in PAGE
    assert f"最多 {MOST_MONTHS} 个月" in PAGE
    codes = set(re.findall(r"(?:40\d|42\d) `(\w+)`", PAGE)) | {"not_signed", "clock_off", "replayed"}
    assert len(codes) > 5
    assert codes <= published()["components"]["examples"].keys()


async def run(system: System, *words: str | Path, secret: str | None = None) -> tuple[int, Any]:
    """The example client as a program; its exit code and what it printed."""
    environment = {
        "LUSHAN_URL": str(system.http.base_url),
        "LUSHAN_KEY": system.key.public_id,
        "LUSHAN_SECRET": secret or system.secret,
        "PYTHONUTF8": "1",
    }
    command = [sys.executable, "-I", str(CLIENT), *map(str, words)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=pipe, stderr=pipe)
    printed, errors = await process.communicate()
    assert printed, errors.decode()
    return process.returncode or 0, json.loads(printed)


async def test_the_example_client_does_a_departments_work(system: System, tmp_path: Path) -> None:
    row = a_row()
    rows, amendment = tmp_path / "rows.json", tmp_path / "amendment.json"
    rows.write_text(json.dumps({"rows": [row, a_row(NEIGHBOUR, PENALTY)]}), "utf-8")
    code, batch = await run(system, "push", rows)
    assert (code, states(batch)) == (0, ["accepted", "waiting"])
    assert await run(system, "push", rows) == (0, batch), "the same file is the same push"
    code, again = await run(system, "push", "--again", rows)
    assert (code, states(again)) == (0, ["duplicate", "duplicate"]), "on purpose it is another one"
    assert again["batch_id"] != batch["batch_id"]
    code, seen = await run(system, "batch", batch["batch_id"])
    assert (code, states(seen)) == (0, ["waiting"])
    record_id = batch["results"][0]["record_id"]
    content = {key: value for key, value in row.items() if key not in {"name", "identity_number"}}
    said = {"version": 1, "content": content | {"summary": "改过的内容。"}, "reason": "written_wrong"}
    amendment.write_text(json.dumps(said), "utf-8")
    assert (await run(system, "amend", record_id, amendment))[1]["state"] == "done"
    assert (await run(system, "withdraw", record_id, 2, "other", "重新核对后撤回。"))[1]["kind"] == "withdraw"
    assert (await CreditRecord.get(id=record_id)).state == "withdrawn"


async def test_refused_the_example_client_says_why(system: System) -> None:
    code, problem = await run(system, "batch", "01989c1e-5f2a-7c3b-9a4d-0f6b2f1c7a10", secret="forged")
    assert (code, problem["code"]) == (1, "not_signed")
