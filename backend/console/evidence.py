"""The evidence desk: the queue, and one case from the claim to what is seen of it; decisions lie beside it."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend import clock
from backend.console.desk import Desk
from backend.console.evidence_words import STATES, STEPS, hours, said_by
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Forbidden
from backend.repairs import review
from backend.repairs.case import Case
from backend.repairs.colleagues import colleagues_of
from backend.repairs.content import KINDS
from backend.repairs.models import SECOND_REVIEW
from backend.repairs.queue import MOST_ROWS, QueueRow, decided, next_in_queue, queue
from backend.repairs.reasons import ASK, REJECT, REVERSE
from backend.repairs.scope import case_of
from media.links import sign_link
from media.models import Picture
from miniprogram_api.surface.problem import status_of

desk = Desk("evidence")
REVIEW = "review_evidence"

# The next case stands under these already, so each says which one it is about.
DONE = {
    "approved": "上一件已通过，申请人会收到通知。",
    "first": "上一件已初审通过，等另一位审核员复核。",
    "rejected": "上一件已定为不通过，申请人会看到原因。",
    "asked": "上一件已请申请人补充，补充后会回到您手里。",
    "released": "已放回队列。",
    "reassigned": "已转给同事。",
    "reversed": "已撤销通过，积分随之调整，申请人会收到通知。",
    "empty": "队列里没有您可以办的材料了。",
    "busy": "前面几件刚刚被同事领取，请再试一次。",
}
_FILTERS = {"": "全部", "mine": "我经办的", "second": "待复核"}


@desk.add("GET", "/evidence", permission=REVIEW)
async def show_queue(visit: Visit) -> HTTPResponse:
    """What waits, the oldest deadline first."""
    rows = await queue(visit.staff)
    shown = visit.asked("show") if visit.asked("show") in _FILTERS else ""
    values: dict[str, Any] = {
        "rows": [row for row in rows if _fits(visit, row, shown)],
        "waiting": f"{len(rows)}{'+' if len(rows) == MOST_ROWS else ''}",
        "late": sum(row.late for row in rows),
        "shown": shown,
        "filters": _FILTERS,
        "done": DONE.get(visit.asked("done"), ""),
    }
    return await visit.show("evidence_queue.html", states=STATES, kinds=KINDS, hours=hours, **values)


@desk.add("POST", "/evidence/next", permission=REVIEW)
async def take_next(visit: Visit) -> HTTPResponse:
    """Claim the case that is due first, and open it."""
    return await to_the_next(visit, after=None, done="")


@desk.add("GET", "/evidence/decided", permission=REVIEW)
async def show_decided(visit: Visit) -> HTTPResponse:
    """What the department decided, newest first, or the one with a number."""
    return await show_list_of_decided(visit, "look", REVIEW)


@desk.add("POST", "/evidence/<evidence_id:uuid>/claim", permission=REVIEW)
async def claim(visit: Visit, evidence_id: UUID) -> HTTPResponse:
    """Take a case for half an hour. What was typed before a claim lapsed is typed again."""
    try:
        await review.claim(visit.staff, evidence_id)
    except (Conflict, Forbidden) as error:
        return await _show_way(visit, evidence_id, error, visit.form)
    if visit.form.keys() - {"csrf"}:
        return await show_claimed(visit, evidence_id, typed=visit.form)
    return visit.go(f"/evidence/{evidence_id}")


@desk.add("GET", "/evidence/<evidence_id:uuid>", permission=REVIEW)
async def show_case(visit: Visit, evidence_id: UUID) -> HTTPResponse:
    """The case that she has claimed; without a claim, only the way to it."""
    return await show_claimed(visit, evidence_id, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/evidence/<evidence_id:uuid>/release", permission=REVIEW)
async def release(visit: Visit, evidence_id: UUID) -> HTTPResponse:
    """Give it back."""
    await review.release(visit.staff, evidence_id)
    return visit.go("/evidence?done=released")


@desk.add("POST", "/evidence/<evidence_id:uuid>/reassign", permission="reassign_evidence")
async def reassign(visit: Visit, evidence_id: UUID) -> HTTPResponse:
    """Hand it to a colleague."""
    try:
        await review.reassign(visit.staff, evidence_id, visit.form.get("colleague", ""))
    except Conflict as error:
        return await show_claimed(visit, evidence_id, fault=error)
    return visit.go("/evidence?done=reassigned")


@desk.add("POST", "/evidence/<evidence_id:uuid>/compare/<other_id:uuid>", permission=REVIEW)
async def compare(visit: Visit, evidence_id: UUID, other_id: UUID) -> HTTPResponse:
    """The case beside another that a likeness points to. By POST: the look is logged, so nothing may prefetch it."""
    try:
        case, other = await review.open_other(visit.vault, visit.staff, evidence_id, other_id)
    except Conflict as error:
        return await _show_way(visit, evidence_id, error, {})
    between = [flag for flag in case.flags if flag.other_id == other_id]
    alike = next(((flag.picture_id, flag.other_picture_id) for flag in between if flag.picture_id), (None, None))
    sides = [{**_seen(visit, each), "first": first} for each, first in zip((case, other), alike, strict=True)]
    return await visit.show("evidence_compare.html", sides=sides, between=between, states=STATES, kinds=KINDS)


@desk.add("POST", "/evidence/<evidence_id:uuid>/look", permission=REVIEW)
async def look_again(visit: Visit, evidence_id: UUID) -> HTTPResponse:
    """A decided case again: a look of its own."""
    case = await review.open_decided(visit.vault, visit.staff, evidence_id)
    return await show_opened(visit, case, "evidence/decided")


async def show_claimed(
    visit: Visit,
    evidence_id: UUID,
    *,
    fault: DomainError | None = None,
    typed: dict[str, str] | None = None,
    done: str = "",
) -> HTTPResponse:
    """The case to work on, with what was refused and typed; or the way to claim it, when the claim is gone."""
    try:
        case = await review.open_case(visit.vault, visit.staff, evidence_id)
    except Conflict:
        return await _show_way(visit, evidence_id, fault, typed or {})
    status = status_of(fault) if fault else 200
    # A first reviewer's hours stand in the field of the second one, who may only lower them.
    second = case.evidence.state == SECOND_REVIEW
    values: dict[str, Any] = {
        "typed": typed or {},
        "claimed": hours(case.evidence.approved_quantity if second else case.evidence.quantity),
        "left": (case.evidence.claimed_until - clock.now()).seconds if case.evidence.claimed_until else 0,
        "colleagues": await colleagues_of(visit.staff, case.evidence),
        "reasons": {"reject": REJECT, "ask": ASK},
        "done": done,
    }
    return await visit.show("evidence_case.html", status, fault=fault, **_worded(visit, case), **values)


async def show_opened(visit: Visit, case: Case, back: str, fault: DomainError | None = None) -> HTTPResponse:
    """A decided case to read; a case officer may take an approval back. `back` is the list that it was found in."""
    status = status_of(fault) if fault else 200
    values: dict[str, Any] = {"typed": visit.form if fault else {}, "reasons": {"reverse": REVERSE}, "back": back}
    return await visit.show("evidence_opened.html", status, fault=fault, **_worded(visit, case), **values)


async def show_list_of_decided(visit: Visit, deed: str, permission: str) -> HTTPResponse:
    """Decided cases as far as the permission reaches; `deed` is the last word of the address that opens one."""
    number = visit.asked("number").upper()
    rows = await decided(visit.staff, number=number or None, permission=permission)
    values: dict[str, Any] = {"rows": rows, "number": number, "deed": deed, "done": DONE.get(visit.asked("done"), "")}
    return await visit.show("evidence_decided.html", states=STATES, kinds=KINDS, hours=hours, **values)


async def to_the_next(visit: Visit, after: UUID | None, done: str) -> HTTPResponse:
    """On to the next case, claimed; a colleague may have been quicker with the first ones."""
    for _ in range(5):
        evidence_id = await next_in_queue(visit.staff, after)
        if evidence_id is None:
            return visit.go(f"/evidence?done={done or 'empty'}")
        try:
            await review.claim(visit.staff, evidence_id)
        except Conflict:
            after = evidence_id
            continue
        return visit.go(f"/evidence/{evidence_id}" + (f"?done={done}" if done else ""))
    return visit.go(f"/evidence?done={done or 'busy'}")


async def _show_way(visit: Visit, evidence_id: UUID, fault: DomainError | None, typed: dict[str, str]) -> HTTPResponse:
    """What may be done with a case that she has not claimed. Nothing of the citizen is on it."""
    evidence = await case_of(visit.staff, evidence_id, REVIEW)
    elsewhere = evidence.assignee_id != visit.staff.id and review.at_work(evidence.assignee)
    values: dict[str, Any] = {"evidence": evidence, "states": STATES, "kinds": KINDS, "typed": typed}
    if elsewhere:
        values["colleagues"] = [visit.staff.user, *await colleagues_of(visit.staff, evidence)]
    status = status_of(fault) if fault else 200
    return await visit.show("evidence_way.html", status, fault=fault, elsewhere=elsewhere, **values)


def _fits(visit: Visit, row: QueueRow, shown: str) -> bool:
    if shown == "mine":
        # A row has names only; what a namesake works on is not to be taken.
        return row.mine or (row.takeable and row.assigned_to == visit.staff.user.name)
    return shown != "second" or row.state == SECOND_REVIEW


def _seen(visit: Visit, case: Case) -> dict[str, Any]:
    return {"case": case, "said": said_by(case), "pictures": [_picture(visit, each) for each in case.pictures]}


def _picture(visit: Visit, picture: Picture) -> dict[str, Any]:
    token = sign_link(visit.vault, picture.id, "middle", f"staff-session:{visit.session.id}")
    return {"id": picture.id, "token": None if picture.deleted_at else token}


def _worded(visit: Visit, case: Case) -> dict[str, Any]:
    return {**_seen(visit, case), "states": STATES, "steps": STEPS, "kinds": KINDS, "hours": hours}
