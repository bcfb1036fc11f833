"""阅读数字: what was read, as charts with a table beside each, and as a workbook."""

from datetime import date
from io import BytesIO
from typing import Any

from sanic import HTTPResponse

from backend.console.desk import Desk
from backend.console.downloads import workbook
from backend.console.visit import Visit
from backend.content import figures
from backend.content.figures import Figures, Span
from backend.content.figures_workbook import write_figures
from backend.database import transaction
from backend.errors import Invalid
from backend.pages import typed
from backend.staff import audit
from miniprogram_api.surface.problem import status_of

desk = Desk("figures")
READ = "read_figures"


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
    return workbook(target, f"阅读数字-{span.first}-{span.last}.xlsx")


async def _show(visit: Visit, found: Figures, status: int = 200, **said: Any) -> HTTPResponse:
    narrowed = {name: visit.asked(name) for name in ("article", "campaign") if typed.id_of(visit.asked(name))}
    return await visit.show("figures.html", status, found=found, narrowed=narrowed, **said)


async def _figures(visit: Visit, span: Span) -> Figures:
    return await figures.figures(
        span,
        article_id=typed.id_of(visit.asked("article")),
        campaign_id=typed.id_of(visit.asked("campaign")),
    )


def _span(visit: Visit) -> Span:
    """Raises Invalid wrong_span."""
    return figures.span(_day(visit.asked("first")), _day(visit.asked("last")))


def _day(text: str) -> date | None:
    day = typed.day(text)
    if text and day is None:
        raise figures.wrong_span()
    return day
