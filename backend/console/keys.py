"""接口密钥: the keys of departments' systems are issued, handed over and ended; a secret is told once."""

from itertools import groupby
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend import clock
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from backend.pages import typed
from backend.staff import department_keys
from backend.staff.departments import stands
from backend.staff.models import Department, DepartmentKey
from miniprogram_api.surface.problem import status_of

desk = Desk("keys")
MANAGE = "manage_keys"
MONTHS = (6, 12, 24)

DONE = {
    "revoked": "密钥已停用，立即生效。",
}


@desk.add("GET", "/keys", permission=MANAGE)
async def list_keys(visit: Visit) -> HTTPResponse:
    """Every key by department, and the form for another one."""
    return await _list(visit, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/keys", permission=MANAGE)
async def issue_key(visit: Visit) -> HTTPResponse:
    """A new key; its secret is told on this page, once."""
    form = visit.form
    department, officer, name = (form.get(each, "") for each in ("department", "officer", "name"))
    try:
        months = _months(form.get("months", ""))
        issued = await department_keys.issue(visit.vault, visit.staff, department, officer, name, months)
    except (Invalid, Conflict, Forbidden, NotFound) as error:
        return await _list(visit, status_of(error), fault=error, typed=form)
    return await visit.show("keys_told.html", key=issued.key, secret=issued.secret, handed_over=False)


@desk.add("GET", "/keys/<key_id:uuid>", permission=MANAGE)
async def show_key(visit: Visit, key_id: UUID) -> HTTPResponse:
    """One key and what can be done about it."""
    return await _one(visit, key_id)


@desk.add("POST", "/keys/<key_id:uuid>/hand-over", permission=MANAGE)
async def hand_over(visit: Visit, key_id: UUID) -> HTTPResponse:
    """Another officer answers for it from now on; its new secret is told on this page, once."""
    try:
        issued = await department_keys.hand_over(visit.vault, visit.staff, key_id, visit.form.get("officer", ""))
    except (Invalid, Conflict, Forbidden) as error:
        return await _one(visit, key_id, status_of(error), fault=error, typed=visit.form)
    return await visit.show("keys_told.html", key=issued.key, secret=issued.secret, handed_over=True)


@desk.add("POST", "/keys/<key_id:uuid>/revoke", permission=MANAGE)
async def revoke(visit: Visit, key_id: UUID) -> HTTPResponse:
    """End it at once."""
    await department_keys.revoke(visit.staff, key_id)
    return visit.go("/keys?done=revoked")


async def _list(visit: Visit, status: int = 200, *, fault: DomainError | None = None, **said: Any) -> HTTPResponse:
    today = clock.today()
    keys = await department_keys.all_keys(visit.staff)
    answered = await department_keys.answered_for(keys)
    groups = [
        (name, [(key, _standing(key, answered)) for key in group])
        for name, group in groupby(keys, lambda key: key.department.name)
    ]
    departments = {row.code: row.name for row in await Department.all().order_by("code") if stands(row, today)}
    values: dict[str, Any] = {"groups": groups, "departments": departments, "months": MONTHS, **said}
    return await visit.show("keys.html", status, fault=fault, **values)


async def _one(visit: Visit, key_id: UUID, status: int = 200, **said: Any) -> HTTPResponse:
    key = await department_keys.key_of(key_id)
    works = department_keys.works(key, clock.today())
    standing = _standing(key, await department_keys.answered_for([key]))
    return await visit.show("keys_one.html", status, key=key, works=works, standing=standing, **said)


def _standing(key: DepartmentKey, answered: set[UUID]) -> tuple[str, str]:
    """How a key stands in a word, and how its badge looks."""
    if key.revoked_at is not None:
        return "已停用", "bad"
    if clock.today() >= key.expires_on:
        return "已到期", "bad"
    if not department_keys.works(key, clock.today()):
        return "部门已撤并", "bad"
    if key.id not in answered:
        return "等待更换负责人", "waiting"
    return "在用", "good"


def _months(text: str) -> int:
    return typed.whole_number(text, 3) or 0
