"""Moderators, judges and seasons of the county, through the real use cases. They need an open database."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.awards import committee, seasons
from backend.awards.awards import award
from backend.awards.models import Season, SeasonMember
from backend.awards.phases import Dates
from backend.awards.plans import Plan, plan_of
from backend.staff.models import Department, StaffRole, StaffUser
from backend.staff.permissions import Staff, staff_of
from tests.factories import VAULT, number_of

OWNER = "WMB"  # of the award that most tests run: 道德模范
REFERRED_OWNER = "TXW"  # of 青年五四奖章, which is handed on
_NAMES = {"WMB": "县文明办", "XCB": "县委宣传部", "TXW": "团县委", "WXB": "县委网信办", "ZGH": "县总工会"}


async def department(code: str = OWNER) -> Department:
    """A department, the same one each time."""
    about = {"name": _NAMES.get(code, f"{code}部门"), "office": "三楼", "phone": "0375-0000105"}
    found, _ = await Department.get_or_create(code=code, defaults=about | {"from_day": date(2018, 1, 1)})
    return found


async def staff_user(username: str, roles: Sequence[str], code: str = OWNER, name: str = "王管理") -> Staff:
    """A staff user in these roles, the same one each time."""
    user = await StaffUser.get_or_none(username=username)
    if user is None:
        await department(code)
        own = VAULT.digest(number_of(username), "citizen.number")
        about = {"name": name, "department_id": code, "own_number_digest": own, "created_at": clock.now()}
        user = await StaffUser.create(username=username, **about)
        for role in roles:
            await StaffRole.create(staff_id=user.id, role=role, given_at=clock.now())
    return await staff_of(user)


async def moderator(username: str = "wmb-moderator", code: str = OWNER) -> Staff:
    """评选管理员 of the department that owns the award."""
    return await staff_user(username, ["moderator"], code)


async def judge(username: str = "wmb-judge", code: str = OWNER, name: str = "李评委") -> Staff:
    """Somebody who may be a member of a committee."""
    return await staff_user(username, ["judge"], code, name)


def days(first: date | None = None) -> Dates:
    """Two weeks of nominating from today or `first`, a week of checking, ten days of judging, the notice after it."""
    start = first or clock.today()
    at = [start + timedelta(days=each) for each in (0, 13, 20, 29, 31)]
    return Dates(*at, None)


def a_plan(code: str = "moral_model", **changes: Any) -> Plan:
    """What the award proposes, on `days`."""
    return plan_of(award(code), "2026 年第四季度", days())._replace(**changes)


async def a_draft(by: Staff | None = None, code: str = "moral_model", **changes: Any) -> Season:
    """A season that nobody sees yet."""
    staff = by or await moderator(f"{award(code).department.lower()}-moderator", award(code).department)
    return await seasons.create(staff, code, a_plan(code, **changes))


async def a_season(by: Staff | None = None, code: str = "moral_model", **changes: Any) -> Season:
    """A published season, open for nominating from today unless its plan says otherwise."""
    staff = by or await moderator(f"{award(code).department.lower()}-moderator", award(code).department)
    draft = await a_draft(staff, code, **changes)
    return await seasons.publish(staff, draft.id, draft.version)


async def seated(season: Season, *judges: Staff, chair: int = 0) -> list[SeasonMember]:
    """These judges on the season's committee, one of them its chair."""
    staff = await moderator(f"{season.department_id.lower()}-moderator", season.department_id)
    members = [await committee.add(staff, season.id, each.user.username) for each in judges]
    await committee.set_chair(staff, season.id, members[chair].id)
    return members
