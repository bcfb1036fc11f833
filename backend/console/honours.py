"""荣誉: what the department has given, one opened by a logged look, whose it is, and whether it is shown."""

from uuid import UUID

from sanic import HTTPResponse

from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Forbidden, Invalid
from backend.honours import honours
from backend.pages import typed
from miniprogram_api.surface.problem import status_of

desk = Desk("honours")
MANAGE = honours.MANAGE
A_PAGE = 50

DONE = {
    "tied": "已登记。这项荣誉现在在本人的记录里，本人收到了通知。",
    "hidden": "已撤下，光荣榜上马上看不到了。荣誉本身不受影响。",
    "shown": "已恢复在光荣榜展示。",
}


@desk.add("GET", "/honours", permission=MANAGE)
async def list_honours(visit: Visit) -> HTTPResponse:
    """Her department's honours, the newest first. Who took hers down is not named whole."""
    before = typed.id_of(visit.asked("before"))
    rows = await honours.list_for(visit.staff, visit.vault, before=before, limit=A_PAGE + 1)
    following = rows[A_PAGE - 1].honour.id if len(rows) > A_PAGE else None
    done = DONE.get(visit.asked("done"), "")
    return await visit.show("honour_list.html", done=done, lines=rows[:A_PAGE], before=following)


@desk.add("POST", "/honours/<honour_id:uuid>", permission=MANAGE)
async def open_honour(visit: Visit, honour_id: UUID) -> HTTPResponse:
    """One honour whole. By POST: the look is logged, so nothing may prefetch it."""
    return await _show(visit, honour_id)


@desk.add("POST", "/honours/<honour_id:uuid>/tie", permission=MANAGE)
async def tie(visit: Visit, honour_id: UUID) -> HTTPResponse:
    """Whose it is, by the identity number that was shown."""
    try:
        await honours.tie(visit.ledger, visit.vault, visit.staff, honour_id, visit.form.get("number", ""))
    except (Invalid, Conflict, Forbidden) as error:
        return await _show(visit, honour_id, error)
    return visit.go("/honours?done=tied")


@desk.add("POST", "/honours/<honour_id:uuid>/record", permission=MANAGE)
async def record(visit: Visit, honour_id: UUID) -> HTTPResponse:
    """The record that could not be filed before, for a person who is known."""
    try:
        await honours.record(visit.ledger, visit.vault, visit.staff, honour_id)
    except Conflict as error:
        return await _show(visit, honour_id, error)
    return visit.go("/honours?done=tied")


@desk.add("POST", "/honours/<honour_id:uuid>/visibility", permission=MANAGE)
async def set_visibility(visit: Visit, honour_id: UUID) -> HTTPResponse:
    """Take it down at her wish, or put it up again."""
    shown = visit.form.get("shown") == "yes"
    try:
        await honours.set_shown(visit.staff, honour_id, shown)
    except Conflict as error:
        return await _show(visit, honour_id, error)
    return visit.go(f"/honours?done={'shown' if shown else 'hidden'}")


async def _show(visit: Visit, honour_id: UUID, fault: DomainError | None = None) -> HTTPResponse:
    """The number that was typed is not shown again: it is whole."""
    seen = await honours.open_one(visit.vault, visit.staff, honour_id)
    return await visit.show("honour_one.html", status_of(fault) if fault else 200, fault=fault, seen=seen)
