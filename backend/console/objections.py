"""公示异议: what waits, one opened and decided, and one written down for somebody who came to the counter."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards.seasons import list_of, phase, season_of
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Invalid, NotFound
from backend.honours import objections
from backend.honours.objecting import LEAST_WORDS, MOST_WORDS
from backend.honours.objection_scope import HANDLE
from backend.honours.objection_words import OBJECTION_STATES, REASONS
from backend.pages import typed
from miniprogram_api.surface.problem import status_of

desk = Desk("objections")

BADGES = {"waiting": "waiting", "upheld": "bad", "refused": "", "withdrawn": ""}
DONE = {
    "upheld": "异议成立，已移出公示；提出人和本人会收到通知。",
    "refused": "异议不成立，提出人会收到答复。",
    "recorded": "异议已登记，请由同事办理。",
}


def nobody_chosen() -> Invalid:
    return Invalid("nobody_chosen", "请选择异议说的是哪一位。")


def no_outcome() -> Invalid:
    return Invalid("no_outcome", "请选择异议成立还是不成立。")


@desk.add("GET", "/objections", permission=HANDLE)
async def show_queue(visit: Visit) -> HTTPResponse:
    """What waits, the oldest first, or what is closed; and the seasons in which one can be written down now."""
    closed = visit.asked("show") == "closed"
    running = [each for each in await list_of(visit.staff) if phase(each) in ("notice", "closing")]
    values: dict[str, Any] = {"rows": await objections.queue(visit.staff, closed=closed), "closed": closed}
    return await visit.show(
        "objections.html", done=DONE.get(visit.asked("done"), ""), running=running, **values, **_words()
    )


@desk.add("POST", "/objections/<objection_id:uuid>/look", permission=HANDLE)
async def look(visit: Visit, objection_id: UUID) -> HTTPResponse:
    """One objection, whole. By POST: the look is logged, so nothing may prefetch it."""
    return await _show_case(visit, objection_id)


@desk.add("POST", "/objections/<objection_id:uuid>/decide", permission=HANDLE)
async def decide(visit: Visit, objection_id: UUID) -> HTTPResponse:
    """Upheld or not, with an answer."""
    form = visit.form
    outcome = form.get("outcome", "")
    try:
        if outcome not in ("upheld", "refused"):
            raise no_outcome()
        await objections.handle(
            visit.vault,
            visit.staff,
            objection_id,
            outcome == "upheld",
            form.get("answer", ""),
            reason=form.get("reason", "" if outcome == "upheld" else "unfit"),
        )
    except (Invalid, Conflict) as error:
        return await _show_case(visit, objection_id, fault=error)
    return visit.go(f"/objections?done={outcome}")


@desk.add("POST", "/seasons/<season_id:uuid>/objections/begin", permission=HANDLE)
async def begin_to_record(visit: Visit, season_id: UUID) -> HTTPResponse:
    """The form for what somebody says at a counter or by phone: it names the people of the notice."""
    return await _show_form(visit, season_id)


@desk.add("POST", "/seasons/<season_id:uuid>/objections", permission=HANDLE)
async def record(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Write it down."""
    nominee_id = typed.id_of(visit.form.get("nominee", ""))
    try:
        if nominee_id is None:
            raise nobody_chosen()
        await objections.record(visit.vault, visit.staff, nominee_id, visit.form.get("words", ""))
    except (Invalid, Conflict, NotFound) as error:
        return await _show_form(visit, season_id, fault=error)
    return visit.go("/objections?done=recorded")


async def _show_case(visit: Visit, objection_id: UUID, fault: DomainError | None = None) -> HTTPResponse:
    case = await objections.open_case(visit.vault, visit.staff, objection_id)
    status, filled = (status_of(fault), visit.form) if fault else (200, {})
    return await visit.show("objection_case.html", status, fault=fault, case=case, typed=filled, **_words())


async def _show_form(visit: Visit, season_id: UUID, fault: DomainError | None = None) -> HTTPResponse:
    season = await season_of(visit.staff, season_id)
    people = await objections.to_record(visit.vault, visit.staff, season_id)
    status, filled = (status_of(fault), visit.form) if fault else (200, {})
    values: dict[str, Any] = {"season": season, "people": people, "typed": filled}
    return await visit.show("objection_record.html", status, fault=fault, **values, **_words())


def _words() -> dict[str, Any]:
    limits = {"least": LEAST_WORDS, "most": MOST_WORDS}
    return {"states": OBJECTION_STATES, "badges": BADGES, "reasons": REASONS, **limits}
