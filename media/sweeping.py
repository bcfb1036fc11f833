"""Deleting what nobody uses and what is due. Killed half-way, either job is finished by its next run."""

from collections.abc import Sequence
from datetime import timedelta

from tortoise.expressions import Q

from backend import clock
from media.intake import FOLDER, file_keys
from media.models import Picture
from media.storage import Kept, Storage, id_in

UNUSED_FOR = timedelta(days=1)
AT_ONCE = 500  # rows or files looked up together
# A run that was killed may have marked a picture as deleted and left its files: they are deleted again for so long.
AGAIN_FOR = timedelta(days=3)


async def sweep_orphans(storage: Storage) -> int:
    """Delete pictures that nothing has held for a day, and files without a row; how many pictures and files.

    Of a picture the row goes first, and only while nobody holds it: one that is attached at this very moment stays
    whole. Files that are left then have no row, and are found by the second half or by the next run.
    """
    before = clock.now() - UNUSED_FOR
    swept = await _sweep_unused(storage)
    async for batch in storage.batches(FOLDER, AT_ONCE):
        swept += await _sweep_files(storage, batch)
    return swept + await storage.drop_unfinished(before)


async def delete_due(storage: Storage) -> int:
    """Delete the files of pictures whose day has come; how many. The rows stay with their digests and marks."""
    today, now = clock.today(), clock.now()
    left = Q(deleted_at=None) | Q(deleted_at__gt=now - AGAIN_FOR)
    deleted = 0
    for picture in await Picture.filter(left, delete_on__lte=today).exclude(held_by=None):
        # Marked first: what is put off at this very moment keeps its files.
        due = Picture.filter(id=picture.id, delete_on__lte=today)
        marked = await due.filter(deleted_at=None).update(deleted_at=now)
        if marked or picture.deleted_at is not None:
            await storage.delete(file_keys(picture))
        deleted += marked
    return deleted


async def _sweep_unused(storage: Storage) -> int:
    let_go = Q(delete_on=None) | Q(delete_on__lte=clock.today())
    unused = Picture.filter(let_go, held_by=None, taken_in_at__lt=clock.now() - UNUSED_FOR)
    swept = 0
    for picture in await unused:
        if await Picture.filter(id=picture.id, held_by=None).delete():
            await storage.delete(file_keys(picture))
            swept += 1
    return swept


async def _sweep_files(storage: Storage, batch: Sequence[Kept]) -> int:
    """Files of no picture, once they are so old that no row is about to be written; of a deleted one, at once."""
    owners = {each.key: id_in(each.key) for each in batch}
    known = await Picture.filter(id__in=[each for each in owners.values() if each is not None])
    whole = {picture.id for picture in known if picture.deleted_at is None}
    deleted = {picture.id for picture in known} - whole
    before = clock.now() - UNUSED_FOR
    lost = [
        each.key
        for each in batch
        if owners[each.key] in deleted or (owners[each.key] not in whole and each.changed_at < before)
    ]
    await storage.delete(lost)
    return len(lost)
