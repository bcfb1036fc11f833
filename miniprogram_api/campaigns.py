"""Campaigns, readable by everyone, and the pledge that counts nobody twice and names nobody."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from backend import clock
from backend.citizens.models import Account
from backend.content import campaigns, pledges
from backend.content.campaigns import STATES, Place, Totals, state_of
from backend.content.models import Campaign
from backend.secrets import Vault
from miniprogram_api.article_shown import address
from miniprogram_api.surface.operation import Routes
from miniprogram_api.surface.pages import PageQuery, decode_numbers, encode_cursor

routes = Routes("宣传活动")

State = Literal["coming", "running", "over"]


class CampaignShown(Struct, frozen=True):
    """A campaign with its sums. Its articles: GET /articles?campaign=ID."""

    id: UUID
    name: str
    summary: str
    starts_on: date
    ends_on: Annotated[date, Meta(description="最后一天")]
    state: State
    state_label: str
    banner_url: str | None
    pledge: Annotated[bool, Meta(description="可以承诺诚信公约；只计人数")]
    pledged: Annotated[int, Meta(description="多少人承诺；最多晚一分钟")]
    articles: int
    reads: int
    likes: int


class CampaignPage(Struct, frozen=True):
    """Campaigns, those that begin latest first."""

    items: tuple[CampaignShown, ...]
    next_cursor: str | None


class PledgeShown(Struct, frozen=True):
    """Whether I pledged, and how many did."""

    pledged: bool
    count: int


@routes.add("GET", "/campaigns", summary="宣传活动列表", public=True, kept=True)
async def list_campaigns(page: PageQuery) -> CampaignPage:
    """有起止日期的宣传活动，最近开始的在前；还没有开始的也在里面。"""
    rows, following = await campaigns.listing(_place(page.cursor), page.limit)
    return CampaignPage(await _shown(rows), _cursor(following))


@routes.add(
    "GET",
    "/campaigns/<campaign_id>",
    summary="一个宣传活动",
    errors=[campaigns.campaign_not_found],
    public=True,
    kept=True,
)
async def show_campaign(campaign_id: UUID) -> CampaignShown:
    """名称、起止日期、横幅，以及文章、阅读、点赞的合计。文章用文章列表按活动查。"""
    (shown,) = await _shown([await campaigns.shown(campaign_id)])
    return shown


@routes.add("GET", "/campaigns/<campaign_id>/pledge", summary="我是否承诺过", errors=[campaigns.campaign_not_found])
async def show_pledge(account: Account, vault: Vault, campaign_id: UUID) -> PledgeShown:
    """是否承诺过诚信公约，以及此刻的人数。"""
    return PledgeShown(*await pledges.pledged(vault, account, campaign_id))


@routes.add(
    "PUT",
    "/campaigns/<campaign_id>/pledge",
    summary="承诺诚信公约",
    errors=[campaigns.campaign_not_found, pledges.no_pledge_here],
)
async def make_pledge(account: Account, vault: Vault, campaign_id: UUID) -> PledgeShown:
    """每人一次，重复提交结果不变。只计人数：不记名字，不公开是谁，也不加分。"""
    return PledgeShown(True, await pledges.pledge(vault, account, campaign_id))


async def _shown(rows: Sequence[Campaign]) -> tuple[CampaignShown, ...]:
    totals = await campaigns.totals([each.id for each in rows])
    today = clock.today()
    return tuple(_campaign(each, totals[each.id], today) for each in rows)


def _campaign(row: Campaign, totals: Totals, today: date) -> CampaignShown:
    state = state_of(row, today)
    return CampaignShown(
        id=row.id,
        name=row.name,
        summary=row.summary,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        state=msgspec.convert(state, State),
        state_label=STATES[state],
        banner_url=address(row.banner_id, "middle") if row.banner_id else None,
        pledge=row.pledge,
        pledged=row.pledged,
        articles=totals.articles,
        reads=totals.reads,
        likes=totals.likes,
    )


def _place(cursor: str | None) -> Place | None:
    numbers = decode_numbers(cursor, date.max.toordinal(), 2**128)
    if numbers is None or numbers[0] == 0:
        return None
    return Place(date.fromordinal(numbers[0]), UUID(int=numbers[1]))


def _cursor(place: Place | None) -> str | None:
    return None if place is None else encode_cursor(f"{place.starts_on.toordinal()}:{place.campaign_id.int}")
