"""The desk of the administrators: accounts are added, changed and closed, and nobody shuts everybody out."""

import re
from uuid import UUID

import pytest

from backend import clock
from backend.staff.models import AuditEvent, StaffRole, StaffSession, StaffUser
from tests.console.conftest import Office, Officer
from tests.running_app import both_databases

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEW = {"name": "张未来", "username": "sjj-zhang", "department": "SJJ", "role": ["reviewer", "officer"]}


async def an_admin(office: Office) -> Officer:
    return await office.signed_in("sjj-admin", roles=["admin"], name="李主任")


def address_told(admin: Officer) -> str:
    found = re.search(r'id="address">http://[\d.:]+(/console/set-up/[\w-]+)<', admin.page)
    assert found is not None, admin.page
    return found[1]


@both_databases
async def test_a_new_colleague_is_added_and_her_link_is_told_once(office: Office) -> None:
    admin = await an_admin(office)
    assert (await admin.post("/people", NEW)).status_code == 200
    link = address_told(admin)
    assert "只显示这一次" in admin.page
    user = await StaffUser.get(username="sjj-zhang")
    assert set(await StaffRole.filter(staff_id=user.id).values_list("role", flat=True)) == {"reviewer", "officer"}
    assert (await office.stranger().get(link)).status_code == 200
    await admin.get("/people")
    assert "张未来" in admin.page
    assert "未设置" in admin.page
    assert link not in admin.page
    assert await AuditEvent.filter(action="staff.add", about=f"staff:{user.id}").count() == 1


@on_sqlite
@pytest.mark.parametrize(
    ("wrong", "says", "status"),
    [
        ({"username": "sjj-admin"}, "已经有人使用", 409),
        ({"username": "张"}, "小写字母", 422),
        ({"name": "张" * 51}, "1 至 50 个字", 422),
        ({"department": "XXX"}, "没有这个部门", 404),
        ({"role": "king"}, "没有这个角色", 422),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    office: Office, wrong: dict[str, str], says: str, status: int
) -> None:
    admin = await an_admin(office)
    assert (await admin.post("/people", NEW | wrong)).status_code == status
    assert says in admin.page
    assert f'value="{(NEW | wrong)["username"]}"' in admin.page
    assert ('value="reviewer" checked' in admin.page) == ("role" not in wrong)
    assert not await StaffUser.filter(username="sjj-zhang").exists()


@on_sqlite
async def test_roles_count_from_the_next_click(office: Office) -> None:
    admin, officer = await an_admin(office), await office.signed_in("sjj-wang", roles=["reviewer"])
    assert officer.user is not None
    assert (await officer.get("/audit")).status_code == 403
    answer = await admin.post(f"/people/{officer.user.id}/roles", {"role": ["auditor"]})
    await admin.follow(answer)
    assert "角色已保存" in admin.page
    assert (await officer.get("/audit")).status_code == 200


@on_sqlite
async def test_a_suspended_colleague_is_out_at_once_and_comes_back(office: Office) -> None:
    admin, officer = await an_admin(office), await office.signed_in("sjj-wang", roles=["reviewer"])
    assert officer.user is not None
    here = f"/people/{officer.user.id}"
    await admin.follow(await admin.post(f"{here}/suspend"))
    assert "已停用" in admin.page
    assert (await officer.get()).status_code == 303
    assert (await officer.enter()).status_code == 401
    assert (await admin.post(f"{here}/suspend")).status_code == 409
    assert (await admin.post(f"{here}/reset")).status_code == 409
    await admin.follow(await admin.post(f"{here}/reinstate"))
    assert "账号已恢复" in admin.page


@on_sqlite
async def test_a_lost_phone_is_reset_by_a_new_link(office: Office) -> None:
    admin, officer = await an_admin(office), await office.signed_in("sjj-wang", roles=["reviewer"])
    assert officer.user is not None
    assert (await admin.post(f"/people/{officer.user.id}/reset")).status_code == 200
    first = address_told(admin)
    assert (await officer.get()).status_code == 303
    assert (await officer.enter()).status_code == 401
    await admin.post(f"/people/{officer.user.id}/reset")
    assert (await office.stranger().get(first)).status_code == 404
    assert (await office.stranger().get(address_told(admin))).status_code == 200


@on_sqlite
async def test_nobody_closes_or_raises_herself(office: Office) -> None:
    admin = await an_admin(office)
    assert admin.user is not None
    for deed in ("suspend", "reset", "roles"):
        answer = await admin.post(f"/people/{admin.user.id}/{deed}", {"role": ["admin", "auditor"]})
        assert answer.status_code == 403, deed
        assert "不能对自己的账号这样做" in admin.page
    assert await StaffSession.all().count() == 1
    await admin.get(f"/people/{admin.user.id}")
    assert "<fieldset disabled>" in admin.page
    assert "/suspend" not in admin.page


@on_sqlite
async def test_a_colleague_on_leave_is_marked_and_comes_back(office: Office) -> None:
    admin, officer = await an_admin(office), await office.signed_in("sjj-wang")
    assert officer.user is not None
    here = f"/people/{officer.user.id}"
    for wrong in ("2020-01-01", "tomorrow", ""):
        assert (await admin.post(f"{here}/away", {"deed": "away", "until": wrong})).status_code == 422
    today = clock.today()
    await admin.follow(await admin.post(f"{here}/away", {"deed": "away", "until": today.isoformat()}))
    assert f"请假到 {today.month}月{today.day}日" in admin.page
    await admin.follow(await admin.post(f"{here}/away", {"deed": "back"}))
    assert "在用" in admin.page


@on_sqlite
async def test_she_says_herself_that_she_is_on_leave(office: Office) -> None:
    officer = await office.signed_in("sjj-wang", roles=["reviewer"])
    today = clock.today().isoformat()
    assert (await officer.post("/account/away", {"deed": "away", "until": "2020-01-01"})).status_code == 422
    assert 'value="2020-01-01"' in officer.page
    await officer.follow(await officer.post("/account/away", {"deed": "away", "until": today}))
    assert "请假已登记" in officer.page
    await officer.follow(await officer.post("/account/away", {"deed": "back"}))
    assert (await StaffUser.get(username="sjj-wang")).away_until is None


@on_sqlite
async def test_nothing_about_citizens_stands_in_the_list(office: Office) -> None:
    admin, officer = await an_admin(office), await office.signed_in("sjj-wang")
    assert officer.user is not None
    row = await StaffUser.get(id=officer.user.id)
    for page in ("/people", f"/people/{row.id}"):
        await admin.get(page)
        assert row.own_number_digest is not None
        assert row.own_number_digest not in admin.page
        assert not re.search(r"\d{17}[\dX]|积分", admin.page)
    assert isinstance(row.id, UUID)
