"""Everything that a reviewer sees of one piece of evidence, gathered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend import clock
from backend.records.catalogue import EvidenceRule
from backend.records.evidence_rules import evidence_rules
from backend.repairs.content import Content
from backend.repairs.evidence import content_of, holder_of, steps_of, words_of
from backend.repairs.flags import Flag, flags_of
from backend.repairs.models import APPROVED, SECOND_REVIEW, SUBMITTED, Evidence
from backend.repairs.reasons import sentence_of
from backend.repairs.scope import claimed_by
from backend.secrets import Vault, mask_number
from backend.staff.models import StaffUser
from backend.staff.permissions import Staff
from media.intake import pictures_of
from media.models import Picture


@dataclass(frozen=True)
class CaseStep:
    """One step as staff see it; `by` None is the citizen herself, `quantity` is in tenths of an hour."""

    kind: str
    at: datetime
    by: str | None
    reason: str | None  # the sentence
    words: str | None
    quantity: int | None


@dataclass(frozen=True)
class Case:
    """One piece of evidence, opened. `may`: approve, reject, ask, confirm, reverse."""

    evidence: Evidence
    citizen_name: str  # whole: it is compared with certificates
    masked_number: str
    content: Content
    pictures: Sequence[Picture]
    steps: Sequence[CaseStep]
    flags: Sequence[Flag]
    rule: EvidenceRule | None
    may: frozenset[str]


async def gather(vault: Vault, staff: Staff, evidence: Evidence) -> Case:
    """The case behind evidence whose citizen is fetched. Whoever calls has logged the look and committed it."""
    content = content_of(vault, evidence)
    held = holder_of(evidence.id)
    return Case(
        evidence=evidence,
        citizen_name=vault.decrypt(evidence.citizen.name_hidden, "citizen.name"),
        masked_number=mask_number(vault.decrypt(evidence.citizen.number_hidden, "citizen.number")),
        content=content,
        pictures=(await pictures_of(held))[held],
        steps=await _steps(vault, evidence),
        flags=await flags_of(evidence, _document_number(content)),
        rule=await rule_of(evidence),
        may=_may(staff, evidence),
    )


async def rule_of(evidence: Evidence) -> EvidenceRule | None:
    """The rule for its kind that was in force when it happened; None where that catalogue took no such evidence."""
    if evidence.happened_on is None:
        return None
    return (await evidence_rules(evidence.happened_on)).get(evidence.kind)


async def _steps(vault: Vault, evidence: Evidence) -> list[CaseStep]:
    steps = await steps_of(evidence)
    staff = StaffUser.filter(id__in=[each.staff_id for each in steps if each.staff_id])
    names: dict[UUID | None, str] = dict(await staff.values_list("id", "name"))
    return [
        CaseStep(
            kind=each.kind,
            at=each.at,
            by=names.get(each.staff_id),
            reason=sentence_of(each.kind, each.reason),
            words=words_of(vault, each) or None,
            quantity=each.quantity,
        )
        for each in steps
    ]


def _document_number(content: Content) -> str | None:
    for name in ("certificate_number", "receipt_number", "document_number"):
        number: str | None = getattr(content, name, None)
        if number:
            return number
    return None


def _may(staff: Staff, evidence: Evidence) -> frozenset[str]:
    if evidence.state == APPROVED:
        return frozenset({"reverse"} if staff.may("reverse_evidence") else ())
    if not claimed_by(staff, evidence, clock.now()):
        return frozenset()
    if evidence.state == SECOND_REVIEW:
        return frozenset({"confirm", "reject"})
    if evidence.state == SUBMITTED:
        return frozenset({"approve", "reject"} if evidence.asked_at else {"approve", "reject", "ask"})
    return frozenset()
