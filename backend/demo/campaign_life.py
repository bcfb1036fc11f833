"""Acting out the year's campaigns: made by an editor, one with a banner, and neighbours who pledge."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from backend.citizens.models import Account
from backend.content import campaign_year, campaigns, files, pledges
from backend.content.models import Campaign
from backend.demo.article_plan import EARLIEST, workday_back
from backend.demo.darkroom import Darkroom
from backend.demo.joining import Joining, at
from backend.demo.life import Event
from backend.demo.photos.posters import Poster
from backend.demo.staff import EDITORS, at_work
from backend.secrets import Vault
from media.storage import Storage

PLEDGE, WEEK = "pledge", "credit-city-week"
_DAYS = {PLEDGE: (20, 25), WEEK: (3, 4)}  # before and after today: where the county sets the dates, they run now
BANNERS = {
    PLEDGE: Poster("我承诺", "诚信公约阳光行", "hills"),
    WEEK: Poster("信用市县周", "看得见的诚信", "sun"),
}
_PLEDGES = 0.4  # of the neighbours with an account


@dataclass
class CampaignLife:
    """`ids` has the campaigns of the year by their keys, once they are made."""

    vault: Vault
    accounts: Mapping[str, Account]
    storage: Storage
    darkroom: Darkroom
    ids: dict[str, UUID] = field(default_factory=dict)

    def events(self, today: date, neighbours: Sequence[Joining]) -> Iterator[Event]:
        """The making of them, and each pledge."""
        days = days_of(today)
        yield Event(made_at(today), partial(self._make, today.year, days))
        first, last = days[PLEDGE][0], today
        for place, one in enumerate(neighbours[: round(len(neighbours) * _PLEDGES)]):
            day = first + timedelta(days=place * 5 % ((last - first).days + 1))
            moment = at(day, 7 + place % 14, place * 11 % 60)
            if one.moment < moment:
                yield Event(moment, partial(self._pledge, one.user))

    async def _make(self, year: int, days: Mapping[str, campaign_year.Days]) -> None:
        editor = await at_work(EDITORS[0])
        await campaign_year.make_year(editor, year, days)
        keys = {f"{each.key}-{year}": each.key for each in campaign_year.yearly()}
        for row in await Campaign.filter(key__in=list(keys)):
            self.ids[keys[row.key]] = row.id
            if banner := BANNERS.get(keys[row.key]):
                await self._show_banner(row, banner)

    async def _show_banner(self, row: Campaign, banner: Poster) -> None:
        editor = await at_work(EDITORS[0])
        with tempfile.TemporaryFile() as file:
            file.write(await self.darkroom.made(banner))
            holder = files.campaign(row.id)
            media = await files.upload(self.storage, self.darkroom, editor, holder, file)
        await campaigns.show_banner(editor, row.id, media.id)

    async def _pledge(self, user: str) -> None:
        await pledges.pledge(self.vault, self.accounts[user], self.ids[PLEDGE])


def made_at(today: date) -> datetime:
    """When the year's campaigns were made."""
    return at(workday_back(today, EARLIEST), 9)


def days_of(today: date) -> dict[str, campaign_year.Days]:
    """The days of those whose dates the county sets, within the year."""
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    return {
        key: (max(first, today - timedelta(days=before)), min(last, today + timedelta(days=after)))
        for key, (before, after) in _DAYS.items()
    }
