"""Moving a season's dates: forward only, with a reason, and for everybody to see."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from tortoise.expressions import F

from backend import clock
from backend.awards.date_rules import NAMES as NAMES
from backend.awards.date_rules import check as check
from backend.awards.date_rules import moved
from backend.awards.models import Season, SeasonChange
from backend.awards.phases import Dates
from backend.awards.season_faults import season_announced, season_changed, season_not_published
from backend.awards.seasons import MANAGE, about_of, dates_of, season_of
from backend.content import publishing
from backend.database import transaction
from backend.errors import FieldError, invalid_fields
from backend.staff import audit
from backend.staff.permissions import Staff, require

LEAST_REASON, LONGEST_REASON = 5, 200  # characters
LATE = "评审决定比原定日期晚，公示日期顺延，公示天数不减少。"


async def move(staff: Staff, season_id: UUID, changes: Mapping[str, date], reason: str, version: int) -> Season:
    """Move days of a published season, by their names in NAMES; those that are said as they stand are left alone.

    Raises Forbidden, NotFound, Invalid with every field (already_begun, not_later, shorter, wrong_order …), Conflict
    season_not_published, season_announced, season_changed.
    """
    require(staff, MANAGE)
    season = await season_of(staff, season_id)
    _refuse_standing(season)
    before = dates_of(season)
    moving = {name: day for name, day in changes.items() if getattr(before, name) != day}
    after = _checked(before, moving, reason)
    async with transaction():
        await _put(season, after, version)
        await _write_down(staff, season, before, after, reason)
        await publishing.changed()
    return await season_of(staff, season_id)


async def moved_to_notice(staff: Staff, season: Season, first: date) -> Dates:
    """Let the public notice begin on `first` because the decision came late; its working days stay as many.

    Part of the caller's transaction, which holds the season by its version and says `publishing.changed()` itself.
    Nothing moves when the notice begins on `first` or later already. The season is given its new days.
    """
    before = dates_of(season)
    if before.notice_from is None or before.notice_from >= first:
        return before
    after, _ = moved(before, {"notice_from": first}, before.nominate_from)
    await Season.filter(id=season.id).update(notice_from=after.notice_from, notice_until=after.notice_until)
    season.notice_from, season.notice_until = after.notice_from, after.notice_until
    await _write_down(staff, season, before, after, LATE)
    return after


async def changes_of(season_id: UUID) -> Sequence[SeasonChange]:
    """Every move of its days, the newest first; everybody may see them."""
    return await SeasonChange.filter(season_id=season_id).order_by("-id")


def may_move(season: Season) -> list[str]:
    """Which of its days can still move today."""
    if season.state != "published" or season.announced_at is not None:
        return []
    today, dates = clock.today(), dates_of(season)._asdict()
    ahead = {name: day and (day >= today if name.endswith("_until") else day > today) for name, day in dates.items()}
    return [name for name, is_ahead in ahead.items() if is_ahead]


def _refuse_standing(season: Season) -> None:
    if season.announced_at is not None:
        raise season_announced()
    if season.state != "published":
        raise season_not_published()


def _checked(before: Dates, changes: Mapping[str, date], reason: str) -> Dates:
    after, faults = moved(before, changes, clock.today())
    if not changes:
        faults = [FieldError("dates", "nothing_moved", "没有改动任何日期。请填写推迟后的日期。")]
    if not LEAST_REASON <= len(reason) <= LONGEST_REASON:
        words = f"请写明推迟的原因，{LEAST_REASON} 到 {LONGEST_REASON} 个字，所有人都看得到。"
        faults = [*faults, FieldError("reason", "wrong_length", words)]
    if faults:
        raise invalid_fields(faults)
    return after


async def _put(season: Season, after: Dates, version: int) -> None:
    rows = Season.filter(id=season.id, version=version, state="published", announced_at=None)
    if not await rows.update(version=F("version") + 1, **after._asdict()):
        raise season_changed()


async def _write_down(staff: Staff, season: Season, before: Dates, after: Dates, reason: str) -> None:
    names = [name for name in Dates._fields if getattr(before, name) != getattr(after, name)]
    await SeasonChange.create(
        season_id=season.id,
        staff_id=staff.id,
        before={name: getattr(before, name).isoformat() for name in names},
        after={name: getattr(after, name).isoformat() for name in names},
        reason=reason,
        at=clock.now(),
    )
    await audit.record(staff, "season.move", about_of(season.id), dates=" ".join(names))
