"""My inbox."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend.citizens.models import Account
from backend.notifications import inbox
from backend.notifications.models import Notice
from miniprogram_api.about import id_of
from miniprogram_api.surface.operation import Moment, Routes
from miniprogram_api.surface.pages import PageQuery, decode_id, encode_cursor
from miniprogram_api.surface.speaker import binding_needed, bound_citizen

routes = Routes("通知")


class NoticeShown(Struct, frozen=True):
    """One notice."""

    id: UUID
    kind: str
    title: str
    body: str
    record_id: Annotated[UUID, Meta(description="相关的记录")] | None
    evidence_id: Annotated[UUID, Meta(description="相关的证明材料")] | None
    nomination_id: Annotated[UUID, Meta(description="相关的推荐")] | None
    nominee_request_id: Annotated[UUID, Meta(description="有人推荐了您：本人意见页")] | None
    objection_id: Annotated[UUID, Meta(description="相关的公示异议")] | None
    honour_id: Annotated[UUID, Meta(description="相关的荣誉")] | None
    created_at: Moment
    read_at: Moment | None


class NoticePage(Struct, frozen=True):
    """Notices, newest first."""

    items: tuple[NoticeShown, ...]
    next_cursor: str | None
    unread: int


@routes.add("GET", "/notices", summary="我的通知", errors=[binding_needed])
async def list_notices(account: Account, page: PageQuery) -> NoticePage:
    """与我有关的每一个决定都在这里。"""
    citizen = bound_citizen(account)
    rows = await inbox.notices_of(citizen, before=decode_id(page.cursor), limit=page.limit + 1)
    shown = tuple(_notice(row) for row in rows[: page.limit])
    more = len(rows) > page.limit
    return NoticePage(shown, encode_cursor(str(shown[-1].id)) if more else None, await inbox.unread_count(citizen))


@routes.add("GET", "/notices/<notice_id>", summary="打开一条通知", errors=[inbox.no_such_notice, binding_needed])
async def open_notice(account: Account, notice_id: UUID) -> NoticeShown:
    """第一次打开即为已读。"""
    return _notice(await inbox.read(bound_citizen(account), notice_id))


def _notice(row: Notice) -> NoticeShown:
    return NoticeShown(
        id=row.id,
        kind=row.kind,
        title=row.title,
        body=row.body,
        record_id=id_of(row.about, "record"),
        evidence_id=id_of(row.about, "evidence"),
        nomination_id=id_of(row.about, "nomination"),
        nominee_request_id=id_of(row.about, "nominee"),
        objection_id=id_of(row.about, "objection"),
        honour_id=id_of(row.about, "honour"),
        created_at=row.created_at,
        read_at=row.read_at,
    )
