"""What a citizen reads of her evidence: one, a list, its steps, what she wrote."""

from collections.abc import Sequence
from uuid import UUID

from backend import clock
from backend.citizens.models import Citizen
from backend.errors import NotFound
from backend.repairs import content as contents
from backend.repairs.content import Content
from backend.repairs.models import Evidence, EvidenceStep
from backend.secrets import Vault

# The columns under which people's words are hidden.
CONTENT_FIELD, NUMBER_FIELD, WORDS_FIELD = "evidence.content", "evidence.number", "evidence.words"


def no_such_evidence() -> NotFound:
    return NotFound("evidence_not_found", "没有这份证明材料。")


def holder_of(evidence_id: UUID) -> str:
    """What its pictures are held by, and what notices, looks and facts about it name."""
    return f"evidence:{evidence_id}"


async def evidence_of(citizen: Citizen, evidence_id: UUID) -> Evidence:
    """One of her own. Raises NotFound for anybody else's."""
    evidence = await Evidence.get_or_none(id=evidence_id, citizen_id=citizen.id)
    if evidence is None:
        raise no_such_evidence()
    return evidence


async def list_of(citizen: Citizen, before: UUID | None, limit: int) -> Sequence[Evidence]:
    """Hers, drafts too, newest first, older than `before`."""
    rows = Evidence.filter(citizen_id=citizen.id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return await rows.order_by("-id").limit(limit)


async def steps_of(evidence: Evidence) -> Sequence[EvidenceStep]:
    """Its steps, oldest first."""
    return await EvidenceStep.filter(evidence_id=evidence.id).order_by("id")


async def add_step(
    evidence_id: UUID,
    kind: str,
    *,
    staff_id: UUID | None = None,
    reason: str | None = None,
    words_hidden: bytes | None = None,
    quantity: int | None = None,
) -> EvidenceStep:
    """Keep one step in the caller's transaction. `staff_id` None: the citizen herself; `quantity` in tenths."""
    return await EvidenceStep.create(
        evidence_id=evidence_id,
        kind=kind,
        staff_id=staff_id,
        reason=reason,
        words_hidden=words_hidden,
        quantity=quantity,
        at=clock.now(),
    )


def hide_words(vault: Vault, words: str) -> bytes | None:
    """A reviewer's words as a step keeps them; nothing for none."""
    return vault.encrypt(words, WORDS_FIELD) if words else None


def content_of(vault: Vault, evidence: Evidence) -> Content:
    """What she wrote, whole."""
    return contents.read(evidence.kind, vault.decrypt(evidence.content_hidden, CONTENT_FIELD))


def words_of(vault: Vault, step: EvidenceStep) -> str:
    """What a reviewer wrote with a step; empty for nothing."""
    return vault.decrypt(step.words_hidden, WORDS_FIELD) if step.words_hidden else ""
