"""评审委员会: who judges in a season, and who of them is the chair."""

from uuid import UUID

from sanic import HTTPResponse

from backend.awards import committee
from backend.console.desk import Desk
from backend.console.seasons import MANAGE, one
from backend.console.visit import Visit
from backend.errors import Conflict
from backend.honours import seating
from miniprogram_api.surface.problem import status_of

desk = Desk("season_committee")


@desk.add("POST", "/seasons/<season_id:uuid>/members", permission=MANAGE)
async def seat_member(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Give a judge a seat, by her user name."""
    try:
        await seating.seat(visit.staff, season_id, visit.form.get("username", ""))
    except Conflict as error:
        return await one(visit, season_id, status_of(error), fault=error, typed=visit.form)
    return visit.go(f"/seasons/{season_id}?done=member")


@desk.add("POST", "/seasons/<season_id:uuid>/members/<member_id:uuid>/remove", permission=MANAGE)
async def remove_member(visit: Visit, season_id: UUID, member_id: UUID) -> HTTPResponse:
    """Take her seat away, before she judged."""
    try:
        await committee.remove(visit.staff, season_id, member_id)
    except Conflict as error:
        return await one(visit, season_id, status_of(error), fault=error)
    return visit.go(f"/seasons/{season_id}?done=member")


@desk.add("POST", "/seasons/<season_id:uuid>/members/<member_id:uuid>/chair", permission=MANAGE)
async def seat_chair(visit: Visit, season_id: UUID, member_id: UUID) -> HTTPResponse:
    """Make her the chair."""
    try:
        await committee.set_chair(visit.staff, season_id, member_id)
    except Conflict as error:
        return await one(visit, season_id, status_of(error), fault=error)
    return visit.go(f"/seasons/{season_id}?done=member")
