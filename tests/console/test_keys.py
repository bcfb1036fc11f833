"""The desk of departments' keys: a secret is told once, a key changes hands or ends, and wrong input keeps its form."""

import re

import pytest

from backend.staff import department_keys
from backend.staff.models import DepartmentKey, StaffUser
from tests.console.conftest import Office, Officer
from tests.running_app import both_databases

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEW = {"department": "SJJ", "officer": "sjj-wang", "name": "行政执法办案系统", "months": "12"}


async def an_admin(office: Office) -> Officer:
    await office.set_up("sjj-wang", roles=["officer"], name="王报送")
    return await office.signed_in("sjj-admin", roles=["admin"], name="李主任")


async def issued(admin: Officer) -> DepartmentKey:
    assert (await admin.post("/keys", NEW)).status_code == 200
    return await department_keys.key_of((await DepartmentKey.get()).id)


@both_databases
async def test_a_key_is_issued_and_its_secret_told_once(office: Office) -> None:
    admin = await an_admin(office)
    await admin.get("/keys")
    assert "还没有发放过密钥" in admin.page
    key = await issued(admin)
    secret = re.search(r'id="secret">([\w-]{43})<', admin.page)
    assert secret is not None
    assert key.public_id in admin.page
    assert "只显示这一次" in admin.page
    for page in ("/keys", f"/keys/{key.id}"):
        answer = await admin.get(page)
        assert secret[1] not in admin.page
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "王报送" in admin.page
        assert "在用" in admin.page


@on_sqlite
@pytest.mark.parametrize(
    ("wrong", "says", "status"),
    [
        ({"officer": "sjj-admin"}, "在用、已完成设置的报送员账号", 422),
        ({"officer": "nobody"}, "在用、已完成设置的报送员账号", 422),
        ({"name": "系" * 61}, "1 至 60 个字", 422),
        ({"months": "25"}, "1 至 24 个月", 422),
        ({"months": "many"}, "1 至 24 个月", 422),
        ({"department": "XXX"}, "没有这个部门", 404),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    office: Office, wrong: dict[str, str], says: str, status: int
) -> None:
    admin = await an_admin(office)
    assert (await admin.post("/keys", NEW | wrong)).status_code == status
    assert says in admin.page
    assert f'value="{(NEW | wrong)["officer"]}"' in admin.page
    assert not await DepartmentKey.exists()


@on_sqlite
async def test_a_key_without_its_officer_is_marked_and_handed_over(office: Office) -> None:
    admin = await an_admin(office)
    key = await issued(admin)
    await office.set_up("sjj-zhang", roles=["officer"], name="张报送")
    await StaffUser.filter(username="sjj-wang").update(active=False)
    await admin.get("/keys")
    assert "等待更换负责人" in admin.page
    assert (await admin.post(f"/keys/{key.id}/hand-over", {"officer": "nobody"})).status_code == 422
    assert 'value="nobody"' in admin.page
    assert (await admin.post(f"/keys/{key.id}/hand-over", {"officer": "sjj-zhang"})).status_code == 200
    assert "负责人已换成张报送" in admin.page
    secret = re.search(r'id="secret">([\w-]{43})<', admin.page)
    assert secret is not None
    await admin.get("/keys")
    assert "张报送" in admin.page
    assert secret[1] not in admin.page
    assert (await admin.post(f"/keys/{key.id}/hand-over", {"officer": "sjj-zhang"})).status_code == 409


@on_sqlite
async def test_an_administrator_who_is_an_officer_there_is_told_to_ask_another(office: Office) -> None:
    await office.set_up("sjj-wang", roles=["officer"], name="王报送")
    both = await office.signed_in("sjj-both", roles=["admin", "officer"], name="李主任")
    await both.get("/keys")
    assert (await both.post("/keys", NEW)).status_code == 403
    assert "请由另一位系统管理员办理" in both.page
    assert f'value="{NEW["name"]}"' in both.page
    assert not await DepartmentKey.exists()


@on_sqlite
async def test_a_key_is_ended_once_and_offers_nothing_more(office: Office) -> None:
    admin = await an_admin(office)
    key = await issued(admin)
    await admin.follow(await admin.post(f"/keys/{key.id}/revoke"))
    assert "立即生效" in admin.page
    assert "已停用" in admin.page
    assert (await admin.post(f"/keys/{key.id}/revoke")).status_code == 409
    await admin.get(f"/keys/{key.id}")
    assert "/revoke" not in admin.page
    assert "/hand-over" not in admin.page


@on_sqlite
async def test_an_unknown_key_is_nowhere(office: Office) -> None:
    admin = await an_admin(office)
    nothing = "01989c1e-5f2a-7c3b-9a4d-0f6b2f1c7a10"
    assert (await admin.get(f"/keys/{nothing}")).status_code == 404
    assert (await admin.post(f"/keys/{nothing}/revoke")).status_code == 404
    assert (await admin.post(f"/keys/{nothing}/hand-over", {"officer": "sjj-wang"})).status_code == 404
