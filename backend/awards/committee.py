"""评审委员会: who judges in one season, and who of them writes down what was decided."""

from collections.abc import Sequence
from uuid import UUID

from tortoise.exceptions import IntegrityError
from uuid_utils.compat import uuid7

from backend.awards.models import Season, SeasonMember
from backend.awards.phases import Phase
from backend.awards.season_faults import (
    already_member,
    member_has_judged,
    no_committee_here,
    no_such_member,
    not_a_judge,
    season_not_found,
)
from backend.awards.seasons import MANAGE, about_of, require_phase, season_of
from backend.database import transaction
from backend.staff import audit
from backend.staff.models import StaffUser
from backend.staff.permissions import Staff, require

ROLE = "judge"
# Until judging is over; whoever came later would not have judged.
SEATS_OPEN: tuple[Phase, ...] = ("draft", "coming", "nominating", "checking", "judging")


async def members_of(season_id: UUID) -> Sequence[SeasonMember]:
    """The committee, its chair first, each with `staff` and her department fetched."""
    rows = SeasonMember.filter(season_id=season_id).order_by("-chair", "id")
    return await rows.select_related("staff", "staff__department")


async def member_of(staff: Staff, season_id: UUID) -> SeasonMember:
    """Her own seat in a season that is published, `season` fetched. Raises NotFound season_not_found without one."""
    rows = SeasonMember.filter(season_id=season_id, staff_id=staff.id, season__state="published")
    member = await rows.select_related("season").first()
    if member is None:
        raise season_not_found()
    return member


async def seasons_of(staff: Staff) -> list[Season]:
    """The published seasons in which she judges, the newest first."""
    rows = SeasonMember.filter(staff_id=staff.id, season__state="published")
    return [each.season for each in await rows.order_by("-season_id").select_related("season")]


async def judge_named(username: str) -> StaffUser:
    """An active staff user with the judge's role, of any department. Raises Conflict not_a_judge."""
    user = await StaffUser.filter(username=username, active=True, roles__role=ROLE).first()
    if user is None:
        raise not_a_judge()
    return user


async def judges() -> Sequence[StaffUser]:
    """Everybody who may be made a member, by department and name, with her department fetched."""
    rows = StaffUser.filter(active=True, roles__role=ROLE).order_by("department_id", "name", "id")
    return await rows.select_related("department")


async def add(staff: Staff, season_id: UUID, username: str) -> SeasonMember:
    """Give a judge a seat, until judging is over. `honours.seating` refuses who is entangled, and then calls this.

    Raises Forbidden, NotFound, Conflict not_a_judge, already_member, no_committee_here, season_not_open.
    """
    season = await _open_to_change(staff, season_id)
    user = await judge_named(username)
    member = SeasonMember(id=uuid7(), season_id=season.id, staff_id=user.id)
    async with transaction():
        await SeasonMember.bulk_create([member], ignore_conflicts=True)  # two at once: the second finds the first
        if not await SeasonMember.filter(id=member.id).exists():
            raise already_member()
        await audit.record(staff, "season.member", about_of(season_id), added=str(user.id))
    return member


async def remove(staff: Staff, season_id: UUID, member_id: UUID) -> None:
    """Take her seat away before she gave a mark or sat out; the database itself refuses it after that.

    Raises Forbidden, NotFound, Conflict member_has_judged, no_committee_here, season_not_open.
    """
    await _open_to_change(staff, season_id)
    try:
        async with transaction():
            if not await SeasonMember.filter(id=member_id, season_id=season_id).delete():
                raise no_such_member()
            await audit.record(staff, "season.member", about_of(season_id), removed=str(member_id))
    except IntegrityError as error:
        raise member_has_judged() from error


async def set_chair(staff: Staff, season_id: UUID, member_id: UUID) -> None:
    """Make her 主任委员, the only one, until the decision. Raises Forbidden, NotFound, Conflict season_not_open."""
    season = await _season_with_committee(staff, season_id)
    require_phase(season, *SEATS_OPEN, "deciding")
    async with transaction():
        # All rows are taken, not the chair's alone: of two at once the second waits here, and one chair is left.
        await SeasonMember.filter(season_id=season_id).update(chair=False)
        if not await SeasonMember.filter(id=member_id, season_id=season_id).update(chair=True):
            raise no_such_member()
        await audit.record(staff, "season.member", about_of(season_id), chair=str(member_id))


async def _season_with_committee(staff: Staff, season_id: UUID) -> Season:
    require(staff, MANAGE)
    season = await season_of(staff, season_id)
    if season.mode != "judged":
        raise no_committee_here()
    return season


async def _open_to_change(staff: Staff, season_id: UUID) -> Season:
    season = await _season_with_committee(staff, season_id)
    require_phase(season, *SEATS_OPEN)
    return season
