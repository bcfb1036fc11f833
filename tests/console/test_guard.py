"""The guard and the frame of the console, whatever the desk is. Who gets in where: test_everybody_where_they_belong."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest

from backend.console.all_desks import DESKS, NAVIGATION
from backend.console.desk import Desk
from backend.console.visit import COOKIE, HOME
from backend.demo.wechat_stand_in import StandIn
from backend.settings import Settings
from backend.staff.models import AuditEvent, StaffSession, StaffUser
from tests.console.conftest import Office, Officer, open_office

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_route_that_names_no_real_permission_does_not_start() -> None:
    desk = Desk("made_up")
    with pytest.raises(TypeError, match="no permission is called fly"):
        desk.add("GET", "/made-up", permission="fly")
    with pytest.raises(TypeError, match="POST"):
        desk.add("DELETE", "/made-up", permission=None)


def test_each_way_leads_to_a_page_that_asks_for_the_same_permission() -> None:
    pages = {HOME + route.path: route for desk in DESKS for route in desk.routes if route.method == "GET"}
    assert [each for each in NAVIGATION if pages[each.path].permission != each.permission] == []


@on_sqlite
async def test_a_cookie_of_any_bytes_is_nobodys(office: Office) -> None:
    stranger = office.stranger()
    for odd in (
        b"",
        b"=",
        f"{COOKIE}={'x' * 4000}".encode(),
        f"{COOKIE}=鲁山; staff_guest=鲁山".encode(),
        f"{COOKIE}=\xff; staff_guest=\xff".encode("latin-1"),
    ):
        asked = {"Cookie": odd}
        assert (await stranger.get("/people", headers=asked)).status_code == 303
        assert (await stranger.get("/sign-in", headers=asked)).status_code == 200


@on_sqlite
async def test_the_ways_she_is_shown_are_those_that_are_open_to_her(office: Office) -> None:
    reviewer = await office.signed_in("sjj-wang", roles=["reviewer"])
    await reviewer.get()
    assert ways(reviewer) == {"/console", "/console/evidence", "/console/catalogue", "/console/account"}
    nobody = await office.signed_in("sjj-zhao")
    await nobody.get()
    assert ways(nobody) == {"/console", "/console/catalogue", "/console/account"}
    assert "还没有可用的权限" in nobody.page


def ways(officer: Officer) -> set[str]:
    return set(re.findall(r'<li><a href="([^"]+)"', officer.page))


@on_sqlite
async def test_a_form_with_a_colleagues_token_does_nothing(office: Office) -> None:
    admin = await office.signed_in("sjj-admin", roles=["admin"])
    other = await office.signed_in("sjj-second", roles=["admin"])
    assert other.user is not None
    events = await AuditEvent.all().count()
    stolen = await csrf_of(other)
    for forged in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "鲁山"}, {"csrf": stolen}):
        for path in ("/people", "/sign-out", "/account/sign-out-everywhere", f"/people/{other.user.id}/suspend"):
            answer = await admin.send("POST", path, data=forged)
            assert answer.status_code == 403, (forged, path)
            assert "没有生效" in admin.page
            assert "请刷新页面" in admin.page
    assert await AuditEvent.all().count() == events
    assert await StaffSession.all().count() == 2


@on_sqlite
async def test_a_form_from_another_site_does_nothing_even_with_the_token(office: Office) -> None:
    admin = await office.signed_in("sjj-admin", roles=["admin"])
    for site in ("cross-site", "same-site", "none"):
        answer = await admin.post("/sign-out", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403
    assert await StaffSession.all().count() == 1
    assert (await admin.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})).status_code == 303


@on_sqlite
async def test_the_sign_in_form_cannot_be_sent_for_somebody(office: Office) -> None:
    """Login CSRF: a neighbour's form must not sign her browser in as him."""
    officer = await office.set_up("sjj-wang")
    typed = {"username": "sjj-wang", "password": "青山 绿水 白云 石桥", "code": officer.code()}
    bare = await office.stranger().send("POST", "/sign-in", data=typed)
    assert bare.status_code == 403
    neighbour = office.stranger()
    token = await csrf_of(neighbour, "/sign-in")
    forged = await office.stranger().send("POST", "/sign-in", data=typed | {"csrf": token})
    assert forged.status_code == 403
    assert await StaffSession.all().count() == 0


@on_sqlite
async def test_a_refusal_of_a_part_of_a_page_leaves_what_was_typed(office: Office) -> None:
    admin = await office.signed_in("sjj-admin", roles=["admin"])
    assert admin.user is not None
    answer = await admin.post(f"/people/{admin.user.id}/suspend", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer.headers["hx-retarget"] == "#fault"
    assert answer.headers["hx-push-url"] == "false"
    assert "<html" not in admin.page
    assert "请由另一位系统管理员办理" in admin.page
    assert answer.headers["x-request-id"] in admin.page


@on_sqlite
async def test_a_part_of_a_page_leads_to_the_sign_in_page_and_back(office: Office) -> None:
    here = "https://lushan.example/console/people?day=1"
    asked = {"HX-Request": "true", "HX-Current-URL": here}
    answer = await office.stranger().send("POST", "/people", headers=asked)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/console/sign-in?next=/console/people%3Fday%3D1"


@on_sqlite
async def test_a_refused_page_names_the_request_and_the_way_back(office: Office) -> None:
    admin = await office.signed_in("sjj-admin", roles=["admin"])
    answer = await admin.get(f"/people/{uuid4()}")
    assert answer.status_code == 404
    assert answer.headers["x-request-id"] in admin.page
    assert 'href="/console"' in admin.page
    assert (await admin.get("/nowhere")).status_code == 404
    assert 'href="/console"' in admin.page
    assert (await admin.get("/people/nonsense")).status_code == 404


@on_sqlite
async def test_the_switch_of_text_sizes_leads_back_to_a_page_that_opens(office: Office) -> None:
    officer = await office.signed_in("sjj-wang")
    for answer in (await officer.get("/account?done=back"), await officer.post("/account/away", {"deed": "away"})):
        back = re.search(r'name="back" value="([^"]+)"', officer.page)
        assert back is not None, answer
        sent = await officer.browser.post("/text-size", data={"size": "large", "back": back[1]})
        assert (await officer.follow(sent)).status_code == 200
        assert '<html lang="zh-CN" class="large">' in officer.page


@on_sqlite
async def test_a_signed_out_browser_and_a_suspended_person_are_out_at_once(office: Office) -> None:
    officer = await office.signed_in("sjj-wang", roles=["reviewer"])
    assert (await officer.get()).status_code == 200
    await StaffUser.filter(username="sjj-wang").update(active=False)
    assert (await officer.get()).status_code == 303


@on_sqlite
async def test_pages_carry_the_policy_and_are_not_kept(office: Office) -> None:
    officer = await office.signed_in("sjj-wang", roles=["reviewer"])
    answer = await officer.get()
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "private, no-store"
    assert not re.search(r"<style|<script>|<script [^>]*>[^<]| style=| on\w+=", officer.page)


@on_sqlite
async def test_static_files_are_kept_by_their_content(office: Office) -> None:
    officer = office.stranger()
    await officer.get("/sign-in")
    for kept in re.findall(r'(?:href|src)="(/console/static/[^"]+)"', officer.page):
        answer = await officer.get(kept)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        again = await officer.get(kept, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert (await officer.get("/static/console.css")).headers["cache-control"] == "no-cache"
    for nothing in ("/static/guard.py", "/static/..%2Fguard.py", "/static/%2e%2e"):
        assert (await officer.get(nothing)).status_code == 404


@on_sqlite
async def test_cookies_are_for_the_console_alone(settings: Settings, wechat_stand_in: StandIn) -> None:
    """Outside demo mode they travel on https only; a server in demo mode has no certificate."""
    for demo in (True, False):
        own = {"field_keys": "1:" + "a1" * 16, "digest_key": "b2" * 32, "wechat_app_id": "wx1"}
        own |= {"wechat_push_token": "", "wechat_push_key": ""}
        here = settings if demo else replace(settings, demo=False, **own)
        async with open_office(here, wechat_stand_in) as office:
            answer = await office.stranger().get("/sign-in")
        cookie = answer.headers["set-cookie"]
        assert {"Path=/console", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
        assert ("Secure" in cookie.split("; ")) != demo


async def csrf_of(officer: Officer, path: str = "/account") -> str:
    if not officer.csrf:
        await officer.get(path)
    return officer.csrf
