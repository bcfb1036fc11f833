"""What a citizen does with her nominations: keeps a draft, hands it in, takes it back, appeals once."""

from collections.abc import Sequence
from uuid import UUID

from backend import clock
from backend.citizens.models import Citizen
from backend.errors import Forbidden
from backend.nominations import drafts, taking_back, taking_in
from backend.nominations.content import Content
from backend.nominations.models import Nomination
from backend.nominations.nominators import a_citizen
from backend.secrets import Vault
from backend.workdays import months_after

_FROM_FOURTEEN = -4 * 12  # months before the eighteenth birthday


def too_young() -> Forbidden:
    return Forbidden("too_young", "满十四周岁可以推荐。可以请家人或老师来推荐。")


async def save_draft(
    vault: Vault, citizen: Citizen, season_id: UUID, content: Content, pictures: Sequence[UUID] = ()
) -> Nomination:
    """Keep a new draft with its pictures. Raises what `drafts.keep` raises, Forbidden under fourteen (charter 9)."""
    _check_age(citizen)
    return await drafts.keep(vault, a_citizen(vault, citizen), season_id, content, pictures)


async def change(
    vault: Vault, citizen: Citizen, nomination_id: UUID, content: Content, pictures: Sequence[UUID] = ()
) -> Nomination:
    """Put this content and these pictures in the place of the old ones. Raises what `drafts.change` raises."""
    return await drafts.change(vault, a_citizen(vault, citizen), nomination_id, content, pictures)


async def delete_draft(vault: Vault, citizen: Citizen, nomination_id: UUID) -> None:
    """Delete a draft with its pictures. Raises NotFound, or Conflict for no draft."""
    await drafts.delete(a_citizen(vault, citizen), nomination_id)


async def submit(vault: Vault, citizen: Citizen, nomination_id: UUID) -> Nomination:
    """Hand a draft in. Raises what `taking_in.take_in` raises, Forbidden under fourteen (charter 9)."""
    _check_age(citizen)
    return await taking_in.take_in(vault, a_citizen(vault, citizen), nomination_id)


async def withdraw(vault: Vault, citizen: Citizen, nomination_id: UUID) -> Nomination:
    """Take it back. Raises what `taking_back.withdraw` raises."""
    return await taking_back.withdraw(vault, a_citizen(vault, citizen), nomination_id)


async def appeal(vault: Vault, citizen: Citizen, nomination_id: UUID, words: str) -> Nomination:
    """Appeal once against a refusal. Raises what `taking_back.appeal` raises."""
    return await taking_back.appeal(vault, a_citizen(vault, citizen), nomination_id, words)


def _check_age(citizen: Citizen) -> None:
    if clock.today() < months_after(citizen.adult_on, _FROM_FOURTEEN):
        raise too_young()
