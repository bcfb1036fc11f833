"""Deciding evidence: approved in whole or in part, sent back, asked about once, taken back. Points follow at once.

Each deed is one transaction with its state, step, notice, audit event, points and the day on which the pictures go.
"""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from backend import clock
from backend.citizens import access_log
from backend.errors import Conflict
from backend.points.ledger import Ledger
from backend.repairs import telling
from backend.repairs.case import rule_of
from backend.repairs.evidence import add_step, hide_words, holder_of
from backend.repairs.models import (
    APPROVED,
    ASKED,
    DECIDED,
    REJECTED,
    REVERSED,
    SECOND_REVIEW,
    SUBMITTED,
    Evidence,
    EvidenceStep,
)
from backend.repairs.quantities import check_quantity
from backend.repairs.reasons import check_reason, checked_words
from backend.repairs.scope import (
    check_claimed,
    claimed_by,
    held_case,
    not_approved,
    overtaken,
    second_reviewer_needed,
)
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff
from media import intake

FIRST_APPROVED = "first_approved"  # the step of a first reviewer whose yes waits for a second one's
TENTHS = 10


class _Deed(NamedTuple):
    """What a staff user decides: the step that it takes, and the state it leads to."""

    step: str
    state: str
    action: str
    reason: str | None = None
    words: str = ""
    quantity: int | None = None


def asked_before() -> Conflict:
    return Conflict("asked_before", "每件材料只能要求补充一次。请按现有材料决定通过或者不通过。")


def not_to_ask() -> Conflict:
    return Conflict("not_to_ask", "复核时不能再要求补充，请决定通过或者不通过。")


async def approve(
    ledger: Ledger,
    vault: Vault,
    staff: Staff,
    evidence_id: UUID,
    quantity: int | None,
    words: str = "",
    *,
    picture_days: int,
) -> Evidence:
    """Approve all or part of a case that she has claimed; `quantity` in tenths of an hour, None where there are none.

    Over the rule's threshold the case waits for a second reviewer, whose approval confirms the same or less. Sent again
    after its success it changes nothing. Raises NotFound, Forbidden, Conflict (no living claim, decided, withdrawn),
    Invalid for a quantity that cannot be.
    """
    words = checked_words(words)
    async with held_case(staff, evidence_id, "review_evidence") as evidence:
        if await _done_before(staff, evidence, (APPROVED, FIRST_APPROVED), quantity=quantity):
            return evidence
        _check_turn(staff, evidence)
        deed = await _approval(staff, evidence, quantity, words)
        first = {"first_reviewer_id": staff.id, "assignee_id": None} if deed.state == SECOND_REVIEW else {}
        evidence = await _decide(vault, staff, evidence, deed, picture_days, approved_quantity=quantity, **first)
        await ledger.refold([evidence.citizen_id])
    return evidence


async def reject(
    vault: Vault, staff: Staff, evidence_id: UUID, reason: str, words: str = "", *, picture_days: int
) -> Evidence:
    """Send a claimed case back, with a reason of `reasons.REJECT`. Raises as `approve`, Invalid for the reason."""
    deed = _reasoned(REJECTED, "evidence.reject", reason, words)
    async with held_case(staff, evidence_id, "review_evidence") as evidence:
        if await _done_before(staff, evidence, (REJECTED,), reason=reason):
            return evidence
        _check_turn(staff, evidence)
        return await _decide(vault, staff, evidence, deed, picture_days, approved_quantity=None)


async def ask_for_more(vault: Vault, staff: Staff, evidence_id: UUID, reason: str, words: str = "") -> Evidence:
    """Ask once for what is missing, by a reason of `reasons.ASK`: the answer comes back to her.

    Raises as `reject`, and Conflict when more was asked for before.
    """
    deed = _reasoned(ASKED, "evidence.ask", reason, words)
    async with held_case(staff, evidence_id, "review_evidence") as evidence:
        if await _done_before(staff, evidence, (ASKED,), reason=reason):
            return evidence
        _check_turn(staff, evidence)
        if evidence.state != SUBMITTED:
            raise not_to_ask()
        if evidence.asked_at is not None:
            raise asked_before()
        return await _decide(vault, staff, evidence, deed, None, asked_at=clock.now(), assignee_id=staff.id)


async def reverse(
    ledger: Ledger, vault: Vault, staff: Staff, evidence_id: UUID, reason: str, words: str = "", *, picture_days: int
) -> Evidence:
    """A case officer takes a wrong approval back, anywhere but in her own case; the look is logged with it.

    Raises NotFound, Forbidden, Conflict for what is not approved, Invalid for the reason.
    """
    deed = _reasoned(REVERSED, "evidence.reverse", reason, words)
    async with held_case(staff, evidence_id, "reverse_evidence") as evidence:
        if await _done_before(staff, evidence, (REVERSED,), reason=reason):
            return evidence
        if evidence.state != APPROVED:
            raise not_approved()
        about = holder_of(evidence.id)
        await access_log.look(staff.reader, [evidence.citizen_id], purpose="evidence_reversal", about=about)
        evidence = await _decide(vault, staff, evidence, deed, picture_days)
        await ledger.refold([evidence.citizen_id])
    return evidence


def _reasoned(state: str, action: str, reason: str, words: str) -> _Deed:
    words = checked_words(words)
    check_reason(state, reason, words)
    return _Deed(state, state, action, reason, words)


async def _done_before(
    staff: Staff, evidence: Evidence, steps: tuple[str, ...], *, reason: str | None = None, quantity: int | None = None
) -> bool:
    """Whether this is a deed of hers sent again: her own last step, since when she has claimed nothing."""
    if claimed_by(staff, evidence, clock.now()):
        return False
    last = await EvidenceStep.filter(evidence_id=evidence.id, staff_id=staff.id).order_by("-id").first()
    return last is not None and last.kind in steps and (last.reason, last.quantity) == (reason, quantity)


async def _approval(staff: Staff, evidence: Evidence, quantity: int | None, words: str) -> _Deed:
    first = evidence.approved_quantity if evidence.state == SECOND_REVIEW else None
    check_quantity(quantity, claimed=evidence.quantity, first=first)
    if evidence.state == SECOND_REVIEW:
        return _Deed(APPROVED, APPROVED, "evidence.confirm", words=words, quantity=quantity)
    rule = await rule_of(evidence)
    over = rule.second_review_over if rule else None
    if over is not None and quantity is not None and quantity > over * TENTHS:
        return _Deed(FIRST_APPROVED, SECOND_REVIEW, "evidence.first_approve", words=words, quantity=quantity)
    return _Deed(APPROVED, APPROVED, "evidence.approve", words=words, quantity=quantity)


def _check_turn(staff: Staff, evidence: Evidence) -> None:
    """Raises Forbidden for the first reviewer of a second review, Conflict without a living claim."""
    if evidence.state == SECOND_REVIEW and evidence.first_reviewer_id == staff.id:
        raise second_reviewer_needed()
    check_claimed(staff, evidence, clock.now())


async def _decide(
    vault: Vault, staff: Staff, evidence: Evidence, deed: _Deed, picture_days: int | None, **columns: Any
) -> Evidence:
    """Write the deed down. The claim ends with it; a decision that is final says when the pictures go."""
    now = clock.now()
    final = deed.state in DECIDED
    columns |= {"decided_at": now} if final else {}
    here = Evidence.filter(id=evidence.id, state=evidence.state, claimant_id=evidence.claimant_id)
    if not await here.update(state=deed.state, claimant_id=None, claimed_until=None, changed_at=now, **columns):
        raise overtaken()
    evidence = await Evidence.get(id=evidence.id).select_related("citizen")
    words_hidden = hide_words(vault, deed.words)
    await add_step(
        evidence.id,
        deed.step,
        staff_id=staff.id,
        reason=deed.reason,
        words_hidden=words_hidden,
        quantity=deed.quantity,
    )
    if deed.state != SECOND_REVIEW:
        await telling.tell(evidence, reason=deed.reason, words=bool(deed.words))
    if final and picture_days is not None:
        await intake.schedule_deletion(holder_of(evidence.id), clock.today() + timedelta(days=picture_days))
    detail = {"reason": deed.reason} if deed.reason else {}
    detail |= {} if deed.quantity is None else {"quantity": str(deed.quantity)}
    await audit.record(staff, deed.action, holder_of(evidence.id), **detail)
    return evidence
