"""The moderators' desk for nominations: what waits in a season of the department, and what was decided there."""

from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards import seasons
from backend.awards.models import Season
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.nominations.check_words import OUTCOMES
from backend.nominations.moderation_queue import MOST_LINES, Waiting, decided, queue, waiting_in
from backend.nominations.words import NOMINATION_STATES
from backend.pages import typed

desk = Desk("nominations")
MODERATE = "check_nominations"

DONE = {
    "accepted": "上一份已通过，推荐人会收到通知。接下来到“被推荐人”里整理事迹、征求本人意见。",
    "refused": "上一份已定为不通过，推荐人会看到原因，可以申诉一次。",
    "closed": "申诉已处理，维持不通过，推荐人会收到通知。",
}
LOOKS = {"accepted": "good", "refused": "bad", "closed": "bad", "appealed": "waiting"}


@desk.add("GET", "/nominations", permission=MODERATE)
async def list_nominations(visit: Visit) -> HTTPResponse:
    """One season's queue, oldest first: the asked one, else the first where something waits."""
    return await show_list(visit, typed.id_of(visit.asked("season")), done=DONE.get(visit.asked("done"), ""))


async def show_list(visit: Visit, season_id: UUID | None, done: str = "") -> HTTPResponse:
    """The queue of a season, or what was decided in it."""
    rows = [each for each in await seasons.list_of(visit.staff) if each.state != "draft"]
    waiting = await waiting_in([each.id for each in rows])
    season = await seasons.season_of(visit.staff, season_id) if season_id else _first(rows, waiting)
    over = visit.asked("show") == "decided"
    values: dict[str, Any] = {"seasons": rows, "waiting": waiting, "season": season, "over": over, "most": MOST_LINES}
    values["here"] = waiting.get(season.id, Waiting(0, 0, 0)) if season else Waiting(0, 0, 0)
    if season is not None:
        lines = await (decided if over else queue)(visit.staff, season.id)
        values |= {"lines": lines, "phase_label": seasons.phase_label(season)}
    words: dict[str, Any] = {"outcomes": OUTCOMES, "states": NOMINATION_STATES, "looks": LOOKS}
    return await visit.show("nomination_queue.html", done=done, **words, **values)


def _first(rows: list[Season], waiting: dict[UUID, Waiting]) -> Season | None:
    return next((each for each in rows if waiting[each.id].lines), rows[0] if rows else None)
