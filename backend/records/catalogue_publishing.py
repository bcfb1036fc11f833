"""Publishing a coming version of the catalogue for comments, and taking it back before it is in force.

The same rules by command and on the console. What happened under a version is counted by it for ever, so a version
that is in force is never taken back, and a later one leaves people the time to speak (河南省社会信用条例 art. 11).
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from backend import clock
from backend.chain import canonical
from backend.database import transaction
from backend.errors import Conflict, NotFound
from backend.points.models import Level
from backend.records import catalogue as files
from backend.records.catalogue_linter import lint, read_forbidden
from backend.records.items import standing_versions
from backend.records.models import CatalogueItem, CatalogueVersion
from backend.records.strict_toml import CatalogueRefused, Fault
from backend.staff import audit
from backend.staff.models import Department
from backend.staff.permissions import Staff, require

COMMENT_DAYS = (
    30  # 河南省社会信用条例 art. 11 asks for public comment; thirty days as 规章制定程序条例 art. 15 has them
)
MANAGE = "manage_catalogue"
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def no_such_version() -> NotFound:
    return NotFound("version_not_found", "没有这个版本的目录，请从版本列表里打开。")


def already_in_force() -> Conflict:
    return Conflict("version_in_force", "这个版本已经施行，不能收回。需要改动时，请公布新的版本。")


def already_withdrawn() -> Conflict:
    return Conflict("version_withdrawn", "这个版本已经收回。")


def published_at_once() -> Conflict:
    return Conflict("published_at_once", "另一处正在公布目录，这次没有公布。请刷新后再看一遍。")


@dataclass(frozen=True)
class Checked:
    """A file without a fault, as it would be published."""

    parsed: files.Catalogue
    stands: bool  # this very file is published already
    comments_until: date | None  # the last day for comments; the first version has none


async def check(parsed: files.Catalogue, departments: Sequence[files.Department] | None = None) -> Checked:
    """Whether a file may be published now. Raises CatalogueRefused with every fault.

    `departments` are those of a file that comes with it; else those that the county has.
    """
    rows = {row.version: row for row in await CatalogueVersion.all()}
    standing = {version: row for version, row in rows.items() if row.withdrawn_at is None}
    known = {version: row.fingerprint for version, row in standing.items()}
    # A department that ends before the catalogue begins could file nothing under it.
    day = max(clock.today(), parsed.in_force_from)
    faults = lint(
        parsed, await _departments() if departments is None else departments, read_forbidden(), known, day=day
    )
    if parsed.version not in standing:
        faults += [*_name(parsed, rows), *_day(parsed, rows), *await _other_base(parsed)]
    if faults:
        raise CatalogueRefused(faults)
    if parsed.version in standing:
        return Checked(parsed, True, standing[parsed.version].comments_until)
    return Checked(parsed, False, parsed.in_force_from - timedelta(days=1) if standing else None)


async def publish(staff: Staff, data: bytes) -> Checked:
    """Publish a file from the console; the same file again changes nothing.

    Raises Forbidden, CatalogueRefused with every fault, Conflict when somebody else publishes at this moment.
    """
    require(staff, MANAGE)
    parsed = await asyncio.to_thread(files.parse_catalogue, data)
    try:
        async with transaction():
            await hold_catalogue()
            checked = await check(parsed)
            if not checked.stands:
                await keep(checked)
                await audit.record(staff, "catalogue.publish", about(parsed.version))
    except IntegrityError:
        raise published_at_once() from None
    return checked


async def withdraw(staff: Staff, version: str) -> None:
    """Take a version back before it is in force; its number is never used again. Raises Forbidden, NotFound, Conflict.

    Its items stay, since comments speak of them; its levels go, since they are found by their day alone.
    """
    require(staff, MANAGE)
    async with transaction():
        await hold_catalogue()
        coming = standing_versions().filter(version=version, in_force_from__gt=clock.today())
        if not await coming.update(withdrawn_at=clock.now()):
            row = await CatalogueVersion.get_or_none(version=version)
            raise no_such_version() if row is None else already_withdrawn() if row.withdrawn_at else already_in_force()
        await Level.filter(catalogue_version=version).delete()
        await audit.record(staff, "catalogue.withdraw", about(version))


def about(version: str) -> str:
    """How the audit log names a version."""
    return f"catalogue:{version}"


async def hold_catalogue() -> None:
    """One at a time, for the rest of the transaction: two versions at once would not see each other's days.

    The county's first department stands for its catalogue, because it is there before the first version. SQLite has
    one writer and would need no lock.
    """
    first = await Department.all().order_by("code").first()
    if first is not None:
        await Department.filter(code=first.code).update(name=F("name"))


async def keep(checked: Checked) -> None:
    """Write a version with its items and levels, in the caller's transaction."""
    parsed = checked.parsed
    version = await CatalogueVersion.create(
        version=parsed.version,
        name=parsed.name,
        sample=parsed.sample,
        notice=parsed.notice,
        in_force_from=parsed.in_force_from,
        fingerprint=parsed.digest,
        evidence_rules=[msgspec.to_builtins(rule) for rule in parsed.evidence],
        comments_until=checked.comments_until,
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
    await Level.bulk_create(_level(parsed, each) for each in parsed.levels)


def _level(parsed: files.Catalogue, level: files.Level) -> Level:
    return Level(
        catalogue_version=parsed.version,
        in_force_from=parsed.in_force_from,
        base_points=parsed.base_points,
        code=level.code,
        name=level.name,
        at_least=level.at_least,
        opens=level.opens,
    )


def _name(parsed: files.Catalogue, rows: dict[str, CatalogueVersion]) -> list[Fault]:
    if parsed.version in rows:
        return [Fault("version", "version_withdrawn", "这个版本号用过，已经收回，不再使用；请换一个新的版本号。")]
    if VERSION.fullmatch(parsed.version) is None:  # it stands in addresses
        return [Fault("version", "version_form", "版本号只能用英文字母、数字、点、短横线和下划线，如 2027.1。")]
    return []


def _day(parsed: files.Catalogue, rows: dict[str, CatalogueVersion]) -> list[Fault]:
    """A later version takes force after all others, and leaves time to speak: nothing that was gets another rule."""
    first, today = parsed.in_force_from, clock.today()
    standing = [row.in_force_from for row in rows.values() if row.withdrawn_at is None]
    earliest = max(*standing, today) + timedelta(days=1) if standing else date.min
    if first < earliest:
        detail = f"施行日期必须晚于今天，也晚于已有版本（{max(standing):%Y-%m-%d}）。"
        return [Fault("in_force_from", "backwards", detail)]
    open_until = today + timedelta(days=COMMENT_DAYS)
    if standing and first < open_until:
        detail = f"公布以后至少征求意见 {COMMENT_DAYS} 天；今天公布，最早从 {open_until:%Y-%m-%d} 起施行。"
        return [Fault("in_force_from", "too_soon", detail)]
    if first in {row.in_force_from for row in rows.values()}:
        return [Fault("in_force_from", "day_taken", "这一天是一个已收回版本的施行日期，请改早或者改晚一天。")]
    return []


async def _other_base(parsed: files.Catalogue) -> list[Fault]:
    """Who stays and who comes back start from the same base, so that leaving costs nothing (charter 2)."""
    level = await Level.first()
    if level is not None and level.base_points != parsed.base_points:
        return [Fault("base_points", "base_changed", f"起始分不能改变（已有版本是 {level.base_points} 分）。")]
    return []


async def _departments() -> list[files.Department]:
    return [
        files.Department(
            code=row.code,
            name=row.name,
            office=row.office,
            phone=row.phone,
            from_day=row.from_day,
            until_day=row.until_day,
            replaced_by=row.replaced_by,
        )
        for row in await Department.all().order_by("code")
    ]
