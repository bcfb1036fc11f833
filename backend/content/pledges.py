"""诚信公约阳光行: a pledge that counts once and names nobody; it gives no points (charter 3, 10)."""

from uuid import UUID

from tortoise.expressions import F
from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens.models import Account
from backend.content.campaigns import RUNNING, shown, state_of
from backend.content.models import Campaign, Pledge
from backend.database import transaction
from backend.errors import Conflict
from backend.secrets import Vault

_FIELD = "content.pledge"


def no_pledge_here() -> Conflict:
    return Conflict("no_pledge_here", "这个活动没有公约承诺，或者现在不在活动期间。")


async def pledge(vault: Vault, account: Account, campaign_id: UUID) -> int:
    """Pledge, once however often it is said; how many did. Raises NotFound, Conflict no_pledge_here."""
    campaign = await shown(campaign_id)
    digest = _digest(vault, account, campaign_id)
    if not campaign.pledge or state_of(campaign, clock.today()) != RUNNING:
        if await Pledge.exists(campaign_id=campaign_id, digest=digest):
            return campaign.pledged  # said in time, and sent again after the last day
        raise no_pledge_here()
    row = Pledge(id=uuid7(), campaign_id=campaign_id, digest=digest, day=clock.today())
    async with transaction():
        await Pledge.bulk_create([row], ignore_conflicts=True)
        new = await Pledge.exists(id=row.id)  # not when she had pledged before
        if new and not await Campaign.filter(id=campaign_id, pledge=True).update(pledged=F("pledged") + 1):
            raise no_pledge_here()  # an editor took the pledge away at this very moment
    return (await shown(campaign_id)).pledged


async def pledged(vault: Vault, account: Account, campaign_id: UUID) -> tuple[bool, int]:
    """Whether she did, and how many did. Raises NotFound."""
    campaign = await shown(campaign_id)
    mine = await Pledge.exists(campaign_id=campaign_id, digest=_digest(vault, account, campaign_id))
    return mine, campaign.pledged


def _digest(vault: Vault, account: Account, campaign_id: UUID) -> str:
    """Keyed, and another one in each campaign: whoever has the table alone can neither name nor follow anybody."""
    return vault.digest(f"{campaign_id}:{account.id}", _FIELD)
