"""The picture beside an honour: copied from the nominee's own after the result, let go at her wish."""

from collections.abc import Mapping
from uuid import UUID

from backend.content import publishing
from backend.database import transaction
from backend.errors import NotFound
from backend.honours.honour_about import holder_of
from backend.honours.models import Honour
from backend.jobs import outbox
from media import intake, picture_copies
from media.models import Picture
from media.storage import Storage

COPY_PICTURE = "copy_honour_picture"


async def promise_copy(honour_id: UUID, pictures: tuple[UUID, ...]) -> None:
    """Have the first of these pictures that is still there copied soon, in the caller's transaction.

    A copy, because what was sent with a nomination is erased half a year after the result.
    """
    there = set(await Picture.filter(id__in=pictures, deleted_at=None).values_list("id", flat=True)) if pictures else ()
    for each in pictures:
        if each in there:
            await outbox.promise(COPY_PICTURE, honour=str(honour_id), picture=str(each))
            return


async def copy_promised(storage: Storage, payload: Mapping[str, str]) -> None:
    """The job that `promise_copy` promises. Done again, or for a picture that has gone, it changes nothing.

    Raises Unavailable while the store is away: the worker comes back later.
    """
    honour_id = UUID(payload["honour"])
    bare = Honour.filter(id=honour_id, picture_id=None)
    picture = await Picture.get_or_none(id=UUID(payload["picture"]), deleted_at=None)
    if picture is None or not await bare.exists():
        return
    try:
        stored = await picture_copies.copy(storage, picture, holder_of(honour_id))
    except NotFound:
        return
    async with transaction():
        kept = await bare.update(picture_id=stored.picture.id)
        if kept:
            await intake.keep(stored)
            await publishing.changed()
    if not kept:  # two workers at once
        await intake.discard(storage, stored)
