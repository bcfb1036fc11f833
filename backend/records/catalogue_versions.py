"""The catalogue's versions as they stand on a day: coming, in force, past or withdrawn, and what each of them says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import msgspec

from backend import clock
from backend.points.models import Level
from backend.records import catalogue as files
from backend.records.catalogue_publishing import no_such_version
from backend.records.items import items_of
from backend.records.models import CatalogueVersion
from backend.staff.models import Department

State = Literal["coming", "in_force", "past", "withdrawn"]
STATES: dict[State, str] = {"coming": "尚未施行", "in_force": "现行", "past": "已被新版代替", "withdrawn": "施行前收回"}


@dataclass(frozen=True)
class Version:
    """A version and how it stands; `until` is its last day in force, once the next one's first day is known."""

    row: CatalogueVersion
    state: State
    until: date | None
    open: bool  # to comments

    @property
    def name(self) -> str:
        """The number of the version."""
        return self.row.version


async def versions(*, withdrawn: bool = False) -> list[Version]:
    """Every version as it stands today, the latest first day first; those that were withdrawn only when asked for."""
    today, rows = clock.today(), await CatalogueVersion.all()
    standing = sorted((row for row in rows if row.withdrawn_at is None), key=lambda row: row.in_force_from)
    seen = []
    for row, after in zip(standing, [*standing[1:], None], strict=False):
        until = after.in_force_from - timedelta(days=1) if after else None
        seen.append(Version(row, _state(row, until, today), until, comments_open(row, today)))
    if withdrawn:
        seen += [Version(row, "withdrawn", None, False) for row in rows if row.withdrawn_at is not None]
    return sorted(seen, key=lambda each: (each.row.in_force_from, each.name), reverse=True)


async def version_named(name: str, *, withdrawn: bool = False) -> Version:
    """One of them. Raises NotFound."""
    return named_in(await versions(withdrawn=withdrawn), name)


def named_in(known: Iterable[Version], name: str) -> Version:
    """One of these. Raises NotFound."""
    for each in known:
        if each.name == name:
            return each
    raise no_such_version()


async def version_before(version: Version) -> Version | None:
    """The standing one that takes force last before it does."""
    return next((each for each in await versions() if each.row.in_force_from < version.row.in_force_from), None)


def comments_open(row: CatalogueVersion, day: date) -> bool:
    """Whether people may speak to it on `day`."""
    return row.withdrawn_at is None and row.comments_until is not None and day <= row.comments_until


async def catalogue_of(row: CatalogueVersion) -> files.Catalogue:
    """What a version says, as its file did. One that was withdrawn has no levels any more, and no base."""
    levels = await Level.filter(catalogue_version=row.version)
    items = await items_of(row)
    caps = {each.said.domain: each.rule.domain_points_per_year for each in items}
    return files.Catalogue(
        version=row.version,
        name=row.name,
        sample=row.sample,
        notice=row.notice,
        in_force_from=row.in_force_from,
        base_points=levels[0].base_points if levels else 0,
        levels=tuple(_level(each) for each in sorted(levels, key=lambda level: level.at_least or 0)),
        domain_caps=tuple(
            files.DomainCap(domain=domain, points_per_year=points) for domain, points in caps.items() if points
        ),
        evidence=tuple(msgspec.convert(row.evidence_rules or [], list[files.EvidenceRule])),
        items=tuple(each.said for each in items),
        digest=row.fingerprint,
    )


async def department_names() -> dict[str, str]:
    """Every department's name by its code, for the words of a catalogue."""
    return {row.code: row.name for row in await Department.all()}


def _level(level: Level) -> files.Level:
    return files.Level(code=level.code, name=level.name, at_least=level.at_least, opens=level.opens)


def _state(row: CatalogueVersion, until: date | None, day: date) -> State:
    if row.in_force_from > day:
        return "coming"
    return "in_force" if until is None or day <= until else "past"
