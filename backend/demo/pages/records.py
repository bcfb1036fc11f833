"""Pages of records and notices, for who is enrolled and who is not."""

from itertools import groupby
from uuid import UUID

from sanic import HTTPResponse

from backend.demo.pages.points import page_asked
from backend.demo.pages.visitor import Visitor
from backend.points.models import Score
from miniprogram_api import notices, records


async def list_records(visitor: Visitor) -> HTTPResponse:
    """Her records, the last filed first."""
    citizen = visitor.citizen
    shown = await records.list_records(visitor.account, page_asked(visitor))
    return await visitor.show(
        "records.html",
        "records",
        records=shown.items,
        next_cursor=shown.next_cursor,
        later="cursor" in visitor.request.args,
        enrolled=await Score.filter(citizen_id=citizen.id).exists(),
    )


async def show_record(visitor: Visitor, record_id: UUID) -> HTTPResponse:
    """One of her records: source, basis, time, and the ways on; anybody else's is not found."""
    record = await records.show_record(visitor.account, visitor.vault, record_id)
    ways = groupby(record.ways_on, lambda way: (way.label, way.office))
    return await visitor.show(
        "record.html",
        "records",
        record=record,
        ways=[(label, office, [way.what for way in each]) for (label, office), each in ways],
    )


async def list_notices(visitor: Visitor) -> HTTPResponse:
    """Her inbox."""
    shown = await notices.list_notices(visitor.account, page_asked(visitor))
    return await visitor.show(
        "notices.html",
        "notices",
        notices=shown.items,
        next_cursor=shown.next_cursor,
        later="cursor" in visitor.request.args,
    )


async def open_notice(visitor: Visitor, notice_id: UUID) -> HTTPResponse:
    """One of her notices, read from now on."""
    notice = await notices.open_notice(visitor.account, notice_id)
    return await visitor.show("notice.html", "notices", notice=notice)
