"""The made-up people behind the county's desks: who works where, in which roles, and one published way to sign in."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pyotp

from backend import clock
from backend.demo.people import Person, identity_of
from backend.secrets import Vault
from backend.staff import invitations
from backend.staff.models import StaffUser
from backend.staff.people import add_staff, officer_of, staff_named
from backend.staff.permissions import Role, Staff, staff_of

# Published with the source on purpose: it opens a made-up county only, on this machine only.
PASSWORD = "lushan-demo-2026"  # noqa: S105

ADMIN, AUDITOR, CASE_OFFICER = "admin-1", "auditor-1", "fgw-1"
EDITORS, CHIEF_EDITOR = ("bj-1", "bj-2", "bj-3"), "zb-1"
REVIEWING = "MZJ"  # the department that reviews what volunteers and donors hand in

_TITLES = ("报送员", "复核员")
_REVIEWERS = {"mzj-1": "审核员甲", "mzj-2": "审核员乙"}
_ELSEWHERE: tuple[tuple[str, str, str, Role], ...] = (
    (ADMIN, "系统管理员", "FGW", "admin"),
    (AUDITOR, "审计员", "WXB", "auditor"),
    *((username, f"编辑{mark}", "XCB", "editor") for username, mark in zip(EDITORS, "甲乙丙", strict=True)),
    (CHIEF_EDITOR, "主编", "XCB", "chief_editor"),
)
_BORN = date(1970, 2, 3)
_APART = timedelta(days=97)


@dataclass(frozen=True)
class Worker:
    """One staff user as she is to be added."""

    username: str
    name: str
    department: str
    roles: tuple[Role, ...]


def usernames(department: str) -> tuple[str, str]:
    """The two officers of a department: who files, and who looks again."""
    return f"{department.lower()}-1", f"{department.lower()}-2"


def workers(filing: Mapping[str, str]) -> Iterator[Worker]:
    """Two officers for each department that files, by code and name; who watches over them; and who writes."""
    names = dict(filing)
    for code, name in sorted(names.items()):
        for username, title in zip(usernames(code), _TITLES, strict=True):
            roles: tuple[Role, ...] = ("officer",)
            if code == REVIEWING:
                roles = ("officer", "reviewer")
            elif username == CASE_OFFICER:
                roles = ("officer", "case_officer")
            said = _REVIEWERS.get(username, f"{name}{title}")
            yield Worker(username, f"{said}（示例）", code, roles)
    for username, title, code, role in _ELSEWHERE:
        yield Worker(username, f"{title}（示例）", code, (role,))


async def hire(vault: Vault, staff: Iterable[Worker], people: Collection[Person]) -> None:
    """Add them, and let each set her account up by her invitation, as everybody does.

    Each is a citizen of her own, none of `people`: nobody should find that a reviewer's case is his neighbour's.
    """
    taken = {person.identity.number for person in people}
    for place, worker in enumerate(staff):
        user = await add_staff(worker.username, worker.name, worker.department, worker.roles)
        token = await invitations.invite(user.id)
        secret = (await invitations.begin(vault, token)).secret
        code = pyotp.TOTP(secret).at(clock.now())
        await invitations.finish(vault, token, PASSWORD, code, _own_number(place, taken))


async def officers_of(department: str) -> tuple[StaffUser, StaffUser]:
    """The two officers as they are in the database."""
    first, second = usernames(department)
    return await officer_of(first, department), await officer_of(second, department)


async def at_work(username: str) -> Staff:
    """A demo staff user with her roles. Raises NotFound."""
    return await staff_of(await staff_named(username))


def _own_number(place: int, taken: Collection[str]) -> str:
    born_on = _BORN + place * _APART
    while (number := identity_of(born_on, 998).number) in taken:
        born_on += timedelta(days=1)
    return number
