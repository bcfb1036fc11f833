"""Why an article does not change as somebody wants, and its row held for who changes it."""

from datetime import datetime
from uuid import UUID

from backend.content.flow_words import DISCARDED, IN_REVIEW, in_words
from backend.content.models import Article
from backend.content.revisions import no_such_article, row_of
from backend.errors import Conflict, DomainError


def article_in_review() -> Conflict:
    return Conflict("article_in_review", "文章正在审核，不能修改。要修改的话，请先撤回送审。")


def article_discarded() -> Conflict:
    return Conflict("article_discarded", "这篇文章已经作废，不能再修改。")


def still_published() -> Conflict:
    return Conflict("article_still_published", "文章还在展示或者等待发布，请先撤稿，再作废。")


def article_changed(who: str, when: datetime) -> Conflict:
    """Names the colleague, who is staff, and no citizen."""
    return Conflict("article_changed", f"{who}在 {in_words(when)} 改过这篇文章。您的文字还在，请对照后再保存。")


def about(article_id: UUID) -> str:
    """How the audit names an article."""
    return f"article:{article_id}"


async def found(article_id: UUID) -> Article:
    """The article's row as it is. Raises NotFound."""
    article = await Article.get_or_none(id=article_id)
    if article is None:
        raise no_such_article()
    return article


async def hold(article_id: UUID) -> Article:
    """The article's row, held until the caller's transaction ends; SQLite has one writer at a time. Raises NotFound."""
    article = await Article.filter(id=article_id).select_for_update(no_key=True).first()  # likes go on meanwhile
    if article is None:
        raise no_such_article()
    return article


async def refusal(article_id: UUID) -> DomainError:
    """Why an article did not change as somebody wanted. Raises NotFound when there is none."""
    article = await found(article_id)
    if article.state == DISCARDED:
        return article_discarded()
    if article.state in IN_REVIEW:
        return article_in_review()
    newest = await row_of(article_id, article.newest_number)
    return article_changed(newest.saved_by.name, newest.saved_at)
