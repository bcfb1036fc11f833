"""Every route × anonymous, a citizen, a department's staff in each role: who gets in is what the permissions say."""

import re
from uuid import uuid4

import pytest

from backend.console.all_desks import DESKS
from backend.console.desk import Route
from backend.console.visit import COOKIE, HOME
from backend.staff.permissions import PERMISSIONS, ROLES
from miniprogram_api.all_routes import ALL_ROUTES
from tests.console.conftest import Office, Officer

ROUTES = [route for desk in DESKS for route in desk.routes]
# What may be seen before signing in. A new line here is a decision.
PUBLIC = {("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/set-up/<token:str>"), ("POST", "/set-up/<token:str>")}
PICTURE = "/pictures/<token:str>"  # asks nothing but the link, which is made for one session
# Open to whoever is signed in, because they are about nobody but herself, or ask for a permission by what they show.
ANY_STAFF = {"", "/sign-out", "/account", "/account/away", "/account/sign-out-everywhere", PICTURE}
ANY_STAFF |= {"/catalogue", "/catalogue/versions/<version:str>", "/catalogue/changes"}  # as public as in the app
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def address_of(route: Route) -> str:
    """A path that names nothing."""
    return re.sub(r"<\w+(?::(\w+))?>", lambda each: "7" if each[1] == "int" else str(uuid4()), route.path)


async def knock(browser: Officer, route: Route) -> tuple[int, str]:
    """What a browser gets there: status, and where it is sent."""
    if route.method == "GET":
        answer = await browser.get(address_of(route))
    else:
        answer = await browser.post(address_of(route), {}, headers={"X-CSRF-Token": browser.csrf})
    return answer.status_code, answer.headers.get("location", "")


def test_the_public_ones_and_those_for_any_staff_are_listed() -> None:
    assert {(each.method, each.path) for each in ROUTES if each.public} == PUBLIC
    unguarded = {each.path for each in ROUTES if each.permission is None and not each.public}
    assert unguarded == ANY_STAFF


def test_every_permission_is_asked_for_somewhere_and_every_role_has_one() -> None:
    asked = {each.permission for each in ROUTES} - {None}
    assert asked == set(PERMISSIONS)
    roles = {role for each in PERMISSIONS.values() for role in each.roles}
    assert set(ROLES) == roles


@on_sqlite
async def test_who_is_not_signed_in_is_sent_to_the_door(office: Office) -> None:
    stranger = office.stranger()
    for route in ROUTES:
        if not route.public:
            status, location = await knock(stranger, route)
            assert (status, location.split("?")[0]) == (303, f"{HOME}/sign-in"), route.path


@on_sqlite
async def test_a_citizens_token_is_worth_nothing_on_the_console(office: Office) -> None:
    phone = await office.app.bound()
    assert phone.token is not None
    citizen = office.stranger()
    citizen.browser.headers["Authorization"] = f"Bearer {phone.token}"
    citizen.browser.cookies.set(COOKIE, phone.token)
    for route in ROUTES:
        if not route.public:
            assert (await knock(citizen, route))[0] == 303, route.path


@on_sqlite
async def test_a_staff_token_is_worth_nothing_in_the_citizens_api(office: Office) -> None:
    officer = await office.signed_in("sjj-all", roles=list(ROLES))
    phone = office.app.phone()
    phone.token = officer.browser.cookies[COOKIE]
    for routes in ALL_ROUTES:
        for operation in routes.operations:
            if not operation.public:
                path = re.sub(r"<\w+>", str(uuid4()), operation.path)
                assert (await phone.send(operation.method, path)).status_code == 401, operation.id


@on_sqlite
@pytest.mark.parametrize("role", list(ROLES))
async def test_each_role_gets_in_where_its_permissions_say_and_nowhere_else(office: Office, role: str) -> None:
    officer = await office.signed_in(f"sjj-{role.replace('_', '-')}", roles=[role])
    await officer.get("/account")
    for route in ROUTES:
        if route.public or route.path in ANY_STAFF:
            continue
        status, _ = await knock(officer, route)
        allowed = role in PERMISSIONS[route.permission or ""].roles
        assert (status == 403) == (not allowed), f"{role} at {route.method} {route.path}: {status}"
        assert status < 500, f"{role} at {route.method} {route.path}"


@on_sqlite
async def test_nothing_is_done_without_the_forms_token(office: Office) -> None:
    officer = await office.signed_in("sjj-all", roles=list(ROLES))
    await officer.get("/account")
    for route in ROUTES:
        if route.method != "POST":
            continue
        for token in ("", "0" * 64):
            browser = office.stranger() if route.public else officer
            answer = await browser.send("POST", address_of(route), data={"csrf": token})
            assert answer.status_code == 403, f"{route.path}: {answer.status_code}"
            assert "没有生效" in answer.text, route.path
