"""Published files by id: what is known of each, in which sizes it can be had, and where those are kept."""

from collections.abc import Collection
from typing import Literal, get_args
from uuid import UUID

from backend.errors import NotFound
from media.covers import SHAPES
from media.models import PublishedMedia
from media.pictures import MIDDLE

Kind = Literal["picture", "video", "audio", "pdf"]
FileSize = Literal["master", "middle", "small", "wide", "square", "whole"]

FOLDER = "published"
PICTURE_SIZES: tuple[FileSize, ...] = ("master", "middle", "small")
ALL_SIZES: tuple[FileSize, ...] = get_args(FileSize)
MEDIA_TYPES = {
    "webp": "image/webp",
    "jpeg": "image/jpeg",
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "pdf": "application/pdf",
}


def no_such_file() -> NotFound:
    return NotFound("file_not_found", "没有找到这个文件，它可能已经被删除。")


async def one(media_id: UUID) -> PublishedMedia:
    """A file's row. Raises NotFound no_such_file."""
    media = await PublishedMedia.get_or_none(id=media_id)
    if media is None:
        raise no_such_file()
    return media


async def found(media_ids: Collection[UUID]) -> dict[UUID, PublishedMedia]:
    """Those of the files that exist, by id."""
    return {media.id: media for media in await PublishedMedia.filter(id__in=set(media_ids))} if media_ids else {}


async def files_exist(media_ids: Collection[UUID]) -> bool:
    """Whether every one of these files is there."""
    wanted = set(media_ids)
    return await PublishedMedia.filter(id__in=wanted).count() == len(wanted) if wanted else True


async def files_of(held_by: str) -> list[PublishedMedia]:
    """What was uploaded for `article:ID` or `campaign:ID`, newest first."""
    return await PublishedMedia.filter(held_by=held_by).order_by("-uploaded_at", "-id")


async def has_cover(media_id: UUID) -> bool:
    """Whether this is a picture with both shapes of a cover."""
    media = await PublishedMedia.get_or_none(id=media_id)
    return media is not None and set(SHAPES) <= set(media.crops)


async def middle_sizes(media_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Width and height in pixels of the middle size of these pictures, for the page to keep their places."""
    return {key: shown for key, media in (await found(media_ids)).items() if (shown := _middle(media)) is not None}


def sizes_of(media: PublishedMedia) -> tuple[FileSize, ...]:
    """In which sizes a file can be fetched."""
    if media.kind != "picture":
        return ("whole",)
    return (*PICTURE_SIZES, *(shape for shape in SHAPES if shape in media.crops))


def file_key(media: PublishedMedia, size: FileSize) -> str:
    """Where one size of a file is kept. A cover's name tells its cut, and no name comes again: so none is stale.

    Raises NotFound no_such_file for a size that it has not.
    """
    if size not in sizes_of(media):
        raise no_such_file()
    cut = media.crops.get(size)
    which = size if cut is None else f"{size}-{'x'.join(map(str, cut))}"
    return f"{FOLDER}/{media.id.hex[-2:]}/{media.id}-{which}.{media.format}"


def file_keys(media: PublishedMedia) -> list[str]:
    """All files of a row."""
    return [file_key(media, size) for size in sizes_of(media)]


def boxes_of(media: PublishedMedia) -> dict[str, list[int]]:
    """How a cover is cut: left, top, width, height of each shape in the master's pixels; empty for what is none.

    The row keeps a fifth number behind them, of no meaning: no other cut has it, so no other has its file's name.
    """
    return {shape: cut[:4] for shape, cut in media.crops.items()}


def cover_keys(media: PublishedMedia) -> list[str]:
    """The files of its shapes as a cover."""
    return [file_key(media, shape) for shape in SHAPES if shape in media.crops]


def _middle(media: PublishedMedia) -> tuple[int, int] | None:
    """As media/images.py fits a picture."""
    if media.kind != "picture" or media.width is None or media.height is None:
        return None
    scale = max(1.0, max(media.width, media.height) / MIDDLE)
    return max(1, round(media.width / scale)), max(1, round(media.height / scale))
