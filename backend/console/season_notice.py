"""公示 on paper: the sheet that villages hang on their boards, drawn up by a deed that is written down."""

from uuid import UUID

from sanic import HTTPResponse

from backend import clock
from backend.awards.awards import award
from backend.awards.seasons import phase, phase_label, season_of
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError
from backend.honours import notice
from backend.honours.objections import waiting_of
from miniprogram_api.surface.problem import status_of

desk = Desk("season_notice")

PAPERS = {"a4": "A4", "a3": "A3"}


@desk.add("GET", "/seasons/<season_id:uuid>/notice", permission=notice.MANAGE)
async def show_notice(visit: Visit, season_id: UUID) -> HTTPResponse:
    """When the notice runs, how many stand in it, what waits, and the way to the sheet. It names nobody."""
    return await _overview(visit, season_id)


@desk.add("POST", "/seasons/<season_id:uuid>/notice/sheet", permission=notice.MANAGE)
async def draw_up_sheet(visit: Visit, season_id: UUID) -> HTTPResponse:
    """The sheet, for A4 or A3. By POST: it is logged who drew it up, so nothing may prefetch it."""
    paper = visit.form.get("paper", "a4")
    try:
        found = await notice.sheet(visit.vault, visit.staff, season_id)
    except Conflict as error:
        return await _overview(visit, season_id, fault=error)
    return await visit.show(
        "season_sheet.html",
        notice=found,
        legal_basis=award(found.season.award).legal_basis,
        paper=paper if paper in PAPERS else "a4",
        papers=PAPERS,
        printed_at=clock.now(),
    )


async def _overview(visit: Visit, season_id: UUID, fault: DomainError | None = None) -> HTTPResponse:
    season = await season_of(visit.staff, season_id)
    now = phase(season)
    return await visit.show(
        "season_notice.html",
        status_of(fault) if fault else 200,
        fault=fault,
        season=season,
        phase=now,
        label=phase_label(season),
        printable=now in notice.PRINTABLE,
        people=len(await notice.in_notice(season_id)),
        waiting=await waiting_of(season_id),
        papers=PAPERS,
    )
