"""Pages of evidence: the list, one with everything that became of it, beginning a new one, taking one back."""

from uuid import UUID

from sanic import HTTPResponse

from backend import clock
from backend.demo.pages.evidence_fields import said_rows
from backend.demo.pages.points import page_asked
from backend.demo.pages.visitor import Visitor
from backend.pages.forms import form_of, go_to
from backend.repairs.content import KINDS, LABELS, Kind
from backend.settings import Settings
from miniprogram_api import evidence
from miniprogram_api.evidence_body import EvidenceDraft
from miniprogram_api.evidence_shown import EvidenceLine, EvidenceShown, State
from miniprogram_api.surface.pages import PageQuery

BADGES: dict[State, str] = {
    "draft": "",
    "submitted": "",
    "asked": "waiting",
    "second_review": "",
    "approved": "in_force",
    "rejected": "unread",
    "withdrawn": "",
    "reversed": "unread",
}
_EXAMPLES: dict[Kind, str] = {
    "service": "打扫街道、巡河、陪老人、教孩子……",
    "donation": "捐钱捐物，有票据的",
    "fulfilment": "罚款交了、判决书要求的事做完了",
    "study": "参加培训，学完了",
}
_TOLD = {
    "submitted": "已经交上去了。有了结果，会在“通知”里告诉您。",
    "saved": "草稿存好了，随时可以接着填。",
    "withdrawn": "已经撤回。",
}


async def list_evidence(visitor: Visitor) -> HTTPResponse:
    """Hers, newest first, each with what comes next."""
    shown = await evidence.list_evidence(visitor.account, visitor.vault, page_asked(visitor))
    return await visitor.show(
        "evidence_list.html",
        "evidence",
        items=[(each, _next_of(each)) for each in shown.items],
        asked=[each for each in shown.items if each.state == "asked"],
        badges=BADGES,
        next_cursor=shown.next_cursor,
        later="cursor" in visitor.request.args,
    )


async def show_evidence(visitor: Visitor, evidence_id: UUID) -> HTTPResponse:
    """One of hers; anybody else's is not found."""
    shown = await evidence.show_evidence(visitor.session, visitor.vault, evidence_id)
    told = _TOLD.get(visitor.request.args.get("told", ""))
    return await visitor.show(
        "evidence.html",
        "evidence",
        evidence=shown,
        next=_next_of(shown),
        rows=said_rows(shown.content, LABELS),
        badge=BADGES[shown.state],
        told=told,
        key=visitor.new_key(),
    )


async def choose_kind(visitor: Visitor) -> HTTPResponse:
    """Four big buttons."""
    rules = await evidence.show_evidence_rules()
    kinds = [(each, _EXAMPLES[each.kind]) for each in rules.kinds]
    return await visitor.show("evidence_new.html", "evidence", kinds=kinds, key=visitor.new_key())


async def begin(visitor: Visitor) -> HTTPResponse:
    """A draft of the chosen kind, or the empty one that was left lying."""
    form = form_of(visitor.request)
    kind = next((each for each in KINDS if each == form.get("kind")), None)
    if kind is None:
        return go_to("/demo/evidence/new")
    draft = await _left_lying(visitor, kind)
    if draft is None:
        body = EvidenceDraft(kind=kind)
        write = visitor.once("draft_evidence", form.get("key"), kind)
        draft = await evidence.draft_evidence(visitor.citizen, visitor.session, visitor.vault, body, write)
    return go_to(f"/demo/evidence/{draft.id}/edit")


async def withdraw(visitor: Visitor, evidence_id: UUID) -> HTTPResponse:
    """Taken back; pressed twice, once."""
    settings: Settings = visitor.tools[Settings]
    write = visitor.once("withdraw_evidence", form_of(visitor.request).get("key"), str(evidence_id))
    await evidence.withdraw_evidence(visitor.session, visitor.vault, settings, evidence_id, write)
    return go_to(f"/demo/evidence/{evidence_id}?told=withdrawn")


async def delete(visitor: Visitor, evidence_id: UUID) -> HTTPResponse:
    """A draft is gone with its photos."""
    write = visitor.once("delete_evidence", form_of(visitor.request).get("key"), str(evidence_id))
    await evidence.delete_evidence(visitor.account, evidence_id, write)
    return go_to("/demo/evidence")


async def _left_lying(visitor: Visitor, kind: Kind) -> EvidenceShown | None:
    """Who looks at a form and goes away again should not find ten empty drafts."""
    lines = await evidence.list_evidence(visitor.account, visitor.vault, PageQuery())
    for line in lines.items:
        if line.state == "draft" and line.kind == kind and not line.title:
            shown = await evidence.show_evidence(visitor.session, visitor.vault, line.id)
            if not shown.pictures and not said_rows(shown.content, LABELS):
                return shown
    return None


def _next_of(line: EvidenceLine) -> str:
    """What comes next, in a sentence."""
    match line.state:
        case "draft":
            return "还没有交，可以接着填"
        case "asked":
            return "请您补充一次，审核员再接着看"
        case "submitted" | "second_review" if line.review_by and line.review_by < clock.today():
            return "审核晚了，可以打电话问"
        case "submitted" | "second_review" if line.review_by:
            return f"最迟 {line.review_by.month}月{line.review_by.day}日审核完"
        case "approved" if line.approved_hours is not None:
            return f"申报 {line.claimed_hours or 0:g} 小时，认定 {line.approved_hours:g} 小时"
        case "rejected":
            return "点开看原因，改好可以再交"
        case _:
            return ""
