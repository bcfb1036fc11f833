"""The way of an article: what it has gone through, when it shows, 置顶, 撤稿, the private preview link, 发稿审签单."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend import clock
from backend.console.article_form import as_field, moment_of
from backend.console.desk import Desk
from backend.console.review_words import STEP_LOOKS, beside
from backend.console.visit import Visit
from backend.content import articles, flow, preview, reviewers
from backend.content.article_list import lines_of
from backend.content.flow_words import DISCARDED, IN_REVIEW, RETRACTED, STEPS
from backend.content.models import Article
from backend.content.review_steps import in_rounds
from backend.errors import Conflict, DomainError, Forbidden, Invalid
from miniprogram_api.surface.problem import status_of

desk = Desk("article_way")
WRITE = "write_articles"
FINISH = "finish_articles"

AT = "/articles/<article_id:uuid>/way"
LOOKS = {"live": "good", "scheduled": "good", "draft": "", "ended": "", "discarded": "", "retracted": "bad"}
DONE = {
    "times": "发布时间已改定。",
    "pinned": "已置顶。",
    "unpinned": "已取消置顶。",
    "retracted": "已撤稿。读者现在打不开这篇文章。",
    "taken_back": "已撤回送审，文章回到草稿，可以接着改。",
    "link": "预览链接已生成，可以复制发出。",
    "no_link": "预览链接已收回，发出去的也打不开了。",
}


@desk.add("GET", AT, permission=WRITE)
async def show_way(visit: Visit, article_id: UUID) -> HTTPResponse:
    """Where the article stands, every step so far, and what may be done with it now."""
    return await _show(visit, article_id, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", f"{AT}/schedule", permission=FINISH)
async def schedule(visit: Visit, article_id: UUID) -> HTTPResponse:
    """When readers begin and cease to see it, by the county's clock."""
    try:
        begins, ends = moment_of(visit.form.get("publish_at", "")), moment_of(visit.form.get("ends_at", ""))
        await flow.schedule(visit.staff, article_id, begins, ends)
    except (Invalid, Conflict) as error:
        return await _show(visit, article_id, fault=error, deed="schedule")
    return _back(visit, article_id, "times")


@desk.add("POST", f"{AT}/pin", permission=FINISH)
async def pin(visit: Visit, article_id: UUID) -> HTTPResponse:
    """First in its lists, or no longer."""
    on = visit.form.get("on") == "yes"
    await flow.pin(visit.staff, article_id, on)
    return _back(visit, article_id, "pinned" if on else "unpinned")


@desk.add("POST", f"{AT}/retract", permission=FINISH)
async def retract(visit: Visit, article_id: UUID) -> HTTPResponse:
    """撤稿, with the reason."""
    try:
        await flow.retract(visit.staff, article_id, visit.form.get("reason", ""))
    except Invalid as error:
        return await _show(visit, article_id, fault=error, deed="retract")
    return _back(visit, article_id, "retracted")


@desk.add("POST", f"{AT}/take-back", permission=WRITE)
async def take_back(visit: Visit, article_id: UUID) -> HTTPResponse:
    """Out of review, to be written on."""
    await flow.take_back(visit.staff, article_id)
    return _back(visit, article_id, "taken_back")


@desk.add("POST", f"{AT}/preview", permission=WRITE)
async def make_link(visit: Visit, article_id: UUID) -> HTTPResponse:
    """A private link for a week; an older one ends."""
    await preview.make(visit.vault, visit.staff, article_id)
    return _back(visit, article_id, "link")


@desk.add("POST", f"{AT}/preview/end", permission=WRITE)
async def end_link(visit: Visit, article_id: UUID) -> HTTPResponse:
    """The private link is taken back."""
    await preview.take_back(visit.staff, article_id)
    return _back(visit, article_id, "no_link")


def _back(visit: Visit, article_id: UUID, done: str) -> HTTPResponse:
    return visit.go(f"/articles/{article_id}/way?done={done}")


async def _show(
    visit: Visit, article_id: UUID, *, fault: DomainError | None = None, deed: str = "", done: str = ""
) -> HTTPResponse:
    """The page; what was refused stands at the form of the `deed`, with what was typed there."""
    loaded = await articles.load(article_id)
    article, publication = loaded.article, loaded.publication
    (line,) = await lines_of([article])
    link = preview.link_of(visit.vault, article)
    standing = publication if publication is not None and publication.retracted_at is None else None
    timed = standing or article
    live = standing is not None and standing.publish_at <= clock.now()
    values: dict[str, Any] = {
        "article": article,
        "publication": publication,
        "writer": article.writer.name,
        "standing_as": line.status,
        "standing_look": LOOKS.get(line.status.code, "waiting"),
        "publish_at": timed.publish_at,
        "ends_at": timed.ends_at,
        "times": {name: as_field(getattr(timed, name)) for name in ("publish_at", "ends_at")},
        "rounds": in_rounds(await flow.steps_of(article_id)),
        "steps": STEPS,
        "step_looks": STEP_LOOKS,
        "in_review": article.state in IN_REVIEW,
        "may_take_back": article.state in IN_REVIEW and await _may_take_back(visit, article),
        "may_review": visit.staff.may("review_articles"),
        "may_finish": visit.staff.may(FINISH),
        "may_schedule": article.state not in (DISCARDED, RETRACTED),
        "standing": standing,
        "live": live,
        "link": link,
        "link_address": f"{_origin(visit)}/preview/{link.token}" if link else "",
        "at": f"/console/articles/{article_id}/way",
        "most_words": flow.LONGEST_COMMENT,
        "deed": deed,
        "faults": beside(fault),
    }
    status = status_of(fault) if fault else 200
    return await visit.show("review_way.html", status, fault=fault, done=done, **values | _typed(visit, fault))


async def _may_take_back(visit: Visit, article: Article) -> bool:
    try:
        await reviewers.may_take_back(visit.staff, article)
    except Forbidden:
        return False
    return True


def _typed(visit: Visit, fault: DomainError | None) -> dict[str, Any]:
    return {"typed": visit.form} if fault else {}


def _origin(visit: Visit) -> str:
    """This server as her browser calls it: what she copies must open on another phone."""
    return f"{visit.request.scheme}://{visit.request.host}"
