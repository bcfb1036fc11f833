"""Appeals against a refusal: another moderator decides, once, and that is the end of it here."""

from collections.abc import Sequence
from uuid import UUID

from backend.nominations.models import Nomination
from backend.nominations.moderating import Decision, checked_words, done_before, held, send_back, take_in
from backend.nominations.moderation_scope import not_to_decide, other_moderator_needed
from backend.secrets import Vault
from backend.staff.permissions import Staff

APPEAL = "nomination.appeal"


async def uphold(
    vault: Vault, staff: Staff, nomination_id: UUID, version: int, into: Sequence[UUID | None]
) -> Nomination:
    """The nominator is right: the nomination is accepted, as `moderating.accept` does it and with what it raises.

    Raises Forbidden other_moderator_needed for who decided first.
    """
    decision = Decision("accepted", APPEAL, appealed=True)
    async with held(vault, staff, nomination_id) as nomination:
        if await done_before(staff, nomination, version, decision):
            return nomination
        _check_turn(staff, nomination)
        return await take_in(vault, staff, nomination, version, into, decision)


async def refuse(
    vault: Vault, staff: Staff, nomination_id: UUID, version: int, reason: str, words: str = ""
) -> Nomination:
    """The refusal stands, with reasons of its own; the nominator is told whom else to ask. Raises as `uphold`."""
    decision = Decision("closed", APPEAL, reason, checked_words(reason, words), appealed=True)
    async with held(vault, staff, nomination_id) as nomination:
        if await done_before(staff, nomination, version, decision):
            return nomination
        _check_turn(staff, nomination)
        return await send_back(vault, staff, nomination, version, decision)


def _check_turn(staff: Staff, nomination: Nomination) -> None:
    if nomination.state != "appealed":
        raise not_to_decide()
    if nomination.first_decided_by == staff.id:
        raise other_moderator_needed()
