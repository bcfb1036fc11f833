"""What a nominator reads of her nominations: one, a list, its steps, what she wrote; and how all of it is erased."""

from collections.abc import Sequence
from uuid import UUID

from backend import clock
from backend.citizens.models import Citizen
from backend.database import transaction
from backend.errors import NotFound
from backend.nominations import content as contents
from backend.nominations.content import Content
from backend.nominations.models import NominatedPerson, Nomination, NominationStep
from backend.secrets import Vault
from media import intake

# The columns under which people's words are hidden.
CONTENT_FIELD, WORDS_FIELD = "nomination.content", "nomination.words"
ERASED = "0" * 64  # in the place of a digest: it stands for nobody


def no_such_nomination() -> NotFound:
    return NotFound("nomination_not_found", "没有这份推荐。")


def holder_of(nomination_id: UUID) -> str:
    """What its pictures are held by, and what notices, looks and audit rows about it name."""
    return f"nomination:{nomination_id}"


async def nomination_of(citizen: Citizen, nomination_id: UUID) -> Nomination:
    """One of her own, with its season. Raises NotFound for anybody else's."""
    nomination = await Nomination.get_or_none(id=nomination_id, citizen_id=citizen.id).select_related("season")
    if nomination is None:
        raise no_such_nomination()
    return nomination


async def list_of(citizen: Citizen, before: UUID | None, limit: int) -> Sequence[Nomination]:
    """Hers, drafts too, newest first, older than `before`; with their seasons."""
    rows = Nomination.filter(citizen_id=citizen.id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return await rows.order_by("-id").limit(limit).select_related("season")


async def steps_of(nomination: Nomination) -> Sequence[NominationStep]:
    """Its steps, oldest first."""
    return await NominationStep.filter(nomination_id=nomination.id).order_by("id")


async def people_of(nomination: Nomination) -> Sequence[NominatedPerson]:
    """The people whom it named when it was submitted, in the order of its content, each with her nominee if any."""
    return await NominatedPerson.filter(nomination_id=nomination.id).order_by("position").select_related("nominee")


async def add_step(
    nomination_id: UUID,
    kind: str,
    *,
    staff_id: UUID | None = None,
    reason: str | None = None,
    words_hidden: bytes | None = None,
) -> NominationStep:
    """Keep one step in the caller's transaction. `staff_id` None: the nominating citizen, or the machine."""
    return await NominationStep.create(
        nomination_id=nomination_id,
        kind=kind,
        staff_id=staff_id,
        reason=reason,
        words_hidden=words_hidden,
        at=clock.now(),
    )


def hide_words(vault: Vault, words: str) -> bytes | None:
    """Words as a step keeps them; nothing for none."""
    return vault.encrypt(words, WORDS_FIELD) if words else None


def words_of(vault: Vault, step: NominationStep) -> str:
    """What was written with a step; empty for nothing."""
    return vault.decrypt(step.words_hidden, WORDS_FIELD) if step.words_hidden else ""


def hide_content(vault: Vault, content: Content) -> bytes:
    """What was written, as its row keeps it."""
    return vault.encrypt(contents.write(content), CONTENT_FIELD)


def content_of(vault: Vault, nomination: Nomination) -> Content:
    """What was written, whole; an empty content once it is erased."""
    if nomination.content_hidden is None:
        return Content()
    return contents.read_content(vault.decrypt(nomination.content_hidden, CONTENT_FIELD))


async def erase(nomination_id: UUID) -> None:
    """Forget what a nomination says of anybody: content, words, digests; its pictures go within days.

    A draft vanishes whole. Of another one there stays that somebody nominated, when, and how it ended. In one
    transaction, or in the caller's; erasing again changes nothing.
    """
    async with transaction():
        await intake.hold(holder_of(nomination_id), nomination_id, [])  # held by nobody, rows and files are swept
        if await Nomination.filter(id=nomination_id, state="draft").delete():
            return
        await Nomination.filter(id=nomination_id).update(content_hidden=None, erase_on=None, changed_at=clock.now())
        await NominationStep.filter(nomination_id=nomination_id).update(words_hidden=None)
        await NominatedPerson.filter(nomination_id=nomination_id).update(person_digest=ERASED)
