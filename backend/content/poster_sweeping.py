"""Deleting posters that nobody can ask for any more: of what is no longer shown, and of earlier versions."""

from backend import clock
from backend.content.models import Publication
from backend.content.posters import FOLDER, sketches
from backend.content.publishing import visible
from media.storage import Storage, id_in

AT_ONCE = 200  # posters looked up together


async def sweep(storage: Storage) -> int:
    """How many were deleted. One that is taken away too early is drawn again when somebody asks."""
    swept = 0
    async for batch in storage.batches(FOLDER, AT_ONCE):
        articles = {row for each in batch if (row := id_in(each.key)) is not None}
        rows = await Publication.filter(visible(clock.now()), article_id__in=articles)
        current = {sketch.key for sketch in (await sketches(rows)).values()}
        lost = [each.key for each in batch if each.key not in current]
        await storage.delete(lost)
        swept += len(lost)
    return swept
