"""What stories about endorsing, public notice and objections begin with; nominees come from `judging_season`."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.nominations.models import Nominee
from backend.nominations.nominees import about_of, hide_about
from backend.staff.permissions import Staff
from media.models import Picture
from tests.evidence_factories import a_picture
from tests.factories import VAULT
from tests.honours.judging_season import ALL_CONSENTS, a_nominee, a_season
from tests.reviewers import OTHER_DEPARTMENT, reviewer


async def an_open_season(**changes: Any) -> Season:
    """Nominating since yesterday; judged from the 17th day on, and so endorsed until the 16th."""
    return await _changed(await a_season(**_days(from_=-1, until=9, judge=17, notice=30)), **changes)


async def a_notice(**changes: Any) -> Season:
    """Decided, and in public notice since yesterday until in seven days."""
    season = await a_season(**_days(from_=-60, until=-40, judge=-20, notice=-1))
    return await _changed(season, **{"decided_at": clock.now() - timedelta(days=2)} | changes)


async def chosen(
    season: Season,
    name: str = "石大山",
    *,
    citizen: Citizen | None = None,
    consents: Collection[str] = ALL_CONSENTS,
    **about: Any,
) -> Nominee:
    """Somebody whom the committee chose."""
    nominee = await a_nominee(season, name, citizen=citizen, consents=consents)
    await Nominee.filter(id=nominee.id).update(state="chosen")
    return await said_of(nominee, **about)


async def said_of(nominee: Nominee, **about: Any) -> Nominee:
    """What is kept of her, with these changes: `story`, `pictures`."""
    kept = about_of(VAULT, nominee)
    assert kept is not None
    hidden = hide_about(VAULT, msgspec.structs.replace(kept, **about))
    await Nominee.filter(id=nominee.id).update(about_hidden=hidden)
    return await Nominee.get(id=nominee.id)


async def held_picture(owner: Citizen, nomination_id: UUID) -> Picture:
    """A picture that a nominator sent with a nomination: its row only, without files."""
    picture_id = await a_picture(owner)
    await Picture.filter(id=picture_id).update(held_by=f"nomination:{nomination_id}", position=0)
    return await Picture.get(id=picture_id)


async def moderator(username: str = "moderator-1") -> Staff:
    """Who runs the season."""
    return await reviewer(username, roles=("moderator",))


async def moderator_elsewhere() -> Staff:
    """A moderator of another department."""
    return await reviewer("moderator-elsewhere", OTHER_DEPARTMENT, ("moderator",))


async def _changed(season: Season, **changes: Any) -> Season:
    if changes:
        await Season.filter(id=season.id).update(**changes)
    return await Season.get(id=season.id)


def _days(*, from_: int, until: int, judge: int, notice: int) -> dict[str, Any]:
    days = {
        "nominate_from": from_,
        "nominate_until": until,
        "judge_from": judge,
        "judge_until": judge + 9,
        "notice_from": notice,
        "notice_until": notice + 8,
    }
    return {name: clock.today() + timedelta(days=each) for name, each in days.items()}
