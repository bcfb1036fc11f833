"""光荣榜: honours for everybody to read, while their owners let them be seen."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend.awards.awards import awards
from backend.honours import gallery
from backend.honours.gallery import Among
from backend.honours.honour_about import Opened, no_such_honour
from backend.secrets import Vault
from media.intake import file_key
from media.links import Size
from media.storage import Storage, file_gone, store_away
from miniprogram_api.media import MEDIA_TYPES
from miniprogram_api.surface.etags import etag_of
from miniprogram_api.surface.operation import Routes, Streamed, Token
from miniprogram_api.surface.pages import PageQuery, decode_id, encode_cursor
from miniprogram_api.surface.serving import PREFIX

routes = Routes("荣誉")

AwardCode = Literal["moral_model", "labour_model", "integrity_star", "youth_medal", "youth_expert", "good_netizen"]
SIZES: tuple[Size, ...] = ("middle", "small")
CUT = 120  # characters of a story in a list
# A picture that its owner took away is in nobody's cache after two minutes, as those of articles.
_CACHE = "public, max-age=60, stale-while-revalidate=60"


class HonourQuery(PageQuery, frozen=True, kw_only=True):
    """Which part of the gallery; without anything all of it."""

    award: Annotated[AwardCode, Meta(description="评选项目")] | None = None
    year: Annotated[int, Meta(ge=2018, le=9999, description="获得荣誉的年份")] | None = None
    township: Annotated[str, Meta(min_length=1, max_length=30, description="乡镇、街道")] | None = None


class HonourPicture(Struct, frozen=True):
    """The picture beside an honour."""

    middle_url: str
    small_url: str


class HonourLine(Struct, frozen=True):
    """One honour in the gallery."""

    id: UUID
    award: AwardCode
    award_name: str
    season_name: str
    year: int
    honoured_on: date
    name: str
    unit: str
    township: str
    opening: Annotated[str, Meta(description="事迹的开头")]
    picture: HonourPicture | None


class HonourPage(Struct, frozen=True):
    """Honours, the newest first."""

    items: tuple[HonourLine, ...]
    next_cursor: str | None


class HonourShown(HonourLine, frozen=True):
    """One honour whole."""

    story: str
    owner: Annotated[str, Meta(description="主办单位")]
    number: str


class AwardChoice(Struct, frozen=True):
    """An award that the gallery has honours of."""

    code: AwardCode
    name: str


class HonourChoices(Struct, frozen=True):
    """By what the gallery can be narrowed now."""

    awards: tuple[AwardChoice, ...]
    years: tuple[int, ...]
    townships: tuple[str, ...]


@routes.add("GET", "/honours", summary="光荣榜", public=True, kept=True)
async def list_honours(vault: Vault, page: HonourQuery) -> HonourPage:
    """获得荣誉并愿意展示的人，从新到旧，可以按评选项目、年份、乡镇看。同一届里的先后没有意义。"""
    among = Among(page.award, page.year, page.township)
    rows = await gallery.page(vault, among, decode_id(page.cursor), page.limit + 1)
    lines = tuple(msgspec.convert(line_of(each), HonourLine) for each in rows[: page.limit])
    return HonourPage(lines, encode_cursor(str(lines[-1].id)) if len(rows) > page.limit else None)


@routes.add("GET", "/honour-choices", summary="光荣榜可以怎样筛选", public=True, kept=True)
async def list_honour_choices() -> HonourChoices:
    """光荣榜里现在有的评选项目、年份和乡镇。"""
    found = await gallery.choices()
    choices = [AwardChoice(code, awards()[code].name) for code in msgspec.convert(found.awards, list[AwardCode])]
    return HonourChoices(tuple(choices), tuple(found.years), tuple(found.townships))


@routes.add("GET", "/honours/<honour_id>", summary="一项荣誉", errors=[no_such_honour], public=True, kept=True)
async def show_honour(vault: Vault, honour_id: UUID) -> HonourShown:
    """获得荣誉的人和事迹。本人可以随时撤下，撤下以后就看不到了。"""
    return shown(await gallery.one(vault, honour_id))


@routes.add(
    "GET",
    "/honours/<honour_id>/picture/<size>",
    summary="荣誉旁边的照片",
    errors=[no_such_honour, file_gone, store_away],
    public=True,
    media_types=tuple(MEDIA_TYPES.values()),
)
async def show_honour_picture(honour_id: UUID, size: Token, storage: Storage) -> Streamed:
    """尺寸是 middle 或 small。本人撤下荣誉或者照片以后就取不到。"""
    which = next((each for each in SIZES if each == size), None)
    if which is None:
        raise no_such_honour()
    picture = await gallery.picture_of(honour_id)
    key = file_key(picture.id, which, picture.format)
    data = await storage.get(key)
    headers = {"Cache-Control": _CACHE, "Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"}

    async def read(start: int, end: int) -> bytes:
        return data[start:end]

    return Streamed(MEDIA_TYPES[picture.format], len(data), etag_of(key.encode()), headers, read)


def line_of(found: Opened) -> dict[str, object]:
    """The fields of a HonourLine."""
    honour, about = found.honour, found.about
    return {
        "id": honour.id,
        "award": honour.award,
        "award_name": found.award_name,
        "season_name": honour.season.name,
        "year": honour.year,
        "honoured_on": honour.honoured_on,
        "name": about.name,
        "unit": about.unit,
        "township": honour.township,
        "opening": about.story if len(about.story) <= CUT else about.story[: CUT - 1] + "…",
        "picture": picture_of(honour.id) if honour.picture_id else None,
    }


def shown(found: Opened) -> HonourShown:
    """One honour whole."""
    said = {"story": found.about.story, "owner": found.about.owner, "number": found.honour.number}
    return msgspec.convert(line_of(found) | said, HonourShown)


def picture_of(honour_id: UUID) -> HonourPicture:
    """Where its picture is, in both sizes."""
    at = f"{PREFIX}/honours/{honour_id}/picture"
    return HonourPicture(f"{at}/middle", f"{at}/small")
