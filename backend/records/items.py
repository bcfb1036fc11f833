"""Catalogue items as published: which one is in force on a day, and what rule of points it carries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

import msgspec
from tortoise.queryset import QuerySet

from backend.points.levels import no_catalogue
from backend.points.rules import Rule, Step
from backend.records import catalogue as files
from backend.records.models import CatalogueItem, CatalogueVersion

TENTHS = 10


@dataclass(frozen=True)
class Item:
    """One published item: its row, its version, and what its file said."""

    id: UUID
    version: str
    said: files.CatalogueItem
    rule: Rule

    @property
    def negative(self) -> bool:
        """Whether records under it take points away."""
        return self.said.kind == "negative"

    @cached_property
    def legal_basis(self) -> tuple[str, ...]:
        """The laws, each with its article where the catalogue is sure of it, and what became of it."""
        return tuple(
            basis.law + (basis.article or "") + (f"（{basis.note}）" if basis.note else "")
            for basis in self.said.legal_basis
        )


class _Content(msgspec.Struct):
    item: files.CatalogueItem
    domain_points_per_year: int | None


class ItemIndex:
    """All published items. Rows never change, so an index is good until another version is loaded."""

    def __init__(self, versions: list[tuple[date, dict[str, Item]]]) -> None:
        self._versions = sorted(versions, key=lambda each: each[0], reverse=True)

    def in_force(self, code: str, day: date) -> Item | None:
        """The item of the version in force on `day`, or None."""
        for from_day, items in self._versions:
            if from_day <= day:
                return items.get(code)
        return None


def standing_versions() -> QuerySet[CatalogueVersion]:
    """All versions but those that were withdrawn before they were in force: whatever asks for versions asks this."""
    return CatalogueVersion.filter(withdrawn_at__isnull=True)


async def load_index() -> ItemIndex:
    """The index of all versions loaded so far."""
    rows = await CatalogueItem.all()
    versions = await standing_versions()
    return ItemIndex(
        [
            (version.in_force_from, {row.code: read_item(row) for row in rows if row.catalogue_id == version.version})
            for version in versions
        ]
    )


async def items_by_id(ids: Iterable[UUID]) -> dict[UUID, Item]:
    """Published items by the id of their row; read once a process, since they never change."""
    wanted = set(ids)
    missing = wanted - _known.keys()
    if missing:
        for row in await CatalogueItem.filter(id__in=list(missing)):
            _known[row.id] = read_item(row)
    return {each: _known[each] for each in wanted}


async def version_in_force(day: date) -> CatalogueVersion:
    """The catalogue of `day`. Raises Unavailable before the first."""
    version = await standing_versions().filter(in_force_from__lte=day).order_by("-in_force_from").first()
    if version is None:
        raise no_catalogue()
    return version


async def items_of(version: CatalogueVersion) -> list[Item]:
    """All items of a version, by code."""
    rows = await CatalogueItem.filter(catalogue_id=version.version).order_by("code")
    return [read_item(row) for row in rows]


def read_item(row: CatalogueItem) -> Item:
    """A row as an item."""
    content = msgspec.json.decode(row.content, type=_Content)
    return Item(row.id, row.catalogue_id, content.item, _rule(content))


def _rule(content: _Content) -> Rule:
    said = content.item
    steps = said.rate.steps if said.rate else ()
    return Rule(
        item_code=said.code,
        domain=said.domain,
        points=said.points or 0,
        steps=tuple(
            Step(None if step.up_to is None else step.up_to * TENTHS, step.points, step.per * TENTHS) for step in steps
        ),
        points_per_year=said.points_per_year,
        times_per_year=said.times_per_year,
        domain_points_per_year=content.domain_points_per_year,
    )


_known: dict[UUID, Item] = {}
