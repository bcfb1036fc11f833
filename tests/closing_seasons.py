"""What stories about results begin with: a season whose notice is over, a catalogue with its award in it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from backend import clock
from backend.awards.models import Season
from backend.citizens.models import Citizen
from backend.honours import announcing
from backend.honours.models import Honour
from backend.nominations.models import Nominee, NomineeConsent
from backend.records.catalogue_loading import load_catalogue
from backend.staff.models import Department
from backend.staff.permissions import Staff
from tests import factories
from tests.factories import LEDGER, VAULT
from tests.honours.judging_season import a_nominee, a_season
from tests.open_seasons import a_notice, chosen, moderator
from tests.records.catalogue_files import (
    a_catalogue,
    a_department,
    a_penalty,
    an_honest_shop,
    evidence_of_fulfilment,
    evidence_of_service,
    toml,
    volunteer_hours,
)

MODEL = "HON-003"  # the item of 道德模范; here +40
_HONOUR = {"code": MODEL, "name": "市、县道德模范", "domain": "荣誉", "points": 40}
_ITEMS = [an_honest_shop(), volunteer_hours(), a_penalty(), an_honest_shop(**_HONOUR)]


async def load_honours_catalogue() -> None:
    """The tiny catalogue with one honour more; where the tiny one stands already, as its second version."""
    if not await Department.exists():
        await factories.load_tiny_catalogue(items=_ITEMS)
        return
    second = {"version": "2026.2-sample", "in_force_from": date(2024, 6, 1), "items": _ITEMS}
    evidence = [evidence_of_service(), evidence_of_fulfilment()]
    catalogue = a_catalogue(**second, evidence=evidence)
    with clock.pinned(datetime(2024, 2, 1, tzinfo=UTC)):  # a coming version needs its days for comments
        await load_catalogue(toml(catalogue), b"[[departments]]\n" + toml(a_department()))


async def a_closing_season(**changes: Any) -> Season:
    """Decided a while ago; its public notice ended yesterday."""
    season = await a_notice(**changes)
    days = {"notice_from": clock.today() - timedelta(days=9), "notice_until": clock.today() - timedelta(days=1)}
    await Season.filter(id=season.id).update(**days)
    return await Season.get(id=season.id)


async def passed_over(season: Season, name: str = "石小山", *, citizen: Citizen | None = None) -> Nominee:
    """Somebody whom the committee did not choose."""
    nominee = await a_nominee(season, name, citizen=citizen)
    await Nominee.filter(id=nominee.id).update(state="passed_over")
    return await Nominee.get(id=nominee.id)


async def announced(season: Season, staff: Staff | None = None) -> Season:
    """The season with its result."""
    now = await Season.get(id=season.id)
    return await announcing.announce(LEDGER, VAULT, staff or await moderator(), season.id, now.version)


async def an_honour(name: str = "石大山", *, citizen: Citizen | None = None, **about: Any) -> Honour:
    """What a season of its own gave somebody."""
    season = await a_closing_season()
    nominee = await chosen(season, name, citizen=citizen, **about)
    await announced(season)
    return await Honour.get(nominee_id=nominee.id).select_related("season")


async def a_season_of_leads(**changes: Any) -> Season:
    """Nominating is over; what people found can be handed over."""
    season = await a_season(**changes)
    columns: dict[str, Any] = dict.fromkeys(("judge_from", "judge_until", "notice_from", "notice_until"))
    await Season.filter(id=season.id).update(award="labour_model", mode="referred", quota=0, criteria=[], **columns)
    return await Season.get(id=season.id)


async def a_lead(season: Season, name: str = "石大山", *, willing: bool = True, **about: Any) -> Nominee:
    """Somebody who agreed to take part, and to be handed over or not."""
    nominee = await a_nominee(season, name, consents=(), **about)
    await NomineeConsent.create(nominee_id=nominee.id, kind="referral", given=willing, at=clock.now())
    return nominee
