"""What a citizen does with her evidence: keeps a draft, submits it, answers a request for more, takes it back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from backend import clock
from backend.citizens.models import Citizen
from backend.database import transaction
from backend.errors import Conflict
from backend.points.ledger import lock_citizens
from backend.public_numbers import new_number
from backend.repairs import content as contents
from backend.repairs.accepting import accept, invalid_evidence
from backend.repairs.content import Content, Kind
from backend.repairs.content_faults import unkeepable
from backend.repairs.evidence import (
    CONTENT_FIELD,
    NUMBER_FIELD,
    add_step,
    evidence_of,
    holder_of,
)
from backend.repairs.models import ASKED, DRAFT, SUBMITTED, UNDECIDED, WITHDRAWN, Evidence
from backend.secrets import Vault
from backend.workdays import workdays_after
from media import intake

MOST_DRAFTS, MOST_OPEN = 50, 20
WITHDRAWN_PICTURES_KEPT = timedelta(days=7)  # nobody decided by them


def too_many_drafts() -> Conflict:
    return Conflict("too_many_drafts", f"草稿最多保存 {MOST_DRAFTS} 份，请先提交或删除一些。")


def too_many_open() -> Conflict:
    return Conflict("too_many_open", f"同时审核的材料最多 {MOST_OPEN} 份，请等有了结果再提交。")


def not_changeable() -> Conflict:
    return Conflict("evidence_not_changeable", "已经提交的材料不能修改。请等待审核结果，或者撤回后重新填写一份。")


def not_submittable() -> Conflict:
    return Conflict("evidence_not_submittable", "这份材料已经提交过了，不用重复提交。")


def not_withdrawable() -> Conflict:
    return Conflict("evidence_not_withdrawable", "这份材料不在审核中，不能撤回。")


def not_a_draft() -> Conflict:
    return Conflict("evidence_not_a_draft", "只有草稿可以删除；审核中的材料可以撤回。")


async def save_draft(
    vault: Vault, citizen: Citizen, kind: Kind, content: Content, pictures: Sequence[UUID] = ()
) -> Evidence:
    """Keep a new draft with its pictures. Raises Conflict at MOST_DRAFTS, Invalid for years of no calendar."""
    columns, now = _columns(vault, kind, content), clock.now()
    async with transaction():
        await lock_citizens([citizen.id])
        if await Evidence.filter(citizen_id=citizen.id, state=DRAFT).count() >= MOST_DRAFTS:
            raise too_many_drafts()
        number = await new_number(Evidence)
        evidence = await Evidence.create(
            number=number, citizen_id=citizen.id, kind=kind, created_at=now, changed_at=now, **columns
        )
        await intake.hold(holder_of(evidence.id), citizen.id, pictures)
    return evidence


async def change(
    vault: Vault, citizen: Citizen, evidence_id: UUID, content: Content, pictures: Sequence[UUID] = ()
) -> Evidence:
    """Put this content and these pictures in the place of the old ones, in a draft or where more was asked for.

    Raises NotFound, Conflict once it is submitted, Invalid for years of no calendar.
    """
    kind = (await evidence_of(citizen, evidence_id)).kind
    columns = _columns(vault, kind, content)
    async with transaction():
        await lock_citizens([citizen.id])
        here = Evidence.filter(id=evidence_id, citizen_id=citizen.id, state__in=[DRAFT, ASKED])
        if await here.update(changed_at=clock.now(), **columns) == 0:
            await evidence_of(citizen, evidence_id)
            raise not_changeable()
        await intake.hold(holder_of(evidence_id), citizen.id, pictures)
    return await evidence_of(citizen, evidence_id)


async def submit(vault: Vault, citizen: Citizen, evidence_id: UUID) -> Evidence:
    """Hand a draft in, or the answer to a request for more, which goes back to whose case it is.

    Raises NotFound, Invalid with every fault at once, Conflict when it is handed in already or MOST_OPEN are.
    """
    async with transaction():
        await lock_citizens([citizen.id])
        evidence = await evidence_of(citizen, evidence_id)
        if evidence.state not in {DRAFT, ASKED}:
            raise not_submittable()
        if (
            evidence.state == DRAFT
            and await Evidence.filter(citizen_id=citizen.id, state__in=UNDECIDED).count() >= MOST_OPEN
        ):
            raise too_many_open()
        accepted = await accept(vault, evidence)
        now = clock.now()
        moved = await Evidence.filter(id=evidence.id, state=evidence.state).update(
            state=SUBMITTED,
            department_id=accepted.department_id,
            item_id=accepted.item_id,
            review_by=workdays_after(clock.local_date(now), accepted.rule.review_workdays),
            submitted_at=evidence.submitted_at or now,
            changed_at=now,
        )
        if moved == 0:
            raise not_submittable()
        await add_step(evidence.id, "submitted" if evidence.state == DRAFT else "answered")
    return await evidence_of(citizen, evidence_id)


async def withdraw(citizen: Citizen, evidence_id: UUID) -> Evidence:
    """Take it back before it is decided, whoever works on it; its pictures go after a week.

    Raises NotFound, or Conflict when it is a draft or decided. It cannot come back.
    """
    async with transaction():
        await lock_citizens([citizen.id])
        here = Evidence.filter(id=evidence_id, citizen_id=citizen.id, state__in=UNDECIDED)
        if await here.update(state=WITHDRAWN, claimant_id=None, claimed_until=None, changed_at=clock.now()) == 0:
            await evidence_of(citizen, evidence_id)
            raise not_withdrawable()
        await add_step(evidence_id, WITHDRAWN)
        await intake.schedule_deletion(holder_of(evidence_id), clock.today() + WITHDRAWN_PICTURES_KEPT)
    return await evidence_of(citizen, evidence_id)


async def delete_draft(citizen: Citizen, evidence_id: UUID) -> None:
    """Delete a draft; its pictures are held by nobody then, and swept. Raises NotFound, or Conflict for no draft."""
    async with transaction():
        await lock_citizens([citizen.id])
        if await Evidence.filter(id=evidence_id, citizen_id=citizen.id, state=DRAFT).delete() == 0:
            await evidence_of(citizen, evidence_id)
            raise not_a_draft()
        await intake.hold(holder_of(evidence_id), citizen.id, [])


def _columns(vault: Vault, kind: str, content: Content) -> dict[str, Any]:
    if contents.kind_of(content) != kind:
        raise ValueError("the content is of another kind")
    content = contents.tidied(content)
    wrong = unkeepable(content)
    if wrong:
        raise invalid_evidence(wrong)
    found = contents.found_by(content)
    return {
        "content_hidden": vault.encrypt(contents.write(content), CONTENT_FIELD),
        "happened_on": found.happened_on,
        "starts_at": found.starts_at,
        "ends_at": found.ends_at,
        "quantity": found.quantity,
        "number_digest": vault.digest(found.number, NUMBER_FIELD) if found.number else None,
    }
