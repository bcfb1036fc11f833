"""The catalogue and the rules of points, readable by everyone."""

from datetime import date
from typing import Literal

from msgspec import Struct

from backend import clock
from backend.points.levels import no_catalogue
from backend.records.catalogue import CatalogueItem, LegalBasis, Rate, RecoveryWay, Repair
from backend.records.catalogue_versions import catalogue_of
from backend.records.items import version_in_force
from backend.records.models import CatalogueVersion
from backend.staff.departments import Office, offices
from miniprogram_api.surface.operation import Routes

routes = Routes("目录")


class ItemShown(Struct, frozen=True):
    """目录事项 as it is published."""

    code: str
    name: str
    domain: str
    kind: Literal["positive", "negative"]
    severity: Literal["minor", "general", "serious"] | None
    summary: str
    legal_basis: tuple[LegalBasis, ...]
    catalogue_ref: str | None
    departments: tuple[Office, ...]
    points: int | None
    rate: Rate | None
    points_per_year: int | None
    times_per_year: int | None
    domain_points_per_year: int | None
    term_months: int
    term_rule: str | None
    recovery: tuple[RecoveryWay, ...]
    repair: Repair | None


class LevelPublished(Struct, frozen=True):
    """One level; the lowest has no threshold."""

    code: str
    name: str
    at_least: int | None
    opens: str


class CatalogueShown(Struct, frozen=True):
    """The catalogue in force: whether it is a sample, its levels, its items."""

    version: str
    name: str
    sample: bool
    notice: str
    in_force_from: date
    base_points: int
    levels: tuple[LevelPublished, ...]
    items: tuple[ItemShown, ...]


@routes.add("GET", "/catalogue", summary="公共信用信息目录和积分规则", errors=[no_catalogue], public=True)
async def show_catalogue() -> CatalogueShown:
    """现行目录全文：每个事项的依据、部门、分值、上限、期限和恢复办法，以及各等级。"""
    return await catalogue_shown(await version_in_force(clock.today()))


async def catalogue_shown(row: CatalogueVersion) -> CatalogueShown:
    """One version in full."""
    catalogue = await catalogue_of(row)
    known = await offices()
    caps = {each.domain: each.points_per_year for each in catalogue.domain_caps}
    return CatalogueShown(
        version=catalogue.version,
        name=catalogue.name,
        sample=catalogue.sample,
        notice=catalogue.notice,
        in_force_from=catalogue.in_force_from,
        base_points=catalogue.base_points,
        levels=tuple(LevelPublished(each.code, each.name, each.at_least, each.opens) for each in catalogue.levels),
        items=tuple(_item(each, caps.get(each.domain), known) for each in catalogue.items),
    )


def _item(said: CatalogueItem, domain_cap: int | None, known: dict[str, Office]) -> ItemShown:
    return ItemShown(
        code=said.code,
        name=said.name,
        domain=said.domain,
        kind=said.kind,
        severity=said.severity,
        summary=said.summary,
        legal_basis=said.legal_basis,
        catalogue_ref=said.catalogue_ref,
        departments=tuple(known[code] for code in said.departments),
        points=said.points,
        rate=said.rate,
        points_per_year=said.points_per_year,
        times_per_year=said.times_per_year,
        domain_points_per_year=domain_cap,
        term_months=said.term_months,
        term_rule=said.term_rule,
        recovery=said.recovery,
        repair=said.repair,
    )
