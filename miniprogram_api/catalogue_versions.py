"""The catalogue's versions: what each says, what it changes, and what people say to a coming one."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from backend import clock
from backend.citizens import consent
from backend.citizens.consent import consent_needed
from backend.citizens.idempotency import Once, key_reused, once
from backend.citizens.models import Account
from backend.records.catalogue_comments import LONGEST, SHORTEST, comment_length, comments_closed, say
from backend.records.catalogue_differences import differences
from backend.records.catalogue_publishing import no_such_version
from backend.records.catalogue_versions import (
    STATES,
    Version,
    catalogue_of,
    department_names,
    version_before,
    version_named,
    versions,
)
from backend.secrets import Vault
from miniprogram_api.catalogue import CatalogueShown, catalogue_shown
from miniprogram_api.surface.operation import Body, Routes, Token

routes = Routes("目录版本")

State = Literal["coming", "in_force", "past"]
_KINDS = {"added": "新增", "removed": "取消", "changed": "修改"}


class CatalogueVersionLine(Struct, frozen=True):
    """One version and how it stands today."""

    version: str
    name: str
    sample: bool
    notice: str
    state: State
    state_label: str
    in_force_from: date
    in_force_until: date | None
    comments_until: Annotated[date, Meta(description="征求意见的最后一天；第一版没有")] | None
    actions: tuple[Literal["comment"], ...]


class CatalogueVersions(Struct, frozen=True):
    """Every version, the latest first."""

    items: tuple[CatalogueVersionLine, ...]


class CatalogueVersionShown(Struct, frozen=True):
    """One version in full."""

    standing: CatalogueVersionLine
    catalogue: CatalogueShown


class CatalogueChange(Struct, frozen=True):
    """One thing that is otherwise than in the version before."""

    about: str
    kind: Literal["added", "removed", "changed"]
    kind_label: str
    sentence: str


class CatalogueChanges(Struct, frozen=True):
    """What a version changes against the one before; the first has none before it."""

    version: str
    compared_with: str | None
    items: tuple[CatalogueChange, ...]


class CatalogueCommentWritten(Body, frozen=True, kw_only=True):
    """What somebody says to a coming version."""

    text: Annotated[str, Meta(min_length=SHORTEST, max_length=LONGEST, description="意见和建议，不用写姓名")]


class CatalogueCommentKept(Struct, frozen=True):
    """What was kept, and until when it may be said otherwise."""

    version: str
    text: str
    comments_until: date


@routes.add("GET", "/catalogue/versions", summary="目录的各个版本", public=True)
async def list_catalogue_versions() -> CatalogueVersions:
    """正在征求意见的、现行的和以前的版本，从新到旧；施行前收回的不在其中。"""
    return CatalogueVersions(tuple(_line(each) for each in await versions()))


@routes.add(
    "GET",
    "/catalogue/versions/<version>",
    summary="一个版本的目录全文",
    errors=[no_such_version],
    public=True,
)
async def show_catalogue_version(version: Token) -> CatalogueVersionShown:
    """这个版本的全部事项、分值和等级。发生在哪天的事，就按那天施行的版本计算。"""
    known = await version_named(version)
    return CatalogueVersionShown(_line(known), await catalogue_shown(known.row))


@routes.add(
    "GET",
    "/catalogue/versions/<version>/changes",
    summary="这个版本改了什么",
    errors=[no_such_version],
    public=True,
)
async def show_catalogue_changes(version: Token) -> CatalogueChanges:
    """和前一个版本相比，一句话说清一处改动。第一版没有可比的，列表是空的。"""
    known = await version_named(version)
    before = await version_before(known)
    if before is None:
        return CatalogueChanges(known.name, None, ())
    found = differences(await catalogue_of(before.row), await catalogue_of(known.row), await department_names())
    items = tuple(CatalogueChange(each.about, each.kind, _KINDS[each.kind], each.sentence) for each in found)
    return CatalogueChanges(known.name, before.name, items)


@routes.add(
    "POST",
    "/catalogue/versions/<version>/comments",
    summary="对征求意见的目录提意见",
    errors=[no_such_version, comments_closed, comment_length, consent_needed],
    status=201,
)
async def comment_on_catalogue(
    account: Account, vault: Vault, version: Token, body: CatalogueCommentWritten, write: Once
) -> CatalogueCommentKept:
    """每人对每个版本有一份意见，再次提交会替换上一次的。工作人员看得到意见，看不到是谁写的。"""
    if not consent.agreed(account, clock.now()):
        raise consent_needed()

    async def deed() -> str:
        await say(vault, account, version, body.text)
        return version

    if await once(write, deed) != version:  # a key names one deed; the version stands in the path, not in the body
        raise key_reused()
    until = (await version_named(version)).row.comments_until
    if until is None:
        raise comments_closed()
    return CatalogueCommentKept(str(version), body.text.strip(), until)


def _line(version: Version) -> CatalogueVersionLine:
    row = version.row
    return CatalogueVersionLine(
        version=row.version,
        name=row.name,
        sample=row.sample,
        notice=row.notice,
        state=msgspec.convert(version.state, State),
        state_label="征求意见中" if version.open else STATES[version.state],
        in_force_from=row.in_force_from,
        in_force_until=version.until,
        comments_until=row.comments_until,
        actions=("comment",) if version.open else (),
    )
