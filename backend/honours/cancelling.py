"""停止评选: ending a season before its result. Who is on the road is told, and the nominees' data goes."""

from datetime import timedelta
from uuid import UUID

from tortoise.expressions import F, Q

from backend import clock
from backend.awards.models import Season
from backend.awards.season_faults import season_announced, season_changed, season_not_published
from backend.awards.seasons import MANAGE, about_of, season_of
from backend.content import publishing
from backend.database import transaction
from backend.errors import FieldError, invalid_fields
from backend.nominations.models import Nomination, Nominee
from backend.notifications import inbox
from backend.staff import audit
from backend.staff.departments import offices
from backend.staff.permissions import Staff, require

KEPT_DAYS = 30  # of a stopped season's nominations and nominees, as of who said no (product.md, Honours)
LEAST_WORDS, LONGEST_WORDS = 5, 200  # characters
KIND = "season_cancelled"
_WITH_NOMINATOR = ("checking", "waiting", "accepted", "appealed")
_WITH_NOMINEE = ("asked", "agreed", "chosen")  # whoever was not asked yet knows of nothing


async def cancel(staff: Staff, season_id: UUID, words: str, version: int) -> Season:
    """Stop a published season for good; `words` say why, and everybody reads them.

    Raises Forbidden, NotFound, Invalid, Conflict season_not_published, season_announced, season_changed.
    """
    require(staff, MANAGE)
    season = await season_of(staff, season_id)
    if not LEAST_WORDS <= len(words) <= LONGEST_WORDS:
        said = f"请写明停止的原因，{LEAST_WORDS} 到 {LONGEST_WORDS} 个字，所有人都看得到。"
        raise invalid_fields([FieldError("words", "wrong_length", said)])
    async with transaction():
        rows = Season.filter(id=season_id, state="published", announced_at=None, version=version)
        if not await rows.update(state="cancelled", cancelled_words=words, version=F("version") + 1):
            raise _refused(await season_of(staff, season_id))
        await _tell(season)
        await _erase_soon(season_id)
        await audit.record(staff, "season.cancel", about_of(season_id))
        await publishing.changed()
    return await season_of(staff, season_id)


def _refused(season: Season) -> Exception:
    if season.announced_at is not None:
        return season_announced()
    return season_changed() if season.state == "published" else season_not_published()


async def _erase_soon(season_id: UUID) -> None:
    """Nothing stays longer than it would anyway."""
    day = clock.today() + timedelta(days=KEPT_DAYS)
    later = Q(erase_on=None) | Q(erase_on__gt=day)
    await Nominee.filter(later, season_id=season_id).update(erase_on=day)
    await Nomination.filter(later, season_id=season_id).update(erase_on=day)


async def _tell(season: Season) -> None:
    """Each nominator of hers, each nominee of his; neither learns of the other here. The reason stands publicly."""
    office = (await offices())[season.department_id]
    ask = f"原因可以在评选页面看到。有疑问可以联系{office.department}（{office.office}，电话 {office.phone}）。"
    nominations = Nomination.filter(season_id=season.id, state__in=_WITH_NOMINATOR, citizen_id__isnull=False)
    nominees = Nominee.filter(season_id=season.id, state__in=_WITH_NOMINEE, citizen_id__isnull=False)
    notices = [
        inbox.compose(citizen_id, KIND, "一届评选停止了", _to_nominator(season, number) + ask, f"nomination:{row_id}")
        for row_id, citizen_id, number in await nominations.values_list("id", "citizen_id", "number")
    ]
    notices += [
        inbox.compose(citizen_id, KIND, "一届评选停止了", _to_nominee(season) + ask, f"nominee:{row_id}")
        for row_id, citizen_id in await nominees.values_list("id", "citizen_id")
    ]
    await inbox.tell(notices)


def _to_nominator(season: Season, number: str) -> str:
    return (
        f"“{season.name}”停止了，您的推荐（编号 {number}）不再办理，这不是因为您的推荐有什么不好。"
        f"推荐的内容会在 {KEPT_DAYS} 天内删除。谢谢您的推荐。"
    )


def _to_nominee(season: Season) -> str:
    return (
        f"“{season.name}”停止了，对您的推荐不再办理，您不用做什么，对您没有任何影响。"
        f"与您有关的资料会在 {KEPT_DAYS} 天内删除。"
    )
