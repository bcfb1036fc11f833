"""The nine campaigns of the seed (§二), made ready for a year."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
from uuid_utils.compat import uuid7

from backend import clock
from backend.content import publishing
from backend.content.models import Campaign
from backend.database import transaction
from backend.errors import FieldError, Invalid
from backend.staff import audit
from backend.staff.permissions import Staff, require

_FILE = Path(__file__).with_name("campaign_year.toml")

Days = tuple[date, date]  # the first and the last one


class YearlyCampaign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A campaign that comes each year; month and day, or nothing where the county sets the dates."""

    key: str
    name: str
    summary: str
    begins: str | None = None
    ends: str | None = None
    pledge: bool = False

    def days(self, year: int) -> Days | None:
        """Its days in that year; None where the county sets them."""
        if self.begins is None or self.ends is None:
            return None
        return date.fromisoformat(f"{year}-{self.begins}"), date.fromisoformat(f"{year}-{self.ends}")


class _File(msgspec.Struct, forbid_unknown_fields=True):
    campaign: tuple[YearlyCampaign, ...]


@cache
def yearly() -> tuple[YearlyCampaign, ...]:
    """The campaigns of any year, in the order of their dates, those without one last."""
    return msgspec.convert(tomllib.loads(_FILE.read_text("utf-8")), _File).campaign


async def made_of(year: int) -> set[str]:
    """The keys of those that stand for that year already."""
    names = {f"{each.key}-{year}": each.key for each in yearly()}
    stand = await Campaign.filter(key__in=list(names)).values_list("key", flat=True)
    return {names[str(key)] for key in stand}


async def make_year(staff: Staff, year: int, set_days: Mapping[str, Days]) -> int:
    """Make what is still missing for a year; how many. Pressed twice or by two at once, each stands once.

    `set_days` has the days of those whose dates the county sets, by key; one without days is left for later. Raises
    Invalid for days in the wrong order or of another year.
    """
    require(staff, "manage_campaigns")
    _check(year, set_days)
    made = 0
    async with transaction():
        there = await made_of(year)
        for each in yearly():
            days = each.days(year) or set_days.get(each.key)
            if each.key not in there and days is not None:
                made += await _make(staff, each, year, days)
        if made:
            await publishing.changed()
    return made


def _check(year: int, set_days: Mapping[str, Days]) -> None:
    faults = [
        FieldError(key, "wrong_days", f"请填写 {year} 年之内的日期，开始不晚于结束。")
        for key, (first, last) in set_days.items()
        if first > last or not first.year == last.year == year
    ]
    if faults:
        raise Invalid("invalid_fields", "有日期不对，请改好后再提交。", fields=faults)


async def _make(staff: Staff, each: YearlyCampaign, year: int, days: Days) -> int:
    row = Campaign(
        id=uuid7(),
        key=f"{each.key}-{year}",
        name=each.name,
        summary=each.summary,
        starts_on=days[0],
        ends_on=days[1],
        pledge=each.pledge,
        created_at=clock.now(),
    )
    await Campaign.bulk_create([row], ignore_conflicts=True)
    if not await Campaign.exists(id=row.id):
        return 0  # a colleague made it at this very moment
    await audit.record(staff, "campaign.create", f"campaign:{row.id}", key=row.key)
    return 1
