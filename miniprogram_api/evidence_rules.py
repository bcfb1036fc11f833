"""What evidence the county takes: kinds, fields, departments and time limits, as they are published."""

from datetime import date

from msgspec import Struct

from backend import clock
from backend.records.catalogue import EvidenceRule
from backend.records.evidence_rules import evidence_rules
from backend.repairs.content import CONTENTS, KINDS, LABELS, Kind, ServiceContent
from backend.repairs.content_faults import needed_fields
from backend.staff.departments import stands
from backend.staff.models import Department
from backend.workdays import months_after
from media.intake import MOST_PICTURES

_HINTS: dict[Kind, str] = {
    "service": "写清时间、地点和做了什么，上传照片。中国志愿服务网、河南志愿服务上已经有证书的，填证书编号、出具单位、"
    "时长和日期就行，不用照片。路上的时间不算。",
    "donation": "上传票据照片。捐多捐少一样，金额与积分无关；捐不捐都自愿。",
    "fulfilment": "写文书号和作出文书的部门，上传履行凭证，由那个部门审核。",
    "study": "写课程和举办单位，上传结业证明。",
}
_NO_POINTS = "这类材料本身不计积分，审核后为您保存。"


class ReviewingDepartment(Struct, frozen=True):
    """A department that reviews evidence; its code is what is sent."""

    code: str
    department: str
    office: str
    phone: str


class EvidenceField(Struct, frozen=True):
    """One field of a kind, by its name and what people call it."""

    name: str
    label: str


class EvidenceKind(Struct, frozen=True):
    """How one kind of evidence is taken in today."""

    kind: Kind
    kind_label: str
    hint: str
    gives_points: bool
    not_before: date
    review_workdays: int
    departments: tuple[ReviewingDepartment, ...]
    fields: tuple[EvidenceField, ...]
    needed: tuple[str, ...]
    needed_with_certificate: tuple[str, ...]


class EvidenceRules(Struct, frozen=True):
    """All kinds that the catalogue in force takes."""

    most_pictures: int
    kinds: tuple[EvidenceKind, ...]


async def rules_shown() -> EvidenceRules:
    """Today's rules. Raises Unavailable before the first catalogue."""
    rules = await evidence_rules(clock.today())
    departments = {row.code: row for row in await Department.all().order_by("code") if stands(row, clock.today())}
    kinds = tuple(_kind(kind, rules[kind], departments) for kind in CONTENTS if kind in rules)
    return EvidenceRules(most_pictures=MOST_PICTURES, kinds=kinds)


def _kind(kind: Kind, rule: EvidenceRule, departments: dict[str, Department]) -> EvidenceKind:
    empty = CONTENTS[kind]()
    chosen = [departments[code] for code in rule.departments or departments if code in departments]
    certified = needed_fields(ServiceContent(certificate_number="1")) if kind == "service" else ()
    return EvidenceKind(
        kind=kind,
        kind_label=KINDS[kind],
        hint=_HINTS[kind] if rule.item else _HINTS[kind] + _NO_POINTS,
        gives_points=rule.item is not None,
        not_before=months_after(clock.today(), -rule.months_back),
        review_workdays=rule.review_workdays,
        departments=tuple(ReviewingDepartment(row.code, row.name, row.office, row.phone) for row in chosen),
        fields=tuple(EvidenceField(name, label) for name, label in LABELS.items() if name in empty.__struct_fields__),
        needed=needed_fields(empty),
        needed_with_certificate=certified,
    )
