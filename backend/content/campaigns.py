"""宣传活动: made and changed by editors, shown to readers with what stands under it in sums."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta
from tortoise.expressions import F, Q
from tortoise.functions import Count
from uuid_utils.compat import uuid7

from backend import clock
from backend.content import publishing
from backend.content.models import Campaign, Publication
from backend.database import transaction
from backend.database.bulk import select_among
from backend.errors import Conflict, FieldError, Invalid, NotFound
from backend.secrets import new_token
from backend.staff import audit
from backend.staff.permissions import Staff, require
from media.models import PublishedMedia

COMING, RUNNING, OVER = "coming", "running", "over"
STATES = {COMING: "未开始", RUNNING: "进行中", OVER: "已结束"}
LONGEST_DAYS = 366
MANAGE = "manage_campaigns"
_YEARS = range(2000, 2100)  # a year half typed is 20 or 202

_SUMS = (
    "SELECT p.campaign_id, sum(t.reads), sum(t.likes) FROM publication p "
    "JOIN article_total t ON t.article_id = p.article_id WHERE p.campaign_id {1} GROUP BY p.campaign_id"
)


class CampaignSaid(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an editor says of a campaign; both days belong to it."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    summary: Annotated[str, Meta(min_length=1, max_length=200)]
    starts_on: date
    ends_on: date
    pledge: bool = False


@dataclass(frozen=True)
class Totals:
    """What stands under a campaign. Sums only: nobody's reading is kept (charter 10)."""

    articles: int = 0
    reads: int = 0
    likes: int = 0


class Place(NamedTuple):
    """Where a page of the list ended."""

    starts_on: date
    campaign_id: UUID


def campaign_not_found() -> NotFound:
    return NotFound("campaign_not_found", "没有这个宣传活动。")


def campaign_changed() -> Conflict:
    return Conflict(
        "campaign_changed",
        "同事刚刚改过这个活动，您的修改还没有保存。您填的内容还在下面，请和现在的内容核对；再按一次保存，就以您填的为准。",
    )


def campaign_pledged() -> Conflict:
    return Conflict("campaign_pledged", "已经有人承诺，活动不能再改成没有承诺的。")


def state_of(campaign: Campaign, today: date) -> str:
    """A word of STATES, by the county's day."""
    if today < campaign.starts_on:
        return COMING
    return RUNNING if today <= campaign.ends_on else OVER


async def create(staff: Staff, said: CampaignSaid) -> Campaign:
    """A campaign of the editors' own. Raises Forbidden, Invalid with every field."""
    require(staff, MANAGE)
    _check(said)
    async with transaction():
        row = await Campaign.create(
            id=uuid7(), key=f"own-{new_token()[:16]}", created_at=clock.now(), **msgspec.structs.asdict(said)
        )
        await audit.record(staff, "campaign.create", f"campaign:{row.id}")
        await publishing.changed()
    return row


async def change(staff: Staff, campaign_id: UUID, said: CampaignSaid, *, from_version: int) -> Campaign:
    """Say it anew, beginning from what stood in `from_version`.

    Raises Forbidden, NotFound, Invalid, Conflict campaign_changed (a colleague was first), campaign_pledged.
    """
    require(staff, MANAGE)
    await one(campaign_id)
    _check(said)
    async with transaction():
        rows = Campaign.filter(id=campaign_id, version=from_version)
        rows = rows if said.pledge else rows.filter(pledged=0)
        if not await rows.update(version=F("version") + 1, **msgspec.structs.asdict(said)):
            raise campaign_pledged() if (await one(campaign_id)).version == from_version else campaign_changed()
        await audit.record(staff, "campaign.change", f"campaign:{campaign_id}")
        await publishing.changed()
    return await one(campaign_id)


async def show_banner(staff: Staff, campaign_id: UUID, banner_id: UUID) -> None:
    """Put up a picture that was uploaded for it; no word changes. Raises Forbidden, NotFound, Invalid."""
    require(staff, MANAGE)
    if not await PublishedMedia.exists(id=banner_id, held_by=f"campaign:{campaign_id}", kind="picture"):
        fault = FieldError("banner_id", "no_such_file", "横幅图片已经不在，请重新上传。")
        raise Invalid("invalid_fields", "请重新上传横幅。", fields=[fault])
    async with transaction():
        if not await Campaign.filter(id=campaign_id).update(banner_id=banner_id):
            raise campaign_not_found()
        await audit.record(staff, "campaign.change", f"campaign:{campaign_id}")
        await publishing.changed()


async def hide(staff: Staff, campaign_id: UUID, hidden: bool) -> None:
    """Take it out of readers' sight with its banner, or put it back; its articles stand by themselves."""
    require(staff, MANAGE)
    async with transaction():
        if not await Campaign.filter(id=campaign_id).update(hidden=hidden):
            raise campaign_not_found()
        await audit.record(staff, "campaign.change", f"campaign:{campaign_id}", hidden="1" if hidden else "0")
        await publishing.changed()


async def one(campaign_id: UUID) -> Campaign:
    """Any campaign, for editors. Raises NotFound."""
    row = await Campaign.get_or_none(id=campaign_id)
    if row is None:
        raise campaign_not_found()
    return row


async def shown(campaign_id: UUID) -> Campaign:
    """A campaign as readers may see it. Raises NotFound."""
    row = await one(campaign_id)
    if row.hidden:
        raise campaign_not_found()
    return row


async def listing(after: Place | None, limit: int, *, hidden: bool = False) -> tuple[Sequence[Campaign], Place | None]:
    """Campaigns, those that begin latest first; `hidden`: with those that readers do not see."""
    rows = Campaign.all() if hidden else Campaign.filter(hidden=False)
    if after is not None:
        rows = rows.filter(Q(starts_on__lt=after.starts_on) | Q(starts_on=after.starts_on, id__lt=after.campaign_id))
    found = await rows.order_by("-starts_on", "-id").limit(limit + 1)
    page = found[:limit]
    return page, Place(page[-1].starts_on, page[-1].id) if len(found) > limit else None


async def totals(campaign_ids: Collection[UUID]) -> dict[UUID, Totals]:
    """The sums of each of these campaigns, zero where nothing stands under one."""
    articles = await _articles(campaign_ids)
    found = await select_among(_SUMS, (UUID, int, int), campaign_ids)
    sums = {campaign_id: (int(reads), int(likes)) for campaign_id, reads, likes in found}
    return {each: Totals(articles.get(each, 0), *sums.get(each, (0, 0))) for each in campaign_ids}


async def _articles(campaign_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many of each readers may see now."""
    rows = Publication.filter(publishing.visible(clock.now()), campaign_id__in=list(campaign_ids))
    counted = rows.annotate(number=Count("article_id")).group_by("campaign_id")
    return dict(await counted.values_list("campaign_id", "number")) if campaign_ids else {}


def _check(said: CampaignSaid) -> None:
    faults = []
    if said.starts_on.year not in _YEARS:
        faults.append(FieldError("starts_on", "wrong_year", "开始日期的年份不对，请核对。"))
    if said.ends_on < said.starts_on or (said.ends_on - said.starts_on).days >= LONGEST_DAYS:
        faults.append(FieldError("ends_on", "wrong_days", "结束日期不早于开始日期，一个活动最长一年。"))
    if faults:
        raise Invalid("invalid_fields", "有几处没有填好，请改好后再保存。", fields=faults)
