"""Pages of campaigns, which everybody may read, and the pledge, for which she signs in."""

from uuid import UUID

from sanic import HTTPResponse

from backend.demo.pages.reader import READING, Reader
from backend.pages.forms import go_to
from miniprogram_api import articles, campaigns
from miniprogram_api.articles import ArticleQuery
from miniprogram_api.surface.pages import PageQuery

_PACT = "诚信公约"  # the tag of the text that one reads before pledging


async def list_campaigns(reader: Reader) -> HTTPResponse:
    """Those that run now, then the others, each with its days."""
    shown = await campaigns.list_campaigns(reader.asked(PageQuery))
    order = {"running": 0, "coming": 1, "over": 2}
    return await reader.show(
        "reading_campaigns.html",
        "campaigns",
        campaigns=sorted(shown.items, key=lambda each: order[each.state]),
        next_cursor=shown.next_cursor,
    )


async def show_campaign(reader: Reader, campaign_id: UUID) -> HTTPResponse:
    """One campaign with its sums and its articles, and whether she pledged."""
    shown = await campaigns.show_campaign(campaign_id)
    mine = await campaigns.show_pledge(reader.account, reader.vault, campaign_id) if reader.account else None
    asked = reader.asked(ArticleQuery, campaign=str(campaign_id))
    under = await articles.list_articles(asked)
    pact = (
        await articles.list_articles(ArticleQuery(campaign=campaign_id, tag=_PACT, limit=1)) if shown.pledge else None
    )
    return await reader.show(
        "reading_campaign.html",
        "campaigns",
        campaign=shown,
        pledged=mine is not None and mine.pledged,
        count=mine.count if mine else shown.pledged,
        pact=pact.items[0] if pact and pact.items else None,
        articles=under.items,
        next_cursor=under.next_cursor,
        later=asked.cursor is not None,
    )


async def pledge(reader: Reader, campaign_id: UUID) -> HTTPResponse:
    """Her pledge, once; who is not signed in is told why that is needed, and finds back."""
    address = f"{READING}/campaigns/{campaign_id}"
    if reader.account is None:
        await campaigns.show_campaign(campaign_id)
        return await reader.show("reading_sign_in.html", "campaigns", deed="pledge", back=address)
    await campaigns.make_pledge(reader.account, reader.vault, campaign_id)
    return go_to(address)
