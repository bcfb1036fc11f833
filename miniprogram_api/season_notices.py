"""公示: whom a season means to honour, for everybody, with no sign-in, while the notice runs."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.awards.season_faults import season_not_found
from backend.honours import notice
from backend.secrets import Vault
from backend.staff.departments import Office
from miniprogram_api.surface.operation import Routes

routes = Routes("评选")

HOW_TO_OBJECT = (
    "对公示的人有不同意见，实名的居民可以在这里提出异议，也可以到主办单位当面说或者打电话。"
    "只有办理的工作人员看得到是谁提的、说了什么；公布结果以前都会办完并答复。"
)


class NoticedPerson(Struct, frozen=True):
    """One of the people of a notice, as they agreed to be named."""

    nominee_id: UUID
    name: str
    unit: Annotated[str, Meta(description="单位或村")]
    township: str
    story: Annotated[str, Meta(description="事迹，最多二百字")]


class SeasonNotice(Struct, frozen=True):
    """公示."""

    season_id: UUID
    award: str
    season: str
    first_day: Annotated[date, Meta(description="公示第一天")]
    last_day: Annotated[date, Meta(description="公示最后一天，当天还可以提出异议")]
    people: Annotated[tuple[NoticedPerson, ...], Meta(description="排名不分先后")]
    how_to_object: str
    office: Annotated[Office, Meta(description="主办单位")] | None


@routes.add(
    "GET",
    "/seasons/<season_id>/notice",
    summary="看公示",
    errors=[season_not_found, notice.no_notice_now],
    public=True,
    kept=True,
)
async def show_season_notice(season_id: UUID, vault: Vault) -> SeasonNotice:
    """评审委员会拟授予荣誉、本人同意公示的人。公示以外的时间看不到；本人撤回同意的立即移出。"""
    found = await notice.public_notice(vault, season_id)
    return SeasonNotice(
        season_id=found.season.id,
        award=found.award_name,
        season=found.season.name,
        first_day=found.first,
        last_day=found.last,
        people=tuple(
            NoticedPerson(each.nominee_id, each.name, each.unit, each.township, each.story) for each in found.people
        ),
        how_to_object=HOW_TO_OBJECT,
        office=found.office,
    )
