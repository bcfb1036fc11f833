"""公示异议: a citizen says during public notice, privately, what speaks against a nominee, and learns the outcome."""

from collections.abc import Sequence
from uuid import UUID

from backend import clock
from backend.awards.seasons import public_season, require_phase
from backend.citizens.models import Citizen
from backend.database import transaction
from backend.errors import Conflict, FieldError, NotFound, invalid_fields
from backend.honours.models import Objection
from backend.honours.notice import in_notice
from backend.nominations.models import Nominee
from backend.points.ledger import lock_citizens
from backend.public_numbers import new_number
from backend.secrets import Vault

LEAST_WORDS, MOST_WORDS = 10, 1000  # characters
MOST = 3  # of one citizen in one season, without those that she took back
WORDS_FIELD = "objection.words"  # of what was said, and of what was answered


def no_such_objection() -> NotFound:
    return NotFound("objection_not_found", "没有这份公示异议。")


def not_in_notice() -> NotFound:
    return NotFound("not_in_notice", "这位不在公示中，或者已经移出公示。")


def too_many_objections() -> Conflict:
    return Conflict("too_many_objections", f"每届评选最多提出 {MOST} 份异议。可以撤回一份，再提出新的。")


def objection_not_withdrawable() -> Conflict:
    return Conflict("objection_not_withdrawable", "这份异议已经办结或者撤回，不能再撤回。")


async def object_to(vault: Vault, citizen: Citizen, nominee_id: UUID, words: str) -> Objection:
    """Say what speaks against one who stands in the notice. Only who handles it reads it, and who said it.

    Raises Invalid, NotFound not_in_notice, Conflict season_not_open (the notice is over), too_many_objections.
    """
    words = checked(words)
    nominee = await Nominee.get_or_none(id=nominee_id)
    if nominee is None:
        raise not_in_notice()
    async with transaction():
        await lock_citizens([citizen.id])
        await check_in_notice(nominee)
        kept = Objection.filter(citizen_id=citizen.id, season_id=nominee.season_id).exclude(state="withdrawn")
        if await kept.count() >= MOST:
            raise too_many_objections()
        return await keep(vault, nominee, words, citizen_id=citizen.id)


async def check_in_notice(nominee: Nominee) -> None:
    """Raises NotFound not_in_notice, Conflict season_not_open, unless she stands in a notice that runs today."""
    require_phase(await public_season(nominee.season_id), "notice")
    if nominee.id not in {row.id for row in await in_notice(nominee.season_id)}:
        raise not_in_notice()


async def keep(
    vault: Vault, nominee: Nominee, words: str, *, citizen_id: UUID | None = None, staff_id: UUID | None = None
) -> Objection:
    """Write an objection down in the caller's transaction: a citizen's own, or one that staff were told."""
    return await Objection.create(
        number=await new_number(Objection),
        nominee_id=nominee.id,
        season_id=nominee.season_id,
        citizen_id=citizen_id,
        staff_id=staff_id,
        words_hidden=vault.encrypt(words, WORDS_FIELD),
        at=clock.now(),
    )


def checked(words: str, field: str = "words") -> str:
    """The words without blanks around them. Raises Invalid when they are too short or too long."""
    words = words.strip()
    if not LEAST_WORDS <= len(words) <= MOST_WORDS:
        fault = FieldError(field, "length", f"请写清楚，{LEAST_WORDS} 到 {MOST_WORDS} 字。")
        raise invalid_fields([fault])
    return words


async def withdraw(citizen: Citizen, objection_id: UUID) -> Objection:
    """Take it back before it is decided; its words are erased at once. Raises NotFound, Conflict."""
    here = Objection.filter(id=objection_id, citizen_id=citizen.id, state="waiting")
    if not await here.update(state="withdrawn", words_hidden=b""):
        await objection_of(citizen, objection_id)
        raise objection_not_withdrawable()
    return await objection_of(citizen, objection_id)


async def objection_of(citizen: Citizen, objection_id: UUID) -> Objection:
    """One of her own, with nominee and season. Raises NotFound for anybody else's."""
    found = Objection.get_or_none(id=objection_id, citizen_id=citizen.id)
    objection = await found.select_related("nominee__season")
    if objection is None:
        raise no_such_objection()
    return objection


async def list_of(citizen: Citizen, before: UUID | None, limit: int) -> Sequence[Objection]:
    """Hers, newest first, older than `before`; with nominee and season."""
    rows = Objection.filter(citizen_id=citizen.id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return await rows.order_by("-id").limit(limit).select_related("nominee__season")


def words_of(vault: Vault, objection: Objection) -> str:
    """What was said; empty once it is erased."""
    return vault.decrypt(objection.words_hidden, WORDS_FIELD) if objection.words_hidden else ""


def answer_of(vault: Vault, objection: Objection) -> str:
    """What was answered; empty before that, and once it is erased."""
    return vault.decrypt(objection.answer_hidden, WORDS_FIELD) if objection.answer_hidden else ""
