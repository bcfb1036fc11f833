"""光荣榜: the honours that their owners let everybody see, by award, year and township; the newest first."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec
from tortoise.queryset import QuerySet

from backend.honours.honour_about import Opened, no_such_honour, opened
from backend.honours.models import Honour
from backend.secrets import Vault
from media.models import Picture


class Among(NamedTuple):
    """Of which part of the gallery: each that is named narrows it."""

    award: str | None = None
    year: int | None = None
    township: str | None = None


class Choices(NamedTuple):
    """By what the gallery can be narrowed, as far as it shows anything there."""

    awards: Sequence[str]
    years: Sequence[int]
    townships: Sequence[str]


async def page(vault: Vault, among: Among, before: UUID | None, limit: int) -> list[Opened]:
    """The newest shown honours before `before`. Those of one season stand in an order that says nothing (charter 4)."""
    rows = _shown(among)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [opened(vault, row) for row in await rows.order_by("-id").limit(limit).select_related("season")]


async def one(vault: Vault, honour_id: UUID) -> Opened:
    """One shown honour. Raises NotFound honour_not_found, also for one that its owner took down."""
    row = await _shown().get_or_none(id=honour_id).select_related("season")
    if row is None:
        raise no_such_honour()
    return opened(vault, row)


async def choices() -> Choices:
    """What stands in the gallery now: awards and townships by name, years the newest first."""
    awards, years, townships = [
        await _shown().distinct().values_list(column, flat=True) for column in ("award", "year", "township")
    ]
    return Choices(
        awards=sorted(msgspec.convert(awards, list[str])),
        years=sorted(msgspec.convert(years, list[int]), reverse=True),
        townships=sorted(filter(None, msgspec.convert(townships, list[str]))),
    )


async def picture_of(honour_id: UUID) -> Picture:
    """The picture of a shown honour. Raises NotFound honour_not_found for one that has none, or is not shown."""
    row = await _shown().get_or_none(id=honour_id).only("id", "picture_id")
    picture = await Picture.get_or_none(id=row.picture_id, deleted_at=None) if row and row.picture_id else None
    if picture is None:
        raise no_such_honour()
    return picture


def _shown(among: Among | None = None) -> QuerySet[Honour]:
    rows, among = Honour.filter(shown=True), among or Among()
    if among.award is not None:
        rows = rows.filter(award=among.award)
    if among.year is not None:
        rows = rows.filter(year=among.year)
    return rows if among.township is None else rows.filter(township=among.township)
