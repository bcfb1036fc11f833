"""赞: an account likes an article once, and may take it back."""

from dataclasses import dataclass
from uuid import UUID

from backend import clock
from backend.citizens.models import Account
from backend.content.counts import likes_of
from backend.content.models import Like
from backend.content.reading import article_not_found
from backend.content.shown import is_shown


@dataclass(frozen=True)
class Liked:
    """Whether she likes it, and how many do."""

    mine: bool
    likes: int


async def like(account: Account, article_id: UUID) -> Liked:
    """Like it, once however often it is said. Raises NotFound when it is not to be seen."""
    if not await is_shown(article_id):
        raise article_not_found()
    row = Like(article_id=article_id, account_id=account.id, day=clock.today())
    await Like.bulk_create([row], ignore_conflicts=True)
    return Liked(True, await likes_of(article_id))


async def take_back(account: Account, article_id: UUID) -> Liked:
    """Like it no more; of what is no longer to be seen, too. Raises NotFound when there was nothing of either."""
    gone = await Like.filter(article_id=article_id, account_id=account.id).delete()
    if not gone and not await is_shown(article_id):
        raise article_not_found()
    return Liked(False, await likes_of(article_id))


async def liked(account: Account, article_id: UUID) -> Liked:
    """Whether she likes it. Raises NotFound when it is not to be seen."""
    if not await is_shown(article_id):
        raise article_not_found()
    mine = await Like.filter(article_id=article_id, account_id=account.id).exists()
    return Liked(mine, await likes_of(article_id))
