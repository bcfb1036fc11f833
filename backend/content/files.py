"""Files of articles and campaigns as editors upload them, and their covers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from backend.content import article_faults
from backend.content.flow_words import DISCARDED, IN_REVIEW
from backend.content.models import Campaign, PublishedFile
from backend.database import transaction
from backend.errors import Conflict, NotFound
from backend.staff import audit
from backend.staff.permissions import Staff, require
from media import published
from media.covers import Box, Shape
from media.models import PublishedMedia
from media.pictures import MOST_BYTES as LARGEST_PICTURE
from media.pictures import picture_too_large
from media.published import Kind, Stored, no_such_file
from media.storage import Storage
from media.workshop import Workshop

MOST_FILES = 300  # of one article or campaign: a picture a paragraph, tried several times
_HEAD = 1024  # bytes that tell a file's kind


@dataclass(frozen=True)
class Holder:
    """What a file is uploaded for."""

    kind: str  # article, campaign
    id: UUID

    @property
    def name(self) -> str:
        """As `media` and the audit name it."""
        return f"{self.kind}:{self.id}"


def article(article_id: UUID) -> Holder:
    """An article as a holder."""
    return Holder("article", article_id)


def campaign(campaign_id: UUID) -> Holder:
    """A campaign as a holder: of its banner."""
    return Holder("campaign", campaign_id)


def too_many_files() -> Conflict:
    return Conflict("too_many_files", f"这里已经传了 {MOST_FILES} 个文件，不能再多了。请另写一篇文章。")


def no_such_campaign() -> NotFound:
    return NotFound("campaign_not_found", "没有这个宣传活动，请刷新页面看看。")


async def upload(
    storage: Storage, workshop: Workshop, staff: Staff, holder: Holder, file: IO[bytes], name: str = ""
) -> PublishedMedia:
    """Keep what stands in an open file; what it is, its first bytes tell. A campaign takes pictures only.

    Raises Forbidden, NotFound, Conflict (article_discarded, too_many_files), and Invalid and Unavailable with why a
    file cannot be used or kept: nothing of it is left then.
    """
    await _check(staff, holder)
    kind = kind_of(file) if holder.kind == "article" else "picture"
    if kind == "picture":
        stored = await _picture(storage, workshop, staff, holder, file)
    else:
        stored = await published.store_file(storage, kind, holder.name, staff.id, file, name)
    try:
        async with transaction():
            await _check(staff, holder)  # it may have been discarded while the file came in
            media = await published.keep(stored)
            await _told(staff, holder, media)
    except Exception:
        await published.discard(storage, stored)
        raise
    return media


async def crop(
    storage: Storage,
    workshop: Workshop,
    staff: Staff,
    article_id: UUID,
    file_id: UUID,
    shapes: Mapping[Shape, Box | None],
) -> PublishedMedia:
    """Make a picture the cover of an article, in both shapes; the cover is what is returned, and may be a new file.

    It is one when the picture was cut before, or when it is another article's: the old cut stands in revisions, where
    reviewers have passed it and readers may be looking at it. Raises Forbidden, NotFound, Conflict (article_in_review,
    article_discarded, too_many_files), Invalid (not_a_cover, wrong_crop), Unavailable.
    """
    require(staff, "write_articles")
    row = await article_faults.found(article_id)
    if row.state in IN_REVIEW:
        raise article_faults.article_in_review()
    if row.state == DISCARDED:
        raise article_faults.article_discarded()
    media, holder = await published.one(file_id), article(article_id)
    own, shown = media.held_by == holder.name, await PublishedFile.filter(file_id=file_id).exists()
    if not own and not shown:
        raise no_such_file()
    if own and published.boxes_of(media) == published.crops_of(media, shapes):
        return media
    if own and not shown and not media.crops:
        return await published.set_crops(storage, workshop, file_id, shapes)
    await _check(staff, holder)
    cover = await published.set_crops(storage, workshop, file_id, shapes, anew_for=holder.name, by=staff.id)
    async with transaction():
        await _told(staff, holder, cover)
    return cover


def kind_of(file: IO[bytes]) -> Kind:
    """What a file says of itself by its first bytes; whatever it does not say, it is a picture, or none."""
    file.seek(0)
    head = file.read(_HEAD)
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"}:
            return "picture"
        return "audio" if brand in {b"M4A ", b"M4B "} else "video"
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "audio"
    return "pdf" if b"%PDF-" in head else "picture"


async def _told(staff: Staff, holder: Holder, media: PublishedMedia) -> None:
    about = {"file": str(media.id), "kind": media.kind, "bytes": str(media.size)}
    await audit.record(staff, "content.upload", holder.name, **about)


async def _picture(storage: Storage, workshop: Workshop, staff: Staff, holder: Holder, file: IO[bytes]) -> Stored:
    size = file.seek(0, 2)
    if size > LARGEST_PICTURE:
        raise picture_too_large(size)
    file.seek(0)
    data = await asyncio.to_thread(file.read)
    return await published.store_picture(storage, workshop, holder.name, staff.id, data)


async def _check(staff: Staff, holder: Holder) -> None:
    if holder.kind == "article":
        require(staff, "write_articles")
        if (await article_faults.found(holder.id)).state == DISCARDED:
            raise article_faults.article_discarded()
    else:
        require(staff, "manage_campaigns")
        if not await Campaign.exists(id=holder.id):
            raise no_such_campaign()
    if await PublishedMedia.filter(held_by=holder.name).count() >= MOST_FILES:
        raise too_many_files()
