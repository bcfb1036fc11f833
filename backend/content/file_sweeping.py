"""Which uploaded files nothing uses any more: those never used, and those of articles discarded a month ago."""

import json
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from backend import clock
from backend.content.flow_words import DISCARDED
from backend.content.models import Article, Campaign, PublishedFile, Revision
from media.models import PublishedMedia
from media.published_sweeping import UNUSED_FOR, sweep_published
from media.storage import Storage

_ARTICLE = "article"


async def sweep(storage: Storage) -> int:
    """Delete such files, a month after they were uploaded; how many. What was ever shown to readers stays."""
    return await sweep_published(storage, unused)


async def unused(batch: Sequence[PublishedMedia]) -> set[UUID]:
    """Of these files: those that no publication, no campaign, and no revision of their living article shows."""
    ids = [media.id for media in batch]
    shown = set(await PublishedFile.filter(file_id__in=ids).values_list("file_id", flat=True))
    shown |= set(await Campaign.filter(banner_id__in=ids).values_list("banner_id", flat=True))
    left = {media.id for media in batch} - shown
    by_article: dict[UUID, set[str]] = defaultdict(set)
    for media in batch:
        kind, _, holder = media.held_by.partition(":")
        if media.id in left and kind == _ARTICLE:
            by_article[UUID(holder)].add(str(media.id))
    living = await _living(list(by_article))
    for article_id, files in by_article.items():
        if article_id in living:
            left -= {UUID(each) for each in await _written_of(article_id, files)}
    return left


async def _living(article_ids: Sequence[UUID]) -> set[UUID]:
    """Without those that were discarded a month ago."""
    before = clock.now() - UNUSED_FOR
    rows = await Article.filter(id__in=article_ids).only("id", "state", "changed_at") if article_ids else []
    return {row.id for row in rows if row.state != DISCARDED or row.changed_at > before}


async def _written_of(article_id: UUID, files: set[str]) -> set[str]:
    """Those of the files that some revision of the article names, the newest ones asked first."""
    named: set[str] = set()
    numbers = await Revision.filter(article_id=article_id).order_by("-number").values_list("number", flat=True)
    for number in numbers:
        if named == files:
            break
        revision = await Revision.get_or_none(article_id=article_id, number=number)
        text = json.dumps(revision.content) if revision else ""
        named |= {each for each in files if each in text}
    return named
