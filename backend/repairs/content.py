"""Pure: what a citizen writes in evidence, one struct a kind, all optional while it is a draft."""

from datetime import date, datetime
from typing import Any, Literal, NamedTuple, get_args

import msgspec

from backend import clock
from backend.chain import canonical
from backend.spreadsheets.cells import fold

Kind = Literal["service", "donation", "fulfilment", "study"]
KINDS: dict[Kind, str] = {"service": "志愿服务", "donation": "慈善捐赠", "fulfilment": "履行义务", "study": "学习培训"}


class _Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every kind has: the department that should review it, by its code, and words to the reviewer."""

    department: str | None = None
    words: str | None = None


class ServiceContent(_Written, frozen=True, kw_only=True):
    """志愿服务: where and when; or the number of a certificate on which it stands already, with its issuer and day.

    `hours` has one decimal at most and leaves the way there and back out. Nobody has to name a contact: it is somebody
    else's data.
    """

    organisation: str | None = None
    activity: str | None = None
    place: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    served_on: date | None = None  # with a certificate, where it names no times
    hours: float | None = None
    contact: str | None = None
    certificate_number: str | None = None
    certificate_issuer: str | None = None


class DonationContent(_Written, frozen=True, kw_only=True):
    """慈善捐赠. The amount may be left out (gifts in kind); it is kept as stated and never moves points (慈善法)."""

    recipient: str | None = None
    amount_fen: int | None = None
    receipt_number: str | None = None
    donated_on: date | None = None


class FulfilmentContent(_Written, frozen=True, kw_only=True):
    """履行义务: the document whose duty was done; `department` is the one that issued it."""

    document_number: str | None = None
    fulfilled_on: date | None = None


class StudyContent(_Written, frozen=True, kw_only=True):
    """学习培训."""

    course: str | None = None
    provider: str | None = None
    finished_on: date | None = None
    hours: float | None = None


Content = ServiceContent | DonationContent | FulfilmentContent | StudyContent
CONTENTS: dict[Kind, type[Content]] = dict(zip(get_args(Kind), get_args(Content), strict=True))

# Each field by the name that people read, in the order in which it is asked.
LABELS = {
    "organisation": "服务组织",
    "activity": "活动内容",
    "place": "服务地点",
    "starts_at": "开始时间",
    "ends_at": "结束时间",
    "hours": "时长（小时）",
    "contact": "组织联系人",
    "certificate_number": "志愿服务证书编号",
    "certificate_issuer": "证书出具单位",
    "served_on": "服务日期",
    "recipient": "受赠组织",
    "amount_fen": "金额",
    "receipt_number": "票据编号",
    "donated_on": "捐赠日期",
    "document_number": "文书号",
    "fulfilled_on": "履行日期",
    "course": "课程",
    "provider": "举办单位",
    "finished_on": "学完日期",
    "department": "审核部门",
    "words": "补充说明",
}

_DAYS = {"donation": "donated_on", "fulfilment": "fulfilled_on", "study": "finished_on"}


class Found(NamedTuple):
    """By what evidence is found without reading it: the columns of its row; `quantity` in tenths of an hour."""

    happened_on: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    quantity: int | None
    number: str | None  # of the receipt or the certificate, in one spelling


def kind_of(content: Content) -> Kind:
    return next(kind for kind, struct in CONTENTS.items() if isinstance(content, struct))


def write(content: Content) -> str:
    """The one text of a content, as it is hidden in its row."""
    return canonical(content)


def read(kind: str, text: str) -> Content:
    """The content behind `write`. Raises ValueError for an unknown kind."""
    for known, struct in CONTENTS.items():
        if known == kind:
            return msgspec.json.decode(text, type=struct)
    raise ValueError("no such kind of evidence")


def tidied(content: Content) -> Content:
    """The content without blanks around its texts; what was left blank is nothing."""
    values: dict[str, Any] = {name: _tidy(value) for name, value in msgspec.structs.asdict(content).items()}
    return type(content)(**values)


def found_by(content: Content) -> Found:
    """The columns of a content that has no fault of `content_faults.unkeepable`."""
    happened_on = getattr(content, day_field(content))
    if isinstance(happened_on, datetime):
        happened_on = clock.local_date(happened_on)
    hours = content.hours if isinstance(content, ServiceContent | StudyContent) else None
    service = content if isinstance(content, ServiceContent) else ServiceContent()
    number = content.receipt_number if isinstance(content, DonationContent) else service.certificate_number
    return Found(
        happened_on=happened_on,
        starts_at=service.starts_at,
        ends_at=service.ends_at,
        quantity=None if hours is None else round(hours * 10),
        number=one_spelling(number) if number else None,
    )


def one_spelling(number: str) -> str:
    """A receipt's or certificate's number, so that the same one is recognised however it was typed."""
    return fold(number).upper()


def title_of(content: Content) -> str:
    """What it is called in a list; empty while nothing is written."""
    match content:
        case ServiceContent():
            return content.activity or content.organisation or content.certificate_issuer or ""
        case DonationContent():
            return content.recipient or ""
        case FulfilmentContent():
            return content.document_number or ""
        case StudyContent():
            return content.course or ""


def day_field(content: Content) -> str:
    """The field that says on which day it happened, or ended."""
    if not isinstance(content, ServiceContent):
        return _DAYS[kind_of(content)]
    return "served_on" if content.ends_at is None and content.certificate_number else "ends_at"


def _tidy(value: object) -> object:
    return value.strip() or None if isinstance(value, str) else value
