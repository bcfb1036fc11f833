"""宣传活动: the year's campaigns and the editors' own, with their days, banner and sums."""

from typing import Any
from uuid import UUID

import msgspec
from sanic import HTTPResponse

from backend import clock
from backend.console.article_files import received
from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.content import campaigns, files
from backend.content.campaign_year import Days, YearlyCampaign, made_of, make_year, yearly
from backend.content.campaigns import STATES, CampaignSaid, Place, campaign_changed, state_of
from backend.errors import Conflict, DomainError, FieldError, Invalid
from backend.pages import typed
from backend.pages.formats import say_day
from media import published
from media.published import no_such_file
from miniprogram_api.surface import ranges
from miniprogram_api.surface.problem import status_of
from miniprogram_api.surface.stored_files import streamed

desk = Desk("campaigns")
MANAGE = "manage_campaigns"
A_PAGE = 30

DONE = {
    "created": "活动已设立。",
    "changed": "活动已保存，读者马上看到新的内容。",
    "hidden": "活动已隐藏，读者看不到了；文章不受影响。",
    "shown": "活动已恢复显示。",
    "banner": "横幅已换好。",
    "year": "这一年的活动已备好。",
}


@desk.add("GET", "/campaigns", permission=MANAGE)
async def list_campaigns(visit: Visit) -> HTTPResponse:
    """Every campaign, those that begin latest first; making one; making a year's."""
    return await _list(visit, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/campaigns", permission=MANAGE)
async def create_campaign(visit: Visit) -> HTTPResponse:
    """One of the editors' own."""
    try:
        row = await campaigns.create(visit.staff, _said(visit))
    except Invalid as error:
        return await _list(visit, status_of(error), fault=error, typed=visit.form)
    return visit.go(f"/campaigns/{row.id}?done=created")


@desk.add("POST", "/campaigns/year", permission=MANAGE)
async def prepare_year(visit: Visit) -> HTTPResponse:
    """What is missing of the seed's nine for a year."""
    try:
        await make_year(visit.staff, _year(visit.form.get("year", "")), _set_days(visit))
    except Invalid as error:
        return await _list(visit, status_of(error), fault=error, typed=visit.form)
    return visit.go("/campaigns?done=year")


@desk.add("GET", "/campaigns/<campaign_id:uuid>", permission=MANAGE)
async def show_campaign(visit: Visit, campaign_id: UUID) -> HTTPResponse:
    """One campaign and its form."""
    return await _one(visit, campaign_id, done=DONE.get(visit.asked("done"), ""))


@desk.add("POST", "/campaigns/<campaign_id:uuid>", permission=MANAGE)
async def change_campaign(visit: Visit, campaign_id: UUID) -> HTTPResponse:
    """Say it anew, from the version that she opened."""
    version = typed.whole_number(visit.form.get("version", ""), 9)
    try:
        await campaigns.change(visit.staff, campaign_id, _said(visit), from_version=version or 0)
    except (Invalid, Conflict) as error:
        return await _one(visit, campaign_id, status_of(error), fault=error, typed=visit.form)
    return visit.go(f"/campaigns/{campaign_id}?done=changed")


@desk.add("POST", "/campaigns/<campaign_id:uuid>/hide", permission=MANAGE)
async def hide_campaign(visit: Visit, campaign_id: UUID) -> HTTPResponse:
    """Out of readers' sight, or back: `hidden` is 1 or 0."""
    hidden = visit.form.get("hidden") == "1"
    await campaigns.hide(visit.staff, campaign_id, hidden)
    return visit.go(f"/campaigns/{campaign_id}?done={'hidden' if hidden else 'shown'}")


@desk.add("POST", "/campaigns/<campaign_id:uuid>/banner", permission=MANAGE, upload=True)
async def take_banner(visit: Visit, campaign_id: UUID) -> HTTPResponse:
    """A picture, kept and put up at once."""
    media = await received(visit, files.campaign(campaign_id))
    await campaigns.show_banner(visit.staff, campaign_id, media.id)
    return visit.go(f"/campaigns/{campaign_id}?done=banner")


@desk.add("GET", "/campaigns/<campaign_id:uuid>/banner/<file_id:uuid>", permission=MANAGE)
async def show_banner(visit: Visit, campaign_id: UUID, file_id: UUID) -> HTTPResponse:
    """The banner that stands; readers may not see it yet."""
    if (await campaigns.one(campaign_id)).banner_id != file_id:
        raise no_such_file()
    media = await published.one(file_id)
    return await ranges.respond(visit.request, await streamed(visit.storage, media, "middle", "private, max-age=300"))


async def _list(visit: Visit, status: int = 200, *, fault: DomainError | None = None, **said: Any) -> HTTPResponse:
    rows, following = await campaigns.listing(_place(visit.asked("after")), A_PAGE, hidden=True)
    today = clock.today()
    asked = said.get("typed", {}).get("year") or visit.asked("year")
    year = _years().get(asked, today.year)
    values: dict[str, Any] = {
        "rows": [(row, state_of(row, today)) for row in rows],
        "totals": await campaigns.totals([row.id for row in rows]),
        "states": STATES,
        "after": f"{following.starts_on}~{following.campaign_id}" if following else None,
        "year": year,
        "years": _years().values(),
        "missing": await _missing(year),
        **said,
    }
    return await visit.show("campaigns.html", status, fault=fault, **values)


async def _one(
    visit: Visit, campaign_id: UUID, status: int = 200, *, fault: DomainError | None = None, **said: Any
) -> HTTPResponse:
    row = await campaigns.one(campaign_id)
    values: dict[str, Any] = {
        "row": row,
        "totals": (await campaigns.totals([row.id]))[row.id],
        "state": STATES[state_of(row, clock.today())],
        "colleagues": fault is not None and fault.code == campaign_changed().code,
        **said,
    }
    return await visit.show("campaign.html", status, fault=fault, **values)


async def _missing(year: int) -> list[tuple[YearlyCampaign, str]]:
    """Those of the nine that do not stand yet in that year, with their days in words."""
    made = await made_of(year)
    left = []
    for each in yearly():
        if each.key not in made:
            days = each.days(year)
            left.append((each, f"{say_day(days[0])} 至 {say_day(days[1])}" if days else ""))
    return left


def _said(visit: Visit) -> CampaignSaid:
    """What the form says. Raises Invalid with every field."""
    form, faults = visit.form, []
    days = {name: typed.day(form.get(name, "")) for name in ("starts_on", "ends_on")}
    for name, label, most in (("name", "名称", 40), ("summary", "一句话介绍", 200)):
        if not 1 <= len(form.get(name, "")) <= most:
            faults.append(FieldError(name, "wrong_length", f"{label}请写 1 到 {most} 个字。"))
    faults += [FieldError(name, "wrong_day", "请填写日期。") for name, each in days.items() if each is None]
    if faults:
        raise Invalid("invalid_fields", "有几处没有填好，请改好后再保存。", fields=faults)
    said = {"name": form["name"], "summary": form["summary"], "pledge": form.get("pledge") == "1"}
    return msgspec.convert(said | days, CampaignSaid)


def _set_days(visit: Visit) -> dict[str, Days]:
    """The days of those whose dates the county sets, where both are filled in. Raises Invalid for one alone."""
    days = {}
    for each in yearly():
        first, last = (typed.day(visit.form.get(f"{each.key}-{end}", "")) for end in ("first", "last"))
        if (first is None) != (last is None):
            fault = FieldError(each.key, "wrong_days", f"{each.name}：开始和结束请都填，或者都不填。")
            raise Invalid("invalid_fields", "有日期没有填好。", fields=[fault])
        if first and last:
            days[each.key] = (first, last)
    return days


def _years() -> dict[str, int]:
    """The years that may be prepared, by what the form says: this one and the next."""
    year = clock.today().year
    return {str(each): each for each in (year, year + 1)}


def _year(text: str) -> int:
    if (year := _years().get(text)) is None:
        raise Invalid("wrong_year", "请选择今年或者明年。")
    return year


def _place(text: str) -> Place | None:
    """Where a page goes on; anything else is the beginning."""
    first, _, last = text.partition("~")
    day, campaign_id = typed.day(first), typed.id_of(last)
    return Place(day, campaign_id) if day and campaign_id else None
