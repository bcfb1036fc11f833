"""Pages of records and notices, for who is enrolled and who is not."""

from itertools import groupby
from uuid import UUID

from sanic import HTTPResponse

from backend.demo.pages.points import page_asked
from backend.demo.pages.visitor import Visitor
from backend.points.models import Score
from backend.records import reading
from miniprogram_api import notices, records

_UNITS = {"hour": "小时", "day": "天", "activity": "场"}


async def list_records(visitor: Visitor) -> HTTPResponse:
    """Her records, the last filed first."""
    citizen = visitor.citizen
    shown = await records.list_records(citizen, page_asked(visitor))
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
    citizen = visitor.citizen
    record = await records.show_record(citizen, visitor.vault, record_id)
    rate = (await reading.record_of(citizen, record_id)).item.said.rate
    ways = groupby(record.ways_on, lambda way: (way.label, way.office))
    return await visitor.show(
        "record.html",
        "records",
        record=record,
        unit=_UNITS[rate.unit] if rate else "",
        ways=[(label, office, [way.what for way in each]) for (label, office), each in ways],
    )


async def list_notices(visitor: Visitor) -> HTTPResponse:
    """Her inbox."""
    shown = await notices.list_notices(visitor.citizen, page_asked(visitor))
    return await visitor.show(
        "notices.html",
        "notices",
        notices=shown.items,
        next_cursor=shown.next_cursor,
        later="cursor" in visitor.request.args,
    )


async def open_notice(visitor: Visitor, notice_id: UUID) -> HTTPResponse:
    """One of her notices, read from now on."""
    notice = await notices.open_notice(visitor.citizen, notice_id)
    return await visitor.show("notice.html", "notices", notice=notice)
