"""A draft as its reader will see it: pictures at an audience's addresses, attachments with their sizes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from backend.content import cleaning, rendering
from backend.content.channels import CHANNELS
from backend.content.draft import Draft
from backend.content.models import Campaign
from media import published

Address = Callable[[UUID, str], str]  # of a file in one of its sizes, for one audience
WHOLE = "whole"  # the size of what is no picture


@dataclass(frozen=True)
class LookAttachment:
    """A video, sound or PDF under the article. `size` in bytes."""

    kind: str  # of media.models.PublishedMedia
    name: str
    address: str
    size: int
    seconds: int | None


@dataclass(frozen=True)
class ArticleLook:
    """What a page shows of an article. `html` is clean and safe to show as it is."""

    title: str
    channel: str
    campaign: str
    source: str
    author: str
    tags: tuple[str, ...]
    minutes: int
    html: str
    attachments: tuple[LookAttachment, ...]


def files_of(draft: Draft) -> frozenset[UUID]:
    """Every file that the draft shows: its pictures, its attachments, its cover."""
    cover = {draft.cover_id} if draft.cover_id else set()
    return frozenset(cleaning.files_in(draft.html)) | {each.file_id for each in draft.attachments} | cover


async def look_of(draft: Draft, address: Address) -> ArticleLook:
    """The draft as readers would see it. A file that is gone leaves its attachment out."""
    rows = await published.found([each.file_id for each in draft.attachments])
    pictures = cleaning.files_in(draft.html)
    sizes = await published.middle_sizes(pictures)
    # A long article takes a third of a second.
    html = await asyncio.to_thread(rendering.addressed, draft.html, address, sizes=sizes)
    text = await asyncio.to_thread(cleaning.text_of, draft.html)
    return ArticleLook(
        title=draft.title,
        channel=CHANNELS[draft.channel],
        campaign=await campaign_name(draft.campaign_id),
        source=draft.source,
        author=draft.author,
        tags=draft.tags,
        minutes=cleaning.minutes_to_read(text),
        html=html,
        attachments=tuple(
            LookAttachment(row.kind, each.name, address(row.id, WHOLE), row.size, row.seconds)
            for each in draft.attachments
            if (row := rows.get(each.file_id))
        ),
    )


async def campaign_name(campaign_id: UUID | None) -> str:
    """What a campaign is called; nothing when there is none."""
    return (await campaign_names(campaign_id)).get(str(campaign_id), "")


async def campaign_names(*campaign_ids: UUID | None) -> dict[str, str]:
    """What these campaigns are called, by their ids as text; those that are none are left out."""
    wanted = [each for each in campaign_ids if each is not None]
    return {str(row.id): row.name for row in await Campaign.filter(id__in=wanted)} if wanted else {}
