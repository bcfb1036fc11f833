"""How far a department's seasons are from their results: who stands to be honoured, masked, and what is in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from backend.awards import seasons
from backend.awards.models import Season
from backend.awards.phases import Phase
from backend.honours import honours, objections
from backend.honours.honours import MANAGE
from backend.honours.notice import in_notice
from backend.nominations.nominees import about_of
from backend.secrets import Vault, mask_name
from backend.staff.permissions import Staff, require

MOST = 100  # seasons of a list
AFTER_DECISION: tuple[Phase, ...] = ("decided", "notice", "closing", "result")


class Candidate(NamedTuple):
    """One who stands to be honoured."""

    masked_name: str
    township: str


@dataclass(frozen=True)
class Result:
    """One season near its result, or after it."""

    season: Season
    phase: Phase
    candidates: Sequence[Candidate]  # none any more once it is announced
    objections: int  # open ones
    honours: Sequence[honours.Line]

    @property
    def may_announce(self) -> bool:
        """Whether nothing is in the way."""
        return self.phase == "closing" and not self.objections


async def list_for(staff: Staff, mode: str) -> list[tuple[Season, Phase]]:
    """Her department's published seasons of one mode, the newest first. Raises Forbidden."""
    require(staff, MANAGE)
    rows = await seasons.list_of(staff, limit=MOST)
    return [(row, seasons.phase(row)) for row in rows if row.mode == mode and row.state == "published"]


async def result_of(vault: Vault, staff: Staff, season_id: UUID) -> Result:
    """One of them. Raises Forbidden, NotFound season_not_found."""
    require(staff, MANAGE)
    season = await seasons.season_of(staff, season_id)
    phase = seasons.phase(season)
    ahead = await in_notice(season_id) if phase in AFTER_DECISION and phase != "result" else []
    said = [(row, about) for row in ahead if (about := about_of(vault, row)) is not None]
    return Result(
        season=season,
        phase=phase,
        candidates=[Candidate(mask_name(about.name), row.township) for row, about in said],
        objections=await objections.waiting_of(season_id),
        honours=await honours.of_season(staff, vault, season_id),
    )
