"""Which files readers may fetch: those that a visible publication or a campaign shows, decided once for a rush."""

from collections.abc import Hashable
from dataclasses import dataclass
from uuid import UUID

from backend import clock
from backend.content.keeping import Kept
from backend.content.models import Campaign, Publication, PublishedFile
from backend.content.publishing import visible
from backend.content.watch import ContentWatch
from media.covers import SHAPES
from media.models import PublishedMedia
from media.published import no_such_file, sizes_of

MOST_BYTES = 8 * 1024 * 1024  # of a process
_ROW = 1500  # bytes that a decision takes, about


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file that readers may fetch, and for how many seconds that is known."""

    media: PublishedMedia
    left: float


@dataclass(frozen=True, slots=True)
class _Shown:
    media: PublishedMedia
    sizes: frozenset[str]


class ShownFiles:
    """The decisions of this process, kept until what readers see changes."""

    def __init__(self, watch: ContentWatch) -> None:
        self._kept: Kept[_Shown | None] = Kept(watch, MOST_BYTES, _weight)

    async def one(self, file_id: UUID, size: str) -> ShownFile:
        """A file that readers may fetch now in this size. Raises NotFound no_such_file for one that they may not."""
        entry = await self._kept.get(file_id, lambda: _shown(file_id))
        if entry.value is None or size not in entry.value.sizes:
            raise no_such_file()
        return ShownFile(entry.value.media, (entry.until - clock.now()).total_seconds())


async def _shown(file_id: UUID) -> _Shown | None:
    media = await PublishedMedia.get_or_none(id=file_id)
    sizes = await _sizes(media) if media is not None else frozenset()
    return _Shown(media, sizes) if media is not None and sizes else None


async def _sizes(media: PublishedMedia) -> frozenset[str]:
    """In which sizes a visible publication, or a campaign that is not hidden, shows a file; empty when none does.

    A cover that stands in no text is shown as it was cut: whoever was cut off did not agree to be seen (charter 10).
    """
    articles = await PublishedFile.filter(file_id=media.id).values_list("article_id", flat=True)
    showing = Publication.filter(visible(clock.now()), article_id__in=list(articles))
    covers = await showing.values_list("cover_id", flat=True) if articles else []
    if await Campaign.filter(banner_id=media.id, hidden=False).exists():
        return frozenset(sizes_of(media))
    if media.id not in covers:
        return frozenset(sizes_of(media)) if covers else frozenset()
    whole = await showing.filter(html__contains=f"file:{media.id}").exists()
    return frozenset(sizes_of(media)) if whole else frozenset(SHAPES)


def _weight(_key: Hashable, _shown: _Shown | None) -> int:
    return _ROW
