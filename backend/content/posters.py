"""Posters that readers share: drawn once for each published version, kept beside the articles' files; of nobody."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from backend import clock
from backend.content import reading
from backend.content.channels import CHANNELS
from backend.content.keeping import Kept
from backend.content.models import Publication
from backend.content.watch import ContentWatch
from backend.errors import DomainError, Invalid, NotFound, Unavailable
from media.poster_words import DESIGN, PosterWords
from media.published_files import file_key, found, sizes_of
from media.storage import Storage
from media.workshop import Workshop

FOLDER = "posters"
MOST_KEPT = 16 * 1024 * 1024  # bytes of posters in this process's memory
MOST_WAITING = 6  # to be drawn at once, in this process
_AT_WECHAT = 3  # of its threads, so that signing in always has some

CodeOf = Callable[[UUID], Awaitable[bytes]]  # the mini-program code that opens an article; raises Unavailable

_log = logging.getLogger(__name__)


def poster_not_ready() -> Unavailable:
    return Unavailable("poster_not_ready", "海报暂时没有做成，文章照常可以看，请过一会儿再试。", retry_after=30)


@dataclass(frozen=True)
class Sketch:
    """What a poster will be: its words, where its cover lies, and where it is kept itself."""

    key: str
    words: PosterWords
    cover: str | None


@dataclass(frozen=True)
class Shown:
    """A poster as a JPEG, and how many seconds it surely stays what readers may see."""

    data: bytes
    left: float


class Posters:
    """The posters of this process's readers, one drawing of each at a time."""

    def __init__(self, watch: ContentWatch, storage: Storage, workshop: Workshop, code_of: CodeOf) -> None:
        self._storage = storage
        self._workshop = workshop
        self._code_of = code_of
        self._kept: Kept[bytes | NotFound] = Kept(watch, MOST_KEPT, _weight)
        self._turns = asyncio.Semaphore(_AT_WECHAT)
        self._waiting = 0

    async def one(self, article_id: UUID) -> Shown:
        """An article's. Raises NotFound as `reading.one`, Unavailable poster_not_ready: then nothing of it is kept."""
        entry = await self._kept.get(article_id, lambda: self._made(article_id))
        if isinstance(entry.value, NotFound):
            raise entry.value.with_traceback(None)  # raised again and again, it would grow with each trace
        return Shown(entry.value, (entry.until - clock.now()).total_seconds())

    async def _made(self, article_id: UUID) -> bytes | NotFound:
        try:
            row = await reading.one(article_id)
        except NotFound as error:
            return error
        sketch = (await sketches([row]))[article_id]
        try:
            return await self._stored(sketch) or await self._drawn(article_id, sketch)
        except (Invalid, NotFound, Unavailable) as error:  # a file that is gone or damaged, too, is no fault of hers
            _log.warning("a poster was not made: %s", error.code)
            raise poster_not_ready() from error

    async def _stored(self, sketch: Sketch) -> bytes | None:
        try:
            return await self._storage.get(sketch.key)
        except NotFound:
            return None

    async def _drawn(self, article_id: UUID, sketch: Sketch) -> bytes:
        if self._waiting >= MOST_WAITING:
            raise poster_not_ready()
        self._waiting += 1
        try:
            async with self._turns:
                code = await self._code_of(article_id)
            cover = await self._storage.get(sketch.cover) if sketch.cover else None
            drawn = await self._workshop.poster(sketch.words, cover, code)
            await self._storage.put(sketch.key, drawn)
        finally:
            self._waiting -= 1
        return drawn


async def sketches(rows: Sequence[Publication]) -> dict[UUID, Sketch]:
    """Of each article what its poster is made from now; another revision, cover or campaign's name is another key."""
    campaigns = await reading.campaigns_of(rows)
    media = await found([row.cover_id for row in rows if row.cover_id])
    made = {}
    for row in rows:
        held = media.get(row.cover_id) if row.cover_id else None
        # Only as it was cut: whoever was cut off did not agree to be seen (charter 10).
        cover = file_key(held, "wide") if held is not None and "wide" in sizes_of(held) else None
        campaign = campaigns.get(row.campaign_id) if row.campaign_id else None
        about = " · ".join([CHANNELS[row.channel], *([campaign.name] if campaign else [])])
        words = PosterWords(row.title, row.summary, about, row.source)
        made[row.article_id] = Sketch(_key(row, words, cover), words, cover)
    return made


def _key(row: Publication, words: PosterWords, cover: str | None) -> str:
    content = hashlib.sha256(msgspec.json.encode((words, cover))).hexdigest()[:12]
    name = f"{row.article_id}-{row.revision_number}-{DESIGN}-{content}"
    return f"{FOLDER}/{row.article_id.hex[-2:]}/{name}.jpeg"


def _weight(_key: Hashable, poster: bytes | NotFound) -> int:
    return 500 + (0 if isinstance(poster, DomainError) else len(poster))
