"""A moderator's decision on a nomination: accepted and put with its nominees, or refused with a reason.

Each deed is one transaction with its state, step, notice, audit event, and the day on which what was written goes.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from backend import clock
from backend.awards import seasons
from backend.awards.phases import Phase
from backend.database import transaction
from backend.errors import Invalid
from backend.nominations import merging
from backend.nominations.decision_notices import tell
from backend.nominations.models import NominatedPerson, Nomination, NominationStep
from backend.nominations.moderation_case import Case as Case
from backend.nominations.moderation_case import open_case as open_case
from backend.nominations.moderation_queue import Line as Line
from backend.nominations.moderation_queue import queue as queue
from backend.nominations.moderation_scope import (
    awaits,
    check_not_about_her,
    nomination_changed,
    nomination_for,
    not_to_decide,
)
from backend.nominations.nominations import add_step, content_of, hide_words, holder_of
from backend.nominations.words import REASONS
from backend.points.ledger import lock_citizens
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff
from media import intake

OTHER = "other"  # says nothing by itself, so it needs words
LEAST_OTHER_WORDS = 5
MOST_WORDS = 300
KEPT_AFTER_REFUSAL = timedelta(days=30)  # longer than the fifteen days in which one may appeal
# As long as a nominee who is found now could still be judged, or asked whether to be.
_IN_TIME: tuple[Phase, ...] = ("nominating", "checking", "judging", "deciding")


class Decision(NamedTuple):
    """What a moderator decides: the state that it leads to, which is the step's name too."""

    state: str
    action: str
    reason: str | None = None
    words: str = ""
    appealed: bool = False


def reason_unknown() -> Invalid:
    return Invalid("reason_unknown", "请从列出的原因里选一项。")


def words_needed() -> Invalid:
    return Invalid("words_needed", f"选“其他原因”时，请写明原因，至少 {LEAST_OTHER_WORDS} 个字。")


def words_too_long() -> Invalid:
    return Invalid("words_too_long", f"说明最多 {MOST_WORDS} 个字，请写短一些。")


async def accept(
    vault: Vault, staff: Staff, nomination_id: UUID, version: int, into: Sequence[UUID | None]
) -> Nomination:
    """Accept it as `version` shows it; `into` has for each person, by position, the nominee to join, or None.

    Sent again after its success it changes nothing. Raises NotFound, Forbidden (her own, or about her), Conflict (not
    waiting, changed, another number of people, the season over), Invalid cannot_join.
    """
    decision = Decision("accepted", "nomination.accept")
    async with held(vault, staff, nomination_id) as nomination:
        if await done_before(staff, nomination, version, decision):
            return nomination
        if not awaits(nomination, clock.now()):
            raise not_to_decide()
        return await take_in(vault, staff, nomination, version, into, decision)


async def refuse(
    vault: Vault, staff: Staff, nomination_id: UUID, version: int, reason: str, words: str = ""
) -> Nomination:
    """Refuse it, for a reason of `words.REASONS`; the nominator may appeal once. Raises as `accept`, Invalid."""
    decision = Decision("refused", "nomination.refuse", reason, checked_words(reason, words))
    async with held(vault, staff, nomination_id) as nomination:
        if await done_before(staff, nomination, version, decision):
            return nomination
        if not awaits(nomination, clock.now()):
            raise not_to_decide()
        return await send_back(vault, staff, nomination, version, decision)


@asynccontextmanager
async def held(vault: Vault, staff: Staff, nomination_id: UUID) -> AsyncIterator[Nomination]:
    """The nomination of `nomination_for` in a transaction that holds its citizen's row, and is not about the staff."""
    nomination = await nomination_for(staff, nomination_id)
    await check_not_about_her(vault, staff, content_of(vault, nomination))
    async with transaction():
        if nomination.citizen_id is not None:
            await lock_citizens([nomination.citizen_id])
        yield await nomination_for(staff, nomination_id)


async def done_before(staff: Staff, nomination: Nomination, version: int, decision: Decision) -> bool:
    """Whether this is a deed of hers sent again: the last step is hers and says the same of the version before."""
    if (nomination.state, nomination.version) != (decision.state, version + 1):
        return False
    last = await NominationStep.filter(nomination_id=nomination.id).order_by("-id").first()
    return last is not None and (last.staff_id, last.kind, last.reason) == (staff.id, decision.state, decision.reason)


async def take_in(
    vault: Vault, staff: Staff, nomination: Nomination, version: int, into: Sequence[UUID | None], decision: Decision
) -> Nomination:
    """Accept what may be decided, in the caller's transaction."""
    seasons.require_phase(nomination.season, *_IN_TIME)
    if await NominatedPerson.filter(nomination_id=nomination.id).count() != len(into):
        raise nomination_changed()
    nomination = await _decide(vault, staff, nomination, version, decision, None)
    await merging.take_in(vault, staff, nomination, into)
    return nomination


async def send_back(vault: Vault, staff: Staff, nomination: Nomination, version: int, decision: Decision) -> Nomination:
    """Refuse what may be decided, in the caller's transaction."""
    return await _decide(vault, staff, nomination, version, decision, clock.today() + KEPT_AFTER_REFUSAL)


def checked_words(reason: str, words: str) -> str:
    """The words without blanks around them. Raises Invalid for an unknown reason, too many or too few words."""
    words = words.strip()
    if len(words) > MOST_WORDS:
        raise words_too_long()
    if reason not in REASONS:
        raise reason_unknown()
    if reason == OTHER and len(words) < LEAST_OTHER_WORDS:
        raise words_needed()
    return words


async def _decide(
    vault: Vault, staff: Staff, nomination: Nomination, version: int, decision: Decision, erase_on: date | None
) -> Nomination:
    here = Nomination.filter(id=nomination.id, state=nomination.state, version=version)
    columns: dict[str, Any] = {"state": decision.state, "version": version + 1, "erase_on": erase_on}
    if nomination.first_decided_by is None:
        columns["first_decided_by"] = staff.id
    if not await here.update(**columns, changed_at=clock.now()):
        raise nomination_changed()
    nomination = await nomination_for(staff, nomination.id)
    about, words_hidden = holder_of(nomination.id), hide_words(vault, decision.words)
    reason = decision.reason
    await add_step(nomination.id, decision.state, staff_id=staff.id, reason=reason, words_hidden=words_hidden)
    await intake.schedule_deletion(about, erase_on)
    await tell(nomination, reason=reason, words=bool(decision.words), appealed=decision.appealed)
    await audit.record(staff, decision.action, about, **({"reason": reason} if reason else {}))
    return nomination
