"""Her evidence as she sees it: where it stands, what she wrote, each step with its reason, and what became of it."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend.citizens.models import Session
from backend.points.enrolment import takes_part
from backend.repairs.content import KINDS, Kind, title_of
from backend.repairs.evidence import content_of, holder_of, steps_of, words_of
from backend.repairs.facts import Spent, spent_as, spent_sentence
from backend.repairs.models import APPROVED, Evidence, EvidenceStep
from backend.repairs.reasons import sentence_of
from backend.secrets import Vault
from backend.staff.departments import Office, offices
from media.intake import pictures_of
from miniprogram_api.media import PictureShown, picture_shown
from miniprogram_api.surface.operation import Moment
from miniprogram_api.surface.speaker import bound_citizen

State = Literal["draft", "submitted", "asked", "second_review", "approved", "rejected", "withdrawn", "reversed"]
Action = Literal["edit", "submit", "delete", "answer", "withdraw"]
STATES: dict[State, tuple[str, tuple[Action, ...]]] = {
    "draft": ("草稿", ("edit", "submit", "delete")),
    "submitted": ("审核中", ("withdraw",)),
    "asked": ("请补充", ("edit", "answer", "withdraw")),
    "second_review": ("复核中", ("withdraw",)),
    "approved": ("已通过", ()),
    "rejected": ("未通过", ()),
    "withdrawn": ("已撤回", ()),
    "reversed": ("已撤销通过", ()),
}
STEPS = {
    "submitted": "提交",
    "answered": "补充后再次提交",
    "asked": "审核员请您补充",
    "first_approved": "初审通过，等另一位审核员复核",
    "approved": "审核通过",
    "rejected": "没有通过",
    "withdrawn": "撤回",
    "reversed": "经核查，撤销通过",
}


class EvidenceContent(Struct, frozen=True, kw_only=True):
    """What she wrote; only the fields of its kind are filled."""

    organisation: str | None = None
    activity: str | None = None
    place: str | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    hours: float | None = None
    contact: str | None = None
    certificate_number: str | None = None
    certificate_issuer: str | None = None
    served_on: date | None = None
    recipient: str | None = None
    amount_fen: int | None = None
    receipt_number: str | None = None
    donated_on: date | None = None
    document_number: str | None = None
    fulfilled_on: date | None = None
    course: str | None = None
    provider: str | None = None
    finished_on: date | None = None
    department: str | None = None
    words: str | None = None


class EvidenceStepShown(Struct, frozen=True):
    """One step; reason and words are the reviewer's."""

    kind: str
    label: str
    at: Moment
    reason_label: str | None
    words: str | None
    hours: Annotated[float, Meta(description="认定的时长，一位小数")] | None


class EvidenceLine(Struct, frozen=True):
    """Evidence in a list."""

    id: UUID
    number: str
    kind: Kind
    kind_label: str
    title: str
    state: State
    state_label: str
    actions: tuple[Action, ...]
    happened_on: date | None
    claimed_hours: Annotated[float, Meta(description="填报的时长，一位小数")] | None
    approved_hours: Annotated[float, Meta(description="认定的时长，一位小数")] | None
    submitted_at: Moment | None
    review_by: Annotated[date, Meta(description="最迟在这一天审核")] | None
    changed_at: Moment


class EvidenceShown(EvidenceLine, frozen=True):
    """证明材料 with everything that became of it."""

    content: EvidenceContent
    pictures: tuple[PictureShown, ...]
    steps: tuple[EvidenceStepShown, ...]
    department: Annotated[Office, Meta(description="审核部门；有不同意见也找它")] | None
    spent: Annotated[Spent, Meta(description="认定的时长用在了哪里")] | None
    spent_label: str | None


def line_of(vault: Vault, evidence: Evidence) -> EvidenceLine:
    """Evidence in a list of hers."""
    state = msgspec.convert(evidence.state, State)
    kind = msgspec.convert(evidence.kind, Kind)
    label, actions = STATES[state]
    waits = state in {"submitted", "second_review"}
    return EvidenceLine(
        id=evidence.id,
        number=evidence.number,
        kind=kind,
        kind_label=KINDS[kind],
        title=title_of(content_of(vault, evidence)),
        state=state,
        state_label=label,
        actions=actions,
        happened_on=evidence.happened_on,
        claimed_hours=_hours(evidence.quantity),
        approved_hours=_hours(evidence.approved_quantity) if state == "approved" else None,
        submitted_at=evidence.submitted_at,
        review_by=evidence.review_by if waits else None,
        changed_at=evidence.changed_at,
    )


async def shown(vault: Vault, session: Session, evidence: Evidence) -> EvidenceShown:
    """Her evidence, whole, with links to its pictures that only this phone can open."""
    holder = holder_of(evidence.id)
    held = (await pictures_of(holder))[holder]
    known = await offices() if evidence.department_id else {}
    adult_on = bound_citizen(session.account).adult_on
    spent = spent_as(evidence, await _enrolled(evidence), adult_on)
    return EvidenceShown(
        **msgspec.structs.asdict(line_of(vault, evidence)),
        content=EvidenceContent(**msgspec.structs.asdict(content_of(vault, evidence))),
        pictures=tuple(picture_shown(vault, session.id, each) for each in held),
        steps=tuple(_step(vault, each) for each in await steps_of(evidence)),
        department=known.get(evidence.department_id or ""),
        spent=spent,
        spent_label=spent_sentence(evidence, spent, adult_on) if spent else None,
    )


def _step(vault: Vault, step: EvidenceStep) -> EvidenceStepShown:
    return EvidenceStepShown(
        kind=step.kind,
        label=STEPS[step.kind],
        at=step.at,
        reason_label=sentence_of(step.kind, step.reason),
        words=words_of(vault, step) or None,
        hours=_hours(step.quantity),
    )


async def _enrolled(evidence: Evidence) -> bool:
    """Asked only where it matters: nothing but what was approved can have become points."""
    return evidence.state == APPROVED and await takes_part(evidence.citizen_id)


def _hours(tenths: int | None) -> float | None:
    return None if tenths is None else tenths / 10
