"""What the editor's page sends of an article, read into a draft; its limits are checked where it is saved."""

from datetime import datetime
from uuid import UUID

import msgspec
from sanic import Request
from sanic.exceptions import PayloadTooLarge, RequestTimeout

from backend import clock
from backend.content.draft import LONGEST_HTML, Attachment, Draft
from backend.errors import Invalid
from miniprogram_api.surface.upload import read_upload

MOST_BYTES = LONGEST_HTML * 4 + 64 * 1024  # of a draft as JSON: a character has at most four bytes
_MOMENT = "%Y-%m-%dT%H:%M"  # of an <input type="datetime-local">, by the county's clock


def unreadable_draft() -> Invalid:
    return Invalid("unreadable_draft", "页面和服务器对不上了。请先复制正文，再刷新页面。")


def draft_too_large() -> Invalid:
    return Invalid("draft_too_large", "内容太长，没有保存。请分成几篇文章。")


def upload_too_slow() -> Invalid:
    return Invalid("upload_too_slow", "网络太慢，没有传完。请过一会儿再试。")


def wrong_moment() -> Invalid:
    return Invalid("wrong_moment", "时间没有填对，请从日历里选择日期和时间。")


class _Attachment(msgspec.Struct, forbid_unknown_fields=True):
    file_id: UUID
    name: str


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """A draft without its limits, so that all faults can be told at once."""

    title: str
    channel: str
    summary: str
    source: str
    author: str
    campaign_id: UUID | None
    tags: tuple[str, ...]
    cover_id: UUID | None
    html: str
    attachments: tuple[_Attachment, ...]
    about_failure: bool
    shows_person: bool
    consent_note: str

    def draft(self) -> Draft:
        """As the domain knows it."""
        files = tuple(Attachment(each.file_id, each.name) for each in self.attachments)
        return Draft(**{**msgspec.structs.asdict(self), "attachments": files})


class Sent(msgspec.Struct, forbid_unknown_fields=True):
    """One save: what is written, and which version the editor began from."""

    draft: _Written
    from_version: int
    automatic: bool = True


def read_sent(data: bytes) -> Sent:
    """What the page sent. Raises Invalid unreadable_draft."""
    try:
        return msgspec.json.decode(data, type=Sent)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise unreadable_draft() from None


async def sent_file(request: Request, most_bytes: int) -> bytes:
    """The file of a form that the page made of a text. Raises Invalid for one that is too large or never ended."""
    try:
        return (await read_upload(request, most_bytes)).data
    except PayloadTooLarge:
        raise draft_too_large() from None
    except RequestTimeout:
        raise upload_too_slow() from None


def moment_of(text: str) -> datetime | None:
    """A moment by the county's clock as a date field says it; nothing for an empty one. Raises Invalid wrong_moment."""
    if not text:
        return None
    try:
        return datetime.strptime(text, _MOMENT).replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        raise wrong_moment() from None


def as_field(moment: datetime | None) -> str:
    """The same the other way round."""
    return moment.astimezone(clock.SHANGHAI).strftime(_MOMENT) if moment else ""
