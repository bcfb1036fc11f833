"""移交推荐线索: how far a season of leads is, handing them over, and the workbook for the owner."""

from io import BytesIO
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards import seasons
from backend.console.desk import Desk
from backend.console.downloads import workbook
from backend.console.results import not_confirmed
from backend.console.seasons import version_of
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Invalid
from backend.honours import leads, results
from backend.honours.leads_workbook import write_leads
from miniprogram_api.surface.problem import status_of

desk = Desk("leads")
MANAGE = leads.MANAGE
DONE = {"handed_over": "已移交。现在可以下载线索表，交给主办的科室；有关的人都收到了通知。"}


@desk.add("GET", "/leads", permission=MANAGE)
async def list_leads(visit: Visit) -> HTTPResponse:
    """The seasons that only collect leads, and where each stands."""
    lines = [
        (season, phase, seasons.phase_label(season))
        for season, phase in await results.list_for(visit.staff, "referred")
    ]
    return await visit.show("lead_list.html", lines=lines)


@desk.add("GET", "/leads/<season_id:uuid>", permission=MANAGE)
async def show_leads(visit: Visit, season_id: UUID) -> HTTPResponse:
    """One of them, in numbers."""
    return await _show(visit, season_id, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/leads/<season_id:uuid>/hand-over", permission=MANAGE)
async def hand_over(visit: Visit, season_id: UUID) -> HTTPResponse:
    """End the season: what people found goes to its owner."""
    try:
        if visit.form.get("sure") != "yes":
            raise not_confirmed()
        await leads.hand_over(visit.staff, season_id, version_of(visit))
    except (Invalid, Conflict) as error:
        return await _show(visit, season_id, fault=error)
    return visit.go(f"/leads/{season_id}?done=handed_over")


@desk.add("POST", "/leads/<season_id:uuid>/download", permission=MANAGE)
async def download_leads(visit: Visit, season_id: UUID) -> HTTPResponse:
    """The workbook. By POST: it is a look at everybody in it, and logged as one."""
    found = await leads.download(visit.vault, visit.staff, season_id)
    season = await seasons.season_of(visit.staff, season_id)
    target = BytesIO()
    write_leads(target, found, season.name)
    return workbook(target, f"推荐线索-{season.name}.xlsx")


async def _show(visit: Visit, season_id: UUID, *, fault: DomainError | None = None, done: str = "") -> HTTPResponse:
    found = await leads.standing_of(visit.staff, season_id)
    values: dict[str, Any] = {
        "found": found,
        "phase": seasons.phase(found.season),
        "phase_label": seasons.phase_label(found.season),
        "owner": await seasons.owner_of(found.season),
    }
    status = status_of(fault) if fault else 200
    return await visit.show("lead_season.html", status, fault=fault, done=done, **values)
