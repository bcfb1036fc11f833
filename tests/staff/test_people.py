"""Staff and their roles: who may change whom, and that an administrator always remains."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from backend import clock
from backend.errors import DomainError
from backend.staff import people
from backend.staff.models import AuditEvent, StaffRole, StaffUser
from backend.staff.permissions import ROLES
from tests.connections import open_all
from tests.factories import DEPARTMENT
from tests.running_app import both_databases
from tests.staff.colleagues import Colleague, Office


async def refusal(deed: Awaitable[Any]) -> str | None:
    """The code of a refusal, or None when it was done."""
    try:
        await deed
    except DomainError as error:
        return error.code
    return None


async def added(username: str, *roles: str) -> StaffUser:
    return await people.add_staff(username, "王办事", DEPARTMENT, roles)


async def admins() -> set[str]:
    """The user names of those who may manage staff."""
    return {each.user.username for each in await people.all_staff() if each.user.active and each.may("manage_staff")}


async def told_of(user: StaffUser | Colleague) -> list[str]:
    """What the audit log says of changes of her account."""
    rows = await AuditEvent.filter(about=f"staff:{user.id}").order_by("id")
    return [row.action for row in rows]


async def test_an_administrator_adds_a_colleague_with_roles(office: Office) -> None:
    boss = await (await office.hire("boss", "admin")).at_work()
    user = await people.add_staff("li", " 李 审核 ", DEPARTMENT, ["reviewer", "officer"], boss)
    (seen,) = [each for each in await people.all_staff(DEPARTMENT) if each.id == user.id]
    assert (seen.user.name, seen.roles, seen.user.department.name) == (
        "李 审核",
        {"reviewer", "officer"},
        "县市场监管局",
    )
    event = await AuditEvent.get(action="staff.add", about=f"staff:{user.id}")
    assert (event.staff_id, event.detail) == (boss.id, {"department": DEPARTMENT, "roles": "officer reviewer"})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"username": "W"}, "staff_invalid"),
        ({"username": "wang_li"}, "staff_invalid"),
        ({"username": "王"}, "staff_invalid"),
        ({"username": "x" * 41}, "staff_invalid"),
        ({"name": "\u200b "}, "staff_invalid"),
        ({"name": "王" * 51}, "staff_invalid"),
        ({"department_code": "NOWHERE"}, "department_not_found"),
        ({"department_code": "N" * 70}, "department_not_found"),
        ({"roles": ["reviewer", "king"]}, "role_unknown"),
        ({"username": "taken"}, "username_taken"),
    ],
)
async def test_what_cannot_be_added_leaves_nothing(office: Office, changes: dict[str, Any], code: str) -> None:
    await added("taken")
    arguments = {"username": "wang", "name": "王", "department_code": DEPARTMENT, "roles": ["officer"], **changes}
    assert await refusal(people.add_staff(**arguments)) == code
    assert (await StaffUser.all().count(), await StaffRole.all().count()) == (1, 0)
    assert await AuditEvent.filter(action="staff.add").count() == 1


@both_databases
async def test_one_name_added_twice_at_once_is_one_account(office: Office) -> None:
    await open_all()
    told = await asyncio.gather(*(refusal(added("wang", "officer")) for _ in range(4)))
    assert sorted(map(str, told)) == ["None", *["username_taken"] * 3]
    assert await AuditEvent.filter(action="staff.add").count() == 1


async def test_who_is_no_administrator_changes_nobody(office: Office) -> None:
    others = sorted(ROLES.keys() - {"admin"})
    wang = await (await office.hire("wang", *others)).at_work()
    li = await added("li", "admin")
    for deed in (
        people.add_staff("zhao", "赵", DEPARTMENT, (), wang),
        people.set_roles(wang, li.id, []),
        people.suspend(wang, li.id),
        people.reinstate(wang, li.id),
        people.reset(wang, li.id),
        people.set_away(wang, li.id, clock.today()),
    ):
        assert await refusal(deed) == "not_permitted"
    assert await told_of(li) == ["staff.add"]


async def test_nobody_changes_her_own_account(office: Office) -> None:
    boss = await (await office.hire("boss", "admin")).at_work()
    await added("other", "admin")
    for deed in (
        people.set_roles(boss, boss.id, ["admin", "reviewer"]),
        people.suspend(boss, boss.id),
        people.reset(boss, boss.id),
    ):
        assert await refusal(deed) == "not_oneself"


async def test_roles_are_given_and_taken_and_said(office: Office) -> None:
    boss, wang = await (await office.hire("boss", "admin")).at_work(), await added("wang", "officer", "editor")
    for _ in range(2):
        await people.set_roles(boss, wang.id, ["officer", "reviewer"])
    assert {row.role for row in await StaffRole.filter(staff_id=wang.id)} == {"officer", "reviewer"}
    event = await AuditEvent.get(action="staff.roles")  # once: the second time nothing changed
    assert event.detail == {"before": "editor officer", "after": "officer reviewer"}


async def test_an_account_is_suspended_and_reinstated_once(office: Office) -> None:
    boss, wang = await (await office.hire("boss", "admin")).at_work(), await added("wang")
    assert await refusal(people.reinstate(boss, wang.id)) == "not_suspended"
    await people.suspend(boss, wang.id)
    assert await refusal(people.suspend(boss, wang.id)) == "already_suspended"
    assert await refusal(people.reset(boss, wang.id)) == "already_suspended"
    await people.reinstate(boss, wang.id)
    assert await told_of(wang) == ["staff.add", "staff.suspend", "staff.reinstate"]


async def test_somebody_unknown_is_not_found(office: Office) -> None:
    boss, nobody = await (await office.hire("boss", "admin")).at_work(), (await added("gone")).id
    await StaffUser.filter(id=nobody).delete()
    for deed in (
        people.set_roles(boss, nobody, []),
        people.suspend(boss, nobody),
        people.reset(boss, nobody),
        people.set_away(None, nobody, None),
    ):
        assert await refusal(deed) == "staff_not_found"


async def test_the_last_administrator_stays_even_for_the_command_line(office: Office) -> None:
    boss, suspended = await added("boss", "admin", "auditor"), await added("old", "admin")
    await people.suspend(None, suspended.id)
    assert await refusal(people.suspend(None, boss.id)) == "last_admin"
    assert await refusal(people.set_roles(None, boss.id, ["auditor"])) == "last_admin"
    await people.set_roles(None, boss.id, ["admin"])
    await people.set_roles(None, suspended.id, [])
    assert await admins() == {"boss"}


async def test_a_reset_needs_a_new_set_up(office: Office) -> None:
    boss = await (await office.hire("boss", "admin")).at_work()
    wang = await office.hire()
    token = await people.reset(boss, wang.id)
    with pytest.raises(DomainError, match="staff_sign_in_failed"):
        await office.sign_in(wang)
    again = await office.set_up("wang", token)
    await office.sign_in(again)
    assert await told_of(wang) == [
        "staff.add",
        "staff.invite",
        "staff.set_up",
        "staff.reset",
        "staff.invite",
        "staff.set_up",
    ]
    assert {row.staff_id for row in await AuditEvent.filter(action__in=["staff.reset"])} == {boss.id}


async def test_leave_is_said_by_herself_or_an_administrator_and_never_for_yesterday(office: Office) -> None:
    wang = await office.hire()
    await people.set_away(await wang.at_work(), wang.id, clock.today() + timedelta(days=7))
    assert (await wang.row()).away_until == clock.today() + timedelta(days=7)
    assert await refusal(people.set_away(None, wang.id, clock.today() - timedelta(days=1))) == "away_in_the_past"
    await people.set_away(None, wang.id, None)
    assert (await wang.row()).away_until is None
    assert (await told_of(wang))[-2:] == ["staff.away", "staff.away"]


@both_databases
async def test_two_administrators_who_suspend_each_other_at_once_leave_one(office: Office) -> None:
    one, other = await office.hire("one", "admin"), await office.hire("other", "admin")
    by_one, by_other = await one.at_work(), await other.at_work()
    await open_all()
    told = await asyncio.gather(refusal(people.suspend(by_one, other.id)), refusal(people.suspend(by_other, one.id)))
    assert sorted(map(str, told)) == ["None", "not_permitted"]
    assert len(await admins()) == 1


@both_databases
async def test_of_five_administrators_taken_down_at_once_one_remains(office: Office) -> None:
    rows = [await added(f"admin-{number}", "admin") for number in range(5)]
    await open_all()
    deeds = [
        people.suspend(None, row.id) if place % 2 else people.set_roles(None, row.id, [])
        for place, row in enumerate(rows)
    ]
    told = await asyncio.gather(*map(refusal, deeds))
    assert sorted(map(str, told)) == ["None"] * 4 + ["last_admin"]
    assert len(await admins()) == 1
