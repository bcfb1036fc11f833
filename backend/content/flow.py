"""三审: an article's way from draft to readers, each step by somebody else, written down and audited.

A step holds the article's row from its first statement on, and changes it only from the state it was found in: of two
who act at once, one wins and the other is told.
"""

from collections.abc import Sequence
from uuid import UUID

from tortoise.expressions import F

from backend import clock
from backend.content import guards, publishing
from backend.content.article_faults import about, found, hold, refusal
from backend.content.articles import load
from backend.content.draft import Draft
from backend.content.flow_words import (
    DRAFT,
    FINAL,
    FIRST,
    IN_REVIEW,
    PASSED,
    SENT_BACK,
    STAGES,
    STATES,
    STEPS,
    SUBMITTABLE,
    SUBMITTED,
    TAKEN_BACK,
    Status,
    status,
)
from backend.content.models import Article, Review
from backend.content.readiness import check_ready
from backend.content.reviewers import check_may_review, may_take_back, review_moved
from backend.content.revisions import draft_of, row_of
from backend.content.way import pin, retract, schedule
from backend.database import transaction
from backend.errors import Conflict, DomainError, Invalid
from backend.staff import audit
from backend.staff.permissions import Staff, require

__all__ = [
    "STATES",
    "STEPS",
    "Status",
    "needed_confirmations",
    "pass_review",
    "pin",
    "retract",
    "schedule",
    "send_back",
    "status",
    "steps_of",
    "submit",
    "take_back",
]

LONGEST_COMMENT = 500
LEAST_COMMENT = 5
_SIGNS = str.maketrans("", "", " ，,。.　")


def comment_needed() -> Invalid:
    return Invalid("comment_needed", f"退回时请写明哪里要改，至少 {LEAST_COMMENT} 个字。")


def comment_too_long() -> Invalid:
    return Invalid("comment_too_long", f"意见最多 {LONGEST_COMMENT} 个字，请写短一些。")


def confirmation_needed(sentence: str) -> Invalid:
    return Invalid("confirmation_needed", f"请逐字写下确认的话：{sentence}。")


def already_ended() -> Conflict:
    return Conflict("already_ended", "文章设定的结束时间已经过了，请先改定结束时间，再通过终审。")


def nothing_to_submit() -> Conflict:
    return Conflict("nothing_to_submit", "文章已经通过审核，没有新的修改，不用再送审。")


def needed_confirmations(draft: Draft, staff: Staff) -> list[str]:
    """What the final reviewer types, by her own name, before this draft may pass (charter 4)."""
    return [f"我，{staff.user.name}，确认文中没有可以认出的个人"] if guards.tells_of_failure(draft) else []


async def submit(staff: Staff, article_id: UUID, version: int) -> Article:
    """Hand the newest revision in for 初审; it cannot be changed until it comes back.

    Raises Forbidden, NotFound, Invalid with every missing field and every finding that must be mended, and Conflict
    when it has changed since `version`, is in review already, or was put away.
    """
    require(staff, "write_articles")
    loaded = await load(article_id)
    if loaded.article.version != version or loaded.article.state not in SUBMITTABLE:
        raise await _not_submitted(article_id)
    await check_ready(loaded.draft)
    async with transaction():
        drafts = Article.filter(id=article_id, state__in=SUBMITTABLE, version=version)
        moved = {"state": FIRST, "version": F("version") + 1, "round": F("round") + 1, "changed_at": clock.now()}
        if not await drafts.update(**moved):
            raise await _not_submitted(article_id)
        await _step(staff, await hold(article_id), SUBMITTED)
        await audit.record(staff, "article.submit", about(article_id))
    return await Article.get(id=article_id)


async def pass_review(
    staff: Staff, article_id: UUID, version: int, comment: str, confirmed: Sequence[str] = ()
) -> Article:
    """Pass the stage at which the article stands; the third pass publishes it, at its time or at once.

    `confirmed`: what she typed of `needed_confirmations`. Raises Forbidden (permission, her own text, a stage passed
    by her already), NotFound, Invalid, and Conflict when somebody else was quicker.
    """
    require(staff, "review_articles")
    words = _checked(comment)
    async with transaction():
        article = await _in_review(staff, article_id, version)
        stage = STAGES[article.state]
        draft = draft_of(await row_of(article_id, article.newest_number))
        signed = []
        if article.state == FINAL:
            signed = _confirmed(draft, staff, confirmed)
            await _publish(article, draft)
        standing = Article.filter(id=article_id, state=article.state, version=version)
        if not await standing.update(state=stage.then, version=version + 1, changed_at=clock.now()):
            raise review_moved()
        await _step(staff, article, stage.step, words, signed)
        action = "article.publish" if article.state == FINAL else "article.pass"
        await audit.record(staff, action, about(article_id), step=stage.step, revision=str(article.newest_number))
    return await Article.get(id=article_id)


async def send_back(staff: Staff, article_id: UUID, version: int, comment: str) -> Article:
    """Give the article back to its writer, saying what is to be mended. Raises as `pass_review`."""
    require(staff, "review_articles")
    words = _checked(comment)
    if len(words) < LEAST_COMMENT:
        raise comment_needed()
    async with transaction():
        article = await _in_review(staff, article_id, version, sending_back=True)
        standing = Article.filter(id=article_id, state=article.state, version=version)
        if not await standing.update(state=DRAFT, version=version + 1, changed_at=clock.now()):
            raise review_moved()
        await _step(staff, article, SENT_BACK, words)
        await audit.record(staff, "article.send_back", about(article_id), step=STAGES[article.state].step)
    return await Article.get(id=article_id)


async def take_back(staff: Staff, article_id: UUID) -> Article:
    """Take an article out of review, to change it: who handed it in, its writer, or a chief editor.

    Raises Forbidden, NotFound, and Conflict when it is not in review (any longer).
    """
    require(staff, "write_articles")
    async with transaction():
        article = await hold(article_id)
        if article.state not in IN_REVIEW:
            raise review_moved()
        await may_take_back(staff, article)
        moved = {"state": DRAFT, "version": F("version") + 1, "changed_at": clock.now()}
        if not await Article.filter(id=article_id, state=article.state).update(**moved):
            raise review_moved()
        await _step(staff, article, TAKEN_BACK)
        await audit.record(staff, "article.take_back", about(article_id))
    return await Article.get(id=article_id)


async def steps_of(article_id: UUID) -> list[Review]:
    """The article's way so far, oldest step first, each with who took it (`by`)."""
    return await Review.filter(article_id=article_id).order_by("at", "id").select_related("by")


async def _in_review(staff: Staff, article_id: UUID, version: int, *, sending_back: bool = False) -> Article:
    """The article, held, at the stage that she saw. Raises as `pass_review`."""
    article = await hold(article_id)
    if article.state not in STAGES or article.version != version:
        raise review_moved()
    await check_may_review(staff, article, sending_back=sending_back)
    return article


async def _publish(article: Article, draft: Draft) -> None:
    now = clock.now()
    if article.ends_at is not None and article.ends_at <= now:
        raise already_ended()
    # Words may have come onto the list, and files may have gone, since it was handed in.
    await check_ready(draft)
    await publishing.publish(article, article.newest_number, draft, max(article.publish_at or now, now))


async def _step(staff: Staff, article: Article, step: str, comment: str = "", confirmed: Sequence[str] = ()) -> None:
    await Review.create(
        article_id=article.id,
        round=article.round,
        revision_number=article.newest_number,
        step=step,
        by_id=staff.id,
        comment=comment,
        confirmed=list(confirmed),
        at=clock.now(),
    )


async def _not_submitted(article_id: UUID) -> DomainError:
    if (await found(article_id)).state == PASSED:
        return nothing_to_submit()
    return await refusal(article_id)


def _checked(comment: str) -> str:
    words = comment.strip()
    if len(words) > LONGEST_COMMENT:
        raise comment_too_long()
    return words


def _confirmed(draft: Draft, staff: Staff, typed: Sequence[str]) -> list[str]:
    """The sentences that are needed, when she typed each of them; signs and blanks do not matter."""
    plain = {each.translate(_SIGNS) for each in typed}
    needed = needed_confirmations(draft, staff)
    for sentence in needed:
        if sentence.translate(_SIGNS) not in plain:
            raise confirmation_needed(sentence)
    return needed
