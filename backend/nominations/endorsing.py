"""支持推荐: a real-name citizen stands by a nominee who agreed to it; once each, five a season, freely taken back."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from backend import clock
from backend.citizens.models import Citizen
from backend.database import transaction
from backend.errors import Conflict, Forbidden
from backend.nominations.content import About
from backend.nominations.endorsements import count_of, digest_of, rows_of
from backend.nominations.models import Endorsement, Nominee
from backend.nominations.nominees import about_of
from backend.nominations.open_list import among_agreed, no_such_nominee, open_nominee
from backend.points.ledger import lock_citizens
from backend.secrets import Vault

__all__ = ["MOST", "Hers", "count_of", "endorse", "my_endorsements", "take_back"]

MOST = 5  # nominees that one citizen may endorse in one season


@dataclass(frozen=True)
class Hers:
    """What one citizen endorses in one season: ids, and how many more she may."""

    nominee_ids: frozenset[UUID]

    @property
    def left(self) -> int:
        """How many more."""
        return max(0, MOST - len(self.nominee_ids))


def not_yourself() -> Forbidden:
    return Forbidden("not_yourself", "被推荐的是您本人，不能给自己投支持；请邻里来支持您。")


def too_many_endorsements() -> Conflict:
    return Conflict("too_many_endorsements", f"每届评选最多支持 {MOST} 位。想支持这一位，可以先取消另一位。")


async def endorse(vault: Vault, citizen: Citizen, nominee_id: UUID) -> Hers:
    """Stand by a nominee, once however often it is said.

    Raises NotFound nominee_not_shown, Conflict season_not_open and too_many_endorsements, Forbidden not_yourself: who
    is known as the nominee herself. A namesake is somebody else.
    """
    nominee = await open_nominee(nominee_id)
    if nominee.citizen_id == citizen.id:
        raise not_yourself()
    digest = digest_of(vault, citizen, nominee.season_id)
    row = Endorsement(
        id=uuid4(),  # not in the order of time: two rows side by side tell nothing of who was there
        nominee_id=nominee_id,
        season_id=nominee.season_id,
        citizen_digest=digest,
        at=clock.now(),
    )
    async with transaction():
        # Her own row is all that her taps wait for: with a counter at the nominee, the whole county would.
        await lock_citizens([citizen.id])
        await Endorsement.bulk_create([row], ignore_conflicts=True)
        if await rows_of(vault, citizen, nominee.season_id).count() > MOST:
            raise too_many_endorsements()
        # Again, now that the new row holds the nominee's: see `endorsements.erase_of`.
        await open_nominee(nominee_id)
    return await hers(vault, citizen, nominee.season_id)


async def take_back(vault: Vault, citizen: Citizen, nominee_id: UUID) -> Hers:
    """Stand by her no more, at any time. Raises NotFound where there is nothing of either."""
    nominee = await Nominee.get_or_none(id=nominee_id)
    if nominee is None:
        raise no_such_nominee()
    gone = await rows_of(vault, citizen, nominee.season_id).filter(nominee_id=nominee_id).delete()
    if not gone and not await among_agreed([nominee_id]):
        raise no_such_nominee()
    return await hers(vault, citizen, nominee.season_id)


async def hers(vault: Vault, citizen: Citizen, season_id: UUID) -> Hers:
    """What she endorses in a season."""
    return Hers(frozenset([row.nominee_id for row in await rows_of(vault, citizen, season_id)]))


async def my_endorsements(vault: Vault, citizen: Citizen, season_id: UUID) -> tuple[Hers, list[tuple[Nominee, About]]]:
    """What she endorses in a season, and those of them whose yes to being shown stands, by name."""
    mine = await hers(vault, citizen, season_id)
    rows = await among_agreed(sorted(mine.nominee_ids))
    return mine, [(row, about) for row in rows if (about := about_of(vault, row)) is not None]
