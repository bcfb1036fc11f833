"""Filling evidence in: the form, saving it while it is typed, its photos one by one, and handing it in."""

from urllib.parse import parse_qsl
from uuid import UUID

from sanic import HTTPResponse
from sanic.response import json

from backend.demo.pages.evidence_fields import at_fields, inputs_of, read_form, typed_in, written
from backend.demo.pages.visitor import Visitor
from backend.errors import Conflict, DomainError, Invalid
from backend.pages.forms import go_to
from backend.repairs.submitting import not_changeable, not_submittable
from media.pictures import MOST_BYTES
from media.storage import Storage
from media.workshop import Workshop
from miniprogram_api import evidence, media
from miniprogram_api.evidence_shown import EvidenceShown
from miniprogram_api.surface.problem import answer
from miniprogram_api.surface.upload import read_upload, slot

_OVER = {not_changeable().code, not_submittable().code}  # sent a second time, after it was handed in


async def show_form(visitor: Visitor, evidence_id: UUID) -> HTTPResponse:
    """The form of a draft, or of what more was asked for; of anything else, its page."""
    shown = await evidence.show_evidence(visitor.session, visitor.vault, evidence_id)
    if "edit" not in shown.actions:
        return go_to(f"/demo/evidence/{evidence_id}")
    return await _form(visitor, shown, written(shown.content), {})


async def hand_in(visitor: Visitor, evidence_id: UUID) -> HTTPResponse:
    """Keep what was typed, and hand it in where that was pressed. Faults are shown at their fields."""
    pairs = _pairs(visitor)
    typed = typed_in(pairs)
    submits = typed.get("deed") == "submit"
    try:
        await _keep(visitor, evidence_id, pairs, whole=submits)
        if submits:
            write = visitor.once("submit_evidence", typed.get("key"), str(evidence_id))
            await evidence.submit_evidence(visitor.citizen, visitor.session, visitor.vault, evidence_id, write)
    except Invalid as error:
        shown = await evidence.show_evidence(visitor.session, visitor.vault, evidence_id)
        said = at_fields(error.fields) or {"pictures": error.detail}
        return await _form(visitor, shown, typed, said, status=422)
    except Conflict as error:
        if error.code not in _OVER:
            raise
    return go_to(f"/demo/evidence/{evidence_id}?told={'submitted' if submits else 'saved'}")


async def save(visitor: Visitor, evidence_id: UUID) -> HTTPResponse:
    """What the page's script keeps while she types: whatever the network does then, it is here."""
    await _keep(visitor, evidence_id, _pairs(visitor), whole=False)
    return json({"saved": True})


async def send_photo(visitor: Visitor) -> HTTPResponse:
    """One photo. Sent again with its key after a broken connection, it is the same one."""
    citizen, tools = visitor.citizen, visitor.tools
    storage, workshop = tools[Storage], tools[Workshop]
    with slot(str(visitor.account.id)):
        upload = await read_upload(visitor.request, MOST_BYTES)
        try:
            write = visitor.once("upload_picture", visitor.request.headers.get("idempotency-key"), upload.digest)
            sent = await media.upload_picture(visitor.session, citizen, visitor.vault, storage, workshop, upload, write)
        except DomainError as error:
            return answer(error, str(visitor.request.ctx.request_id))
    return json({"id": str(sent.id), "small_url": sent.small_url}, 201)


async def _keep(visitor: Visitor, evidence_id: UUID, pairs: list[tuple[str, str]], *, whole: bool) -> None:
    body = read_form(pairs, whole=whole)
    write = visitor.once("change_evidence", None, str(evidence_id))
    await evidence.change_evidence(visitor.citizen, visitor.session, visitor.vault, evidence_id, body, write)


async def _form(
    visitor: Visitor, shown: EvidenceShown, typed: dict[str, str], faults: dict[str, str], status: int = 200
) -> HTTPResponse:
    rules = await evidence.show_evidence_rules()
    kind = next(each for each in rules.kinds if each.kind == shown.kind)
    usual, certificate = inputs_of(kind)
    return await visitor.show(
        "evidence_form.html",
        "evidence",
        status=status,
        evidence=shown,
        kind=kind,
        usual=usual,
        certificate=certificate,
        typed=typed,
        faults=faults,
        asked=next((step for step in reversed(shown.steps) if step.kind == "asked"), None),
        most=rules.most_pictures,
        key=visitor.new_key(),
    )


def _pairs(visitor: Visitor) -> list[tuple[str, str]]:
    return parse_qsl(visitor.request.body.decode("utf-8", "replace"), keep_blank_values=True)
