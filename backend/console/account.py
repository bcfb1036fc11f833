"""My account: who I am here, being on leave, and signing out everywhere."""

from datetime import date
from typing import Any

from sanic import HTTPResponse

from backend import clock
from backend.console.desk import Desk
from backend.console.visit import COOKIE, HOME, Visit
from backend.errors import Invalid
from backend.pages import typed
from backend.staff import sessions
from backend.staff.people import on_leave, set_away
from backend.staff.permissions import PERMISSIONS, ROLES, Staff

desk = Desk("account")

_YEARS = range(1950, 3000)  # outside of them a day may have no start or end in UTC

DONE = {"away": "请假已登记。这期间，您手里的材料同事可以接着办。", "back": "已登记您回来上班。"}


def not_a_day() -> Invalid:
    return Invalid("not_a_day", "请选一个日期，例如 2026-12-31。")


@desk.add("GET", "/account", permission=None)
async def show_account(visit: Visit) -> HTTPResponse:
    """Her name, department, roles, and whether she is on leave."""
    return await _show(visit, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/account/away", permission=None)
async def go_away(visit: Visit) -> HTTPResponse:
    """On leave up to a day, or back again."""
    try:
        until = day_of(visit.form.get("until", "")) if visit.form.get("deed") == "away" else None
        await set_away(visit.staff, visit.staff.id, until)
    except Invalid as error:
        return await _show(visit, 422, fault=error, typed=visit.form)
    return visit.go(f"/account?done={'away' if until else 'back'}")


@desk.add("POST", "/account/sign-out-everywhere", permission=None)
async def leave_everywhere(visit: Visit) -> HTTPResponse:
    """End every session of hers, this one too."""
    await sessions.sign_out_everywhere(visit.staff)
    answer = visit.go("/sign-in?done=everywhere")
    answer.delete_cookie(COOKIE, path=HOME)
    return answer


def day_of(text: str) -> date:
    """The day of a date field. Raises Invalid, also for the first and last years of the calendar."""
    day = typed.day(text)
    if day is None or day.year not in _YEARS:
        raise not_a_day()
    return day


def away_until(staff: Staff) -> date | None:
    """Until when she is on leave; None when she is not, or not any more."""
    return staff.user.away_until if on_leave(staff.user.away_until, clock.today()) else None


async def _show(visit: Visit, status: int = 200, **said: Any) -> HTTPResponse:
    staff = visit.staff
    roles = {
        name: [each.sentence for each in PERMISSIONS.values() if code in each.roles]
        for code, name in ROLES.items()
        if code in staff.roles
    }
    values: dict[str, Any] = {"roles": roles, "away": away_until(staff), "today": clock.today()}
    return await visit.show("account.html", status, session=visit.session, **values, **said)
