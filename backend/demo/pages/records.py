"""Pages of records and notices, for who is enrolled and who is not."""

from itertools import groupby
from uuid import UUID

from sanic import HTTPResponse

from backend.demo.pages.points import page_asked, record_opens
from backend.demo.pages.visitor import Visitor
from backend.errors import NotFound
from backend.points import enrolment
from backend.repairs.content import KINDS
from miniprogram_api import notices, records


async def list_records(visitor: Visitor) -> HTTPResponse:
    """Her records, the last filed first."""
    citizen = visitor.citizen
    enrolled = await enrolment.takes_part(citizen.id)
    shown = await records.list_records(visitor.account, page_asked(visitor))
    return await visitor.show(
        "records.html",
        "records",
        records=shown.items,
        next_cursor=shown.next_cursor,
        later="cursor" in visitor.request.args,
        enrolled=enrolled,
        paused=not enrolled and await enrolment.held(citizen.id) is not None,
    )


async def show_record(visitor: Visitor, record_id: UUID) -> HTTPResponse:
    """One of her records: source, basis, time, and the ways on; anybody else's is not found."""
    record = await records.show_record(visitor.account, visitor.vault, record_id)
    ways = groupby(record.ways_on, lambda way: (way.label, way.office))
    return await visitor.show(
        "record.html",
        "records",
        record=record,
        ways=[(label, office, list(each)) for (label, office), each in ways],
        kinds=KINDS,
        key=visitor.new_key(),
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
    opens = await record_opens(visitor, notice.record_id)
    gone = None if opens or notice.record_id is None else await _why_gone(visitor, notice.record_id)
    return await visitor.show("notice.html", "notices", notice=notice, opens=opens, gone=gone)


async def _why_gone(visitor: Visitor, record_id: UUID) -> str:
    """What the API answers her instead of a record that was taken back: why, and the department's words."""
    try:
        await records.show_record(visitor.account, visitor.vault, record_id)
    except NotFound as refusal:
        return refusal.detail
    return ""
