"""The private link to an article that is not published: for who must see it before, without an account.

The link ends by itself after a week, when somebody takes it back, and when another one is made. Its key is worked out
from the article and the end of the link, so that an editor can copy it again; stored is no more than a digest of it.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend import clock
from backend.content import revisions
from backend.content.draft import Draft
from backend.content.flow_words import DISCARDED, showing_of
from backend.content.models import Article, Publication
from backend.content.revisions import no_such_article
from backend.database import transaction
from backend.errors import NotFound
from backend.secrets import Vault, hash_token
from backend.staff import audit
from backend.staff.permissions import Staff, require

LASTS = timedelta(days=7)
LIVE = "live"  # of flow_words.showing_of
_TOKEN = re.compile(r"([0-9a-f]{32})([0-9a-f]{32})", re.ASCII)  # the article's id, and 128 bits that nobody can guess
_WRITE = "write_articles"


def preview_over() -> NotFound:
    return NotFound("preview_over", "这个预览链接已经失效，或者不完整。需要的话，请向发给您的编辑再要一个。")


@dataclass(frozen=True)
class Link:
    """A live link: what stands after /preview/ in its address, and until when it works."""

    token: str
    until: datetime


@dataclass(frozen=True)
class Previewed:
    """What the link shows: the newest saved revision, whoever saved it; `live`: readers see just that."""

    article: Article
    draft: Draft
    until: datetime
    live: bool


async def make(vault: Vault, staff: Staff, article_id: UUID) -> Link:
    """A new link for seven days; an older one ends. Raises Forbidden, and NotFound for no or a discarded article."""
    require(staff, _WRITE)
    until = clock.now() + LASTS
    token = _token(vault, article_id, until)
    async with transaction():
        await _set(article_id, hash_token(token), until)
        await audit.record(staff, "article.preview", f"article:{article_id}", until=until.isoformat())
    return Link(token, until)


async def take_back(staff: Staff, article_id: UUID) -> None:
    """The link ends at once; harmless when there is none. Raises Forbidden, NotFound."""
    require(staff, _WRITE)
    async with transaction():
        await _set(article_id, None, None)
        await audit.record(staff, "article.preview", f"article:{article_id}", until="")


def link_of(vault: Vault, article: Article) -> Link | None:
    """The article's live link, to be copied again; nothing when it has none or the server's key has changed."""
    if article.preview_until is None or article.preview_until <= clock.now():
        return None
    token = _token(vault, article.id, article.preview_until)
    return Link(token, article.preview_until) if _fits(token, article) else None


async def shown(token: str) -> Previewed:
    """What a link shows. Raises NotFound `preview_over` for one that is over or never was, in the same words."""
    article = await _article_of(token)
    if article is None or article.preview_until is None:
        raise preview_over()
    draft = await revisions.one(article.id, article.newest_number)
    publication = await Publication.get_or_none(article_id=article.id, revision_number=article.newest_number)
    return Previewed(article, draft, article.preview_until, showing_of(publication, clock.now()) == LIVE)


async def _article_of(token: str) -> Article | None:
    found = _TOKEN.fullmatch(token)
    article = await Article.get_or_none(id=UUID(found[1])) if found else None
    if article is None or article.state == DISCARDED or not _fits(token, article):
        return None
    return article if article.preview_until and article.preview_until > clock.now() else None


def _token(vault: Vault, article_id: UUID, until: datetime) -> str:
    key = vault.digest(f"{article_id} {until.astimezone(UTC).isoformat()}", "article.preview")
    return article_id.hex + key[:32]


def _fits(token: str, article: Article) -> bool:
    return hmac.compare_digest(hash_token(token), article.preview_key or "")


async def _set(article_id: UUID, key: str | None, until: datetime | None) -> None:
    living = Article.filter(id=article_id).exclude(state=DISCARDED)
    if not await living.update(preview_key=key, preview_until=until):
        raise no_such_article()
