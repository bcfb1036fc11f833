"""Whether readers may see an article at this moment."""

from uuid import UUID

from backend import clock
from backend.content.models import Publication
from backend.content.publishing import visible


async def is_shown(article_id: UUID) -> bool:
    """By the same rule as the lists; nothing of it is read."""
    return await Publication.filter(visible(clock.now()), article_id=article_id).exists()
