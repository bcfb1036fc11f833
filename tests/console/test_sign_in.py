"""Signing in at the console: who proves three things gets in, and nobody learns which part was wrong."""

import asyncio

import pytest

from backend.staff.models import StaffSession
from tests.console.conftest import PASSWORD, Office
from tests.running_app import CountyClock, both_databases

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@both_databases
async def test_an_officer_signs_in_and_out(office: Office) -> None:
    officer = await office.set_up("sjj-wang", roles=["reviewer"])
    answer = await officer.enter()
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    await officer.follow(answer)
    assert "王办事，您好" in officer.page
    assert "审核本部门的证明材料" in officer.page
    assert (await officer.get("/sign-in")).headers["location"] == "/console"
    left = await officer.post("/sign-out")
    await officer.follow(left)
    assert "已退出" in officer.page
    assert (await officer.get()).headers["location"] == "/console/sign-in?next=/console"


@on_sqlite
async def test_whatever_is_wrong_she_reads_the_same_and_keeps_her_name(office: Office) -> None:
    officer = await office.set_up("sjj-wang", roles=["reviewer"])
    pages = []
    for wrong in ({"password": "青山 绿水 白云"}, {"code": "000000"}, {"username": "sjj-nobody"}, {"password": ""}):
        answer = await officer.enter(**wrong)
        assert answer.status_code == 401
        assert f'value="{wrong.get("username", "sjj-wang")}"' in officer.page
        assert PASSWORD not in officer.page
        pages.append(officer.page.replace("sjj-nobody", "sjj-wang"))
    assert len({page.split('name="csrf"')[0] for page in pages}) == 1
    assert "账号、密码或动态验证码不对" in pages[0]
    assert (await officer.enter()).status_code == 303


@on_sqlite
async def test_a_locked_account_says_how_long_and_whom_to_ask(office: Office) -> None:
    officer = await office.set_up("sjj-wang")
    for _ in range(5):
        await officer.enter(code="000000")
    answer = await officer.enter()
    assert answer.status_code == 429
    assert "分钟后再试" in officer.page
    assert "系统管理员重置账号" in officer.page
    assert await StaffSession.all().count() == 0


@on_sqlite
@pytest.mark.usefixtures("one_window")
async def test_one_address_may_not_knock_for_ever(office: Office) -> None:
    stranger = office.stranger()
    answers = [
        await stranger.post("/sign-in", {"username": f"sjj-{number}", "password": "x", "code": "000000"})
        for number in range(31)
    ]
    assert [answer.status_code for answer in answers] == [401] * 30 + [429]
    assert "太频繁" in stranger.page


@on_sqlite
async def test_after_signing_in_she_is_where_she_wanted_to_be(office: Office) -> None:
    admin = await office.set_up("sjj-admin", roles=["admin"])
    sent = await admin.get("/people?department=SJJ")
    await admin.follow(sent)
    assert 'name="next" value="/console/people?department=SJJ"' in admin.page
    answer = await admin.enter(next="/console/people?department=SJJ")
    assert answer.headers["location"] == "/console/people?department=SJJ"


@on_sqlite
@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/demo/points", "/consolex"],
)
async def test_nobody_can_send_her_elsewhere_after_signing_in(office: Office, elsewhere: str) -> None:
    officer = await office.set_up("sjj-wang")
    await officer.get("/sign-in", params={"next": elsewhere})
    assert 'name="next" value="/console"' in officer.page
    answer = await officer.enter(next=elsewhere)
    assert answer.headers["location"] == "/console"


@on_sqlite
async def test_a_session_that_idles_or_lasts_a_day_ends(office: Office) -> None:
    time = CountyClock()
    officer = await office.signed_in("sjj-wang")
    time.forward(minutes=29)
    assert (await officer.get()).status_code == 200
    time.forward(minutes=31)
    assert (await officer.get()).status_code == 303


@on_sqlite
async def test_a_code_opens_the_door_once_however_often_it_is_sent_at_once(office: Office) -> None:
    officer = await office.set_up("sjj-wang")
    await officer.get("/sign-in")
    answers = await asyncio.gather(*(officer.enter() for _ in range(3)))
    assert sorted(answer.status_code for answer in answers).count(303) == 1
    assert await StaffSession.all().count() == 1


@on_sqlite
async def test_signing_out_everywhere_ends_every_browser(office: Office) -> None:
    here = await office.signed_in("sjj-wang")
    assert here.user is not None
    there = await office.again(here)
    await here.follow(await here.post("/account/sign-out-everywhere"))
    assert "所有电脑" in here.page
    assert (await there.get()).status_code == 303
