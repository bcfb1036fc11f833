"""A paste taken into an article: tidied, its pictures kept as files of the article like any that are uploaded."""

import asyncio
import re
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from backend.content import article_faults, cleaning, files, pasting
from backend.content.models import PublishedFile
from backend.content.pasted_pictures import STANDS_FOR
from backend.errors import DomainError
from backend.staff.permissions import Staff, require
from media import published
from media.storage import Storage
from media.workshop import Workshop

FOREIGN = "有别的文章里还没有发布的图片，没有带过来：请另存后上传。"


@dataclass(frozen=True)
class TakenIn:
    """What goes into the text: clean html with pictures as `file:ID`, and in words what could not come along."""

    html: str
    left_out: tuple[str, ...]


async def take_in(storage: Storage, workshop: Workshop, staff: Staff, article_id: UUID, html: str) -> TakenIn:
    """Tidy a clipboard's html and keep the pictures that came in it. One that cannot be kept is told, not fatal.

    Raises Forbidden, NotFound.
    """
    require(staff, "write_articles")
    await article_faults.found(article_id)
    pasted = await asyncio.to_thread(pasting.tidy, html)
    tidied, refused = pasted.html, list[str]()
    for picture in pasted.pictures:
        try:
            media = await files.upload(storage, workshop, staff, files.article(article_id), BytesIO(picture.data))
        except DomainError as error:
            refused.append(f"有一张图片没有带过来：{error.detail}")
            tidied = _without(tidied, picture.token)
            continue
        tidied = tidied.replace(f"file:{picture.token}", f"file:{media.id}")
    tidied, foreign = await _own_pictures(cleaning.clean(tidied), article_id)
    left_out = (*pasted.left_out, *dict.fromkeys(refused), *([FOREIGN] if foreign else []))
    return TakenIn(cleaning.clean(tidied), left_out)


async def _own_pictures(html: str, article_id: UUID) -> tuple[str, int]:
    """Without pictures that this article may not show: a draft with one of them could not be saved."""
    pictures = cleaning.files_in(html)
    usable = await _usable(pictures, article_id)
    foreign = [each for each in pictures if each not in usable]
    for each in foreign:
        html = _without(html, each)
    return html, len(foreign)


async def _usable(pictures: Collection[UUID], article_id: UUID) -> set[UUID]:
    rows = (await published.found(pictures)).values()
    shown = await PublishedFile.filter(file_id__in=list(pictures)).values_list("file_id", flat=True) if rows else []
    holder = files.article(article_id).name
    return {row.id for row in rows if row.kind == "picture" and (row.held_by == holder or row.id in shown)}


def _without(html: str, file_id: UUID) -> str:
    return re.sub(f'<img[^>]*src="file:{file_id}"[^>]*>', STANDS_FOR, html)
