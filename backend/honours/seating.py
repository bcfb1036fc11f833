"""Giving a judge her seat, unless she has to do with a nomination of the season, as far as the programme knows."""

from uuid import UUID

from backend.awards import committee
from backend.awards.models import SeasonMember
from backend.awards.season_faults import entangled
from backend.awards.seasons import MANAGE, about_of, season_of
from backend.citizens import access_log
from backend.citizens.models import Citizen
from backend.nominations.models import Nomination, Nominee
from backend.staff.permissions import Staff, require


async def seat(staff: Staff, season_id: UUID, username: str) -> SeasonMember:
    """A member who neither nominates nor is nominated. Who becomes so later sits out.

    Raises what `committee.add` raises, and Conflict member_entangled, which never says how: who nominated whom stays
    with the nomination. The refusal itself tells something of her as a citizen, so it is a look that she can see.
    """
    require(staff, MANAGE)
    await season_of(staff, season_id)
    user = await committee.judge_named(username)
    if await Nomination.filter(season_id=season_id, staff_id=user.id).exclude(state__in=_NOTHING_YET).exists():
        raise entangled()
    if found := await _entangled(season_id, user.own_number_digest):
        citizen_id, purpose = found
        await access_log.look(staff.reader, [citizen_id], purpose=purpose, about=about_of(season_id))
        raise entangled()
    return await committee.add(staff, season_id, username)


_NOTHING_YET = ("draft", "withdrawn")


async def _entangled(season_id: UUID, own_number_digest: str | None) -> tuple[UUID, str] | None:
    """Herself as a citizen, when the season knows her, with the purpose under which that was read."""
    if own_number_digest is None:
        return None
    citizen = await Citizen.get_or_none(number_digest=own_number_digest)
    if citizen is None:
        return None
    nominates = Nomination.filter(season_id=season_id, citizen_id=citizen.id).exclude(state__in=_NOTHING_YET)
    if await nominates.exists():
        return citizen.id, "nomination_check"
    nominated = await Nominee.filter(season_id=season_id, citizen_id=citizen.id).exists()
    return (citizen.id, "nominee_asking") if nominated else None
