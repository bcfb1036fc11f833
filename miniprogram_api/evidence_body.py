"""What a citizen sends as evidence: one flat form for all kinds, of which each kind takes its own fields."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from backend.errors import FieldError, invalid_fields
from backend.repairs.content import CONTENTS, LABELS, Content, Kind
from miniprogram_api.surface.operation import Body


class EvidenceChange(Body, frozen=True, kw_only=True):
    """All that stands in the evidence from now on: what is left out is empty. Whole only when it is submitted."""

    organisation: Annotated[str, Meta(max_length=60, description="服务组织")] | None = None
    activity: Annotated[str, Meta(max_length=60, description="活动内容")] | None = None
    place: Annotated[str, Meta(max_length=60, description="服务地点")] | None = None
    starts_at: Annotated[datetime, Meta(tz=True, description="开始时间")] | None = None
    ends_at: Annotated[datetime, Meta(tz=True, description="结束时间")] | None = None
    hours: Annotated[float, Meta(ge=0, le=10_000, description="时长，一位小数；路上的时间不算")] | None = None
    contact: Annotated[str, Meta(max_length=60, description="组织联系人，可以不填")] | None = None
    certificate_number: Annotated[str, Meta(max_length=60, description="志愿服务证书编号")] | None = None
    certificate_issuer: Annotated[str, Meta(max_length=60, description="证书出具单位")] | None = None
    served_on: Annotated[date, Meta(description="有证书、没有写时间时的服务日期")] | None = None
    recipient: Annotated[str, Meta(max_length=60, description="受赠组织")] | None = None
    amount_fen: (
        Annotated[int, Meta(ge=0, le=100_000_000_000, description="金额（分），可以不填，与积分无关")] | None
    ) = None
    receipt_number: Annotated[str, Meta(max_length=60, description="票据编号")] | None = None
    donated_on: Annotated[date, Meta(description="捐赠日期")] | None = None
    document_number: Annotated[str, Meta(max_length=100, description="所履行的文书的文书号")] | None = None
    fulfilled_on: Annotated[date, Meta(description="履行日期")] | None = None
    course: Annotated[str, Meta(max_length=60, description="课程")] | None = None
    provider: Annotated[str, Meta(max_length=60, description="举办单位")] | None = None
    finished_on: Annotated[date, Meta(description="学完日期")] | None = None
    department: Annotated[str, Meta(max_length=20, description="审核部门的编码；履行义务时是作出文书的部门")] | None = (
        None
    )
    words: Annotated[str, Meta(max_length=500, description="补充说明")] | None = None
    pictures: Annotated[tuple[UUID, ...], Meta(max_length=50, description="照片，最多九张，按顺序")] = ()


class EvidenceDraft(EvidenceChange, frozen=True, kw_only=True):
    """A new draft of one kind."""

    kind: Kind


def content_from(kind: Kind, body: EvidenceChange) -> Content:
    """The content of this kind in a body. Raises Invalid for fields that belong to another kind."""
    struct = CONTENTS[kind]
    own = struct.__struct_fields__
    foreign = [name for name in LABELS if name not in own and getattr(body, name) is not None]
    if foreign:
        raise invalid_fields([FieldError(name, "other_kind", "这类材料没有这一项，请清空。") for name in foreign])
    return struct(**{name: getattr(body, name) for name in own})
