"""公布结果: what stands before a season's result, and announcing it."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards import seasons
from backend.awards.season_words import standing
from backend.console.desk import Desk
from backend.console.seasons import version_of
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, FieldError, Invalid
from backend.honours import announcing, results
from backend.honours.results import AFTER_DECISION
from miniprogram_api.surface.problem import status_of

desk = Desk("results")
MANAGE = announcing.MANAGE
DONE = {"announced": "结果已公布：荣誉进入光荣榜，获奖者、推荐人和未入选的人都收到了通知。"}


def not_confirmed() -> Invalid:
    detail = "公布以后不能收回。确定要公布的，请先勾选“我已核对”。"
    return Invalid("not_confirmed", detail, fields=[FieldError("sure", "not_confirmed", detail)])


@desk.add("GET", "/results", permission=MANAGE)
async def list_results(visit: Visit) -> HTTPResponse:
    """The seasons that are judged here, and where each stands."""
    lines = [
        (season, phase, seasons.phase_label(season)) for season, phase in await results.list_for(visit.staff, "judged")
    ]
    return await visit.show("result_list.html", lines=lines, after_decision=AFTER_DECISION)


@desk.add("GET", "/results/<season_id:uuid>", permission=MANAGE)
async def show_result(visit: Visit, season_id: UUID) -> HTTPResponse:
    """One season: what is in the way of its result, or the honours that it gave."""
    return await _show(visit, season_id, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/results/<season_id:uuid>/announce", permission=MANAGE)
async def announce(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Give the honours, from the version that she opened."""
    try:
        if visit.form.get("sure") != "yes":
            raise not_confirmed()
        await announcing.announce(visit.ledger, visit.vault, visit.staff, season_id, version_of(visit))
    except (Invalid, Conflict) as error:
        return await _show(visit, season_id, fault=error)
    return visit.go(f"/results/{season_id}?done=announced")


async def _show(visit: Visit, season_id: UUID, *, fault: DomainError | None = None, done: str = "") -> HTTPResponse:
    result = await results.result_of(visit.vault, visit.staff, season_id)
    season = result.season
    values: dict[str, Any] = {
        "result": result,
        "phase_label": seasons.phase_label(season),
        "standing": standing(result.phase, seasons.dates_of(season), seasons.mode_of(season)),
        "after_decision": AFTER_DECISION,
    }
    status = status_of(fault) if fault else 200
    return await visit.show("result_season.html", status, fault=fault, done=done, **values)
