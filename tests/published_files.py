"""Files of articles for stories: really taken in, or only put into the store as if they were. In an open database."""

import tempfile
from io import BytesIO
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from media import published
from media.film_words import FileKind
from media.models import PublishedMedia
from media.published_files import FOLDER, file_keys
from media.storage import Storage
from media.workshop import Workshop
from tests.media.photos import a_photo

BY = UUID(int=7)
HOLDER = f"article:{UUID(int=8)}"


async def taken(
    storage: Storage, kind: FileKind, data: bytes, held_by: str = HOLDER, name: str = "片子"
) -> PublishedMedia:
    """A video, sound or PDF that was taken in."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        return await published.take_in_file(storage, kind, held_by, BY, file, name)


async def picture(
    storage: Storage, workshop: Workshop, size: tuple[int, int] = (1600, 1200), held_by: str = HOLDER
) -> PublishedMedia:
    """A picture that was taken in."""
    return await published.take_in_picture(storage, workshop, held_by, BY, a_photo(size=size))


async def put(storage: Storage, data: bytes = b"0123456789", **about: Any) -> PublishedMedia:
    """A row and its files, which hold these bytes: nobody looked into them. A video unless it is said otherwise."""
    values: dict[str, Any] = {
        "id": uuid7(),
        "held_by": HOLDER,
        "kind": "video",
        "name": "片子",
        "format": "mp4",
        "size": len(data),
        "crops": {},
        "original_digest": "0" * 64,
        "uploaded_by": BY,
        "uploaded_at": clock.now(),
    }
    media = PublishedMedia(**values | about)
    for key in file_keys(media):
        await storage.put_file(key, BytesIO(data))
    await media.save(force_create=True)
    return media


async def kept(storage: Storage) -> set[str]:
    """The keys of all published files in the store."""
    return {each.key async for each in storage.list(FOLDER)}
