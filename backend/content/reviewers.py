"""Who may hold which of the three reviews: different people, none of whom had a hand in what is reviewed.

Whoever uploaded a picture or file for an article has a hand in it as long as its text shows it, until a revision that
shows it is the one that stands before readers. A file that was uploaded for another article and is shown again here has
passed three reviews there, else it could not be shown here (`draft_files.check_shown`): who uploaded it long ago is no
writer of this one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from tortoise.expressions import Q

from backend.content.flow_words import FINAL_PASS, IN_REVIEW, PASSES, STAGES, SUBMITTED
from backend.content.look import files_of
from backend.content.models import Article, Publication, Review, Revision
from backend.content.revisions import draft_of
from backend.errors import Conflict, Forbidden
from backend.staff.permissions import Staff, not_permitted
from media.models import PublishedMedia

MOST_WAITING = 200


def own_text() -> Forbidden:
    return Forbidden("own_text", "这篇文章有您写的内容、您上传的图片或文件，或者是您送审的，请由别的同事审核。")


def passed_before() -> Forbidden:
    return Forbidden("passed_before", "您已经审过前面一遍，三审要由三位不同的同事完成。")


def not_yours() -> Forbidden:
    return Forbidden("not_yours", "只有送审人、撰稿人或者主编可以撤回送审。")


def review_moved() -> Conflict:
    return Conflict("review_moved", "这篇文章刚刚有了变化，请刷新后再看。")


async def check_may_review(staff: Staff, article: Article, *, sending_back: bool = False) -> None:
    """Raises Forbidden unless she may hold the stage at which the article stands.

    Who passed an earlier stage may still send it back: a fault that is seen late is a fault.
    """
    fault = (await _faults(staff, [article])).get(article.id)
    if fault is not None and not (sending_back and fault.code == "passed_before"):
        raise fault


async def why_not(staff: Staff, article: Article) -> Forbidden | None:
    """Why she may not pass the stage at which the article stands; None when she may."""
    return (await _faults(staff, [article])).get(article.id)


async def waiting_for(staff: Staff, *, limit: int = MOST_WAITING) -> list[Article]:
    """What waits for her review (待我审的), the longest waiting first, each with its writer."""
    stages = [state for state, stage in STAGES.items() if staff.may(stage.permission)]
    if not stages:
        return []
    waiting = Article.filter(state__in=stages).order_by("changed_at", "id").limit(MOST_WAITING)
    articles = await waiting.select_related("writer")
    faults = await _faults(staff, articles)
    return [article for article in articles if article.id not in faults][:limit]


async def may_take_back(staff: Staff, article: Article) -> None:
    """Raises Forbidden unless she handed it in, is its writer, or finishes articles."""
    if staff.may("finish_articles") or article.writer_id == staff.id:
        return
    if not await Review.exists(article_id=article.id, round=article.round, step=SUBMITTED, by_id=staff.id):
        raise not_yours()


async def _faults(staff: Staff, articles: Sequence[Article]) -> dict[UUID, Forbidden]:
    """Why she may not review each of these; nothing for those that she may. Five queries, however many there are."""
    ids = [article.id for article in articles]
    standing = await Publication.filter(article_id__in=ids, retracted_at=None).values_list(
        "article_id", "revision_number"
    )
    passed = dict(standing)
    saves: dict[UUID, dict[int, tuple[UUID, int | None]]] = defaultdict(dict)
    columns = ("article_id", "number", "saved_by_id", "restored_from")
    for article_id, number, who, origin in await Revision.filter(article_id__in=ids).values_list(*columns):
        saves[article_id][number] = (who, origin)
    steps: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    finals: dict[UUID, set[int]] = defaultdict(set)
    taken = Review.filter(Q(by_id=staff.id) | Q(step=FINAL_PASS), article_id__in=ids)
    for article_id, step, number, by, revision in await taken.values_list(
        "article_id", "step", "round", "by_id", "revision_number"
    ):
        if by == staff.id:
            steps[article_id].append((step, number))
        if step == FINAL_PASS:
            finals[article_id].add(revision)
    pictured = await _pictured(staff, articles, passed)
    found = {}
    for article in articles:
        authors = _authors(saves[article.id], passed.get(article.id, 0), finals[article.id])
        authors |= {staff.id} if article.id in pictured else set()
        fault = _fault(staff, article, authors, steps[article.id])
        if fault is not None:
            found[article.id] = fault
    return found


def _fault(
    staff: Staff, article: Article, authors: Collection[UUID], steps: Iterable[tuple[str, int]]
) -> Forbidden | None:
    if article.state not in IN_REVIEW or not staff.may(STAGES[article.state].permission):
        return not_permitted()
    now = {step for step, number in steps if number == article.round}
    if staff.id in authors or SUBMITTED in now:
        return own_text()
    return passed_before() if now & set(PASSES) else None


async def _pictured(staff: Staff, articles: Sequence[Article], passed: Mapping[UUID, int]) -> set[UUID]:
    """Those of the articles that show what she uploaded for them, and what they say before readers does not show."""
    holders = [f"article:{article.id}" for article in articles]
    hers: dict[str, set[UUID]] = defaultdict(set)
    uploaded = PublishedMedia.filter(held_by__in=holders, uploaded_by=staff.id)
    for holder, file_id in await uploaded.values_list("held_by", "id"):
        hers[holder].add(file_id)
    # The texts, which may be long, of those only for which she uploaded something.
    concerned = [article for article in articles if hers[f"article:{article.id}"]]
    wanted = [Q(article_id=each.id, number__in=[each.newest_number, passed.get(each.id, 0)]) for each in concerned]
    rows = await Revision.filter(Q(*wanted, join_type="OR")) if wanted else []
    shown = {(row.article_id, row.number): files_of(draft_of(row)) for row in rows}
    found = set()
    for article in concerned:
        new = shown[article.id, article.newest_number] - shown.get((article.id, passed.get(article.id, 0)), frozenset())
        if new & hers[f"article:{article.id}"]:
            found.add(article.id)
    return found


def _authors(saves: Mapping[int, tuple[UUID, int | None]], passed: int, finals: Collection[int]) -> set[UUID]:
    """Who wrote what has not passed yet, and what an old revision that was restored had brought by then.

    That is of everybody who saved up to it, since a revision had last passed all three reviews (`finals`).
    """
    wanted, counted = {number for number in saves if number > passed}, set[int]()
    while wanted:
        number = wanted.pop()
        counted.add(number)
        origin = saves[number][1]
        if origin is not None:
            since = max((each for each in finals if each <= origin), default=0)
            wanted |= ({origin, *range(since + 1, origin)} & saves.keys()) - counted
    return {saves[number][0] for number in counted}
