"""工作人员: adding the people who work in departments, their roles, and closing and opening their accounts."""

from itertools import groupby
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend import clock
from backend.console.account import away_until, day_of
from backend.console.desk import Desk
from backend.console.visit import HOME, Visit
from backend.database import transaction
from backend.errors import Conflict, DomainError, Invalid, NotFound
from backend.staff import invitations, people
from backend.staff.departments import stands
from backend.staff.models import Department
from backend.staff.permissions import PERMISSIONS, ROLES, Staff
from miniprogram_api.surface.problem import status_of

desk = Desk("people")
MANAGE = "manage_staff"

DONE = {
    "roles": "角色已保存，立即生效。",
    "suspended": "账号已停用，已登录的电脑也已退出。",
    "reinstated": "账号已恢复，用原来的密码和手机登录。",
    "away": "请假已登记。",
    "back": "已登记回来上班。",
}


@desk.add("GET", "/people", permission=MANAGE)
async def list_people(visit: Visit) -> HTTPResponse:
    """Everybody by department."""
    return await _list(visit)


@desk.add("POST", "/people", permission=MANAGE)
async def add_person(visit: Visit) -> HTTPResponse:
    """A new account; its invitation is told on this page, once."""
    form = visit.form
    username, name, department = (form.get(each, "") for each in ("username", "name", "department"))
    try:
        async with transaction():
            user = await people.add_staff(username, name, department, visit.chosen("role"), by=visit.staff)
            token = await invitations.invite(user.id, visit.staff)
    except (Invalid, Conflict, NotFound) as error:
        return await _list(visit, status_of(error), fault=error, typed=form, ticked=visit.chosen("role"))
    return await _tell(visit, user.id, token)


@desk.add("GET", "/people/<user_id:uuid>", permission=MANAGE)
async def show_person(visit: Visit, user_id: UUID) -> HTTPResponse:
    """One account and what can be done about it."""
    return await _one(visit, user_id, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/people/<user_id:uuid>/roles", permission=MANAGE)
async def set_roles(visit: Visit, user_id: UUID) -> HTTPResponse:
    """What she may do from now on."""
    await people.set_roles(visit.staff, user_id, visit.chosen("role"))
    return visit.go(f"/people/{user_id}?done=roles")


@desk.add("POST", "/people/<user_id:uuid>/suspend", permission=MANAGE)
async def suspend(visit: Visit, user_id: UUID) -> HTTPResponse:
    """Close the account at once."""
    await people.suspend(visit.staff, user_id)
    return visit.go(f"/people/{user_id}?done=suspended")


@desk.add("POST", "/people/<user_id:uuid>/reinstate", permission=MANAGE)
async def reinstate(visit: Visit, user_id: UUID) -> HTTPResponse:
    """Open it again."""
    await people.reinstate(visit.staff, user_id)
    return visit.go(f"/people/{user_id}?done=reinstated")


@desk.add("POST", "/people/<user_id:uuid>/reset", permission=MANAGE)
async def reset(visit: Visit, user_id: UUID) -> HTTPResponse:
    """Take password and phone away; the new invitation is told on this page, once."""
    return await _tell(visit, user_id, await people.reset(visit.staff, user_id))


@desk.add("POST", "/people/<user_id:uuid>/away", permission=MANAGE)
async def set_away(visit: Visit, user_id: UUID) -> HTTPResponse:
    """On leave up to a day, or back again."""
    try:
        until = day_of(visit.form.get("until", "")) if visit.form.get("deed") == "away" else None
        await people.set_away(visit.staff, user_id, until)
    except Invalid as error:
        return await _one(visit, user_id, 422, fault=error, typed=visit.form)
    return visit.go(f"/people/{user_id}?done={'away' if until else 'back'}")


async def _list(visit: Visit, status: int = 200, *, fault: DomainError | None = None, **values: Any) -> HTTPResponse:
    everybody = await people.all_staff()
    groups = [
        (name, [_row(each) for each in group])
        for name, group in groupby(everybody, lambda each: each.user.department.name)
    ]
    today = clock.today()
    departments = {row.code: row.name for row in await Department.all().order_by("code") if stands(row, today)}
    values = {"groups": groups, "departments": departments, "all_roles": _roles(), "ticked": [], **values}
    return await visit.show("people.html", status, fault=fault, **values)


async def _one(visit: Visit, user_id: UUID, status: int = 200, **said: Any) -> HTTPResponse:
    person = await people.staff_with(user_id)
    values: dict[str, Any] = {"person": person, "row": _row(person), "all_roles": _roles(), "today": clock.today()}
    return await visit.show("person.html", status, **values, **said)


async def _tell(visit: Visit, user_id: UUID, token: str) -> HTTPResponse:
    request = visit.request
    address = f"{request.scheme}://{request.host}{HOME}/set-up/{token}"
    hours = invitations.LASTS.total_seconds() / 3600
    person = await people.staff_with(user_id)
    return await visit.show("invitation.html", person=person, address=address, hours=round(hours))


def _roles() -> list[tuple[str, str, list[str]]]:
    """Each role's code, name and what it may do."""
    return [(code, name, [p.sentence for p in PERMISSIONS.values() if code in p.roles]) for code, name in ROLES.items()]


def _row(staff: Staff) -> dict[str, object]:
    """How an account stands, in words."""
    user = staff.user
    away = away_until(staff)
    locked = user.locked_until is not None and user.locked_until > clock.now() and user.failed_tries > 0
    set_up = user.password_hash is not None
    roles = [name for code, name in ROLES.items() if code in staff.roles]
    return {"staff": staff, "user": user, "roles": roles, "away": away, "locked": locked, "set_up": set_up}
