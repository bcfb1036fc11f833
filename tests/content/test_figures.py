"""What was read, in sums: by day with its zeros, by channel, campaign and article, and as a workbook."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from backend.content import campaigns, figures
from backend.content.campaigns import CampaignSaid
from backend.content.figures_workbook import write_figures
from backend.content.models import Article, Campaign, ReadCount
from backend.errors import Invalid
from tests.content.editors import editor, finished
from tests.running_app import both_databases

FIRST, LAST = date(2026, 11, 20), date(2026, 11, 23)


@pytest.fixture
async def read(monday: None, database: None) -> tuple[Article, Article, Campaign]:
    """Two articles, one of them under a campaign, read on some days."""
    said = CampaignSaid(name="质量月", summary="货真价实。", starts_on=FIRST, ends_on=LAST)
    campaign = await campaigns.create(await editor(), said)
    inside = await finished(campaign_id=campaign.id, title="=1+1", channel="stories")
    outside = await finished(title="信用知识")
    for article, day, reads in (
        (inside, 19, 90), (inside, 20, 5), (inside, 22, 7), (outside, 22, 1), (outside, 23, 2),
    ):  # fmt: skip
        await ReadCount.create(article_id=article.id, day=date(2026, 11, day), reads=reads)
    return inside, outside, campaign


@both_databases
async def test_every_day_of_the_span_stands_there_and_no_other(read: tuple[Article, Article, Campaign]) -> None:
    inside, outside, campaign = read
    found = await figures.figures(figures.span(FIRST, LAST))
    assert [reads for _, reads in found.by_day] == [5, 0, 8, 2]
    assert (found.by_day[0][0], found.by_day[-1][0], found.reads) == (FIRST, LAST, 15)
    assert {line.name: line.reads for line in found.channels if line.reads} == {"诚信故事": 12, "信用知识": 3}
    assert [(line.name, line.reads, line.id) for line in found.campaigns] == [("质量月", 12, campaign.id)]
    assert [(line.reads, line.id) for line in found.articles] == [(12, inside.id), (3, outside.id)]


@both_databases
async def test_narrowed_to_one_article_or_campaign(read: tuple[Article, Article, Campaign]) -> None:
    _, outside, campaign = read
    one = await figures.figures(figures.span(FIRST, LAST), article_id=outside.id)
    assert (one.about, one.reads, len(one.articles)) == ("信用知识", 3, 1)
    under = await figures.figures(figures.span(FIRST, LAST), campaign_id=campaign.id)
    assert (under.about, under.reads) == ("质量月", 12)


@pytest.mark.parametrize(
    ("first", "last"),
    [(LAST, FIRST), (date(2025, 11, 22), LAST), (None, date.max), (date.min, LAST), (None, date(1, 1, 3))],
)
def test_a_span_that_cannot_be_is_refused(first: date | None, last: date) -> None:
    with pytest.raises(Invalid):
        figures.span(first, last)


async def test_the_workbook_says_the_same_and_computes_nothing(read: tuple[Article, Article, Campaign]) -> None:
    target = BytesIO()
    write_figures(target, await figures.figures(figures.span(FIRST, LAST)))
    book = CalamineWorkbook.from_filelike(BytesIO(target.getvalue()))
    assert book.sheet_names == ["按天", "按频道", "按活动", "按文章"]
    assert book.get_sheet_by_name("按文章").to_python() == [["文章", "阅读次数"], ["'=1+1", 12.0], ["信用知识", 3.0]]
    assert book.get_sheet_by_name("按天").to_python()[1:] == [
        ["2026-11-20", 5.0], ["2026-11-21", 0.0], ["2026-11-22", 8.0], ["2026-11-23", 2.0],
    ]  # fmt: skip
