"""WeChat's later answers about pictures, each written down once, and what follows when the last one has come."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from backend import clock
from backend.database import transaction
from backend.errors import Conflict
from backend.jobs import outbox
from backend.nominations.models import ContentCheck, Nomination
from backend.wechat_checks import Suggest, Verdict

TAKE_ANSWER = "take_check_answer"  # the promised job for an answer that was quicker than the note of its question
QUICKER_BY = timedelta(minutes=2)  # at most; older ones answer a question that nobody here asked
LONGEST_TRACE = 100  # characters

_SUGGESTS: dict[str, Suggest] = {"pass": "pass", "review": "review", "risky": "risky"}
_log = logging.getLogger(__name__)


def answer_too_quick() -> Conflict:
    return Conflict("answer_too_quick", "微信的回答比提问的记录先到，稍后再记。")


async def take(trace_id: str, verdict: Verdict | None) -> None:
    """Write down an answer; None: WeChat could not look. Again, or late, it does no harm.

    One whose question is not written down yet is kept for a moment, as a promised job.
    """
    if not 0 < len(trace_id) <= LONGEST_TRACE or not trace_id.isprintable():
        return
    if not await _write(trace_id, verdict):
        said = {"suggest": verdict.suggest if verdict else "", "label": str(verdict.label or "") if verdict else ""}
        await outbox.promise(TAKE_ANSWER, trace=trace_id, came=clock.now().isoformat(), **said)


async def take_promised(payload: Mapping[str, str]) -> None:
    """The job TAKE_ANSWER. Raises Conflict while the question may still be on its way to the table."""
    suggest, label = _SUGGESTS.get(payload["suggest"]), payload["label"]
    verdict = Verdict(suggest, int(label) if label else None) if suggest else None
    if await _write(payload["trace"], verdict):
        return
    if clock.now() < datetime.fromisoformat(payload["came"]) + QUICKER_BY:
        raise answer_too_quick()
    _log.warning("WeChat answered a check that nobody here asked for")


async def settle(nomination_id: UUID) -> None:
    """Let a moderator have it once no answer is waited for any more."""
    async with transaction():
        await _hold(nomination_id)
        if not await ContentCheck.filter(nomination_id=nomination_id, state="asked").exists():
            here = Nomination.filter(id=nomination_id, state="checking")
            await here.update(state="waiting", changed_at=clock.now())


async def _write(trace_id: str, verdict: Verdict | None) -> bool:
    """Whether the question is known. Only the first answer to it counts."""
    row = await ContentCheck.get_or_none(trace_id=trace_id)
    if row is None:
        return False
    state, label = ("failed", None) if verdict is None else verdict
    async with transaction():
        await _hold(row.nomination_id)
        asked = ContentCheck.filter(id=row.id, state="asked")
        await asked.update(state=state, label=label, answered_at=clock.now())
        await settle(row.nomination_id)
    return True


async def _hold(nomination_id: UUID) -> None:
    """One answer after another: of two last ones at once, each would take the other for missing."""
    await Nomination.filter(id=nomination_id).select_for_update(no_key=True).first()
