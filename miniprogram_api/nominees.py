"""The nominees of a season, for real-name citizens: what each of them agreed to show, and nothing of how many agree."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend.awards.season_faults import season_not_found, season_not_open
from backend.citizens.models import Citizen, Session
from backend.nominations import endorsing, open_list
from backend.nominations.endorsing import Hers
from backend.nominations.open_list import OpenNominee
from backend.secrets import Vault
from miniprogram_api.media import PictureShown, picture_shown
from miniprogram_api.surface.operation import Routes
from miniprogram_api.surface.pages import PageQuery, decode_id, encode_cursor

routes = Routes("评选")

CUT = 120  # characters of a story in the list

Action = Literal["endorse", "take_back"]


class NomineeLine(Struct, frozen=True):
    """A nominee in the list."""

    id: UUID
    name: str
    unit: Annotated[str, Meta(description="单位或村")]
    township: str
    summary: Annotated[str, Meta(description="事迹的开头")]
    picture: PictureShown | None
    endorsed: Annotated[bool, Meta(description="我支持了这一位")]
    actions: tuple[Action, ...]


class NomineeShown(NomineeLine, frozen=True):
    """A nominee, whole."""

    season_id: UUID
    story: str
    pictures: tuple[PictureShown, ...]


class NomineePage(Struct, frozen=True):
    """Nominees in an order that says nothing."""

    items: tuple[NomineeLine, ...]
    next_cursor: str | None
    left: Annotated[int, Meta(description="这一届您还可以支持几位")]


@routes.add(
    "GET", "/seasons/<season_id>/nominees", summary="这一届的被推荐人", errors=[season_not_found, season_not_open]
)
async def list_nominees(
    citizen: Citizen, session: Session, vault: Vault, season_id: UUID, page: PageQuery
) -> NomineePage:
    """本人同意公开的被推荐人，实名的居民在评审开始以前可以看。排列不分先后，不显示支持人数。"""
    rows = await open_list.page(vault, season_id, decode_id(page.cursor), page.limit + 1)
    hers = await endorsing.hers(vault, citizen, season_id)
    lines = tuple(_line(vault, session, citizen, hers, each) for each in rows[: page.limit])
    more = len(rows) > page.limit
    return NomineePage(lines, encode_cursor(str(lines[-1].id)) if more else None, hers.left)


@routes.add(
    "GET",
    "/nominees/<nominee_id>",
    summary="一位被推荐人",
    errors=[open_list.no_such_nominee, season_not_found, season_not_open],
)
async def show_nominee(citizen: Citizen, session: Session, vault: Vault, nominee_id: UUID) -> NomineeShown:
    """本人同意公开的事迹和照片。照片的链接十分钟后失效，只有您这部手机能打开。"""
    found = await open_list.one(vault, nominee_id)
    hers = await endorsing.hers(vault, citizen, found.nominee.season_id)
    line = _line(vault, session, citizen, hers, found)
    return NomineeShown(
        **msgspec.structs.asdict(line),
        season_id=found.nominee.season_id,
        story=found.about.story,
        pictures=tuple(picture_shown(vault, session.id, each) for each in found.pictures),
    )


def _line(vault: Vault, session: Session, citizen: Citizen, hers: Hers, found: OpenNominee) -> NomineeLine:
    about, endorsed = found.about, found.nominee.id in hers.nominee_ids
    return NomineeLine(
        id=found.nominee.id,
        name=about.name,
        unit=about.unit,
        township=found.nominee.township,
        summary=about.story if len(about.story) <= CUT else about.story[: CUT - 1] + "…",
        picture=picture_shown(vault, session.id, found.pictures[0]) if found.pictures else None,
        endorsed=endorsed,
        actions=_actions(citizen, hers, found, endorsed),
    )


def _actions(citizen: Citizen, hers: Hers, found: OpenNominee, endorsed: bool) -> tuple[Action, ...]:
    if endorsed:
        return ("take_back",)
    return () if found.nominee.citizen_id == citizen.id or not hers.left else ("endorse",)
