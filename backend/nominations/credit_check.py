"""The credit check of nominees who agreed to it: passed or not is all that is kept, and all that anybody learns.

It reads records and nothing else: points and level are no part of it (charter 3).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from backend import clock
from backend.awards import seasons
from backend.awards.models import Season
from backend.awards.phases import Phase
from backend.citizens import access_log
from backend.database import transaction
from backend.nominations import consents
from backend.nominations.models import Nominee
from backend.records.facts import counts_from
from backend.records.items import items_by_id
from backend.records.models import CreditRecord
from backend.records.record_versions import LIVE
from backend.staff import audit
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import Staff, require

PURPOSE = "credit_check"
PHASES: tuple[Phase, ...] = ("nominating", "checking", "judging", "deciding")


@dataclass(frozen=True)
class Counts:
    """How many were checked, how many did not agree, and how many agreed but are not known by number."""

    checked: int
    not_authorised: int
    not_known: int


async def start(staff: Staff, season_id: UUID) -> Counts:
    """Check every nominee of a season who agreed; again, whoever was checked before. Each look is logged first.

    A result is kept only while her yes stands. Raises Forbidden, NotFound, Conflict season_not_open.
    """
    season = await _season(staff, season_id)
    agreed = await consents.judgeable(season.id)
    given = await consents.standing([each.id for each in agreed])
    willing = [each for each in agreed if given[each.id].get("credit_check")]
    known = [each for each in willing if each.citizen_id is not None]
    async with transaction():
        citizens = [each.citizen_id for each in known if each.citizen_id is not None]
        await access_log.look(staff.reader, citizens, purpose=PURPOSE, about=seasons.about_of(season.id))
        await audit.record(staff, "nominee.credit", seasons.about_of(season.id), checked=str(len(known)))
    await _keep(known, await with_negative(citizens))
    return Counts(len(known), len(agreed) - len(willing), len(willing) - len(known))


async def with_negative(citizen_ids: Collection[UUID]) -> set[UUID]:
    """Who of these has a negative record in force: live, past its days to object, not lapsed and not withdrawn."""
    if not citizen_ids:
        return set()
    live = CreditRecord.filter(citizen_id__in=list(citizen_ids), state=LIVE, lapses_on__gt=clock.today())
    records = await live.select_related("citizen")
    items = await items_by_id(each.item_id for each in records)
    today = clock.today()
    found = set()
    for record in records:
        item = items[record.item_id]
        begins = counts_from(record, item)
        if item.negative and (begins is None or begins <= today):
            found.add(record.citizen_id)
    return found


async def _season(staff: Staff, season_id: UUID) -> Season:
    require(staff, "follow_nominees")
    if staff.user.own_number_digest is None:
        raise own_number_needed()
    season = await seasons.season_of(staff, season_id)
    seasons.require_phase(season, *PHASES)
    return season


async def _keep(nominees: Sequence[Nominee], failed: Collection[UUID]) -> None:
    """Each result, unless she took something back in the meantime: her version says so."""
    for each in nominees:
        here = Nominee.filter(id=each.id, state="agreed", version=each.version)
        await here.update(credit_passed=each.citizen_id not in failed, credit_checked_at=clock.now())
