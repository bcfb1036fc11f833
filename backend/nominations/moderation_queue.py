"""What waits for a season's moderators, the oldest first, and what they decided. A line identifies nobody."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from backend.awards import seasons
from backend.awards.models import Season
from backend.nominations.check_words import Outcome, outcome_of
from backend.nominations.models import ContentCheck, NominatedPerson, Nomination
from backend.nominations.moderation_scope import awaiting, check_may
from backend.nominations.nominations import holder_of
from backend.staff.permissions import Staff
from media.models import Picture

MOST_LINES = 200
DECIDED = ("accepted", "refused", "closed")


class Line(NamedTuple):
    """One nomination in a list. `mine`: it is by herself; `first_mine`: an appeal against what she decided."""

    id: UUID
    number: str
    state: str
    submitted_at: datetime | None
    changed_at: datetime
    by_unit: bool
    people: int
    pictures: int
    outcome: Outcome
    mine: bool
    first_mine: bool


class Waiting(NamedTuple):
    """How much waits in a season: for a moderator, of these appeals, and for WeChat."""

    lines: int
    appeals: int
    checking: int


async def queue(staff: Staff, season_id: UUID) -> list[Line]:
    """What waits in a season of her department, oldest first. Raises Forbidden, NotFound season_not_found."""
    season = await _season(staff, season_id)
    rows = Nomination.filter(awaiting(), season_id=season.id, season__state="published")
    return await _lines(staff, rows.order_by("submitted_at", "id"))


async def decided(staff: Staff, season_id: UUID) -> list[Line]:
    """What was decided in it, newest first. Raises as `queue`."""
    season = await _season(staff, season_id)
    rows = Nomination.filter(season_id=season.id, state__in=DECIDED)
    return await _lines(staff, rows.order_by("-changed_at", "-id"))


async def waiting_in(season_ids: Sequence[UUID]) -> dict[UUID, Waiting]:
    """How much waits in each of these seasons; figures only, so that whoever may see the seasons may see them."""
    here = Nomination.filter(season_id__in=list(season_ids), season__state="published")
    lines = await _counts(here.filter(awaiting()))
    appeals = await _counts(here.filter(state="appealed"))
    checking = await _counts(here.filter(~awaiting(), state="checking"))
    return {each: Waiting(lines[each], appeals[each], checking[each]) for each in season_ids}


async def _season(staff: Staff, season_id: UUID) -> Season:
    check_may(staff)
    return await seasons.season_of(staff, season_id)


async def _counts(rows: QuerySet[Nomination]) -> dict[UUID, int]:
    counted = await rows.annotate(count=Count("id")).group_by("season_id").values_list("season_id", "count")
    return defaultdict(int, counted)


async def _lines(staff: Staff, rows: QuerySet[Nomination]) -> list[Line]:
    """A citizen's digest is compared by the database and read by nobody here."""
    own = staff.user.own_number_digest
    columns = ("id", "number", "state", "submitted_at", "changed_at", "citizen_id", "first_decided_by")
    found = await rows.limit(MOST_LINES).only(*columns)
    ids = [each.id for each in found]
    by_her = Nomination.filter(Q(citizen__number_digest=own) | Q(staff_id=staff.id), id__in=ids)
    hers = set(await by_her.values_list("id", flat=True))
    people, pictures, outcomes = await _people(ids), await _pictures(ids), await _outcomes(ids)
    return [
        Line(
            id=each.id,
            number=each.number,
            state=each.state,
            submitted_at=each.submitted_at,
            changed_at=each.changed_at,
            by_unit=each.citizen_id is None,
            people=people[each.id],
            pictures=pictures[each.id],
            outcome=outcomes[each.id],
            mine=each.id in hers,
            first_mine=each.first_decided_by == staff.id,
        )
        for each in found
    ]


async def _people(ids: Sequence[UUID]) -> dict[UUID, int]:
    counted = NominatedPerson.filter(nomination_id__in=list(ids)).annotate(count=Count("id")).group_by("nomination_id")
    return defaultdict(int, await counted.values_list("nomination_id", "count"))


async def _pictures(ids: Sequence[UUID]) -> dict[UUID, int]:
    holders = {holder_of(each): each for each in ids}
    counted = Picture.filter(held_by__in=list(holders)).annotate(count=Count("id")).group_by("held_by")
    found = await counted.values_list("held_by", "count")
    return defaultdict(int, {holders[str(holder)]: count for holder, count in found})


async def _outcomes(ids: Sequence[UUID]) -> dict[UUID, Outcome]:
    """By the newest round of checks of each."""
    rounds: dict[UUID, dict[int, list[str]]] = {each: {} for each in ids}
    rows = ContentCheck.filter(nomination_id__in=list(ids)).values_list("nomination_id", "round", "state")
    for nomination_id, number, state in await rows:
        rounds[nomination_id].setdefault(number, []).append(state)
    return {each: outcome_of(found[max(found)] if found else ()) for each, found in rounds.items()}
