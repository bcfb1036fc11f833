"""The members' desk: whom a committee judges, one nominee with marks to give, and sitting out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sanic import HTTPResponse

from backend.awards import seasons
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.errors import Conflict, DomainError, Invalid
from backend.honours import judged_nominee, judging
from backend.honours.judge_board import OVER
from backend.honours.marks import most_of
from backend.pages import typed
from media.links import sign_link
from media.models import Picture
from miniprogram_api.surface.problem import status_of

desk = Desk("judging")
JUDGE = judging.PERMISSION
MARK = "mark-"  # and the criterion's code: a field of the form

DONE = {
    "given": "打分已保存。评审结束以前都可以再改。",
    "out": "已申请回避。您不再评审这位被推荐人。",
    "decided": "评审决定已登记。",
}
GIVEN = {
    "waiting": ("待评审", "waiting"),
    "given": ("已评审", "good"),
    "sits_out": ("已回避", ""),
    "own": ("与您有关", "bad"),
}
_LISTED = ("judging", "deciding")


@desk.add("GET", "/judging", permission=JUDGE)
async def show_seats(visit: Visit) -> HTTPResponse:
    """The seasons in which she judges."""
    seats = await judging.seats_of(visit.staff)
    if len(seats) == 1:
        return visit.go(f"/judging/{seats[0].season.id}")
    return await visit.show("judging.html", seats=seats, phase_label=seasons.phase_label)


@desk.add("GET", "/judging/<season_id:uuid>", permission=JUDGE)
async def show_season(visit: Visit, season_id: UUID) -> HTTPResponse:
    """Whom she has to judge there, without whole names; the chair sees how far the others are."""
    seat = await judging.seat_in(visit.staff, season_id)
    phase = seasons.phase(seat.season)
    listed = phase in _LISTED
    values: dict[str, Any] = {
        "season": seat.season,
        "phase": phase,
        "phase_label": seasons.phase_label(seat.season),
        "lines": await judged_nominee.lines_of(visit.vault, visit.staff, seat) if listed else [],
        "listed": listed,
        "over": phase in OVER,
        "progress": await judged_nominee.progress_of(season_id) if seat.member.chair and listed else [],
        "most": most_of(seasons.criteria_of(seat.season)),
        "chair": seat.member.chair,
        "given": GIVEN,
    }
    return await visit.show("judging_season.html", done=DONE.get(visit.asked("done"), ""), **values)


@desk.add("POST", "/judging/nominees/<nominee_id:uuid>/open", permission=JUDGE)
async def open_nominee(visit: Visit, nominee_id: UUID) -> HTTPResponse:
    """One nominee whole. By POST: the look is logged, so nothing may prefetch it."""
    return await _show(visit, nominee_id)


@desk.add("POST", "/judging/nominees/<nominee_id:uuid>/give", permission=JUDGE)
async def give(visit: Visit, nominee_id: UUID) -> HTTPResponse:
    """Her marks; what was refused stands above the form with what she typed."""
    try:
        await judging.give(visit.vault, visit.staff, nominee_id, _marks(visit), visit.form.get("words", ""))
    except (Invalid, Conflict) as error:
        return await _show(visit, nominee_id, error)
    return await _back_to_list(visit, nominee_id, "given")


@desk.add("POST", "/judging/nominees/<nominee_id:uuid>/sit-out", permission=JUDGE)
async def sit_out(visit: Visit, nominee_id: UUID) -> HTTPResponse:
    """She declares an interest, and the nominee is closed to her."""
    try:
        await judging.declare_interest(visit.vault, visit.staff, nominee_id, visit.form.get("interest", ""))
    except Invalid as error:
        return await _show(visit, nominee_id, error)
    return await _back_to_list(visit, nominee_id, "out")


async def _show(visit: Visit, nominee_id: UUID, fault: DomainError | None = None) -> HTTPResponse:
    opened = await judged_nominee.open_nominee(visit.vault, visit.staff, nominee_id)
    criteria = seasons.criteria_of(opened.season)
    known = {f"{MARK}{code}": str(mark) for code, mark in opened.mine.marks.items()} if opened.mine else {}
    again = visit.form if fault else {}
    values: dict[str, Any] = {
        "opened": opened,
        "criteria": criteria,
        "most": most_of(criteria),
        "filled": again if again.get("deed") == "give" else {**known, "words": opened.my_words},
        "faulty": {each.field.removeprefix("marks.") for each in fault.fields} if fault else set(),
        "interest": again.get("interest", ""),
        "leaving": again.get("deed") == "sit-out",
        "pictures": await _pictures(visit, opened.about.pictures if opened.about else ()),
    }
    return await visit.show("judging_nominee.html", status_of(fault) if fault else 200, fault=fault, **values)


async def _pictures(visit: Visit, picture_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Links of this session; one whose files are gone has none."""
    there = set(await Picture.filter(id__in=list(picture_ids), deleted_at=None).values_list("id", flat=True))
    viewer = f"staff-session:{visit.session.id}"
    return [
        {"id": each, "token": sign_link(visit.vault, each, "middle", viewer) if each in there else None}
        for each in picture_ids
    ]


async def _back_to_list(visit: Visit, nominee_id: UUID, done: str) -> HTTPResponse:
    seat, _ = await judging.seat_before(visit.staff, nominee_id)
    return visit.go(f"/judging/{seat.season.id}?done={done}")


def _marks(visit: Visit) -> dict[str, int]:
    """The marks that are whole numbers; what is none, the criterion's own fault names."""
    sent = {name.removeprefix(MARK): text for name, text in visit.form.items() if name.startswith(MARK)}
    marks = {code: typed.whole_number(text, digits=4) for code, text in sent.items()}
    return {code: mark for code, mark in marks.items() if mark is not None}
