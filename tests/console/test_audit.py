"""The auditor's desk: who did what, found by day, person and deed; and a proof that nothing was altered."""

import ast
import re
from pathlib import Path

import pytest

import backend
from backend import clock
from backend.console import audit as audit_desk
from backend.database import transaction
from backend.staff import audit, sealing
from backend.staff.models import AuditEvent, DepartmentKey, StaffUser
from tests.console.conftest import Office, Officer
from tests.running_app import both_databases

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TAG = re.compile(r"<[^>]+>")
ROW = re.compile(r'data-label="行为">([^<]*)<')


async def an_auditor(office: Office) -> Officer:
    return await office.signed_in("sjj-audit", roles=["auditor"], name="周审计")


@both_databases
async def test_an_auditor_reads_who_did_what_and_that_is_in_the_log(office: Office) -> None:
    auditor = await an_auditor(office)
    admin = await office.signed_in("sjj-admin", roles=["admin"], name="李主任")
    assert auditor.user is not None
    await admin.post(f"/people/{auditor.user.id}/roles", {"role": ["auditor", "reviewer"]})
    assert (await auditor.get("/audit")).status_code == 200
    assert ROW.findall(auditor.page)[:2] == ["查看审计日志", "设定角色"]
    assert "李主任" in auditor.page
    assert "账号 sjj-audit" in auditor.page
    assert "审核员、审计员" in auditor.page
    assert "case_officer" not in auditor.page.split("<table")[1]


@on_sqlite
async def test_it_is_found_by_day_person_and_deed(office: Office) -> None:
    auditor = await an_auditor(office)
    await office.signed_in("sjj-wang")
    own = {"设置了密码和动态验证码"}
    for asked, found in (
        ({"action": "staff.add"}, {"添加工作人员账号"}),
        ({"person": "sjj-wang"}, own),
        ({"day": "2020-01-01"}, set()),
        (
            {"day": clock.today().isoformat(), "person": "sjj-wang", "action": "staff.set_up"},
            own,
        ),
    ):
        assert (await auditor.get("/audit", params=asked)).status_code == 200
        assert set(ROW.findall(auditor.page)) == found, asked
    assert await AuditEvent.filter(action="audit.read").count() == 4


@on_sqlite
@pytest.mark.parametrize(
    "asked",
    [
        *({"day": "yesterday"}, {"day": "2026-02-30"}, {"day": "9999-12-31"}, {"day": "0001-01-01"}),
        *({"action": "fly"}, {"person": "鲁小明"}, {"before": "1"}),
    ],
)
async def test_a_filter_that_names_nothing_is_said_and_logged_nowhere(office: Office, asked: dict[str, str]) -> None:
    auditor = await an_auditor(office)
    assert (await auditor.get("/audit", params=asked)).status_code == 422
    assert 'role="alert"' in auditor.page
    assert await AuditEvent.filter(action="audit.read").count() == 0


@on_sqlite
async def test_a_long_log_goes_by_pages_and_none_is_left_out(office: Office) -> None:
    auditor = await an_auditor(office)
    async with transaction():
        for number in range(120):
            await audit.record(auditor.user, "counter.code", number=str(number))
    seen, path = 0, "/audit?action=counter.code&person=sjj-audit"
    for rows in (50, 50, 20):
        await auditor.get(path)
        assert len(ROW.findall(auditor.page)) == rows
        seen += rows
        further = re.search(r'href="/console(/audit\?[^"]*before=[^"]+)"', auditor.page)
        path = further[1] if further else ""
    assert (seen, path) == (120, "")


@both_databases
async def test_what_was_altered_is_found_on_the_page(office: Office) -> None:
    auditor = await an_auditor(office)
    await auditor.post("/audit/verify")
    assert "还没有封存过" in auditor.page
    await sealing.seal()
    await auditor.post("/audit/verify")
    assert "全部对得上" in auditor.page
    victim = await AuditEvent.filter(action="staff.set_up").first()
    assert victim is not None
    await AuditEvent.filter(id=victim.id).update(action="staff.sign_out")
    await auditor.post("/audit/verify")
    assert "处对不上" in auditor.page
    assert await AuditEvent.filter(action="audit.verify").count() == 3


@on_sqlite
async def test_a_key_that_changed_hands_names_both_officers_in_new_lines_and_in_old_ones(office: Office) -> None:
    auditor = await an_auditor(office)
    admin = await office.signed_in("sjj-admin", roles=["admin"])
    for username in ("sjj-wang", "sjj-zhang"):
        await office.set_up(username, roles=["officer"])
    key = {"department": "SJJ", "officer": "sjj-wang", "name": "执法办案系统", "months": "12"}
    assert (await admin.post("/keys", key)).status_code == 200
    key_id = (await DepartmentKey.get()).id
    assert (await admin.post(f"/keys/{key_id}/hand-over", {"officer": "sjj-zhang"})).status_code == 200
    await auditor.get("/audit?action=key.issue")
    assert "负责人 sjj-wang" in TAG.sub("", auditor.page)
    await auditor.get("/audit?action=key.hand_over")
    assert "原来由 sjj-wang；改由 sjj-zhang" in TAG.sub("", auditor.page)
    ids = [str((await StaffUser.get(username=each)).id) for each in ("sjj-wang", "sjj-zhang")]
    async with transaction():
        await audit.record(admin.user, "key.hand_over", f"key:{key_id}", before=ids[0], after=ids[1])
    await auditor.get("/audit?action=key.hand_over")
    assert "原来 sjj-wang；改为 sjj-zhang" in TAG.sub("", auditor.page)
    assert "没有" not in auditor.page.split("<table")[1].split("</table>")[0]


def test_every_detail_that_is_recorded_has_a_name_for_an_auditor() -> None:
    """Read off the sources: the words of each `audit.record(…)`, but for those that are made up on the way."""
    recorded = set()
    for path in Path(backend.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                recorded |= {each.arg for each in node.keywords if each.arg is not None}
    assert len(recorded) > 9
    assert recorded <= audit_desk._DETAILS.keys()


@on_sqlite
async def test_an_administrator_does_not_read_the_log(office: Office) -> None:
    admin = await office.signed_in("sjj-admin", roles=["admin"])
    assert (await admin.get("/audit")).status_code == 403
    assert (await admin.post("/audit/verify")).status_code == 403
