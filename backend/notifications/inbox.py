"""The inbox: what was decided about a citizen, written in the decision's own transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from backend import clock
from backend.citizens.models import Citizen
from backend.database.bulk import insert_rows
from backend.errors import NotFound
from backend.notifications.models import Notice


def no_such_notice() -> NotFound:
    return NotFound("notice_not_found", "没有这条通知。")


class NewNotice(NamedTuple):
    """A notice not yet told, as its row."""

    id: UUID
    citizen_id: UUID
    kind: str
    title: str
    body: str
    about: str
    created_at: datetime


def compose(citizen_id: UUID, kind: str, title: str, body: str, about: str) -> NewNotice:
    """A notice not yet told; `about` names its thing, `record:ID`."""
    return NewNotice(uuid7(), citizen_id, kind, title, body, about, clock.now())


async def tell(notices: Iterable[NewNotice]) -> None:
    """Put notices into their citizens' inboxes, in the caller's transaction."""
    await insert_rows(Notice, NewNotice._fields, list(notices))


async def told_at(citizen_id: UUID, kind: str, about: str, *, since: datetime) -> datetime | None:
    """When she was told of this last, not before `since`; None when she was not."""
    told = Notice.filter(citizen_id=citizen_id, kind=kind, about=about, created_at__gte=since)
    notice = await told.order_by("-created_at").first()
    return None if notice is None else notice.created_at


async def notices_of(citizen: Citizen, *, before: UUID | None, limit: int) -> Sequence[Notice]:
    """Her notices, newest first, older than `before`."""
    rows = Notice.filter(citizen_id=citizen.id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return await rows.order_by("-id").limit(limit)


async def unread_count(citizen: Citizen) -> int:
    """How many of her notices she has not read."""
    return await Notice.filter(citizen_id=citizen.id, read_at=None).count()


async def read(citizen: Citizen, notice_id: UUID) -> Notice:
    """Open one of her notices: the first time marks it read. Raises NotFound for anybody else's."""
    await Notice.filter(id=notice_id, citizen_id=citizen.id, read_at=None).update(read_at=clock.now())
    notice = await Notice.get_or_none(id=notice_id, citizen_id=citizen.id)
    if notice is None:
        raise no_such_notice()
    return notice
