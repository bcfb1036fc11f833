"""支持推荐: stand by a nominee, take it back, and see whom one stands by; how many do is told to nobody here."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.awards.season_faults import season_not_found, season_not_open
from backend.awards.seasons import public_season
from backend.citizens.models import Citizen
from backend.nominations import endorsing
from backend.nominations.open_list import no_such_nominee
from backend.secrets import Vault
from miniprogram_api.surface.operation import Routes

routes = Routes("评选")


class EndorsementShown(Struct, frozen=True):
    """Whether I stand by a nominee."""

    endorsed: bool
    left: Annotated[int, Meta(description="这一届您还可以支持几位")]


class EndorsedNominee(Struct, frozen=True):
    """A nominee whom I stand by."""

    id: UUID
    name: str
    unit: str
    township: str


class Endorsements(Struct, frozen=True):
    """Whom I stand by in one season, as far as they still agree to be shown."""

    items: tuple[EndorsedNominee, ...]
    left: Annotated[int, Meta(description="这一届您还可以支持几位")]


@routes.add("GET", "/seasons/<season_id>/endorsements", summary="这一届我支持了谁", errors=[season_not_found])
async def list_endorsements(citizen: Citizen, vault: Vault, season_id: UUID) -> Endorsements:
    """只有您自己看得到。每届最多支持五位；本人不再公开的，不在这里显示。"""
    season = await public_season(season_id)
    hers, shown = await endorsing.my_endorsements(vault, citizen, season.id)
    items = tuple(EndorsedNominee(row.id, about.name, about.unit, row.township) for row, about in shown)
    return Endorsements(items, hers.left)


@routes.add(
    "PUT",
    "/nominees/<nominee_id>/endorsement",
    summary="支持一位被推荐人",
    errors=[
        *(no_such_nominee, season_not_found, season_not_open),
        *(endorsing.not_yourself, endorsing.too_many_endorsements),
    ],
)
async def endorse_nominee(citizen: Citizen, vault: Vault, nominee_id: UUID) -> EndorsementShown:
    """每人对一位只算一次，每届最多五位，重复提交结果不变。支持的人数只给评审委员会参考，不公开，也不能代替评审。"""
    hers = await endorsing.endorse(vault, citizen, nominee_id)
    return EndorsementShown(nominee_id in hers.nominee_ids, hers.left)


@routes.add("DELETE", "/nominees/<nominee_id>/endorsement", summary="取消支持", errors=[no_such_nominee])
async def take_back_endorsement(citizen: Citizen, vault: Vault, nominee_id: UUID) -> EndorsementShown:
    """随时可以取消，不用说明理由；没有支持过也不报错。"""
    hers = await endorsing.take_back(vault, citizen, nominee_id)
    return EndorsementShown(nominee_id in hers.nominee_ids, hers.left)
