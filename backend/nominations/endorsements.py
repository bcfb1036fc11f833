"""Endorsements as rows: how many a nominee has, which are one citizen's, and how all of them vanish."""

from collections.abc import Collection, Sequence
from uuid import UUID

from tortoise.functions import Count
from tortoise.queryset import QuerySet

from backend.citizens.models import Citizen
from backend.nominations.models import Endorsement, Nominee
from backend.secrets import Vault

_FIELD = "endorsement.citizen"


async def count_of(nominee_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many endorse each of these nominees. For the committee alone: it informs, and never decides (charter 4)."""
    counts = dict.fromkeys(nominee_ids, 0)
    rows = Endorsement.filter(nominee_id__in=list(counts)).annotate(count=Count("id")).group_by("nominee_id")
    return counts | dict(await rows.values_list("nominee_id", "count"))


async def erase_of(nominee_ids: Sequence[UUID]) -> None:
    """Delete all endorsements of these nominees, in the transaction that takes their consent back, after that.

    Their rows are held first. Whoever endorses one at this moment holds it, too, by the reference of her new row: so
    she is waited for and erased with the others, or waits herself and then finds the consent gone.
    """
    await Nominee.filter(id__in=list(nominee_ids)).order_by("id").select_for_update()
    await Endorsement.filter(nominee_id__in=list(nominee_ids)).delete()


def rows_of(vault: Vault, citizen: Citizen, season_id: UUID) -> QuerySet[Endorsement]:
    """One citizen's in one season."""
    return Endorsement.filter(season_id=season_id, citizen_digest=digest_of(vault, citizen, season_id))


def digest_of(vault: Vault, citizen: Citizen, season_id: UUID) -> str:
    """Keyed, and another one in each season: whoever has the table alone can neither name nor follow anybody."""
    return vault.digest(f"{season_id}:{citizen.id}", _FIELD)
