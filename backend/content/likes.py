"""赞: an account likes an article once, and may take it back; it is counted, and nobody is named (charter 10)."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from tortoise.queryset import QuerySet

from backend import clock
from backend.citizens.models import Account
from backend.content.counts import likes_of, move_likes
from backend.content.models import Like
from backend.content.reading import article_not_found
from backend.content.shown import is_shown
from backend.database import transaction
from backend.secrets import Vault

_FIELD = "content.like"


@dataclass(frozen=True)
class Liked:
    """Whether she likes it, and how many do."""

    mine: bool
    likes: int


async def like(vault: Vault, account: Account, article_id: UUID) -> Liked:
    """Like it, once however often it is said. Raises NotFound when it is not to be seen."""
    if not await is_shown(article_id):
        raise article_not_found()
    row = Like(id=uuid4(), article_id=article_id, digest=_digest(vault, account, article_id), day=clock.today())
    async with transaction():
        await Like.bulk_create([row], ignore_conflicts=True)
        if await Like.exists(id=row.id):  # not when she liked it before
            await move_likes(article_id, 1)
    return Liked(True, await likes_of(article_id))


async def take_back(vault: Vault, account: Account, article_id: UUID) -> Liked:
    """Like it no more; of what is no longer to be seen, too. Raises NotFound when there was nothing of either."""
    async with transaction():
        gone = await _hers(vault, account, article_id).delete()
        if gone:
            await move_likes(article_id, -gone)
    if not gone and not await is_shown(article_id):
        raise article_not_found()
    return Liked(False, await likes_of(article_id))


async def liked(vault: Vault, account: Account, article_id: UUID) -> Liked:
    """Whether she likes it. Raises NotFound when it is not to be seen."""
    if not await is_shown(article_id):
        raise article_not_found()
    return Liked(await _hers(vault, account, article_id).exists(), await likes_of(article_id))


def _hers(vault: Vault, account: Account, article_id: UUID) -> QuerySet[Like]:
    return Like.filter(article_id=article_id, digest=_digest(vault, account, article_id))


def _digest(vault: Vault, account: Account, article_id: UUID) -> str:
    """Keyed, and another one for each article: whoever has the table alone can neither name nor follow anybody."""
    return vault.digest(f"{article_id}:{account.id}", _FIELD)
