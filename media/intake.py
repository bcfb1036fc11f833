"""Taking pictures in, and who holds them: the files before the row, so that a crash leaves only what is swept."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.database import transaction
from backend.errors import Invalid, TooMany, Unavailable
from media.links import SIZES, Size
from media.models import Picture, PictureMark
from media.pictures import Mark
from media.storage import Storage
from media.workshop import Workshop

MOST_PICTURES = 9  # of one holder
MOST_WAITING = 100  # of one citizen that nothing holds yet
LET_GO_FOR = timedelta(days=2)  # by the calendar, so that it is a whole day at least
FOLDER = "pictures"
_BAND_BITS = 16


@dataclass(frozen=True)
class Stored:
    """A picture whose files are written and whose row is not: `keep` or `discard` it."""

    picture: Picture
    marks: tuple[Mark, ...]


def no_such_picture() -> Invalid:
    return Invalid("no_such_picture", "有照片已经不在，或者用在了别处，请重新上传这些照片。")


def too_many_pictures() -> Invalid:
    return Invalid("too_many_pictures", f"照片太多，最多 {MOST_PICTURES} 张。")


def too_many_waiting() -> TooMany:
    return TooMany("too_many_waiting", "您上传后没有用上的照片太多，请先提交，或者过一天再传。", retry_after=3600)


def file_key(picture_id: UUID, size: Size, format: str) -> str:
    """Where one file of a picture is kept: spread over 256 folders, named after nobody."""
    return f"{FOLDER}/{picture_id.hex[-2:]}/{picture_id}-{size}.{format}"


def file_keys(picture: Picture) -> list[str]:
    """All files of a picture."""
    return [file_key(picture.id, size, picture.format) for size in SIZES]


async def take_in(storage: Storage, workshop: Workshop, owner_id: UUID, data: bytes) -> Picture:
    """Keep the picture in these bytes for its owner. Raises what `store` raises."""
    stored = await store(storage, workshop, owner_id, data)
    return await keep(stored)


async def store(storage: Storage, workshop: Workshop, owner_id: UUID, data: bytes) -> Stored:
    """Decode the picture and write its files. Raises what the workshop and the storage raise, TooMany too_many_waiting.

    The slow part, outside any transaction. What becomes of the files when nobody comes back: they are swept.
    """
    if await Picture.filter(owner_id=owner_id, held_by=None).count() >= MOST_WAITING:
        raise too_many_waiting()
    taken = await workshop.take_in(data)
    files = {"master": taken.master, "middle": taken.middle, "small": taken.small}
    picture = Picture(
        id=uuid7(),
        owner_id=owner_id,
        width=taken.master.width,
        height=taken.master.height,
        format=taken.master.format,
        size=sum(len(each.data) for each in files.values()),
        original_digest=await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest()),
        taken_in_at=clock.now(),
    )
    try:
        for size in SIZES:
            await storage.put(file_key(picture.id, size, picture.format), files[size].data)
    except Unavailable:
        await storage.delete(file_keys(picture))
        raise
    return Stored(picture, taken.marks)


async def keep(stored: Stored) -> Picture:
    """The row and its marks, in one transaction or in the caller's."""
    picture = stored.picture
    async with transaction():
        await picture.save(force_create=True)
        await PictureMark.bulk_create([_row(picture, mark) for mark in stored.marks])
    return picture


async def discard(storage: Storage, stored: Stored) -> None:
    """Delete the files of a picture that is not kept: the same one came twice at once."""
    await storage.delete(file_keys(stored.picture))


async def hold(holder: str, owner_id: UUID, picture_ids: Sequence[UUID]) -> None:
    """Let `holder` (`evidence:ID`) hold exactly these pictures of the owner, in this order; others it held are let go.

    In the caller's transaction. Raises Invalid: no_such_picture (not hers, gone, held elsewhere, or the same one
    twice), too_many_pictures.
    """
    if len(picture_ids) > MOST_PICTURES:
        raise too_many_pictures()
    places = {each: number for number, each in enumerate(picture_ids)}
    if len(places) != len(picture_ids):
        raise no_such_picture()
    held = [picture.id for picture in await Picture.filter(held_by=holder)]
    # One by one in the order of their ids: two who want the same ones wait for each other and never deadlock.
    for picture_id in sorted(places.keys() | set(held)):
        if picture_id in places:
            await _hold(holder, owner_id, picture_id, places[picture_id])
        else:
            day = clock.today() + LET_GO_FOR
            await Picture.filter(id=picture_id, held_by=holder).update(held_by=None, position=None, delete_on=day)


async def own_picture(owner_id: UUID, picture_id: UUID) -> Picture:
    """One picture of its owner whose files are there. Raises Invalid no_such_picture."""
    picture = await Picture.get_or_none(id=picture_id, owner_id=owner_id, deleted_at=None)
    if picture is None:
        raise no_such_picture()
    return picture


async def pictures_of(*holders: str) -> dict[str, list[Picture]]:
    """What each of these holds, in order; an empty list for one that holds nothing."""
    found: dict[str, list[Picture]] = {holder: [] for holder in holders}
    for picture in await Picture.filter(held_by__in=holders).order_by("position"):
        found[str(picture.held_by)].append(picture)
    return found


async def schedule_deletion(holder: str, on: date | None) -> None:
    """Delete the files of what `holder` holds on that day of the county; None: while its case is open, never."""
    await Picture.filter(held_by=holder, deleted_at=None).update(delete_on=on)


async def _hold(holder: str, owner_id: UUID, picture_id: UUID, position: int) -> None:
    """Take the picture if it is free or the holder's own; of two who want it at once, one gets it."""
    usable = Picture.filter(id=picture_id, owner_id=owner_id, deleted_at=None)
    if await usable.filter(held_by=holder).update(position=position):
        return
    if not await usable.filter(held_by=None).update(held_by=holder, position=position, delete_on=None):
        raise no_such_picture()


def _row(picture: Picture, mark: Mark) -> PictureMark:
    bands = bands_of(mark.bits)
    names = {f"band_{number}": band for number, band in enumerate(bands)}
    return PictureMark(id=uuid7(), picture_id=picture.id, part=mark.part, **names)


def bands_of(bits: int) -> tuple[int, ...]:
    """The 64 bits of a mark as four numbers of 16 bits, the highest first."""
    return tuple(bits >> shift & 0xFFFF for shift in (48, 32, 16, 0))
