"""Adding, finding and changing the people who work in departments; every change stands in the audit log."""

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from backend import clock
from backend.database import transaction
from backend.errors import Conflict, Forbidden, Invalid, NotFound
from backend.spreadsheets.cells import clean
from backend.staff import audit, invitations
from backend.staff.models import Department, StaffRole, StaffSession, StaffUser
from backend.staff.own_number import refuse_second_account
from backend.staff.permissions import ROLES, Staff, not_permitted, require, staff_of

USERNAME = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
ADMIN = "admin"
_MANAGE = "manage_staff"


def bad_staff() -> Invalid:
    return Invalid("staff_invalid", "账号名用 2 至 40 个小写字母、数字或短横线，姓名 1 至 50 个字。")


def no_such_department() -> NotFound:
    return NotFound("department_not_found", "没有这个部门，请核对部门代码。")


def no_such_role() -> Invalid:
    return Invalid("role_unknown", f"没有这个角色。可用的角色：{'、'.join(ROLES)}。")


def no_such_staff() -> NotFound:
    return NotFound("staff_not_found", "没有这个工作人员账号。")


def username_taken() -> Conflict:
    return Conflict("username_taken", "这个账号名已经有人使用。")


def not_oneself() -> Forbidden:
    return Forbidden("not_oneself", "不能对自己的账号这样做，请由另一位系统管理员办理。")


def last_admin() -> Conflict:
    return Conflict("last_admin", "这是最后一个在用的系统管理员账号。请先设定另一位系统管理员。")


def already_suspended() -> Conflict:
    return Conflict("already_suspended", "这个账号已经停用。")


def not_suspended() -> Conflict:
    return Conflict("not_suspended", "这个账号没有停用。")


def away_in_the_past() -> Invalid:
    return Invalid("away_in_the_past", "请假的最后一天不能早于今天。")


async def add_staff(
    username: str, name: str, department_code: str, roles: Iterable[str] = (), by: Staff | None = None
) -> StaffUser:
    """A new staff user, who can sign in once she has used her invitation; `by` None is the command line.

    Raises NotFound for an unknown department, Conflict for a name that is taken, Invalid for bad names and roles.
    """
    wanted, name = _known_roles(roles), clean(name)
    if not (USERNAME.fullmatch(username) and 1 <= len(name) <= 50):
        raise bad_staff()
    if by is not None:
        require(by, _MANAGE)
    async with transaction():
        # Compared here: a filter would choke on a code longer than its column.
        if department_code not in {department.code for department in await Department.all()}:
            raise no_such_department()
        user = StaffUser(username=username, name=name, department_id=department_code, created_at=clock.now())
        await StaffUser.bulk_create([user], ignore_conflicts=True)  # two at once: the second finds the first
        if not await StaffUser.filter(id=user.id).exists():
            raise username_taken()
        await _give(user.id, wanted)
        await audit.record(by, "staff.add", _about(user.id), department=department_code, roles=_said(wanted))
    return await StaffUser.get(id=user.id)


async def set_roles(by: Staff | None, user_id: UUID, roles: Iterable[str]) -> None:
    """What she may do from now on. Raises Forbidden for oneself, Conflict `last_admin`, NotFound, Invalid."""
    wanted = _known_roles(roles)
    async with transaction():
        await _hold(by, user_id, losing_admin=ADMIN not in wanted)
        before = await _roles_of(user_id)
        await StaffRole.filter(staff_id=user_id, role__in=sorted(before - wanted)).delete()
        await _give(user_id, wanted - before)
        if wanted != before:
            await audit.record(by, "staff.roles", _about(user_id), before=_said(before), after=_said(wanted))


async def suspend(by: Staff | None, user_id: UUID) -> None:
    """Close the account at once: its sessions end. Raises Forbidden for oneself, Conflict, NotFound."""
    async with transaction():
        await _hold(by, user_id, losing_admin=True)
        if not await StaffUser.filter(id=user_id, active=True).update(active=False):
            raise already_suspended()
        await StaffSession.filter(staff_id=user_id).delete()
        await audit.record(by, "staff.suspend", _about(user_id))


async def reinstate(by: Staff | None, user_id: UUID) -> None:
    """Open a suspended account again, with the password and phone that it had. Raises Forbidden, Conflict, NotFound."""
    async with transaction():
        user = await _hold(by, user_id)
        await refuse_second_account(user.id, user.own_number_digest)
        if not await StaffUser.filter(id=user_id, active=False).update(active=True):
            raise not_suspended()
        await audit.record(by, "staff.reinstate", _about(user_id))


async def reset(by: Staff | None, user_id: UUID) -> str:
    """Take password and phone away and invite her anew; the invitation's token. Also ends a lock.

    Raises Forbidden for oneself, Conflict for a suspended account, NotFound.
    """
    async with transaction():
        user = await _hold(by, user_id)
        if not user.active:
            raise already_suspended()
        await audit.record(by, "staff.reset", _about(user_id))
        return await invitations.invite(user_id, by)


async def set_away(by: Staff | None, user_id: UUID, until: date | None) -> None:
    """She is on leave up to and with this day; None: she is back. Everybody may say so of herself.

    Raises Invalid for a day that is over, Forbidden, NotFound.
    """
    if until is not None and until < clock.today():
        raise away_in_the_past()
    if by is not None and by.id != user_id:
        require(by, _MANAGE)
    async with transaction():
        if not await StaffUser.filter(id=user_id).update(away_until=until):
            raise no_such_staff()
        await audit.record(by, "staff.away", _about(user_id), until=until.isoformat() if until else "")


def on_leave(away_until: date | None, today: date) -> bool:
    """Whether somebody who is away up to and with this day is away today."""
    return away_until is not None and away_until >= today


async def all_staff(department: str | None = None) -> list[Staff]:
    """Everybody, or everybody of a department, by department and user name, suspended ones too."""
    rows = StaffUser.all() if department is None else StaffUser.filter(department_id=department)
    users = await rows.order_by("department_id", "username").select_related("department")
    roles: dict[UUID, set[str]] = {user.id: set() for user in users}
    for each in await StaffRole.filter(staff_id__in=list(roles)):
        roles[each.staff_id].add(each.role)
    return [Staff(user, frozenset(roles[user.id])) for user in users]


async def staff_with(user_id: UUID) -> Staff:
    """One of them, suspended or not. Raises NotFound."""
    user = await StaffUser.get_or_none(id=user_id).select_related("department")
    if user is None:
        raise no_such_staff()
    return await staff_of(user)


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


async def _hold(by: Staff | None, user_id: UUID, *, losing_admin: bool = False) -> StaffUser:
    """The account, held with every administrator's for the rest of the transaction, and whether `by` may change it.

    Two administrators who suspend each other at once take the rows in the same order: the second one, when her turn
    comes, is no administrator any more. Holding leaves others free to refer to the rows (FOR NO KEY UPDATE).
    """
    admins = [row.staff_id for row in await StaffRole.filter(role=ADMIN)]
    held = await StaffUser.filter(id__in=[*admins, user_id]).order_by("id").select_for_update(no_key=True)
    user = next((row for row in held if row.id == user_id), None)
    living = await StaffUser.filter(roles__role=ADMIN, active=True).values_list("id", flat=True)
    if by is not None:
        if by.id not in living:
            raise not_permitted()
        if by.id == user_id:
            raise not_oneself()
    if user is None:
        raise no_such_staff()
    if losing_admin and list(living) == [user_id]:
        raise last_admin()
    return user


async def _give(user_id: UUID, roles: Iterable[str]) -> None:
    now = clock.now()
    rows = [StaffRole(staff_id=user_id, role=role, given_at=now) for role in sorted(roles)]
    await StaffRole.bulk_create(rows, ignore_conflicts=True)


async def _roles_of(user_id: UUID) -> set[str]:
    return {row.role for row in await StaffRole.filter(staff_id=user_id)}


def _known_roles(roles: Iterable[str]) -> set[str]:
    wanted = set(roles)
    if wanted - ROLES.keys():
        raise no_such_role()
    return wanted


def _said(roles: Iterable[str]) -> str:
    return " ".join(sorted(roles))


def _about(user_id: UUID) -> str:
    return f"staff:{user_id}"
