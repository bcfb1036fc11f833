"""Publishing a catalogue file: linted, then kept for good as one version with its items and levels."""

from datetime import date

import msgspec

from backend import clock
from backend.chain import canonical
from backend.database import transaction
from backend.points.models import Level
from backend.records import catalogue as files
from backend.records.catalogue_linter import lint, read_forbidden
from backend.records.models import CatalogueItem, CatalogueVersion
from backend.records.strict_toml import CatalogueRefused, Fault
from backend.staff.models import Department


async def load_departments(data: bytes) -> int:
    """Bring the departments' table in line with a file; how many it names. Raises CatalogueRefused.

    A department that the file no longer names stays: records point to it.
    """
    departments = files.parse_departments(data)
    async with transaction():
        for each in departments:
            await Department.update_or_create(
                code=each.code,
                defaults={
                    "name": each.name,
                    "office": each.office,
                    "phone": each.phone,
                    "from_day": each.from_day,
                    "until_day": each.until_day,
                    "replaced_by": each.replaced_by,
                },
            )
    return len(departments)


async def load_catalogue(data: bytes, departments_data: bytes) -> files.Catalogue:
    """Publish a catalogue file; the same file again changes nothing. Raises CatalogueRefused with all faults."""
    parsed = files.parse_catalogue(data)
    departments = files.parse_departments(departments_data)
    earlier = {row.version: row for row in await CatalogueVersion.all()}
    known = {version: row.fingerprint for version, row in earlier.items()}
    faults = lint(parsed, departments, read_forbidden(), known, day=clock.today())
    if parsed.version not in earlier:
        faults += _backwards(parsed, [row.in_force_from for row in earlier.values()])
        faults += await _other_base(parsed)
    if faults:
        raise CatalogueRefused(faults)
    await load_departments(departments_data)
    if parsed.version not in earlier:
        await _keep(parsed)
    return parsed


def _backwards(parsed: files.Catalogue, in_force: list[date]) -> list[Fault]:
    """A later version takes force after all others and after today: what was counted never gets another rule."""
    if in_force and parsed.in_force_from <= max(*in_force, clock.today()):
        detail = f"施行日期必须晚于今天，也晚于已有版本（{max(in_force):%Y-%m-%d}）。"
        return [Fault("in_force_from", "backwards", detail)]
    return []


async def _other_base(parsed: files.Catalogue) -> list[Fault]:
    """Who stays and who comes back start from the same base, so that leaving costs nothing (charter 2)."""
    level = await Level.first()
    if level is not None and level.base_points != parsed.base_points:
        return [Fault("base_points", "base_changed", f"起始分不能改变（已有版本是 {level.base_points} 分）。")]
    return []


async def _keep(parsed: files.Catalogue) -> None:
    async with transaction():
        version = await CatalogueVersion.create(
            version=parsed.version,
            name=parsed.name,
            sample=parsed.sample,
            notice=parsed.notice,
            in_force_from=parsed.in_force_from,
            fingerprint=parsed.digest,
            evidence_rules=[msgspec.to_builtins(rule) for rule in parsed.evidence],
            loaded_at=clock.now(),
        )
        caps = {cap.domain: cap.points_per_year for cap in parsed.domain_caps}
        await CatalogueItem.bulk_create(
            CatalogueItem(
                catalogue=version,
                code=item.code,
                domain=item.domain,
                kind=item.kind,
                content=canonical({"item": item, "domain_points_per_year": caps.get(item.domain)}),
            )
            for item in parsed.items
        )
        await Level.bulk_create(
            Level(
                catalogue_version=parsed.version,
                in_force_from=parsed.in_force_from,
                base_points=parsed.base_points,
                code=level.code,
                name=level.name,
                at_least=level.at_least,
                opens=level.opens,
            )
            for level in parsed.levels
        )
