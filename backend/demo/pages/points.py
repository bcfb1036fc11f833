"""Pages of points: the score with what comes next, the entries, and one entry with its whole why."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from sanic import HTTPResponse

from backend import clock
from backend.demo.pages.drawing import bars, progress, trend_line
from backend.demo.pages.visitor import Visitor
from backend.errors import NotFound
from backend.records import reading
from backend.workdays import workdays_between
from miniprogram_api import entries, gains, identity
from miniprogram_api import score as scores
from miniprogram_api.surface.body import read_query
from miniprogram_api.surface.pages import PageQuery

SHOWN_AT_FIRST = 4  # coming changes; the rest unfolds


@dataclass(frozen=True)
class Coming:
    """A change to come, and how long it is until then: whole days, and working days in between."""

    change: scores.ComingChange
    days: int
    workdays: int | None  # of a deduction that waits; lapses lie years ahead, where no calendar reaches


async def show_points(visitor: Visitor) -> HTTPResponse:
    """Points, level, trend, parts, and what time alone will change."""
    citizen, ledger = visitor.citizen, visitor.ledger
    score = await scores.score_shown(citizen, ledger)
    trend = await scores.show_trend(citizen, ledger)
    me = await identity.show_me(visitor.account, visitor.vault)
    open_gains = (await gains.show_gains(citizen, ledger)).items
    today = clock.today()
    coming = [_coming(each, today) for each in score.coming]
    above = score.next_level
    floor = score.level.at_least if score.level.at_least is not None else min(score.base, score.points)
    return await visitor.show(
        "points.html",
        "points",
        name=me.name,
        score=score,
        to_next=above.at_least - score.points if above and above.at_least is not None else None,
        progress=progress(score.points, floor, above.at_least) if above and above.at_least is not None else 100.0,
        months=trend.items,
        trend=trend_line(trend.items),
        parts=bars([(part.domain, part.points) for part in score.parts]),
        waiting=[each for each in coming if each.change.kind == "begins" and each.change.points < 0],
        gains=[each for each in open_gains if each.how == "evidence"],
        coming=coming[:SHOWN_AT_FIRST],
        coming_later=coming[SHOWN_AT_FIRST:],
    )


def _coming(change: scores.ComingChange, today: date) -> Coming:
    workdays = workdays_between(today, change.day) if change.kind == "begins" else None
    return Coming(change, (change.day - today).days, workdays)


async def list_entries(visitor: Visitor) -> HTTPResponse:
    """The entries, newest first, by the month in which they were posted."""
    shown = await entries.list_entries(visitor.citizen, visitor.ledger, page_asked(visitor))
    months = groupby(shown.items, _month)
    return await visitor.show(
        "entries.html",
        "entries",
        months=[(month, list(entries)) for month, entries in months],
        next_cursor=shown.next_cursor,
        later="cursor" in visitor.request.args,
    )


async def show_entry(visitor: Visitor, entry_id: UUID) -> HTTPResponse:
    """One of her entries with its whole why; anybody else's is not found."""
    entry = await entries.show_entry(visitor.citizen, entry_id)
    opens = await record_opens(visitor, entry.record_id)
    return await visitor.show("entry.html", "entries", entry=entry, opens=opens)


async def record_opens(visitor: Visitor, record_id: UUID | None) -> bool:
    """Whether there is a record to open: one that was withdrawn is told of for ever, and shown no more."""
    if record_id is None:
        return False
    try:
        await reading.record_of(visitor.citizen, record_id)
    except NotFound:
        return False
    return True


def page_asked(visitor: Visitor) -> PageQuery:
    """Where a list goes on. Raises Invalid for a place that was made up."""
    arguments = visitor.request.args
    return read_query({key: arguments.getlist(key) for key in arguments}, PageQuery)


def _month(entry: entries.EntryShown) -> str:
    day = clock.local_date(entry.posted_at)
    return f"{day.year}年{day.month}月"
