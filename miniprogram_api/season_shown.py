"""Seasons as everybody sees them: where each stands, in plain words, and what can be done now."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from backend.awards import season_dates, seasons
from backend.awards.awards import MODES, Criterion, Mode, award
from backend.awards.models import Season, SeasonChange
from backend.awards.phases import Phase
from backend.awards.season_line import Place, line_of
from backend.awards.season_words import Deed, actions_of, coming_of, standing
from backend.staff.departments import Office, offices
from miniprogram_api.nomination_form import NominationForm, form_of
from miniprogram_api.surface.operation import Moment


class SeasonAction(Struct, frozen=True):
    """Something that a citizen can do now, and the last day for it."""

    action: Deed
    label: str
    sentence: str
    until: Annotated[date, Meta(description="最后一天；没有的，不限")] | None


class SeasonComing(Struct, frozen=True):
    """What comes next; without a day, somebody has to do it first."""

    on: date | None
    sentence: str


class SeasonLine(Struct, frozen=True, kw_only=True):
    """A season in a list."""

    id: UUID
    award: str
    award_name: str
    name: str
    mode: Mode
    mode_label: str
    phase: Phase
    phase_label: str
    standing: Annotated[str, Meta(description="现在到了哪一步，一句话")]
    nominate_from: date
    nominate_until: Annotated[date, Meta(description="最后一天，当天还可以推荐")]
    actions: Annotated[tuple[SeasonAction, ...], Meta(description="现在可以做的事")]


class SeasonStep(Struct, frozen=True):
    """One step of the way, with its days where they are set."""

    name: str
    first: date | None
    last: date | None
    place: Place


class SeasonDay(Struct, frozen=True):
    """One day that was moved."""

    label: str
    before: date
    after: date


class SeasonMove(Struct, frozen=True):
    """One move of the dates, and why."""

    at: Moment
    reason: str
    days: tuple[SeasonDay, ...]


class SeasonShown(SeasonLine, frozen=True, kw_only=True):
    """届次, whole."""

    intro: str
    owner: Annotated[Office, Meta(description="主办单位，有疑问找它")]
    legal_basis: str
    quota: Annotated[int, Meta(description="名额；推荐线索没有")] | None
    judge_from: date | None
    judge_until: date | None
    notice_from: date | None
    notice_until: Annotated[date, Meta(description="公示的最后一天，至少五个工作日")] | None
    steps: tuple[SeasonStep, ...]
    coming: Annotated[SeasonComing, Meta(description="接下来")] | None
    criteria: tuple[Criterion, ...]
    questions: Annotated[tuple[str, ...], Meta(description="写事迹时可以想想的问题")]
    changes: Annotated[tuple[SeasonMove, ...], Meta(description="日期推迟的记录，最近的在前")]
    cancelled_words: Annotated[str, Meta(description="停止的原因")] | None
    form: Annotated[NominationForm, Meta(description="推荐要填什么；现在不能推荐时没有")] | None


def line_shown(season: Season, known: Mapping[str, Office]) -> SeasonLine:
    """A season in a list; `known` are the departments' offices."""
    return SeasonLine(**_said(season, known))


async def season_shown(season: Season) -> SeasonShown:
    """A season that everybody may see, whole."""
    known, changes = await offices(), await season_dates.changes_of(season.id)
    now, dates, mode = seasons.phase(season), seasons.dates_of(season), seasons.mode_of(season)
    what, coming = award(season.award), coming_of(now, dates, mode)
    return SeasonShown(
        **_said(season, known) | dates._asdict(),
        intro=season.intro,
        owner=known[season.department_id],
        legal_basis=what.legal_basis,
        quota=season.quota if mode == "judged" else None,
        steps=tuple(SeasonStep(*each) for each in line_of(now, dates, mode)),
        coming=SeasonComing(*coming) if coming else None,
        criteria=tuple(seasons.criteria_of(season)),
        questions=what.questions,
        changes=tuple(_move(each) for each in changes),
        cancelled_words=season.cancelled_words if now == "cancelled" else None,
        form=form_of(season) if now == "nominating" else None,
    )


def lines_shown(rows: Sequence[Season], known: Mapping[str, Office]) -> tuple[SeasonLine, ...]:
    """Seasons in the order in which they come."""
    return tuple(line_shown(each, known) for each in rows)


def _said(season: Season, known: Mapping[str, Office]) -> dict[str, Any]:
    """What the list and the whole season have in common."""
    now, dates, mode = seasons.phase(season), seasons.dates_of(season), seasons.mode_of(season)
    return {
        "id": season.id,
        "award": season.award,
        "award_name": award(season.award).name,
        "name": season.name,
        "mode": mode,
        "mode_label": MODES[mode],
        "phase": now,
        "phase_label": seasons.phase_label(season),
        "standing": standing(now, dates, mode, known[season.department_id].department),
        "nominate_from": dates.nominate_from,
        "nominate_until": dates.nominate_until,
        "actions": tuple(SeasonAction(*each) for each in actions_of(now, dates, mode)),
    }


def _move(change: SeasonChange) -> SeasonMove:
    days = tuple(
        SeasonDay(season_dates.NAMES[name], date.fromisoformat(change.before[name]), date.fromisoformat(after))
        for name, after in change.after.items()
    )
    return SeasonMove(change.at, change.reason, days)
