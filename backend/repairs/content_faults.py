"""Pure: what is wrong with what a citizen wrote in evidence, every fault at once."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from backend import clock
from backend.errors import FieldError
from backend.records.catalogue import EvidenceRule
from backend.repairs.content import (
    Content,
    DonationContent,
    Kind,
    ServiceContent,
    StudyContent,
    day_field,
    found_by,
    kind_of,
)
from backend.workdays import months_after

MOST_HOURS = 1_000
_YEARS = range(1950, 3000)  # outside of them a moment cannot even be turned into a county day

_BY_CERTIFICATE = ("certificate_number", "certificate_issuer", "hours")
_NEEDED: dict[Kind, tuple[str, ...]] = {
    "service": ("organisation", "activity", "place", "starts_at", "ends_at", "hours"),
    "donation": ("recipient", "receipt_number", "donated_on"),
    "fulfilment": ("document_number", "department", "fulfilled_on"),
    "study": ("course", "provider", "finished_on"),
}


def needed_fields(content: Content) -> tuple[str, ...]:
    """What must be filled in before it is submitted."""
    if isinstance(content, ServiceContent) and content.certificate_number:
        return (*_BY_CERTIFICATE, day_field(content))
    return _NEEDED[kind_of(content)]


def unkeepable(content: Content) -> list[FieldError]:
    """What not even a draft can hold: years that no calendar of ours has."""
    values = msgspec.structs.asdict(content)
    wrong = [name for name, value in values.items() if isinstance(value, date) and value.year not in _YEARS]
    return [FieldError(name, "wrong_year", "年份不对，请核对。") for name in wrong]


def faults(
    content: Content, now: datetime, rule: EvidenceRule, pictures: int, handed_in_on: date | None = None
) -> list[FieldError]:
    """Every fault of a content that is submitted at `now` with so many pictures; none of `unkeepable` may be left.

    `handed_in_on`: when it was first submitted, for an answer to a request for more comes later.
    """
    missing = [name for name in needed_fields(content) if getattr(content, name) is None]
    found = [FieldError(name, "required", "请填写这一项。") for name in missing]
    found += _faults_of_time(content, now, months_after(handed_in_on or clock.local_date(now), -rule.months_back))
    if isinstance(content, ServiceContent | StudyContent) and content.hours is not None:
        found += _faults_of_hours(content, content.hours)
    if isinstance(content, DonationContent) and content.amount_fen is not None and content.amount_fen <= 0:
        found.append(FieldError("amount_fen", "not_positive", "金额应大于 0；捐的是物品，可以不填。"))
    if pictures == 0 and not (isinstance(content, ServiceContent) and content.certificate_number):
        found.append(FieldError("pictures", "picture_needed", "请至少上传一张照片，例如活动现场、票据或者证明。"))
    return found


def _faults_of_time(content: Content, now: datetime, since: date) -> Iterator[FieldError]:
    name = day_field(content)
    value, happened_on = getattr(content, name), found_by(content).happened_on
    if happened_on is not None and (value > now if isinstance(value, datetime) else value > clock.local_date(now)):
        yield FieldError(name, "in_future", "还没有到这个时间，请在结束以后提交。")
    if happened_on is not None and happened_on < since:
        yield FieldError(name, "too_old", f"已经超过提交期限，只接收 {since.isoformat()} 以后的。")
    if not isinstance(content, ServiceContent):
        return
    if content.starts_at and content.ends_at and content.ends_at <= content.starts_at:
        yield FieldError("ends_at", "ends_before_start", "结束时间应在开始时间之后，请核对。")
    if content.served_on and content.ends_at and content.served_on != happened_on:
        yield FieldError("served_on", "not_the_last_day", "服务日期与结束时间不是同一天，请核对。")


def _faults_of_hours(content: ServiceContent | StudyContent, hours: float) -> Iterator[FieldError]:
    """At most 24 hours a calendar day, and in service not more than lies between its start and its end."""
    if hours <= 0:
        yield FieldError("hours", "not_positive", "时长应大于 0。")
    if abs(hours * 10 - round(hours * 10)) > 1e-6:
        yield FieldError("hours", "too_many_decimals", "时长最多保留一位小数，例如 6.5。")
    if hours > MOST_HOURS:
        yield FieldError("hours", "too_many_hours", f"一次最多 {MOST_HOURS:,} 小时，更多的请分开提交。")
    if isinstance(content, StudyContent) or (content.starts_at is None) != (content.ends_at is None):
        return
    days, between = 1, 24.0
    if content.starts_at and content.ends_at:
        days = (clock.local_date(content.ends_at) - clock.local_date(content.starts_at)).days + 1
        between = (content.ends_at - content.starts_at).total_seconds() / 3600
    if between <= 0:
        return  # its own fault
    if hours > 24 * days:
        yield FieldError("hours", "more_than_a_day", "一天最多 24 小时；证书上不止一天的，请填写开始和结束时间。")
    elif hours > between + 1e-6:
        yield FieldError("hours", "more_than_the_time", "时长超过了开始到结束之间的时间，请核对；路上的时间不算。")
