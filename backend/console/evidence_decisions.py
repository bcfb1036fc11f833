"""The evidence desk's decisions: approve, send back, ask, and a case officer's taking back."""

import re
from uuid import UUID

from sanic import HTTPResponse

from backend.console.desk import Desk
from backend.console.evidence import REVIEW, show_claimed, show_list_of_decided, show_opened, to_the_next
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Invalid
from backend.repairs import deciding, review
from backend.repairs.models import SECOND_REVIEW

desk = Desk("evidence_decisions")
REVERSE = "reverse_evidence"

_HOURS = re.compile(r"(\d{1,4})(?:\.(\d))?")


def hours_format() -> Invalid:
    return Invalid("hours_format", "时长请填数字，最多一位小数，例如 6 或 6.5。")


@desk.add("POST", "/evidence/<evidence_id:uuid>/approve", permission=REVIEW)
async def approve(visit: Visit, evidence_id: UUID) -> HTTPResponse:
    """All or part, then the next case."""
    form = visit.form
    try:
        quantity = _tenths(form.get("hours"))
        evidence = await deciding.approve(
            visit.ledger,
            visit.vault,
            visit.staff,
            evidence_id,
            quantity,
            form.get("words", ""),
            picture_days=visit.settings.picture_days,
        )
    except DomainError as error:
        return await _again(visit, evidence_id, error, "approve")
    return await to_the_next(visit, evidence_id, "first" if evidence.state == SECOND_REVIEW else "approved")


@desk.add("POST", "/evidence/<evidence_id:uuid>/reject", permission=REVIEW)
async def reject(visit: Visit, evidence_id: UUID) -> HTTPResponse:
    """Send it back with a reason, then the next case."""
    days = visit.settings.picture_days
    try:
        await deciding.reject(visit.vault, visit.staff, evidence_id, *_reason(visit), picture_days=days)
    except DomainError as error:
        return await _again(visit, evidence_id, error, "reject")
    return await to_the_next(visit, evidence_id, "rejected")


@desk.add("POST", "/evidence/<evidence_id:uuid>/ask", permission=REVIEW)
async def ask_for_more(visit: Visit, evidence_id: UUID) -> HTTPResponse:
    """Ask once for what is missing, then the next case."""
    try:
        await deciding.ask_for_more(visit.vault, visit.staff, evidence_id, *_reason(visit))
    except DomainError as error:
        return await _again(visit, evidence_id, error, "ask")
    return await to_the_next(visit, evidence_id, "asked")


@desk.add("GET", "/reversals", permission=REVERSE)
async def show_reversible(visit: Visit) -> HTTPResponse:
    """Decided cases of every department, for a case officer."""
    return await show_list_of_decided(visit, "examine", REVERSE)


@desk.add("POST", "/evidence/<evidence_id:uuid>/examine", permission=REVERSE)
async def examine(visit: Visit, evidence_id: UUID) -> HTTPResponse:
    """Open an approval that may be wrong: a look of its own."""
    case = await review.open_decided(visit.vault, visit.staff, evidence_id, "evidence_reversal")
    return await show_opened(visit, case, "reversals")


@desk.add("POST", "/evidence/<evidence_id:uuid>/reverse", permission=REVERSE)
async def reverse(visit: Visit, evidence_id: UUID) -> HTTPResponse:
    """Take an approval back with a reason; the points follow."""
    days = visit.settings.picture_days
    try:
        await deciding.reverse(visit.ledger, visit.vault, visit.staff, evidence_id, *_reason(visit), picture_days=days)
    except (Invalid, Conflict) as error:
        case = await review.open_decided(visit.vault, visit.staff, evidence_id, "evidence_reversal")
        return await show_opened(visit, case, "reversals", error)
    return visit.go("/reversals?done=reversed")


async def _again(visit: Visit, evidence_id: UUID, error: DomainError, deed: str) -> HTTPResponse:
    """The case once more with the fault above it, and the typed text in the form that it was typed into."""
    return await show_claimed(visit, evidence_id, fault=error, typed={**visit.form, "deed": deed})


def _reason(visit: Visit) -> tuple[str, str]:
    return visit.form.get("reason", ""), visit.form.get("words", "")


def _tenths(text: str | None) -> int | None:
    """Hours as typed, in tenths; None where nothing was typed. Raises Invalid."""
    if text is None:
        return None
    found = _HOURS.fullmatch(text)
    if found is None:
        raise hours_format()
    return int(found[1]) * 10 + int(found[2] or 0)
