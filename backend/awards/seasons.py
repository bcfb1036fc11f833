"""届次: one season of an award, set up, published and read. Its phase follows its dates when it is read."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from tortoise.expressions import F
from uuid_utils.compat import uuid7

from backend import clock
from backend.awards.awards import Award, Criterion, Mode, award
from backend.awards.date_rules import check
from backend.awards.models import Season, SeasonMember
from backend.awards.phases import Dates, Phase, Standing, phase_of
from backend.awards.plans import Plan as Plan
from backend.awards.plans import columns_of, faults_of
from backend.awards.season_faults import (
    award_not_yours,
    name_taken,
    season_changed,
    season_not_draft,
    season_not_found,
    season_not_open,
)
from backend.awards.season_words import coming_of, label_of, standing
from backend.content import publishing
from backend.database import transaction
from backend.errors import invalid_fields
from backend.staff import audit
from backend.staff.departments import offices
from backend.staff.models import Department
from backend.staff.permissions import Staff, require

MANAGE = "manage_seasons"
MOST_LISTED = 300  # of all awards: fifty years of the six


async def season_of(staff: Staff, season_id: UUID) -> Season:
    """A season of her own department, whatever its state. Raises NotFound season_not_found for any other."""
    season = await Season.get_or_none(id=season_id, department_id=staff.department_code)
    if season is None:
        raise season_not_found()
    return season


async def public_season(season_id: UUID) -> Season:
    """A season that everybody may see: published, or stopped after that. Raises NotFound season_not_found."""
    season = await Season.get_or_none(id=season_id, state__in=["published", "cancelled"])
    if season is None:
        raise season_not_found()
    return season


def dates_of(season: Season) -> Dates:
    """Its days."""
    return Dates(*(getattr(season, name) for name in Dates._fields))


def mode_of(season: Season) -> Mode:
    """Judged here or referred to the owner."""
    mode: Mode = msgspec.convert(season.mode, Mode)
    return mode


def criteria_of(season: Season) -> list[Criterion]:
    """By what its committee judges."""
    return msgspec.convert(season.criteria, list[Criterion])


def phase(season: Season, today: date | None = None) -> Phase:
    """Where it stands today, or on another day, with what has been decided so far."""
    done = Standing(season.state, season.decided_at is not None, season.announced_at is not None)
    return phase_of(dates_of(season), done, today or clock.today())


def phase_label(season: Season, today: date | None = None) -> str:
    """The phase in a word that everybody understands."""
    return label_of(phase(season, today), season.mode)


def require_phase(season: Season, *phases: Phase) -> None:
    """Raise Conflict season_not_open, which says where the season stands and what comes when, unless it is in one."""
    now = phase(season)
    if now in phases:
        return
    dates, mode = dates_of(season), mode_of(season)
    coming = coming_of(now, dates, mode)
    words = f"“{season.name}”{label_of(now, mode)}：{standing(now, dates, mode)}{coming.sentence if coming else ''}"
    raise season_not_open(words)


async def list_of(staff: Staff, *, before: UUID | None = None, limit: int = 50) -> Sequence[Season]:
    """Her department's seasons, the newest first, older than `before`."""
    rows = Season.filter(department_id=staff.department_code)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return await rows.order_by("-id").limit(limit)


async def public_list() -> Sequence[Season]:
    """What everybody may see of all awards, those that begin latest first."""
    return (
        await Season.filter(state__in=["published", "cancelled"]).order_by("-nominate_from", "-id").limit(MOST_LISTED)
    )


async def owner_of(season: Season) -> str:
    """The name of the department that runs it: 主办单位."""
    return (await offices())[season.department_id].department


async def create(staff: Staff, award_code: str, plan: Plan) -> Season:
    """A new season of an award of her department, as a draft.

    Raises Forbidden (also for another department's award), NotFound award_not_found, Invalid with every field.
    """
    require(staff, MANAGE)
    what = award(award_code)
    if what.department != staff.department_code:
        raise award_not_yours()
    _check(plan, what.mode)
    async with transaction():
        await _refuse_same_name(what, plan.name)
        about: dict[str, Any] = {
            "award": what.code,
            "department_id": what.department,
            "mode": what.mode,
            "created_at": clock.now(),
        }
        season = await Season.create(id=uuid7(), **about, **columns_of(plan, what.mode))
        await audit.record(staff, "season.create", about_of(season.id), award=what.code)
    return season


async def change(staff: Staff, season_id: UUID, plan: Plan, version: int) -> Season:
    """Plan a draft anew, beginning from what stood in `version`.

    Raises Forbidden, NotFound, Invalid with every field, Conflict season_not_draft, season_changed.
    """
    require(staff, MANAGE)
    season = await season_of(staff, season_id)
    _check(plan, mode_of(season))
    async with transaction():
        if plan.name != season.name:
            await _refuse_same_name(award(season.award), plan.name)
        await _take_draft(staff, season_id, version, **columns_of(plan, mode_of(season)))
        await audit.record(staff, "season.change", about_of(season_id))
    return await season_of(staff, season_id)


async def publish(staff: Staff, season_id: UUID, version: int) -> Season:
    """Show a draft to everybody; from now on only its dates move, forward.

    Raises Forbidden, NotFound, Invalid when a day has gone by meanwhile, Conflict season_not_draft, season_changed.
    """
    require(staff, MANAGE)
    season = await season_of(staff, season_id)
    if season.state == "draft" and (faults := check(dates_of(season), clock.today(), mode_of(season))):
        raise invalid_fields(faults)
    async with transaction():
        await _take_draft(staff, season_id, version, state="published")
        await audit.record(staff, "season.publish", about_of(season_id))
        await publishing.changed()
    return await season_of(staff, season_id)


async def discard(staff: Staff, season_id: UUID, version: int) -> None:
    """Take back a draft that nobody has seen. Raises Forbidden, NotFound, Conflict season_not_draft, season_changed."""
    require(staff, MANAGE)
    await season_of(staff, season_id)
    async with transaction():
        await _take_draft(staff, season_id, version)
        await SeasonMember.filter(season_id=season_id).delete()
        await Season.filter(id=season_id).delete()
        await audit.record(staff, "season.cancel", about_of(season_id), draft="1")


def about_of(season_id: UUID) -> str:
    """As the audit log and notices name it."""
    return f"season:{season_id}"


async def _take_draft(staff: Staff, season_id: UUID, version: int, **columns: object) -> None:
    """The draft in this version, changed, in the caller's transaction."""
    rows = Season.filter(id=season_id, state="draft", version=version)
    if not await rows.update(version=F("version") + 1, **columns):
        raise season_changed() if (await season_of(staff, season_id)).state == "draft" else season_not_draft()


async def _refuse_same_name(what: Award, name: str) -> None:
    """A double tap must not make two seasons. Two at once: the second waits for the department's row."""
    await Department.filter(code=what.department).select_for_update(no_key=True).first()
    if await Season.filter(award=what.code, name=name).exclude(state="cancelled").exists():
        raise invalid_fields([name_taken()])


def _check(plan: Plan, mode: Mode) -> None:
    if faults := faults_of(plan, mode, clock.today()):
        raise invalid_fields(faults)
