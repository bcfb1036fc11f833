"""What was read: sums by day, channel, campaign and article over a span of days. No reader is in any of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from tortoise.functions import Sum
from tortoise.queryset import QuerySet

from backend import clock
from backend.content.channels import CHANNELS
from backend.content.models import Campaign, Publication, ReadCount
from backend.errors import Invalid

LONGEST = 366  # days of a span
USUAL = 30
MOST_ARTICLES = 100  # of a list, the most read


@dataclass(frozen=True)
class Span:
    """From the first to the last day, both counted."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each of its days."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Line:
    """One thing and how often it was read in the span."""

    name: str
    reads: int
    id: UUID | None = None


@dataclass(frozen=True)
class Figures:
    """All that the page shows; `by_day` has every day, with zeros."""

    span: Span
    about: str  # what it is narrowed to; nothing for everything
    by_day: list[tuple[date, int]]
    channels: list[Line]
    campaigns: list[Line]
    articles: list[Line]

    @property
    def reads(self) -> int:
        """Of the whole span."""
        return sum(reads for _, reads in self.by_day)


def wrong_span() -> Invalid:
    return Invalid("wrong_span", f"请选择开始和结束日期：开始不晚于结束，最长 {LONGEST} 天。")


def span(first: date | None, last: date | None) -> Span:
    """The span of these days; the last thirty without them. Raises Invalid wrong_span."""
    last = last or clock.today()
    if last - date.min < timedelta(days=USUAL) or last == date.max:
        raise wrong_span()
    first = first or last - timedelta(days=USUAL - 1)
    if first > last or (last - first).days >= LONGEST:
        raise wrong_span()
    return Span(first, last)


async def figures(of: Span, *, article_id: UUID | None = None, campaign_id: UUID | None = None) -> Figures:
    """What was read in the span: everything, one article, or what stands under one campaign."""
    rows = ReadCount.filter(day__gte=of.first, day__lte=of.last)
    if article_id is not None:
        rows = rows.filter(article_id=article_id)
    if campaign_id is not None:
        rows = rows.filter(article__publication__campaign_id=campaign_id)
    return Figures(
        span=of,
        about=await _about(article_id, campaign_id),
        by_day=await _by_day(rows, of),
        channels=await _channels(rows),
        campaigns=await _campaigns(rows),
        articles=await _articles(rows),
    )


async def _about(article_id: UUID | None, campaign_id: UUID | None) -> str:
    if article_id is not None:
        row = await Publication.get_or_none(article_id=article_id)
        return row.title if row else ""
    campaign = await Campaign.get_or_none(id=campaign_id) if campaign_id is not None else None
    return campaign.name if campaign else ""


async def _by_day(rows: QuerySet[ReadCount], of: Span) -> list[tuple[date, int]]:
    counted = dict(await rows.annotate(total=Sum("reads")).group_by("day").values_list("day", "total"))
    return [(day, int(counted.get(day, 0))) for day in of.days]


async def _channels(rows: QuerySet[ReadCount]) -> list[Line]:
    """Every channel, in their order."""
    by = rows.annotate(total=Sum("reads")).group_by("article__publication__channel")
    counted = dict(await by.values_list("article__publication__channel", "total"))
    return [Line(name, int(counted.get(code, 0))) for code, name in CHANNELS.items()]


async def _campaigns(rows: QuerySet[ReadCount]) -> list[Line]:
    """Those that were read, the most read first."""
    by = rows.filter(article__publication__campaign_id__isnull=False).annotate(total=Sum("reads"))
    counted = await by.group_by("article__publication__campaign_id").values_list(
        "article__publication__campaign_id", "total"
    )
    names = {each.id: each.name for each in await Campaign.filter(id__in=[each for each, _ in counted])}
    lines = [Line(names[campaign_id], int(reads), campaign_id) for campaign_id, reads in counted]
    return sorted(lines, key=lambda line: (-line.reads, line.name))


async def _articles(rows: QuerySet[ReadCount]) -> list[Line]:
    """The most read ones."""
    by = rows.annotate(total=Sum("reads")).group_by("article_id").order_by("-total", "article_id")
    counted = await by.limit(MOST_ARTICLES).values_list("article_id", "total")
    shown = await Publication.filter(article_id__in=[each for each, _ in counted]).only("article_id", "title")
    titles = {each.article_id: each.title for each in shown}
    return [Line(titles[article_id], int(reads), article_id) for article_id, reads in counted]
