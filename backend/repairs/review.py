"""Taking a case out of the queue, opening it, giving it back and handing it on. Every look is logged first."""

from datetime import timedelta
from uuid import UUID

from tortoise.expressions import Q

from backend import clock
from backend.citizens import access_log
from backend.database import transaction
from backend.errors import Conflict, DomainError, NotFound
from backend.repairs.case import Case, gather
from backend.repairs.evidence import holder_of
from backend.repairs.models import DECIDED, OPEN, SECOND_REVIEW, UNDECIDED, Evidence
from backend.repairs.scope import (
    case_of,
    check_claimed,
    check_not_own,
    claimed_by,
    closed,
    held_case,
    overtaken,
    second_reviewer_needed,
)
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.models import StaffRole, StaffUser
from backend.staff.people import USERNAME, on_leave
from backend.staff.permissions import Staff

CLAIM_LASTS = timedelta(minutes=30)

# Under which permission a decided case may be looked at again, by the purpose of the look.
_REVISITS = {"evidence_revisit": "review_evidence", "evidence_reversal": "reverse_evidence"}


def claimed_by_other() -> Conflict:
    return Conflict("claimed_by_other", "同事正在办理这件材料，请先办下一件。")


def assigned_to_other() -> Conflict:
    return Conflict("assigned_to_other", "这件材料由同事经办。同事请假时您可以直接领取，平时可以先转办。")


def colleague_cannot() -> Conflict:
    """One answer for every cause: which one it is would tell who the citizen is."""
    return Conflict("colleague_cannot", "这件材料不能转给这个账号。请选本部门另一位在岗的审核员。")


def not_decided() -> Conflict:
    return Conflict("case_not_decided", "这件材料还没有办结，请先从队列里领取。")


def no_such_flag() -> NotFound:
    return NotFound("flag_not_found", "没有这条重复提示，或者它已经变化，请刷新后再看。")


async def claim(staff: Staff, evidence_id: UUID) -> Evidence:
    """Take a case for half an hour: the look is logged and committed with it. Her own living claim is extended.

    Raises NotFound, Forbidden (own case, or she was the first reviewer), Conflict for what a colleague works on or
    what is not waiting.
    """
    async with held_case(staff, evidence_id, "review_evidence") as evidence:
        now = clock.now()
        fault = _not_to_take(staff, evidence)
        if fault is not None:
            raise fault
        extended = claimed_by(staff, evidence, now)
        free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimant_id=staff.id)
        taking = Evidence.filter(free, id=evidence_id, state=evidence.state, assignee_id=evidence.assignee_id)
        if not await taking.update(claimant_id=staff.id, claimed_until=now + CLAIM_LASTS):
            raise claimed_by_other()
        if not extended:
            about = holder_of(evidence.id)
            await access_log.look(staff.reader, [evidence.citizen_id], purpose="evidence_review", about=about)
            await audit.record(staff, "evidence.claim", about)
    return await Evidence.get(id=evidence_id)


async def release(staff: Staff, evidence_id: UUID) -> None:
    """Give a case back to the queue. Without a claim of hers there is nothing to give back. Raises NotFound."""
    evidence = await case_of(staff, evidence_id, "review_evidence")
    async with transaction():
        mine = Evidence.filter(id=evidence_id, state__in=OPEN, claimant_id=staff.id)
        if await mine.update(claimant_id=None, claimed_until=None):
            await audit.record(staff, "evidence.release", holder_of(evidence.id))


async def reassign(staff: Staff, evidence_id: UUID, username: str) -> Evidence:
    """Hand an undecided case of the department to a colleague; a claim on it ends. Raises NotFound, Conflict."""
    async with held_case(staff, evidence_id, "reassign_evidence") as evidence:
        if evidence.state not in UNDECIDED:
            raise closed(evidence)
        colleague = await _colleague(staff, evidence, username)
        undecided = Evidence.filter(id=evidence_id, state=evidence.state)
        if not await undecided.update(assignee_id=colleague.id, claimant_id=None, claimed_until=None):
            raise overtaken()
        await audit.record(staff, "evidence.reassign", holder_of(evidence.id), to=colleague.username)
    return await Evidence.get(id=evidence_id)


async def open_case(vault: Vault, staff: Staff, evidence_id: UUID) -> Case:
    """The case that she has claimed: the claim was the logged look. Raises NotFound, Conflict `claim_lapsed`."""
    evidence = await case_of(staff, evidence_id, "review_evidence")
    check_claimed(staff, evidence, clock.now())
    return await gather(vault, staff, evidence)


async def open_decided(vault: Vault, staff: Staff, evidence_id: UUID, purpose: str = "evidence_revisit") -> Case:
    """A decided case again; each time is a look of its own, logged before anything is read.

    A reviewer looks again at her department's (`evidence_revisit`), a case officer at any (`evidence_reversal`).
    Raises NotFound, Conflict while it is undecided, KeyError for another purpose.
    """
    evidence = await case_of(staff, evidence_id, _REVISITS[purpose])
    if evidence.state not in DECIDED:
        raise not_decided()
    await _look(staff, evidence, purpose, "evidence.revisit")
    return await gather(vault, staff, evidence)


async def open_other(vault: Vault, staff: Staff, evidence_id: UUID, other_id: UUID) -> tuple[Case, Case]:
    """Her case and the other side of a flag, maybe another department's: a look at another citizen, logged first.

    Only while she holds a claim on the first case, and only along a flag that stands. Raises NotFound, Conflict, and
    Forbidden where the other one is her own.
    """
    first = await open_case(vault, staff, evidence_id)
    if other_id not in {flag.other_id for flag in first.flags}:
        raise no_such_flag()
    other = await Evidence.get(id=other_id).select_related("citizen", "assignee")
    check_not_own(staff, other)
    await _look(staff, other, "compare_duplicates", "evidence.compare", beside=first.evidence.number)
    return first, await gather(vault, staff, other)


def _not_to_take(staff: Staff, evidence: Evidence) -> DomainError | None:
    if evidence.state not in OPEN:
        return closed(evidence)
    if evidence.state == SECOND_REVIEW and evidence.first_reviewer_id == staff.id:
        return second_reviewer_needed()
    if evidence.assignee_id in (None, staff.id) or not at_work(evidence.assignee):
        return None
    return assigned_to_other()


def at_work(user: StaffUser | None) -> bool:
    """Whether a colleague works today: neither suspended nor on leave."""
    if user is None or not user.active:
        return False
    return not on_leave(user.away_until, clock.today())


async def _colleague(staff: Staff, evidence: Evidence, username: str) -> StaffUser:
    if not USERNAME.fullmatch(username):
        raise colleague_cannot()
    colleague = await StaffUser.get_or_none(username=username, department_id=staff.department_code)
    if colleague is None or not at_work(colleague) or colleague.own_number_digest is None:
        raise colleague_cannot()
    if colleague.own_number_digest == evidence.citizen.number_digest or colleague.id == evidence.first_reviewer_id:
        raise colleague_cannot()
    if not await StaffRole.filter(staff_id=colleague.id, role="reviewer").exists():
        raise colleague_cannot()
    return colleague


async def _look(staff: Staff, evidence: Evidence, purpose: str, action: str, **detail: str) -> None:
    async with transaction():
        about = holder_of(evidence.id)
        await access_log.look(staff.reader, [evidence.citizen_id], purpose=purpose, about=about)
        await audit.record(staff, action, about, **detail)
