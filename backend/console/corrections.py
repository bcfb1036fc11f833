"""The corrections desk: a department finds a record, amends, withdraws or restores it; a second officer decides."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend import clock
from backend.console import corrections_form
from backend.console.corrections_words import STATES, worded
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, FieldError, Invalid
from backend.records import corrections
from backend.records.correction_reasons import OTHER, sentence_of
from backend.records.record_versions import said_of
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
        found = await corrections.find(visit.staff, number, identity, visit.vault)
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
    return visit.go(f"/corrections?done={'waiting' if change.state == corrections.WAITING else 'amended'}")


@desk.add("POST", "/corrections/records/<record_id:uuid>/withdraw", permission=CORRECT)
async def withdraw(visit: Visit, record_id: UUID) -> HTTPResponse:
    """The record is taken back, at once."""
    form = visit.form
    try:
        if form.get("sure") != "yes":
            raise not_confirmed()
        await corrections.withdraw(
            visit.ledger, visit.vault, visit.staff.user, record_id, form.get("reason", ""), form.get("words", "")
        )
    except (Invalid, Conflict) as error:
        return await _show_record(visit, record_id, fault=error, deed="withdraw")
    return visit.go("/corrections?done=withdrawn")


@desk.add("POST", "/corrections/records/<record_id:uuid>/restore", permission=CORRECT)
async def restore(visit: Visit, record_id: UUID) -> HTTPResponse:
    """A withdrawn record is to come back: it waits for the second officer."""
    said = visit.form.get("reason", ""), visit.form.get("words", "")
    try:
        await corrections.restore(visit.ledger, visit.vault, visit.staff.user, record_id, *said)
    except (Invalid, Conflict) as error:
        return await _show_record(visit, record_id, fault=error, deed="restore")
    return visit.go("/corrections?done=returning")


@desk.add("POST", "/corrections/changes/<change_id:uuid>", permission=APPROVE)
async def look_at_change(visit: Visit, change_id: UUID) -> HTTPResponse:
    """The second officer's page: what stands beside what is asked for. A logged look, hence by POST."""
    seen = await corrections.look_at_change(visit.vault, visit.staff, change_id)
    change = seen.change
    values: dict[str, Any] = {
        "seen": seen,
        "said": said_of(seen.before, {seen.item.said.code: seen.item.said.name}),
        "reason": "其他原因，见说明。" if change.reason == OTHER else sentence_of(change.kind, change.reason),
        "back": change.kind == corrections.RESTORE,
    }
    return await visit.show("corrections_change.html", **values)


@desk.add("POST", "/corrections/changes/<change_id:uuid>/approve", permission=APPROVE)
async def approve(visit: Visit, change_id: UUID) -> HTTPResponse:
    """The second officer's yes."""
    change = await corrections.approve_change(visit.ledger, visit.vault, visit.staff.user, change_id)
    return visit.go(f"/corrections?done={'restored' if change.kind == corrections.RESTORE else 'approved'}")


@desk.add("POST", "/corrections/changes/<change_id:uuid>/refuse", permission=APPROVE)
async def refuse(visit: Visit, change_id: UUID) -> HTTPResponse:
    """The second officer's no: the record stays as it is."""
    change = await corrections.refuse_change(visit.ledger, visit.vault, visit.staff.user, change_id)
    return visit.go(f"/corrections?done={'stays' if change.kind == corrections.RESTORE else 'refused'}")


async def _show_search(visit: Visit, **said: Any) -> HTTPResponse:
    waiting = await corrections.changes_to_decide(visit.staff, TO_DECIDE) if visit.staff.may(APPROVE) else []
    fault = said.get("fault")
    values: dict[str, Any] = {"waiting": waiting, "found": None, "most_found": corrections.MOST_FOUND}
    return await visit.show("corrections.html", status_of(fault) if fault else 200, states=STATES, **values | said)


async def _show_record(
    visit: Visit, record_id: UUID, *, fault: DomainError | None = None, deed: str = ""
) -> HTTPResponse:
    """The record to correct; what was refused stands at the form of the `deed`, with what was typed there."""
    seen = await corrections.open_record(visit.vault, visit.staff, record_id)
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
        "may_amend": seen.record.state == corrections.LIVE and seen.waiting is None,
        "may_decide": visit.staff.may(APPROVE) and seen.waiting and seen.waiting.officer_id != visit.staff.id,
        **(await worded(seen, values)),
    }
    status = status_of(fault) if fault else 200
    return await visit.show("corrections_record.html", status, fault=corrections_form.above(fault), **said)
