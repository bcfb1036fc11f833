"""Which pieces of evidence a staff user may touch: of her own department, and never her own (§四(三))."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from backend.database import transaction
from backend.errors import Conflict, DomainError, Forbidden, NotFound
from backend.points.ledger import lock_citizens
from backend.repairs.models import ASKED, OPEN, WITHDRAWN, Evidence
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import PERMISSIONS, Staff, require


def no_such_case() -> NotFound:
    return NotFound("evidence_not_found", "没有这件证明材料，或者它不归本部门审核。")


def own_case() -> Forbidden:
    return Forbidden("own_case", "这是您本人的材料，请由同事办理。")


def case_asked() -> Conflict:
    return Conflict("case_asked", "这件材料正在等申请人补充，补充后会回到队列。")


def case_decided() -> Conflict:
    return Conflict("case_decided", "这件材料已经办结，请到“已办结”里查看。")


def case_withdrawn() -> Conflict:
    return Conflict("case_withdrawn", "申请人已经撤回这件材料，不用再办。")


def not_approved() -> Conflict:
    return Conflict("evidence_not_approved", "只有已经通过的材料可以撤销，请刷新后查看现在的状态。")


def claim_lapsed() -> Conflict:
    return Conflict("claim_lapsed", "您没有领取这件材料，或者领取已经超过 30 分钟。请重新领取后再办理。")


def second_reviewer_needed() -> Forbidden:
    return Forbidden("second_reviewer_needed", "这件材料由您初审，复核要由另一位审核员办理。")


def overtaken() -> Conflict:
    return Conflict("evidence_changed", "这件材料刚刚有了变化，请刷新后再办理。")


async def case_of(staff: Staff, evidence_id: UUID, permission: str) -> Evidence:
    """The evidence with its citizen and its assignee, if this staff user may touch it.

    Raises Forbidden without the permission, without her own number and for her own case; NotFound for another
    department's, which is never told apart from none.
    """
    check_may(staff, permission)
    evidence = await Evidence.get_or_none(id=evidence_id).select_related("citizen", "assignee")
    if evidence is None or evidence.state == "draft" or not _reaches(staff, evidence, permission):
        raise no_such_case()
    check_not_own(staff, evidence)
    return evidence


@asynccontextmanager
async def held_case(staff: Staff, evidence_id: UUID, permission: str) -> AsyncIterator[Evidence]:
    """The case of `case_of` in a transaction that holds its citizen's row: what else changes it waits, or came first.

    Raises what `case_of` raises.
    """
    evidence = await case_of(staff, evidence_id, permission)
    async with transaction():
        await lock_citizens([evidence.citizen_id])
        yield await case_of(staff, evidence_id, permission)


def check_may(staff: Staff, permission: str) -> None:
    """Raises Forbidden unless she has the permission, and is known as a citizen herself."""
    require(staff, permission)
    if staff.user.own_number_digest is None:
        raise own_number_needed()


def check_not_own(staff: Staff, evidence: Evidence) -> None:
    """Raises Forbidden for the case of the staff user herself; its citizen is fetched."""
    if evidence.citizen.number_digest == staff.user.own_number_digest:
        raise own_case()


def claimed_by(staff: Staff, evidence: Evidence, now: datetime) -> bool:
    """Whether she holds a claim on it that still lives."""
    return evidence.claimant_id == staff.id and evidence.claimed_until is not None and now < evidence.claimed_until


def check_claimed(staff: Staff, evidence: Evidence, now: datetime) -> None:
    """Raises Conflict unless she holds a living claim on what waits for a reviewer."""
    if evidence.state not in OPEN:
        raise closed(evidence)
    if not claimed_by(staff, evidence, now):
        raise claim_lapsed()


def closed(evidence: Evidence) -> DomainError:
    """Why evidence that is not in the queue cannot be worked on."""
    if evidence.state == WITHDRAWN:
        return case_withdrawn()
    return case_asked() if evidence.state == ASKED else case_decided()


def _reaches(staff: Staff, evidence: Evidence, permission: str) -> bool:
    return PERMISSIONS[permission].everywhere or evidence.department_id == staff.department_code
