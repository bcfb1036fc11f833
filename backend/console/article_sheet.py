"""发稿审签单: one round of reviewing on paper, with who signed what and when."""

import asyncio
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend import clock
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.content import articles, cleaning, flow, revisions
from backend.content.articles import Loaded
from backend.content.channels import CHANNELS
from backend.content.flow_words import (
    FINAL_PASS,
    FIRST_PASS,
    PASSED,
    SECOND_PASS,
    SENT_BACK,
    STEPS,
    SUBMITTED,
    TAKEN_BACK,
    WITHDRAWN,
)
from backend.content.look import campaign_name
from backend.content.models import Review
from backend.content.review_steps import round_to_print
from backend.pages import typed

desk = Desk("article_sheet")
SIGNATURES = {"送审": SUBMITTED, "初审": FIRST_PASS, "复审": SECOND_PASS, "终审": FINAL_PASS}


@desk.add("GET", "/articles/<article_id:uuid>/sheet", permission="write_articles")
async def show_sheet(visit: Visit, article_id: UUID) -> HTTPResponse:
    """The newest round that passed, or the one of `?round=`; blank where nobody has signed yet."""
    loaded = await articles.load(article_id)
    steps = await flow.steps_of(article_id)
    wanted = typed.whole_number(visit.asked("round"), 6)
    known = {step.round for step in steps}
    number = wanted if wanted in known else round_to_print(steps, loaded.article.round)
    return await visit.show("review_sheet.html", **await _values(loaded, steps, number))


async def _values(loaded: Loaded, steps: list[Review], number: int) -> dict[str, Any]:
    article = loaded.article
    here = [step for step in steps if step.round == number]
    signed = {step.step: step for step in here}  # of a step that was repeated the last counts
    revision = max((step.revision_number for step in here), default=article.newest_number)
    draft = await revisions.one(article.id, revision)
    text = await asyncio.to_thread(cleaning.text_of, draft.html)
    shown = loaded.publication
    timed = shown if shown and article.state == PASSED and shown.revision_number == revision else article
    return {
        "article": article,
        "draft": draft,
        "number": f"{article.id.hex[-12:].upper()}-{number}",
        "round": number,
        "all_rounds": sorted({step.round for step in steps}),
        "complete": FINAL_PASS in signed,
        "channel": CHANNELS[draft.channel],
        "campaign": await campaign_name(draft.campaign_id),
        "writer": article.writer.name,
        "revision": revision,
        "characters": len("".join(text.split())),
        "pictures": len(cleaning.files_in(draft.html)),
        "publish_at": timed.publish_at,
        "ends_at": timed.ends_at,
        "signatures": [(label, signed.get(step)) for label, step in SIGNATURES.items()],
        "ends": [(STEPS[step], signed[step]) for step in (SENT_BACK, TAKEN_BACK, WITHDRAWN) if step in signed],
        "printed_at": clock.now(),
    }
