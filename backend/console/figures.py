"""阅读数字: what was read, as charts with a table beside each, and as a workbook."""

from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sanic import HTTPResponse

from backend.console.desk import Desk
from backend.console.visit import Visit
from backend.content import figures
from backend.content.figures import Figures, Span
from backend.content.figures_workbook import write_figures
from backend.database import transaction
from backend.errors import Invalid
from backend.staff import audit
from miniprogram_api.surface.problem import status_of

desk = Desk("figures")
READ = "read_figures"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@desk.add("GET", "/figures", permission=READ)
async def show_figures(visit: Visit) -> HTTPResponse:
    """The last thirty days, or those asked for; everything, one article or one campaign."""
    try:
        span = _span(visit)
    except Invalid as error:
        return await _show(visit, await _figures(visit, figures.span(None, None)), status_of(error), fault=error)
    return await _show(visit, await _figures(visit, span))


@desk.add("GET", "/figures/export", permission=READ)
async def export_figures(visit: Visit) -> HTTPResponse:
    """The same as a workbook."""
    span = _span(visit)
    found = await _figures(visit, span)
    async with transaction():
        await audit.record(visit.staff, "figures.export", first=span.first.isoformat(), last=span.last.isoformat())
    target = BytesIO()
    write_figures(target, found)
    name = quote(f"阅读数字-{span.first}-{span.last}.xlsx")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return HTTPResponse(target.getvalue(), 200, headers, XLSX)


async def _show(visit: Visit, found: Figures, status: int = 200, **said: Any) -> HTTPResponse:
    asked = "&".join(f"{name}={visit.asked(name)}" for name in ("article", "campaign") if _id(visit.asked(name)))
    return await visit.show("figures.html", status, found=found, asked=asked, longest=figures.LONGEST, **said)


async def _figures(visit: Visit, span: Span) -> Figures:
    return await figures.figures(span, article_id=_id(visit.asked("article")), campaign_id=_id(visit.asked("campaign")))


def _span(visit: Visit) -> Span:
    """Raises Invalid wrong_span."""
    return figures.span(_day(visit.asked("first")), _day(visit.asked("last")))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise figures.wrong_span() from None


def _id(text: str) -> UUID | None:
    """Of one article or campaign; anything else is everything."""
    try:
        return UUID(text)
    except ValueError:
        return None
