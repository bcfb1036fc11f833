"""Articles as readers see them: a line of a list, and one whole with its files, what belongs to it, and its counts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend.content.channels import CHANNELS
from backend.content.counts import Counts, counts
from backend.content.draft import Attachment
from backend.content.models import Campaign, Publication
from backend.content.reading import campaigns_of
from backend.content.rendering import addressed
from media.models import PublishedMedia
from miniprogram_api.surface.operation import Moment
from miniprogram_api.surface.serving import PREFIX

Channel = Literal[
    "policy", "knowledge", "culture", "cases", "stories", "public_service", "enterprises", "schools", "training"
]
_ATTACHED: dict[str, Literal["video", "audio", "pdf"]] = {"video": "video", "audio": "audio", "pdf": "pdf"}


class ArticleCampaign(Struct, frozen=True):
    """The campaign under which it stands."""

    id: UUID
    name: str


class ArticleCover(Struct, frozen=True):
    """Its cover, in the two shapes of lists."""

    wide_url: Annotated[str, Meta(description="900 × 383")]
    square_url: Annotated[str, Meta(description="500 × 500")]


class ArticleLine(Struct, frozen=True):
    """One article in a list."""

    id: UUID
    title: str
    summary: str
    channel: Channel
    channel_label: str
    campaign: ArticleCampaign | None
    tags: tuple[str, ...]
    published_at: Moment
    minutes: Annotated[int, Meta(description="大约几分钟读完")]
    cover: ArticleCover | None
    pinned: bool
    reads: int
    likes: int


class ArticleAttachment(Struct, frozen=True):
    """A video, sound or PDF under the article."""

    kind: Literal["video", "audio", "pdf"]
    name: str
    size: Annotated[int, Meta(description="字节")]
    seconds: Annotated[int, Meta(description="视频、音频的时长")] | None
    url: str


class ArticleShown(Struct, frozen=True):
    """One article whole."""

    id: UUID
    title: str
    summary: str
    source: str
    author: str
    channel: Channel
    channel_label: str
    campaign: ArticleCampaign | None
    tags: tuple[str, ...]
    published_at: Moment
    updated_at: Annotated[Moment, Meta(description="发布以后改过的，最近一次改动的时间")] | None
    minutes: Annotated[int, Meta(description="大约几分钟读完")]
    cover: ArticleCover | None
    html: Annotated[str, Meta(description="已清理过的正文，图片地址在本站")]
    attachments: tuple[ArticleAttachment, ...]
    reads: int
    likes: int
    related: tuple[ArticleLine, ...]


async def lines_of(rows: Sequence[Publication]) -> list[ArticleLine]:
    """The lines of these publications, in their order."""
    campaigns = await campaigns_of(rows)
    counted = await counts([each.article_id for each in rows])
    return [_line(each, campaigns, counted[each.article_id]) for each in rows]


async def whole(row: Publication, related: Sequence[Publication]) -> ArticleShown:
    """One article with all that its page shows."""
    media = await _media_of(row)
    campaigns = await campaigns_of([row])
    counted = (await counts([row.article_id]))[row.article_id]
    return ArticleShown(
        id=row.article_id,
        title=row.title,
        summary=row.summary,
        source=row.source,
        author=row.author,
        channel=msgspec.convert(row.channel, Channel),
        channel_label=CHANNELS[row.channel],
        campaign=_campaign(row, campaigns),
        tags=tuple(row.tags),
        published_at=row.publish_at,
        updated_at=_updated_at(row),
        minutes=row.minutes,
        cover=_cover(row),
        html=addressed(row.html, address, sizes=_sizes(media)),
        attachments=_attachments(row, media),
        reads=counted.reads,
        likes=counted.likes,
        related=tuple(await lines_of(related)),
    )


def address(file_id: UUID, size: str) -> str:
    """Where anybody fetches a file of what is published."""
    return f"{PREFIX}/files/{file_id}/{size}"


def _line(row: Publication, campaigns: dict[UUID, Campaign], counted: Counts) -> ArticleLine:
    return ArticleLine(
        id=row.article_id,
        title=row.title,
        summary=row.summary,
        channel=msgspec.convert(row.channel, Channel),
        channel_label=CHANNELS[row.channel],
        campaign=_campaign(row, campaigns),
        tags=tuple(row.tags),
        published_at=row.publish_at,
        minutes=row.minutes,
        cover=_cover(row),
        pinned=row.pinned_at is not None,
        reads=counted.reads,
        likes=counted.likes,
    )


def _campaign(row: Publication, campaigns: dict[UUID, Campaign]) -> ArticleCampaign | None:
    campaign = campaigns.get(row.campaign_id) if row.campaign_id else None
    return ArticleCampaign(campaign.id, campaign.name) if campaign else None


def _cover(row: Publication) -> ArticleCover | None:
    if row.cover_id is None:
        return None
    return ArticleCover(wide_url=address(row.cover_id, "wide"), square_url=address(row.cover_id, "square"))


def _updated_at(row: Publication) -> datetime | None:
    return row.updated_at if row.updated_at > row.publish_at else None


async def _media_of(row: Publication) -> dict[UUID, PublishedMedia]:
    files: Collection[str] = row.files
    return {each.id: each for each in await PublishedMedia.filter(id__in=list(files))} if files else {}


def _sizes(media: dict[UUID, PublishedMedia]) -> dict[UUID, tuple[int, int]]:
    return {each.id: (each.width, each.height) for each in media.values() if each.width and each.height}


def _attachments(row: Publication, media: dict[UUID, PublishedMedia]) -> tuple[ArticleAttachment, ...]:
    said = msgspec.convert(row.attachments, tuple[Attachment, ...])
    return tuple(
        ArticleAttachment(
            kind=_ATTACHED[held.kind],
            name=each.name,
            size=held.size,
            seconds=held.seconds,
            url=address(held.id, "whole"),
        )
        for each in said
        if (held := media.get(each.file_id)) is not None
    )
