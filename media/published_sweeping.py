"""Deleting published files that nothing uses, and what lies in the store without a row. Killed half-way, it goes on."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

from backend import clock
from media.models import PublishedMedia
from media.published_files import FOLDER, file_keys, found
from media.storage import Kept, Storage, id_in

UNUSED_FOR = timedelta(days=30)
WITHOUT_ROW_FOR = timedelta(days=1)
AT_ONCE = 200  # rows or files looked up together

# Of these files, those that nothing uses: `media` knows neither articles nor campaigns.
Unused = Callable[[Sequence[PublishedMedia]], Awaitable[set[UUID]]]


async def sweep_published(storage: Storage, unused: Unused) -> int:
    """Delete what was uploaded thirty days ago and is unused, and files without a row; how many of both.

    The row goes first: files that are left by a run that was killed have no row, and the next one finds them.
    """
    swept = await _sweep_rows(storage, unused)
    async for batch in storage.batches(FOLDER, AT_ONCE):
        swept += await _sweep_files(storage, batch)
    return swept


async def _sweep_rows(storage: Storage, unused: Unused) -> int:
    old = PublishedMedia.filter(uploaded_at__lt=clock.now() - UNUSED_FOR).order_by("id")
    swept, after = 0, UUID(int=0)
    while batch := await old.filter(id__gt=after).limit(AT_ONCE):
        after = batch[-1].id
        chosen = await unused(batch)
        for media in batch:
            if media.id in chosen and await PublishedMedia.filter(id=media.id).delete():
                await storage.delete(file_keys(media))
                swept += 1
    return swept


async def _sweep_files(storage: Storage, batch: Sequence[Kept]) -> int:
    """Files of no row, and an earlier cut of a cover, once they are so old that no row is about to name them."""
    before = clock.now() - WITHOUT_ROW_FOR
    old = [each.key for each in batch if each.changed_at < before]
    rows = await found([row for row in map(id_in, old) if row is not None])
    named = {key for media in rows.values() for key in file_keys(media)}
    lost = [key for key in old if key not in named]
    await storage.delete(lost)
    return len(lost)
