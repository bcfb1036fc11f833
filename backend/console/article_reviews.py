"""Reviewing articles (三审): what waits for her, one article as readers will see it, and her yes or no."""

import asyncio
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.console.desk import Desk
from backend.console.review_words import STEP_LOOKS, SideRow, beside, field_rows, side_rows
from backend.console.visit import HOME, Visit
from backend.content import articles, comparing, flow, guards, reviewers, revisions, watched_words
from backend.content.articles import Loaded
from backend.content.channels import CHANNELS
from backend.content.draft import Draft
from backend.content.flow_words import FINAL, STAGES, STEPS, SUBMITTED
from backend.content.look import campaign_names, look_of
from backend.content.review_queue import queue_of
from backend.content.review_steps import in_rounds, last_passed
from backend.errors import Conflict, DomainError, FieldError, Invalid
from backend.pages import typed
from backend.pages.article_look import article_html
from miniprogram_api.surface.problem import status_of

desk = Desk("article_reviews")
REVIEW = "review_articles"
MOST_CHANGES = 20  # on the review page; the whole comparison is one step away
DONE = {
    "first_review": "初审已通过，转给下一位同事复审。",
    "second_review": "复审已通过，转给主编终审。",
    "final_review": "终审已通过。",
    "back": "已退回，作者会看到您的意见。",
}


def not_in_review() -> Conflict:
    return Conflict("not_in_review", "这篇文章现在不在审核中，可能已经被同事审过，或者作者撤回了。")


def wrong_name() -> Invalid:
    detail = "请写下您登录用的真实姓名，一字不差。"
    return Invalid("wrong_name", "没有确认，还不能通过。", fields=[FieldError("name", "wrong_name", detail)])


@desk.add("GET", "/reviews", permission=REVIEW)
async def show_queue(visit: Visit) -> HTTPResponse:
    """What waits for her, longest first, and what is with colleagues."""
    queue = await queue_of(visit.staff)
    values: dict[str, Any] = {"queue": queue, "stages": STAGES, "channels": CHANNELS}
    return await visit.show("review_queue.html", done=DONE.get(visit.asked("done"), ""), **values)


@desk.add("GET", "/reviews/<article_id:uuid>", permission=REVIEW)
async def show_review(visit: Visit, article_id: UUID) -> HTTPResponse:
    """One article that is being reviewed, as its readers will see it, with what a reviewer must know."""
    return await _show(visit, article_id)


@desk.add("POST", "/reviews/<article_id:uuid>/pass", permission=REVIEW)
async def let_pass(visit: Visit, article_id: UUID) -> HTTPResponse:
    """Her yes, at the stage that she saw."""
    loaded = await articles.load(article_id)
    try:
        confirmed = _confirmed(visit, loaded)
        version = typed.whole_number(visit.form.get("version", ""), 6) or 0
        await flow.pass_review(visit.staff, article_id, version, visit.form.get("comment", ""), confirmed)
    except (Invalid, Conflict) as error:
        return await _show(visit, article_id, fault=error, deed="pass")
    return visit.go(f"/reviews?done={loaded.article.state}")


@desk.add("POST", "/reviews/<article_id:uuid>/back", permission=REVIEW)
async def send_back(visit: Visit, article_id: UUID) -> HTTPResponse:
    """Her no, with what is to be mended."""
    version = typed.whole_number(visit.form.get("version", ""), 6) or 0
    try:
        await flow.send_back(visit.staff, article_id, version, visit.form.get("why", ""))
    except (Invalid, Conflict) as error:
        return await _show(visit, article_id, fault=error, deed="back")
    return visit.go("/reviews?done=back")


def _confirmed(visit: Visit, loaded: Loaded) -> list[str]:
    """The sentences that she signs with her own name. Raises Invalid when the name is not hers."""
    needed = flow.needed_confirmations(loaded.draft, visit.staff) if loaded.article.state == FINAL else []
    if needed and _plain(visit.form.get("name", "")) != _plain(visit.staff.user.name):
        raise wrong_name()
    return needed


def _plain(name: str) -> str:
    return "".join(name.split())


async def _show(visit: Visit, article_id: UUID, *, fault: DomainError | None = None, deed: str = "") -> HTTPResponse:
    loaded = await articles.load(article_id)
    article, draft = loaded.article, loaded.draft
    if article.state not in STAGES:
        raise not_in_review()
    steps = await flow.steps_of(article_id)
    words = await watched_words.all_words()
    why_not = await reviewers.why_not(visit.staff, article)
    values: dict[str, Any] = {
        "article": article,
        "draft": draft,
        "writer": article.writer.name,
        "step": STAGES[article.state].label,
        "pass_label": "终审通过，按时发布" if article.state == FINAL else f"{STAGES[article.state].label}通过",
        "sent": next((each for each in reversed(steps) if each.step == SUBMITTED), None),
        "look": article_html(await look_of(draft, _for_staff)),
        "cover": _cover(draft),
        "found": await asyncio.to_thread(guards.findings, draft, words),  # a long text takes a while
        "rounds": in_rounds(steps),
        "steps": STEPS,
        "step_looks": STEP_LOOKS,
        "why_not": why_not,
        "may_pass": why_not is None,
        # A fault that is seen late is a fault: who let it pass before may still send it back.
        "may_send_back": why_not is None or why_not.code == reviewers.passed_before().code,
        "sentence": next(iter(flow.needed_confirmations(draft, visit.staff)), "") if article.state == FINAL else "",
        "most_words": flow.LONGEST_COMMENT,
        "deed": deed,
        "faults": beside(fault),
        "typed": visit.form if fault else {},
        **await _since(article_id, last_passed(steps, article.newest_number), draft),
    }
    return await visit.show("review_article.html", status_of(fault) if fault else 200, fault=fault, **values)


async def _since(article_id: UUID, base: int | None, draft: Draft) -> dict[str, Any]:
    """What has changed since the last revision that passed any review."""
    if base is None:
        return {"base": None, "changes": [], "left_out": 0}
    before = await revisions.one(article_id, base)
    compared = await asyncio.to_thread(comparing.compare, before, draft)
    names = await campaign_names(before.campaign_id, draft.campaign_id)
    rows: list[SideRow] = [*field_rows(compared, names), *(row for row in side_rows(compared) if row.changed)]
    return {"base": base, "changes": rows[:MOST_CHANGES], "left_out": max(0, len(rows) - MOST_CHANGES)}


def _cover(draft: Draft) -> dict[str, str] | None:
    if draft.cover_id is None:
        return None
    return {shape: _for_staff(draft.cover_id, shape) for shape in ("wide", "square")}


def _for_staff(file_id: UUID, size: str) -> str:
    return f"{HOME}/articles/files/{file_id}/{size}"
