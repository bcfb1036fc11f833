"""Which uploaded files nothing uses any more: those never used, and those of articles discarded a month ago."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend import clock
from backend.content.draft_files import named_by, named_in
from backend.content.flow_words import DISCARDED
from backend.content.models import Article, Campaign, PublishedFile, Revision
from media.models import PublishedMedia
from media.published_sweeping import UNUSED_FOR, sweep_published
from media.storage import Storage

_ARTICLE = "article"
AT_ONCE = 20  # revisions read together


async def sweep(storage: Storage) -> int:
    """Delete such files, a month after they were uploaded; how many. What readers see, or saw last, stays."""
    return await sweep_published(storage, unused)


async def unused(batch: Sequence[PublishedMedia]) -> set[UUID]:
    """Of these files: those that no publication, no campaign, and no revision of a living article shows.

    An article may show what another one has published, and goes on to when that one is published without it.
    """
    ids = [media.id for media in batch]
    shown = set(await PublishedFile.filter(file_id__in=ids).values_list("file_id", flat=True))
    shown |= set(await Campaign.filter(banner_id__in=ids).values_list("banner_id", flat=True))
    left = {media.id for media in batch} - shown
    by_article: dict[UUID, set[UUID]] = defaultdict(set)
    for media in batch:
        kind, _, holder = media.held_by.partition(":")
        if media.id in left and kind == _ARTICLE:
            by_article[UUID(holder)].add(media.id)
    return left - await _used(by_article)


async def _used(by_article: dict[UUID, set[UUID]]) -> set[UUID]:
    """Those of the files, by the article for which they were uploaded, that a revision of a living one names."""
    living = set(await _living().filter(id__in=list(by_article)).values_list("id", flat=True)) if by_article else set()
    used, of_discarded = set[UUID](), set[UUID]()
    for article_id, files in by_article.items():
        (used if article_id in living else of_discarded).update(await named_by(article_id, files))
    # What its own article never named was never published, so no other article can name it.
    return used | await _named_by_any(of_discarded)


async def _named_by_any(files: Collection[UUID]) -> set[UUID]:
    """Those of the files that any revision of any living article names, the newest ones asked first."""
    named: set[UUID] = set()
    kept_on = ~Q(article__state=DISCARDED) | Q(article__changed_at__gt=clock.now() - UNUSED_FOR)
    rows = Revision.filter(kept_on).order_by("-id").limit(AT_ONCE)
    batch = await rows if files else []
    while batch and named != set(files):
        named |= named_in(batch, files)
        batch = await rows.filter(id__lt=batch[-1].id)
    return named


def _living() -> QuerySet[Article]:
    """Without those that were discarded a month ago."""
    return Article.filter(~Q(state=DISCARDED) | Q(changed_at__gt=clock.now() - UNUSED_FOR))
