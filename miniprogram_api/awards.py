"""评选: the six awards with their seasons, and one season with what can be done now, for everyone."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.awards import seasons
from backend.awards.awards import MODES, Award, Mode, awards
from backend.awards.models import Season
from backend.awards.season_faults import season_not_found
from backend.staff.departments import Office, offices
from miniprogram_api.season_shown import SeasonLine, SeasonShown, lines_shown, season_shown
from miniprogram_api.surface.operation import Routes

routes = Routes("评选")

MOST_PAST = 10  # of an award; whom the earlier ones honoured stands in the gallery
_PAST = ("result", "cancelled")


class AwardShown(Struct, frozen=True):
    """评选项目 with its seasons."""

    code: str
    name: str
    summary: str
    mode: Mode
    mode_label: Annotated[str, Meta(description="评选：在这里评；推荐线索：转给主办单位评")]
    owner: Annotated[Office, Meta(description="主办单位")] | None
    legal_basis: str
    current: Annotated[tuple[SeasonLine, ...], Meta(description="还没有结束的届次")]
    past: Annotated[tuple[SeasonLine, ...], Meta(description="已经公布结果或者停止的，最近的在前，最多十届")]


class AwardList(Struct, frozen=True):
    """Every award."""

    items: tuple[AwardShown, ...]


@routes.add("GET", "/awards", summary="全部评选", public=True, kept=True)
async def list_awards() -> AwardList:
    """六项评选：评什么样的人、由谁主办、现在到了哪一步、可以做什么，以及往届。"""
    rows, known = await seasons.public_list(), await offices()
    return AwardList(tuple(_award(each, rows, known) for each in awards().values()))


@routes.add(
    "GET",
    "/seasons/<season_id>",
    summary="一届评选",
    errors=[season_not_found],
    public=True,
    kept=True,
)
async def show_season(season_id: UUID) -> SeasonShown:
    """介绍、各个日期和它们的变动、评审标准、写推荐时可以想想的问题、推荐要填什么，以及现在可以做的事。"""
    return await season_shown(await seasons.public_season(season_id))


def _award(what: Award, rows: Sequence[Season], known: Mapping[str, Office]) -> AwardShown:
    own = [row for row in rows if row.award == what.code]
    past = [row for row in own if seasons.phase(row) in _PAST]
    return AwardShown(
        code=what.code,
        name=what.name,
        summary=what.summary,
        mode=what.mode,
        mode_label=MODES[what.mode],
        owner=known.get(what.department),
        legal_basis=what.legal_basis,
        current=lines_shown([row for row in own if row not in past], known),
        past=lines_shown(past[:MOST_PAST], known),
    )
