"""Adding and finding the people who work in departments."""

import re

from backend import clock
from backend.errors import Conflict, Invalid, NotFound
from backend.staff.models import Department, StaffUser

_USERNAME = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


def bad_staff() -> Invalid:
    return Invalid("staff_invalid", "账号名用 2 至 40 个小写字母、数字或短横线，姓名 1 至 50 个字。")


def no_such_department() -> NotFound:
    return NotFound("department_not_found", "没有这个部门，请核对部门代码。")


def no_such_staff() -> NotFound:
    return NotFound("staff_not_found", "本部门没有这个工作人员账号。")


def username_taken() -> Conflict:
    return Conflict("username_taken", "这个账号名已经有人使用。")


async def add_staff(username: str, name: str, department_code: str) -> StaffUser:
    """A new staff user. Raises NotFound for an unknown department, Conflict for a name that is taken."""
    if not (_USERNAME.fullmatch(username) and 1 <= len(name) <= 50):
        raise bad_staff()
    if not await Department.filter(code=department_code).exists():
        raise no_such_department()
    if await StaffUser.filter(username=username).exists():
        raise username_taken()
    return await StaffUser.create(username=username, name=name, department_id=department_code, created_at=clock.now())


async def officer_of(username: str, department_code: str) -> StaffUser:
    """The staff user of that name in that department. Raises NotFound."""
    officer = await StaffUser.get_or_none(username=username, department_id=department_code)
    if officer is None:
        raise no_such_staff()
    return officer


async def staff_named(username: str) -> StaffUser:
    """The staff user of that name, wherever she works. Raises NotFound."""
    staff = await StaffUser.get_or_none(username=username)
    if staff is None:
        raise no_such_staff()
    return staff


async def first_officer(department_code: str) -> StaffUser:
    """The department's officer who was added first. Raises NotFound when it has none."""
    officer = await StaffUser.filter(department_id=department_code, active=True).order_by("id").first()
    if officer is None:
        raise no_such_staff()
    return officer
