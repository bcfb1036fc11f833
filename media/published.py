"""Files of articles and campaigns: taken in, kept, cropped as covers. What readers may see of them is decided above.

The files are written before the row, so that a crash leaves only what is swept. Everything that is said of published
files can be had from here.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, cast
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from backend import clock
from backend.database import transaction
from backend.errors import Invalid, Unavailable
from media import rewriting
from media.covers import SHAPES, Box, Shape, checked
from media.film_words import FileKind
from media.models import PublishedMedia
from media.pictures import Format
from media.published_files import ALL_SIZES as ALL_SIZES
from media.published_files import MEDIA_TYPES as MEDIA_TYPES
from media.published_files import PICTURE_SIZES as PICTURE_SIZES
from media.published_files import FileSize as FileSize
from media.published_files import Kind as Kind
from media.published_files import boxes_of as boxes_of
from media.published_files import cover_keys
from media.published_files import file_key as file_key
from media.published_files import file_keys as file_keys
from media.published_files import files_exist as files_exist
from media.published_files import files_of as files_of
from media.published_files import found as found
from media.published_files import has_cover as has_cover
from media.published_files import middle_sizes as middle_sizes
from media.published_files import no_such_file as no_such_file
from media.published_files import one as one
from media.published_files import sizes_of as sizes_of
from media.storage import Storage
from media.workshop import Workshop

LONGEST_NAME = 80
_COPIED = ("kind", "name", "format", "size", "width", "height", "original_digest")


def not_a_cover() -> Invalid:
    return Invalid("not_a_cover", "封面要用一张图片，请换一个文件。")


@dataclass(frozen=True)
class Stored:
    """A file whose bytes are written and whose row is not: `keep` or `discard` it."""

    media: PublishedMedia


async def take_in_picture(
    storage: Storage, workshop: Workshop, held_by: str, by: UUID, data: bytes, name: str = ""
) -> PublishedMedia:
    """Keep a picture in three sizes for `article:ID` or `campaign:ID`; `by` is the staff user. Raises as `store_…`."""
    return await keep(await store_picture(storage, workshop, held_by, by, data, name))


async def take_in_file(
    storage: Storage, kind: FileKind, held_by: str, by: UUID, file: IO[bytes], name: str
) -> PublishedMedia:
    """Keep a video, sound or PDF, rewritten. Raises as `store_file`."""
    return await keep(await store_file(storage, kind, held_by, by, file, name))


async def store_picture(
    storage: Storage, workshop: Workshop, held_by: str, by: UUID, data: bytes, name: str = ""
) -> Stored:
    """Write a picture's files. Raises Invalid and Unavailable as the workshop and the storage do: nothing is kept."""
    taken = await workshop.take_in(data)
    media = PublishedMedia(
        kind="picture",
        name=_plain_name(name),
        format=taken.master.format,
        size=len(taken.master.data),
        width=taken.master.width,
        height=taken.master.height,
        original_digest=await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest()),
        **_of(held_by, by),
    )
    return await _written(
        storage, media, {"master": taken.master.data, "middle": taken.middle.data, "small": taken.small.data}
    )


async def store_file(
    storage: Storage, kind: FileKind, held_by: str, by: UUID, file: IO[bytes], name: str = ""
) -> Stored:
    """Write a clean copy of a video, sound or PDF. `file` is a real open file (it has a descriptor).

    Raises Invalid (too large, of another kind, damaged, locked), Unavailable; nothing is kept then.
    """
    with rewriting.temporary_file() as clean:
        made = await rewriting.rewrite(kind, file, clean)
        media = PublishedMedia(
            kind=kind,
            name=_plain_name(name),
            original_digest=await asyncio.to_thread(rewriting.digest_of, file),
            **msgspec.structs.asdict(made),
            **_of(held_by, by),
        )
        return await _written(storage, media, {"whole": clean})


async def keep(stored: Stored) -> PublishedMedia:
    """The row, in the caller's transaction if there is one."""
    await stored.media.save(force_create=True)
    return stored.media


async def discard(storage: Storage, stored: Stored) -> None:
    """Delete the files of what is not kept; a store that is away is left to the sweep."""
    with suppress(Unavailable):
        await storage.delete(file_keys(stored.media))


async def set_crops(
    storage: Storage,
    workshop: Workshop,
    media_id: UUID,
    shapes: Mapping[Shape, Box | None],
    *,
    anew_for: str | None = None,
    by: UUID | None = None,
) -> PublishedMedia:
    """Make a picture a cover: both shapes, by (left, top, width, height) in the master's pixels, or from its centre.

    A shape that is missing or None is cut from the centre. With `anew_for`, a holder, the picture is copied first, and
    the copy is the cover: readers may be looking at the old one. Raises NotFound no_such_file, Invalid (not_a_cover,
    wrong_crop), Unavailable.
    """
    media = await one(media_id)
    crops = crops_of(media, shapes)
    master = await storage.get(file_key(media, "master"))
    cut: dict[FileSize, bytes] = {}
    for shape, size in SHAPES.items():
        cut[shape] = await workshop.crop(master, cast(Box, tuple(crops[shape])), size, cast(Format, media.format))
    if anew_for is not None:
        return await _copy(storage, media, crops, cut, anew_for, by or media.uploaded_by)
    return await _recut(storage, media, crops, cut)


def crops_of(media: PublishedMedia, shapes: Mapping[Shape, Box | None]) -> dict[str, list[int]]:
    """What `set_crops` would cut of each shape. Raises Invalid not_a_cover, wrong_crop."""
    if media.kind != "picture" or media.width is None or media.height is None:
        raise not_a_cover()
    return {str(each): list(checked(each, shapes.get(each), media.width, media.height)) for each in SHAPES}


async def _written(storage: Storage, media: PublishedMedia, files: Mapping[FileSize, bytes | IO[bytes]]) -> Stored:
    stored = Stored(media)
    try:
        for size, content in files.items():
            key = file_key(media, size)
            await (storage.put(key, content) if isinstance(content, bytes) else storage.put_file(key, content))
    except Unavailable:
        await discard(storage, stored)
        raise
    return stored


def _of(held_by: str, by: UUID) -> dict[str, Any]:
    return {"id": uuid7(), "held_by": held_by, "uploaded_by": by, "uploaded_at": clock.now(), "crops": {}}


async def _recut(
    storage: Storage, media: PublishedMedia, crops: dict[str, list[int]], cut: Mapping[FileSize, bytes]
) -> PublishedMedia:
    """Whoever writes the row last has cut it, and takes away what the row named until then.

    No cut's name comes again (`_numbered`), so of several at once none deletes what another one's row names.
    """
    media.crops = _numbered(crops)
    await _put_cover(storage, media, cut)
    async with transaction():
        row = await PublishedMedia.filter(id=media.id).select_for_update().first()
        before = cover_keys(row) if row else []
        changed = await PublishedMedia.filter(id=media.id).update(crops=media.crops)
    gone = before if changed else cover_keys(media)
    with suppress(Unavailable):  # the sweep finds it
        await storage.delete(gone)
    if not changed:
        raise no_such_file()
    return media


async def _put_cover(storage: Storage, media: PublishedMedia, cut: Mapping[FileSize, bytes]) -> None:
    try:
        for shape, data in cut.items():
            await storage.put(file_key(media, shape), data)
    except Unavailable:
        with suppress(Unavailable):
            await storage.delete(cover_keys(media))
        raise


def _numbered(crops: dict[str, list[int]]) -> dict[str, list[int]]:
    """As the row keeps them: see `boxes_of`."""
    number = secrets.randbits(48)
    return {shape: [*box, number] for shape, box in crops.items()}


async def _copy(
    storage: Storage,
    media: PublishedMedia,
    crops: dict[str, list[int]],
    cut: Mapping[FileSize, bytes],
    held_by: str,
    by: UUID,
) -> PublishedMedia:
    """Another row with the same picture under it."""
    about = {name: getattr(media, name) for name in _COPIED} | _of(held_by, by) | {"crops": crops}
    files: dict[FileSize, bytes | IO[bytes]] = {}
    for size in PICTURE_SIZES:
        files[size] = await storage.get(file_key(media, size))
    return await keep(await _written(storage, PublishedMedia(**about), {**files, **cut}))


def _plain_name(name: str) -> str:
    """As it is shown: without what no column or header takes, nor blanks around it."""
    return "".join(each for each in name if each.isprintable()).strip()[:LONGEST_NAME]
