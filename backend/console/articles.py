"""The editors' desk: the list of articles, a new one, and the page on which one is written and handed in."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse
from tortoise.expressions import Q

from backend.console.article_form import as_field, moment_of
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.content import articles, flow
from backend.content.article_list import BACK, lines_of
from backend.content.channels import CHANNELS
from backend.content.draft import Draft
from backend.content.flow_words import CODES, EDITABLE, IN_REVIEW, SENT_BACK
from backend.content.models import Campaign, Review
from backend.errors import DomainError, Invalid
from backend.pages import typed
from media import published
from miniprogram_api.surface.problem import status_of

desk = Desk("articles")

_WRITE = "write_articles"
STATES = {BACK: "被退回", **CODES}
LOOKS = {"live": "good", "scheduled": "waiting", "retracted": "bad"} | dict.fromkeys(IN_REVIEW, "waiting")
DONE = {
    "submitted": "已送审，等同事审核。审核时不能修改；要改的话，打开文章，先撤回送审。",
    "discarded": "已作废。",
    "timed": "发布时间已记下。",
}


@desk.add("GET", "/articles", permission=_WRITE)
async def show_list(visit: Visit) -> HTTPResponse:
    """Every article with its state in words, last changed first; filtered by what the address asks."""
    asked = {name: visit.asked(name) for name in ("state", "channel", "mine", "text")}
    wanted = articles.Filter(
        state=asked["state"] if asked["state"] in STATES else None,
        channel=asked["channel"] if asked["channel"] in CHANNELS else None,
        mine=asked["mine"] == "yes",
        text=asked["text"][:64],
    )
    listed = await articles.listing(visit.staff, wanted, cursor=visit.asked("cursor") or None)
    done = DONE.get(visit.asked("done"), "")
    return await visit.show("article_list.html", listed=listed, wanted=wanted, done=done, **_words())


@desk.add("GET", "/articles/new", permission=_WRITE)
async def show_new(visit: Visit) -> HTTPResponse:
    """What an article begins with: its title and its channel."""
    return await visit.show("article_new.html", **_words())


@desk.add("POST", "/articles", permission=_WRITE)
async def create(visit: Visit) -> HTTPResponse:
    """Begin an article, and go on writing it."""
    draft = Draft(title=visit.form.get("title", ""), channel=visit.form.get("channel", ""))
    try:
        article = await articles.create(visit.staff, draft)
    except Invalid as error:
        return await visit.show("article_new.html", 422, fault=error, typed=visit.form, **_words())
    return visit.go(f"/articles/{article.id}")


@desk.add("GET", "/articles/<article_id:uuid>", permission=_WRITE)
async def show_article(visit: Visit, article_id: UUID) -> HTTPResponse:
    """The page to write on; one that is being reviewed, or was discarded, shows only its way."""
    return await _show(visit, article_id, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/articles/<article_id:uuid>/submit", permission=_WRITE)
async def submit(visit: Visit, article_id: UUID) -> HTTPResponse:
    """Hand it in for review, as it was saved last."""
    try:
        await flow.submit(visit.staff, article_id, _version(visit))
    except DomainError as error:
        return await _show(visit, article_id, fault=error)
    return visit.go("/articles?done=submitted")


@desk.add("POST", "/articles/<article_id:uuid>/times", permission=_WRITE)
async def set_times(visit: Visit, article_id: UUID) -> HTTPResponse:
    """From when and until when readers shall see it, once it has passed."""
    try:
        begins, ends = moment_of(visit.form.get("publish_at", "")), moment_of(visit.form.get("ends_at", ""))
        await flow.schedule(visit.staff, article_id, begins, ends)
    except DomainError as error:
        return await _show(visit, article_id, fault=error)
    return visit.go(f"/articles/{article_id}?done=timed")


@desk.add("POST", "/articles/<article_id:uuid>/discard", permission=_WRITE)
async def discard(visit: Visit, article_id: UUID) -> HTTPResponse:
    """Put a draft away."""
    await articles.discard(visit.staff, article_id)
    return visit.go("/articles?done=discarded")


async def _show(visit: Visit, article_id: UUID, *, fault: DomainError | None = None, done: str = "") -> HTTPResponse:
    loaded = await articles.load(article_id)
    article = loaded.article
    if article.state not in EDITABLE:
        return visit.go(f"/articles/{article_id}/way")
    (line,) = await lines_of([article])
    values: dict[str, Any] = {
        "article": article,
        "draft": loaded.draft,
        "standing": line.status,
        "sent_back": await _sent_back(article_id) if line.sent_back else None,
        "files": await published.found([each.file_id for each in loaded.draft.attachments]),
        "campaigns": await Campaign.filter(Q(hidden=False) | Q(id=loaded.draft.campaign_id)).order_by("-starts_on"),
        "timed_here": loaded.publication is None or loaded.publication.retracted_at is not None,
        "begins": as_field(article.publish_at),
        "ends": as_field(article.ends_at),
        **_words(),
    }
    status = status_of(fault) if fault else 200
    return await visit.show("article_edit.html", status, fault=fault, done=done, **values)


async def _sent_back(article_id: UUID) -> Review | None:
    """The last word of who sent it back."""
    steps = Review.filter(article_id=article_id, step=SENT_BACK)
    return await steps.order_by("-at").select_related("by").first()


def _words() -> dict[str, Any]:
    return {"channels": CHANNELS, "states": STATES, "looks": LOOKS}


def _version(visit: Visit) -> int:
    return typed.whole_number(visit.form.get("version", ""), 8) or 0
