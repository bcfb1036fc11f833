"""公示: whom the committee means to honour, for everybody to read while it runs (河南省社会信用条例 art. 28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.awards.awards import award
from backend.awards.models import Season
from backend.awards.phases import Phase
from backend.awards.seasons import phase, public_season, season_of
from backend.citizens import access_log
from backend.database import transaction
from backend.errors import Conflict, NotFound
from backend.nominations.consents import standing
from backend.nominations.models import Nominee
from backend.nominations.nominees import about_of
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.departments import Office, offices
from backend.staff.permissions import Staff, require

CUT = 200  # characters of a story that the notice shows
MANAGE = "manage_seasons"
PRINTABLE: tuple[Phase, ...] = ("decided", "notice")  # a sheet is drawn up before the notice begins


@dataclass(frozen=True)
class NoticedPerson:
    """One of those who may be honoured, as she agreed to be named."""

    nominee_id: UUID
    name: str
    unit: str
    township: str
    story: str  # its first CUT characters


@dataclass(frozen=True)
class PublicNotice:
    """What hangs on the board: both days belong to it, and the order of its people says nothing."""

    season: Season
    award_name: str
    first: date
    last: date
    people: Sequence[NoticedPerson]
    office: Office | None  # of the owner: where to object, and whom to call


def no_notice_now() -> NotFound:
    return NotFound("no_notice_now", "这一届现在没有公示：还没有开始，或者已经结束。")


def notice_not_ready() -> Conflict:
    return Conflict("notice_not_ready", "评审决定登记以后、公示结束以前，才能打印公示。")


async def public_notice(vault: Vault, season_id: UUID) -> PublicNotice:
    """The notice that runs today. Raises NotFound season_not_found, no_notice_now."""
    season = await public_season(season_id)
    if phase(season) != "notice":
        raise no_notice_now()
    return await _notice(vault, season, await in_notice(season_id))


async def sheet(vault: Vault, staff: Staff, season_id: UUID) -> PublicNotice:
    """The notice to print for the boards, from the decision on. Each known person learns that it was drawn up.

    Raises Forbidden, NotFound season_not_found, Conflict notice_not_ready.
    """
    require(staff, MANAGE)
    season = await season_of(staff, season_id)
    if phase(season) not in PRINTABLE:
        raise notice_not_ready()
    rows = await in_notice(season_id)
    about = f"season:{season_id}"
    async with transaction():
        known = [row.citizen_id for row in rows if row.citizen_id is not None]
        await access_log.look(staff.reader, known, purpose="public_notice", about=about)
        await audit.record(staff, "season.notice", about, people=str(len(rows)))
    return await _notice(vault, season, rows)


async def in_notice(season_id: UUID) -> list[Nominee]:
    """Those whom the committee chose and who agree to be published, at this moment."""
    rows = await Nominee.filter(season_id=season_id, state="chosen", about_hidden__not_isnull=True).order_by("id")
    given = await standing([row.id for row in rows])
    return [row for row in rows if given.get(row.id, {}).get("publication")]


async def _notice(vault: Vault, season: Season, rows: Sequence[Nominee]) -> PublicNotice:
    if season.notice_from is None or season.notice_until is None:
        raise no_notice_now()
    return PublicNotice(
        season=season,
        award_name=award(season.award).name,
        first=season.notice_from,
        last=season.notice_until,
        people=[person for row in rows if (person := person_of(vault, row)) is not None],
        office=(await offices()).get(season.department_id),
    )


def person_of(vault: Vault, row: Nominee) -> NoticedPerson | None:
    """A nominee as the notice names her; none once she is erased."""
    about = about_of(vault, row)
    if about is None:
        return None
    story = about.story if len(about.story) <= CUT else about.story[: CUT - 1] + "…"
    return NoticedPerson(row.id, about.name, about.unit, row.township, story)
