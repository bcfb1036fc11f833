"""One nomination on the moderators' desk: opened, which is a look, and decided."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards import seasons
from backend.awards.awards import award
from backend.console.desk import Desk
from backend.console.nominations import LOOKS, MODERATE
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Forbidden, Invalid
from backend.nominations import appeals, moderating
from backend.nominations.check_words import OUTCOMES
from backend.nominations.content import MOST_PEOPLE
from backend.nominations.moderation_scope import nomination_changed, nomination_for
from backend.nominations.nominator_words import STEPS
from backend.nominations.words import NOMINATION_STATES, NOMINEE_STATES, REASONS, RELATIONS
from backend.pages import typed
from media.links import sign_link
from media.models import Picture
from miniprogram_api.surface.problem import status_of

desk = Desk("nomination_case")


@desk.add("POST", "/nominations/<nomination_id:uuid>/open", permission=MODERATE)
async def open_nomination(visit: Visit, nomination_id: UUID) -> HTTPResponse:
    """All of it. By POST: the look is logged, so nothing may prefetch it."""
    return await _show(visit, nomination_id)


@desk.add("POST", "/nominations/<nomination_id:uuid>/accept", permission=MODERATE)
async def accept(visit: Visit, nomination_id: UUID) -> HTTPResponse:
    """Accept it with its people as new nominees or as those whom she chose; an appeal is upheld by it."""
    try:
        decide = appeals.uphold if await _appealed(visit, nomination_id) else moderating.accept
        await decide(visit.vault, visit.staff, nomination_id, _version(visit), _into(visit))
    except (Conflict, Invalid, Forbidden) as error:
        return await _show(visit, nomination_id, error)
    return await _back(visit, nomination_id, "accepted")


@desk.add("POST", "/nominations/<nomination_id:uuid>/refuse", permission=MODERATE)
async def refuse(visit: Visit, nomination_id: UUID) -> HTTPResponse:
    """Refuse it with a reason; an appeal ends with it."""
    reason, words = visit.form.get("reason", ""), visit.form.get("words", "")
    try:
        appealed = await _appealed(visit, nomination_id)
        decide = appeals.refuse if appealed else moderating.refuse
        await decide(visit.vault, visit.staff, nomination_id, _version(visit), reason, words)
    except (Conflict, Invalid, Forbidden) as error:
        return await _show(visit, nomination_id, error)
    return await _back(visit, nomination_id, "closed" if appealed else "refused")


async def _show(visit: Visit, nomination_id: UUID, fault: DomainError | None = None) -> HTTPResponse:
    """The case, with what was refused and typed. Forbidden stays forbidden: nothing of the case is shown then."""
    case = await moderating.open_case(visit.vault, visit.staff, nomination_id)
    season = case.nomination.season
    values: dict[str, Any] = {
        "case": case,
        "award": award(season.award),
        "phase_label": seasons.phase_label(season),
        "pictures": [_picture(visit, each) for each in case.pictures],
        "typed": visit.form if fault else {},
    }
    words: dict[str, Any] = {"states": NOMINATION_STATES, "looks": LOOKS, "outcomes": OUTCOMES, "steps": STEPS}
    lists: dict[str, Any] = {"reasons": REASONS, "relations": RELATIONS, "nominee_states": NOMINEE_STATES}
    status = status_of(fault) if fault else 200
    return await visit.show("nomination_case.html", status, fault=fault, **words, **lists, **values)


async def _back(visit: Visit, nomination_id: UUID, done: str) -> HTTPResponse:
    """On to the queue of the same season."""
    season_id = (await nomination_for(visit.staff, nomination_id)).season_id
    return visit.go(f"/nominations?season={season_id}&done={done}")


async def _appealed(visit: Visit, nomination_id: UUID) -> bool:
    """Whether the page was that of an appeal: what it has become meanwhile is the deed's to find out."""
    await nomination_for(visit.staff, nomination_id)
    return "appeal" in visit.form


def _version(visit: Visit) -> int:
    version = typed.whole_number(visit.form.get("version", ""), 9)
    if version is None:
        raise nomination_changed()
    return version


def _into(visit: Visit) -> list[UUID | None]:
    """For each person the nominee whom she chose; nobody for `new`, and where nothing was to be chosen."""
    people = typed.whole_number(visit.form.get("people", ""), 1)
    if people is None or people > MOST_PEOPLE:
        raise nomination_changed()
    return [typed.id_of(visit.form.get(f"into-{place}", "")) for place in range(people)]


def _picture(visit: Visit, picture: Picture) -> dict[str, Any]:
    token = sign_link(visit.vault, picture.id, "middle", f"staff-session:{visit.session.id}")
    return {"id": picture.id, "token": None if picture.deleted_at else token}
