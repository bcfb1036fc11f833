"""A picture held a second time, by another thing than the one that it was sent for: a copy of its files and a row."""

from uuid_utils.compat import uuid7

from backend import clock
from backend.errors import DomainError
from media.intake import Stored, discard, file_key
from media.links import SIZES
from media.models import Picture
from media.storage import Storage


async def copy(storage: Storage, picture: Picture, holder: str) -> Stored:
    """Copy the files; whoever calls `intake.keep`s the row, which `holder` holds, or `intake.discard`s the copy.

    Nobody owns the copy: no link to it is ever made for the one who sent the picture. Raises NotFound file_gone,
    Unavailable; nothing is kept then.
    """
    new_id = uuid7()
    stored = Stored(
        Picture(
            id=new_id,
            owner_id=new_id,
            held_by=holder,
            position=0,
            width=picture.width,
            height=picture.height,
            format=picture.format,
            size=picture.size,
            original_digest=picture.original_digest,
            taken_in_at=clock.now(),
        ),
        marks=(),
    )
    try:
        for size in SIZES:
            data = await storage.get(file_key(picture.id, size, picture.format))
            await storage.put(file_key(new_id, size, picture.format), data)
            del data
    except DomainError:
        await discard(storage, stored)
        raise
    return stored
