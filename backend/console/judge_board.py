"""The committee's board once the judging is over: averages, spread and ties, and the form of the chair's decision."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards import seasons
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Invalid
from backend.honours import deciding, judge_board, judging
from backend.honours.judge_board import Board
from backend.honours.marks import most_of
from backend.nominations.words import NOMINEE_STATES
from backend.pages import typed
from miniprogram_api.surface.problem import status_of

desk = Desk("judge_board")
JUDGE = judging.PERMISSION
ABSENT = "absent-"  # and the member's id: a field of the form


@desk.add("POST", "/judging/<season_id:uuid>/board", permission=JUDGE)
async def open_board(visit: Visit, season_id: UUID) -> HTTPResponse:
    """By POST: it is a look at every nominee on it, and logged as one."""
    return await _show(visit, season_id)


@desk.add("POST", "/judging/<season_id:uuid>/decide", permission=JUDGE)
async def decide(visit: Visit, season_id: UUID) -> HTTPResponse:
    """What the committee decided, as the chair writes it down."""
    form = visit.form
    chosen = [nominee_id for each in visit.chosen("chosen") if (nominee_id := typed.id_of(each))]
    version = typed.whole_number(form.get("version", ""), digits=8) or 0
    words = form.get("reasons", ""), form.get("tie_words", "")
    try:
        await deciding.decide(visit.vault, visit.staff, season_id, version, chosen, *words, _absent(form))
    except (Invalid, Conflict) as error:
        return await _show(visit, season_id, error)
    return visit.go(f"/judging/{season_id}?done=decided")


async def _show(visit: Visit, season_id: UUID, fault: DomainError | None = None) -> HTTPResponse:
    board = await judge_board.open_board(visit.vault, visit.staff, season_id)
    values: dict[str, Any] = {
        "board": board,
        "phase_label": seasons.phase_label(board.season),
        "deciding": board.chair and seasons.phase(board.season) == "deciding",
        "most": most_of(seasons.criteria_of(board.season)),
        "states": NOMINEE_STATES,
        "full_at": _full_at(board),
        "ticked": set(visit.chosen("chosen")) if fault else set(),
        "typed": visit.form if fault else {},
    }
    return await visit.show("judge_board.html", status_of(fault) if fault else 200, fault=fault, **values)


def _full_at(board: Board) -> UUID | None:
    """The row with which the quota is full; None where a line would tell her what she may not see, or say nothing."""
    fitting = [each for each in board.rows if each.may_be_chosen and each.tally.average is not None]
    hidden = any(not each.shown for each in board.rows)
    return None if hidden or len(fitting) <= board.season.quota else fitting[board.season.quota - 1].nominee_id


def _absent(form: Mapping[str, str]) -> dict[UUID, str]:
    """Why each member who has not judged everybody did not."""
    told = {typed.id_of(name.removeprefix(ABSENT)): words for name, words in form.items() if name.startswith(ABSENT)}
    return {member_id: words for member_id, words in told.items() if member_id}
