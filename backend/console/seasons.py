"""届次: the board of the own department's seasons, and one season with all that moves it on."""

from datetime import date
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards import committee, season_dates, seasons
from backend.awards.awards import MODES, award, awards
from backend.awards.models import Season, SeasonChange
from backend.awards.season_line import line_of
from backend.awards.season_words import coming_of, standing
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Invalid
from backend.honours import cancelling, season_board
from backend.honours.season_board import Waiting
from backend.pages import typed
from miniprogram_api.surface.problem import status_of

desk = Desk("seasons")
MANAGE = "manage_seasons"
A_PAGE = 20

DONE = {
    "created": "届次已设立，还是草稿：核对无误后发布，居民才看得到。",
    "changed": "届次已保存。",
    "published": "已发布，居民现在就能看到。",
    "discarded": "草稿已作废。",
    "moved": "日期已推迟，居民能看到原来的日期、新的日期和原因。",
    "cancelled": "这一届已停止，有关的推荐人和被推荐人已收到通知。",
    "member": "评审委员会已更新。",
}
# Where each task of the board is done.
DESKS = {
    "nominations": "/console/nominations?season={}",
    "nominees": "/console/nominees?season={}",
    "objections": "/console/objections",
    "notice": "/console/seasons/{}/notice",
    "results": "/console/results/{}",
    "leads": "/console/leads/{}",
    "committee": "/console/seasons/{}#members-title",
}


@desk.add("GET", "/seasons", permission=MANAGE)
async def list_seasons(visit: Visit) -> HTTPResponse:
    """Every season of her department, the newest first: where it stands, what is next, what it waits for."""
    before = typed.id_of(visit.asked("before"))
    rows = await seasons.list_of(visit.staff, before=before, limit=A_PAGE + 1)
    page = rows[:A_PAGE]
    waiting = await season_board.waiting_of([row.id for row in page])
    values: dict[str, Any] = {
        "lines": [_line(row, waiting[row.id]) for row in page],
        "before": page[-1].id if len(rows) > A_PAGE else None,
        "awards": [each for each in awards().values() if each.department == visit.staff.department_code],
        "modes": MODES,
    }
    return await visit.show("season_list.html", done=DONE.get(visit.asked("done"), ""), **values)


@desk.add("GET", "/seasons/<season_id:uuid>", permission=MANAGE)
async def show_season(visit: Visit, season_id: UUID) -> HTTPResponse:
    """One season: its line, what waits, its committee, how its days moved, and what can be done with it."""
    return await one(visit, season_id, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/seasons/<season_id:uuid>/publish", permission=MANAGE)
async def publish_season(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Let everybody see it, from the version that she opened."""
    try:
        await seasons.publish(visit.staff, season_id, version_of(visit))
    except (Invalid, Conflict) as error:
        return await one(visit, season_id, status_of(error), fault=error)
    return visit.go(f"/seasons/{season_id}?done=published")


@desk.add("POST", "/seasons/<season_id:uuid>/discard", permission=MANAGE)
async def discard_season(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Take back a draft that nobody has seen."""
    try:
        await seasons.discard(visit.staff, season_id, version_of(visit))
    except Conflict as error:
        return await one(visit, season_id, status_of(error), fault=error)
    return visit.go("/seasons?done=discarded")


@desk.add("POST", "/seasons/<season_id:uuid>/move", permission=MANAGE)
async def move_season(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Move days forward, with a reason that everybody reads. A field left empty stays as it was."""
    days = {name: typed.day(visit.form.get(name, "")) for name in season_dates.NAMES}
    changes = {name: day for name, day in days.items() if day is not None}
    reason = visit.form.get("reason", "")
    try:
        await season_dates.move(visit.staff, season_id, changes, reason, version_of(visit))
    except (Invalid, Conflict) as error:
        return await one(visit, season_id, status_of(error), fault=error, typed=visit.form)
    return visit.go(f"/seasons/{season_id}?done=moved")


@desk.add("POST", "/seasons/<season_id:uuid>/cancel", permission=MANAGE)
async def cancel_season(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Stop it for good, with the reason that everybody reads."""
    try:
        await cancelling.cancel(visit.staff, season_id, visit.form.get("words", ""), version_of(visit))
    except (Invalid, Conflict) as error:
        return await one(visit, season_id, status_of(error), fault=error, typed=visit.form)
    return visit.go(f"/seasons/{season_id}?done=cancelled")


async def one(
    visit: Visit, season_id: UUID, status: int = 200, *, fault: DomainError | None = None, **said: Any
) -> HTTPResponse:
    """The page of one season, also after a form that was refused."""
    season = await seasons.season_of(visit.staff, season_id)
    members = await committee.members_of(season_id)
    names = {each.staff_id for each in members}
    values: dict[str, Any] = {
        "line": _line(season, (await season_board.waiting_of([season_id]))[season_id]),
        "criteria": seasons.criteria_of(season),
        "members": members,
        "judges": [each for each in await committee.judges() if each.id not in names],
        "seats_open": season.mode == "judged" and seasons.phase(season) in committee.SEATS_OPEN,
        "movable": {name: season_dates.NAMES[name] for name in season_dates.may_move(season)},
        "moves": [_move(each) for each in await season_dates.changes_of(season_id)],
        "ways": _ways(season),
        "may_cancel": season.state == "published" and season.announced_at is None,
        **said,
    }
    return await visit.show("season_one.html", status, fault=fault, **values)


def version_of(visit: Visit) -> int:
    """The version that the form was made from; 0 fits none."""
    return typed.whole_number(visit.form.get("version", ""), 9) or 0


def _line(season: Season, waiting: Waiting) -> dict[str, Any]:
    now, dates, mode = seasons.phase(season), seasons.dates_of(season), seasons.mode_of(season)
    return {
        "season": season,
        "award": award(season.award),
        "phase": now,
        "label": seasons.phase_label(season),
        "mode": MODES[mode],
        "steps": line_of(now, dates, mode),
        "standing": standing(now, dates, mode),
        "coming": coming_of(now, dates, mode),
        "waiting": waiting,
        "tasks": [(each.sentence, _desk(each.desk, season)) for each in season_board.tasks_of(season, waiting)],
    }


def _move(change: SeasonChange) -> dict[str, Any]:
    days = [
        (season_dates.NAMES[name], date.fromisoformat(change.before[name]), date.fromisoformat(after))
        for name, after in change.after.items()
    ]
    return {"at": change.at, "reason": change.reason, "days": days}


def _ways(season: Season) -> list[tuple[str, str]]:
    """To the other desks of a season that everybody sees."""
    if season.state != "published":
        return []
    ways = [("推荐审核", "nominations"), ("被推荐人", "nominees")]
    ways += [("公示和打印", "notice"), ("公布结果", "results")] if season.mode == "judged" else [("移交线索", "leads")]
    return [(title, DESKS[name].format(season.id)) for title, name in ways]


def _desk(name: str, season: Season) -> str | None:
    return DESKS[name].format(season.id) if name in DESKS else None
