"""The corrections desk: a department finds a record, amends, withdraws or restores it; a second officer decides."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend import clock
from backend.console import corrections_form
from backend.console.corrections_words import STATES, reason_said, worded
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, FieldError, Invalid
from backend.records import correction_finding, correction_restoring, correction_views, correction_waiting, corrections
from backend.records.correction_finding import MOST_FOUND
from backend.records.correction_waiting import deadline_of
from backend.records.record_versions import LIVE, RESTORE, WAITING, said_of
from miniprogram_api.surface.problem import status_of

desk = Desk("corrections")
CORRECT = "correct_records"
APPROVE = "approve_records"
TO_DECIDE = 50

DONE = {
    "amended": "已更正。当事人会收到通知，看得到改了哪里、为什么改。",
    "waiting": "更正已提出，等本部门另一位同事复核。复核前记录照旧。",
    "withdrawn": "已撤回。这条记录不再显示，积分随之调整，当事人会收到通知。",
    "returning": "恢复已提出，等本部门另一位同事复核。复核前这条记录仍然不显示。",
    "restored": "已同意恢复。这条记录重新显示，当事人会收到通知。",
    "approved": "已同意更正。当事人会收到通知。",
    "refused": "已退回这项更正，记录照旧。",
    "stays": "已退回这次恢复，记录仍然不显示。",
    "taken_back": "已收回，记录照旧。要改的可以重新提出。",
}


def not_confirmed() -> Invalid:
    detail = "撤回立即生效。确定要撤回的，请先勾选“我已核对”。"
    return Invalid("not_confirmed", detail, fields=[FieldError("sure", "not_confirmed", detail)])


@desk.add("GET", "/corrections", permission=CORRECT)
async def show_search(visit: Visit) -> HTTPResponse:
    """Where to look for a record, and what colleagues ask to be decided."""
    return await _show_search(visit, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/corrections", permission=CORRECT)
async def search(visit: Visit) -> HTTPResponse:
    """The department's records with a document number. By POST: no identity number stands in an address."""
    number, identity = visit.form.get("document_number", ""), visit.form.get("identity_number")
    try:
        found = await correction_finding.find(visit.staff, number, identity, visit.vault)
    except Invalid as error:
        return await _show_search(visit, fault=error, typed=visit.form)
    return await _show_search(visit, found=found, typed=visit.form)


@desk.add("POST", "/corrections/records/<record_id:uuid>", permission=CORRECT)
async def open_record(visit: Visit, record_id: UUID) -> HTTPResponse:
    """One record to correct. By POST: the look is logged, so nothing may prefetch it."""
    return await _show_record(visit, record_id)


@desk.add("POST", "/corrections/records/<record_id:uuid>/amend", permission=CORRECT)
async def amend(visit: Visit, record_id: UUID) -> HTTPResponse:
    """A corrected record: done at once, or waiting for the second officer when it is a negative one."""
    form = visit.form
    try:
        content = corrections_form.read(form, clock.today())
        change = await corrections.amend(
            visit.ledger,
            visit.vault,
            visit.staff.user,
            record_id,
            content,
            form.get("reason", ""),
            form.get("words", ""),
            from_version=corrections_form.version(form),
        )
    except (Invalid, Conflict) as error:
        return await _show_record(visit, record_id, fault=error, deed="amend")
    return visit.go(f"/corrections?done={'waiting' if change.state == WAITING else 'amended'}")


@desk.add("POST", "/corrections/records/<record_id:uuid>/withdraw", permission=CORRECT)
async def withdraw(visit: Visit, record_id: UUID) -> HTTPResponse:
    """The record is taken back, at once."""
    form = visit.form
    try:
        if form.get("sure") != "yes":
            raise not_confirmed()
        await corrections.withdraw(
            visit.ledger,
            visit.vault,
            visit.staff.user,
            record_id,
            form.get("reason", ""),
            form.get("words", ""),
            from_version=corrections_form.version(form),
        )
    except (Invalid, Conflict) as error:
        return await _show_record(visit, record_id, fault=error, deed="withdraw")
    return visit.go("/corrections?done=withdrawn")


@desk.add("POST", "/corrections/records/<record_id:uuid>/restore", permission=CORRECT)
async def restore(visit: Visit, record_id: UUID) -> HTTPResponse:
    """A withdrawn record is to come back: it waits for the second officer."""
    said = visit.form.get("reason", ""), visit.form.get("words", "")
    try:
        await correction_restoring.restore(visit.ledger, visit.vault, visit.staff.user, record_id, *said)
    except (Invalid, Conflict) as error:
        return await _show_record(visit, record_id, fault=error, deed="restore")
    return visit.go("/corrections?done=returning")


@desk.add("POST", "/corrections/changes/<change_id:uuid>", permission=APPROVE)
async def look_at_change(visit: Visit, change_id: UUID) -> HTTPResponse:
    """The second officer's page: what stands beside what is asked for. A logged look, hence by POST."""
    seen = await correction_views.look_at_change(visit.vault, visit.staff, change_id)
    change = seen.change
    values: dict[str, Any] = {
        "seen": seen,
        "said": said_of(seen.before, {seen.item.said.code: seen.item.said.name}),
        "reason": reason_said(change.kind, change.reason),
        "deadline": deadline_of(change),
        "back": change.kind == RESTORE,
    }
    return await visit.show("corrections_change.html", **values)


@desk.add("POST", "/corrections/changes/<change_id:uuid>/approve", permission=APPROVE)
async def approve(visit: Visit, change_id: UUID) -> HTTPResponse:
    """The second officer's yes."""
    change = await corrections.approve_change(visit.ledger, visit.vault, visit.staff.user, change_id)
    return visit.go(f"/corrections?done={'restored' if change.kind == RESTORE else 'approved'}")


@desk.add("POST", "/corrections/changes/<change_id:uuid>/refuse", permission=APPROVE)
async def refuse(visit: Visit, change_id: UUID) -> HTTPResponse:
    """The second officer's no: the record stays as it is."""
    change = await corrections.refuse_change(visit.ledger, visit.vault, visit.staff.user, change_id)
    return visit.go(f"/corrections?done={'stays' if change.kind == RESTORE else 'refused'}")


@desk.add("POST", "/corrections/changes/<change_id:uuid>/take-back", permission=CORRECT)
async def take_back(visit: Visit, change_id: UUID) -> HTTPResponse:
    """Who asked for it asks no longer."""
    await corrections.take_back(visit.staff.user, change_id)
    return visit.go("/corrections?done=taken_back")


async def _show_search(visit: Visit, **said: Any) -> HTTPResponse:
    waiting = await correction_waiting.changes_to_decide(visit.staff, TO_DECIDE) if visit.staff.may(APPROVE) else []
    fault = said.get("fault")
    values: dict[str, Any] = {"waiting": waiting, "found": None, "most_found": MOST_FOUND, "reason_said": reason_said}
    values["hers"] = await correction_waiting.changes_of_her_own(visit.staff, TO_DECIDE)
    return await visit.show("corrections.html", status_of(fault) if fault else 200, states=STATES, **values | said)


async def _show_record(
    visit: Visit, record_id: UUID, *, fault: DomainError | None = None, deed: str = ""
) -> HTTPResponse:
    """The record to correct; what was refused stands at the form of the `deed`, with what was typed there."""
    seen = await correction_views.open_record(visit.vault, visit.staff, record_id)
    typed = visit.form if fault else {}
    values = (
        typed
        if typed and deed == "amend" and not corrections_form.moved(fault)
        else corrections_form.filled(seen.content)
    )
    said: dict[str, Any] = {
        "seen": seen,
        "deed": deed,
        "typed": typed,
        "values": values,
        "faults": corrections_form.beside(fault),
        "may_restore": seen.withdrawal is not None and seen.waiting is None,
        "may_amend": seen.record.state == LIVE and seen.waiting is None,
        "deadline": deadline_of(seen.waiting) if seen.waiting else None,
        "hers": seen.waiting is not None and seen.waiting.officer_id == visit.staff.id,
        "may_decide": visit.staff.may(APPROVE) and seen.waiting and seen.waiting.officer_id != visit.staff.id,
        **(await worded(seen, values)),
    }
    status = status_of(fault) if fault else 200
    return await visit.show("corrections_record.html", status, fault=corrections_form.above(fault), **said)
