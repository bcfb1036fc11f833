"""公布结果: after the public notice, honours to those who stood in it, and everybody is told, in one moment or not."""

from collections.abc import Sequence
from uuid import UUID

from tortoise.expressions import F
from uuid_utils.compat import uuid7

from backend import clock
from backend.awards import seasons
from backend.awards.models import Season
from backend.awards.season_faults import season_changed
from backend.content import publishing
from backend.database import transaction
from backend.errors import Conflict
from backend.honours import honour_records, objections, result_telling
from backend.honours.honour_about import HonourAbout, hide
from backend.honours.honour_pictures import promise_copy
from backend.honours.models import Honour
from backend.honours.notice import in_notice
from backend.nominations import nominees
from backend.nominations.models import Nominee
from backend.nominations.nominees import about_of, add_step, nominee_changed
from backend.points.ledger import Ledger, lock_citizens
from backend.public_numbers import new_number
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.own_number import own_number_needed
from backend.staff.permissions import Staff, require

MANAGE = "manage_seasons"
CHOSEN, PASSED_OVER, HONOURED = "chosen", "passed_over", "honoured"


def objections_open(waiting: int = 1) -> Conflict:
    return Conflict("objections_open", f"还有 {waiting} 件公示异议没有办结，办结以后才能公布结果。")


async def announce(ledger: Ledger, vault: Vault, staff: Staff, season_id: UUID, version: int) -> Season:
    """Give the honours, file their records, tell everybody, in one transaction; pictures follow within moments.

    Honoured is who was chosen, and still agrees to be published at this moment. Raises Forbidden, NotFound, Conflict
    season_not_open, objections_open, season_changed.
    """
    require(staff, MANAGE)
    season = await seasons.season_of(staff, season_id)
    if staff.user.own_number_digest is None:  # nobody files a record of her own, an honour's neither
        raise own_number_needed()
    seasons.require_phase(season, "closing")
    async with transaction():
        await lock_citizens(await result_telling.people_to_tell(season_id, [CHOSEN, PASSED_OVER]))
        await _close(season, version)
        given, passed_over = await _settle(staff, season)
        honours = await _honour(vault, season, given)
        records = await honour_records.file_known(ledger, vault, staff, season, honours)
        for honour_id, record_id in records.items():
            await Honour.filter(id=honour_id).update(record_id=record_id)
        await result_telling.tell_result(season, honours, passed_over)
        detail = {"honoured": str(len(honours)), "recorded": str(len(records))}
        await audit.record(staff, "season.announce", seasons.about_of(season_id), **detail)
        await publishing.changed()
    return await seasons.season_of(staff, season_id)


async def _close(season: Season, version: int) -> None:
    """Take the season, which whoever writes an objection down at this moment waits for, and look once more."""
    rows = Season.filter(id=season.id, state="published", version=version, announced_at=None)
    if not await rows.update(version=F("version") + 1, announced_at=clock.now()):
        raise season_changed()
    if waiting := await objections.waiting_of(season.id):
        raise objections_open(waiting)


async def _settle(staff: Staff, season: Season) -> tuple[list[Nominee], list[Nominee]]:
    """Who is honoured and who is not, their rows held; the roads of the honoured say so."""
    among = Nominee.filter(season_id=season.id, state__in=[CHOSEN, PASSED_OVER]).order_by("id")
    rows = await among.select_for_update()
    noticed = {each.id for each in await in_notice(season.id)}
    given = [each for each in rows if each.id in noticed]
    await _move(given, HONOURED)
    await _move([each for each in rows if each.state == CHOSEN and each.id not in noticed], PASSED_OVER)
    for each in given:
        await add_step(each.id, HONOURED, staff_id=staff.id)
    return given, [each for each in rows if each.id not in noticed]


async def _move(rows: Sequence[Nominee], state: str) -> None:
    here = Nominee.filter(id__in=[each.id for each in rows], state=CHOSEN)
    if rows and await here.update(state=state, version=F("version") + 1, changed_at=clock.now()) != len(rows):
        raise nominee_changed()


async def _honour(vault: Vault, season: Season, given: Sequence[Nominee]) -> list[Honour]:
    owner, day = await seasons.owner_of(season), clock.today()
    honours = []
    for row in given:
        about = about_of(vault, row)
        if about is None:
            raise nominees.no_such_nominee()
        said = HonourAbout(name=about.name, unit=about.unit, story=about.story, owner=owner)
        honour = await Honour.create(
            id=uuid7(),
            number=await new_number(Honour),
            nominee_id=row.id,
            season_id=season.id,
            citizen_id=row.citizen_id,
            award=season.award,
            year=day.year,
            township=row.township,
            honoured_on=day,
            about_hidden=hide(vault, said),
        )
        await promise_copy(honour.id, about.pictures)
        honours.append(honour)
    return honours
