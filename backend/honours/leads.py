"""移交推荐线索: what people found goes to the owner that decides, with the yes of each person, and all are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tortoise.expressions import F

from backend import clock
from backend.awards import seasons
from backend.awards.models import Season
from backend.awards.season_faults import season_changed
from backend.citizens import access_log
from backend.content import publishing
from backend.database import transaction
from backend.errors import Conflict, NotFound
from backend.honours import result_telling, season_board
from backend.honours.season_board import Waiting
from backend.nominations import consents
from backend.nominations.ending import end
from backend.nominations.models import Nominee
from backend.nominations.nominees import about_of, add_step, named_in, nominee_changed
from backend.points.ledger import lock_citizens
from backend.secrets import Vault
from backend.staff import audit
from backend.staff.permissions import Staff, require

MANAGE = "manage_seasons"
PURPOSE = "lead_handing_over"
AGREED, HANDED_OVER = "agreed", "handed_over"


@dataclass(frozen=True)
class Lead:
    """One person as the owner is told of her. Of who nominated her only how many did."""

    name: str
    unit: str
    township: str
    contact: str
    story: str
    nominations: int

    def __repr__(self) -> str:
        return "Lead(…)"  # a repr ends up in logs


@dataclass(frozen=True)
class Standing:
    """How far the leads of a season are."""

    season: Season
    waiting: Waiting
    ready: int  # who agreed to be handed over
    unwilling: int  # who agreed to take part, and not to that
    handed_over: int  # whose data is still kept

    @property
    def open_cases(self) -> int:
        """What somebody has to finish first."""
        return self.waiting.unchecked + self.waiting.unasked + self.waiting.unanswered


def leads_waiting(left: int = 1) -> Conflict:
    return Conflict(
        "leads_waiting", f"还有 {left} 件没有办完（待审核的推荐、待征求或待答复的本人意见），办完以后才能移交。"
    )


def no_leads() -> NotFound:
    return NotFound("no_leads", "没有可以下载的线索：还没有移交，或者已经按期删除。")


def not_referred() -> Conflict:
    return Conflict("season_not_referred", "这一届在本平台评选，不移交线索。")


async def standing_of(staff: Staff, season_id: UUID) -> Standing:
    """How far they are, in numbers. Raises Forbidden, NotFound, Conflict season_not_referred."""
    season = await _season(staff, season_id)
    given, refused = await _by_consent(season_id)
    kept = Nominee.filter(season_id=season_id, state=HANDED_OVER, about_hidden__not_isnull=True)
    waiting = (await season_board.waiting_of([season_id]))[season_id]
    return Standing(season, waiting, len(given), len(refused), await kept.count())


async def hand_over(staff: Staff, season_id: UUID, version: int) -> Season:
    """End a season of leads: those who agreed go to the owner, the others' data goes in thirty days.

    Raises Forbidden, NotFound, Conflict season_not_open, season_not_referred, leads_waiting, season_changed.
    """
    season = await _season(staff, season_id)
    seasons.require_phase(season, "checking")
    async with transaction():
        await lock_citizens(await result_telling.people_to_tell(season_id, [AGREED]))
        await _close(season, version)
        given, refused = await _by_consent(season_id, lock=True)
        await _move(staff, given)
        for each in refused:
            if not await end(each, "declined", staff_id=staff.id):
                raise nominee_changed()
        await result_telling.tell_handed_over(season, given, await seasons.owner_of(season))
        await audit.record(staff, "season.announce", seasons.about_of(season_id), handed_over=str(len(given)))
        await publishing.changed()
    return await seasons.season_of(staff, season_id)


async def download(vault: Vault, staff: Staff, season_id: UUID) -> list[Lead]:
    """What was handed over, whole, once the look is in each known person's access log and in the audit log.

    May be taken again while it is kept. Raises Forbidden, NotFound no_leads, Conflict season_not_referred.
    """
    await _season(staff, season_id)
    rows = Nominee.filter(season_id=season_id, state=HANDED_OVER, about_hidden__not_isnull=True).order_by("id")
    found = await rows
    if not found:
        raise no_leads()
    about = seasons.about_of(season_id)
    async with transaction():
        known = [each.citizen_id for each in found if each.citizen_id is not None]
        await access_log.look(staff.reader, known, purpose=PURPOSE, about=about)
        await audit.record(staff, "nominee.hand_over", about, people=str(len(found)))
    places = await named_in(*(each.id for each in found))
    return [lead for each in found if (lead := _lead(vault, each, len(places[each.id]))) is not None]


async def _season(staff: Staff, season_id: UUID) -> Season:
    require(staff, MANAGE)
    season = await seasons.season_of(staff, season_id)
    if season.mode != "referred":
        raise not_referred()
    return season


async def _close(season: Season, version: int) -> None:
    rows = Season.filter(id=season.id, state="published", version=version, announced_at=None)
    if not await rows.update(version=F("version") + 1, announced_at=clock.now()):
        raise season_changed()
    waiting = (await season_board.waiting_of([season.id]))[season.id]
    if left := waiting.unchecked + waiting.unasked + waiting.unanswered:
        raise leads_waiting(left)


async def _by_consent(season_id: UUID, *, lock: bool = False) -> tuple[list[Nominee], list[Nominee]]:
    """Those who agreed to be handed over, and those who agreed to take part only."""
    rows = Nominee.filter(season_id=season_id, state=AGREED, about_hidden__not_isnull=True).order_by("id")
    found = await (rows.select_for_update() if lock else rows)
    given = await consents.standing([each.id for each in found])
    willing = {each.id for each in found if given[each.id].get("referral")}
    return [each for each in found if each.id in willing], [each for each in found if each.id not in willing]


async def _move(staff: Staff, given: Sequence[Nominee]) -> None:
    here = Nominee.filter(id__in=[each.id for each in given], state=AGREED)
    moved = {"state": HANDED_OVER, "version": F("version") + 1, "changed_at": clock.now()}
    if given and await here.update(**moved) != len(given):
        raise nominee_changed()
    for each in given:
        await add_step(each.id, HANDED_OVER, staff_id=staff.id)


def _lead(vault: Vault, row: Nominee, nominations: int) -> Lead | None:
    about = about_of(vault, row)
    if about is None:
        return None
    return Lead(about.name, about.unit, row.township, about.contact, about.story, nominations)
