"""How one record is shown to its citizen, and what she can do about it."""

from collections.abc import Set
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from backend.records.catalogue import RecoveryWay
from backend.records.measures import LISTS, MEASURES, OFF_THE_LIST, Measure
from backend.records.reading import OwnRecord, WholeRecord
from backend.records.record_versions import Past
from backend.staff.departments import Office
from miniprogram_api.entries import UNITS, Unit
from miniprogram_api.surface.operation import Moment

_STATES = {"in_force": "有效", "waiting": "尚未计分", "lapsed": "已到期"}
State = Literal["in_force", "waiting", "lapsed"]
Severity = Literal["轻微", "一般", "严重"]
_SEVERITIES: dict[str | None, Severity | None] = {"minor": "轻微", "general": "一般", "serious": "严重", None: None}
Capacity = Literal["法定代表人", "主要负责人", "直接责任人"]
_CAPACITIES: dict[str | None, Capacity | None] = {
    "legal_representative": "法定代表人",
    "person_in_charge": "主要负责人",
    "directly_responsible": "直接责任人",
    None: None,
}
_NO_MEASURES = "这条记录没有部门报送正在对您执行的措施。全国的信息以“信用中国”网站为准。"
_MEASURES = "以下措施由部门报送，不由本程序决定或执行。全国的信息以“信用中国”网站为准。"


EvidenceKind = Literal["service", "donation", "fulfilment", "study"]

# Which kind of evidence each way of getting points back asks for.
_EVIDENCE_OF: dict[str, EvidenceKind] = {
    "fulfilment": "fulfilment",
    "service": "service",
    "study": "study",
    "charity": "donation",
}


class WayOn(Struct, frozen=True):
    """One way to end a record or to get points back, and what it takes."""

    kind: Literal["points_recovery", "record_repair", "contest"]
    label: str
    what: str
    action: Annotated[
        Literal["submit_evidence"] | None, Meta(description="在这里就能办的一步；空的，请到 office 办理或打电话")
    ]
    evidence_kind: Annotated[EvidenceKind | None, Meta(description="要提交哪类证明材料")]
    office: Office


class MeasureShown(Struct, frozen=True):
    """措施: what a department reports as in force, with its item in the national or provincial list."""

    name: str
    list: Annotated[str, Meta(description="列在哪一份清单里")]
    basis: str
    authority: Annotated[str, Meta(description="决定机关")]
    until: Annotated[date, Meta(description="最后一天")]
    way_out: Annotated[str, Meta(description="怎样解除")]


class DifferenceShown(Struct, frozen=True):
    """One thing that an amendment changed; empty where nothing was said."""

    label: str
    before: str
    after: str


class AmendmentShown(Struct, frozen=True):
    """更正: when the department amended the record, why, and what."""

    at: Moment
    reason: str
    words: str
    differences: tuple[DifferenceShown, ...]


class RecordLine(Struct, frozen=True):
    """A record in a list."""

    id: UUID
    item_name: str
    domain: str
    kind: Literal["positive", "negative"]
    department: str
    document_date: date
    state: State
    state_label: str
    lapses_on: date


class RecordShown(Struct, frozen=True):
    """公共信用记录 with everything that explains it."""

    id: UUID
    item_code: str
    item_name: str
    item_summary: str
    catalogue_version: str
    domain: str
    kind: Literal["positive", "negative"]
    severity: Severity | None
    department: str
    document_number: str
    document_date: date
    conduct_end: date
    finality_date: date | None
    publication_place: str
    quantity: Annotated[float, Meta(description="数量，一位小数")] | None
    unit: Unit | None
    occupation: str | None
    capacity: Capacity | None
    summary: str
    legal_basis: tuple[str, ...]
    catalogue_ref: str | None
    filed_at: Moment
    state: State
    state_label: str
    counts_from: Annotated[date, Meta(description="从这一天起计分；告知满十个工作日之后")] | None
    workdays_left: Annotated[int, Meta(description="计分之前还剩几个工作日")] | None
    lapses_on: date
    measures: Annotated[tuple[MeasureShown, ...], Meta(description="部门报送的、今天正在执行的措施")]
    measures_said: Annotated[str, Meta(description="措施说明：没有报送的，写明以哪里为准")]
    history: Annotated[tuple[AmendmentShown, ...], Meta(description="部门的更正，从新到旧")]
    ways_on: tuple[WayOn, ...]


def line_of(own: OwnRecord, known: dict[str, Office]) -> RecordLine:
    """One of her records in a list."""
    record, said = own.record, own.item.said
    return RecordLine(
        id=record.id,
        item_name=said.name,
        domain=said.domain,
        kind=said.kind,
        department=known[record.department_id].department,
        document_date=record.document_date,
        state=own.state,
        state_label=_STATES[own.state],
        lapses_on=record.lapses_on,
    )


def shown(whole: WholeRecord, known: dict[str, Office], taken: Set[str]) -> RecordShown:
    """One of her records whole; `known` offices by department, `taken` the kinds of evidence taken in today."""
    own = whole.own
    record, said = own.record, own.item.said
    office = known[record.department_id]
    return RecordShown(
        id=record.id,
        item_code=said.code,
        item_name=said.name,
        item_summary=said.summary,
        catalogue_version=own.item.version,
        domain=said.domain,
        kind=said.kind,
        severity=_SEVERITIES[said.severity],
        department=office.department,
        document_number=record.document_number,
        document_date=record.document_date,
        conduct_end=record.conduct_end,
        finality_date=record.finality_date,
        publication_place=record.publication_place,
        quantity=None if record.quantity is None else record.quantity / 10,
        unit=UNITS[said.rate.unit] if said.rate else None,
        occupation=record.occupation,
        capacity=_CAPACITIES[record.capacity],
        summary=whole.content.summary,
        legal_basis=own.item.legal_basis,
        catalogue_ref=said.catalogue_ref,
        filed_at=record.filed_at,
        state=own.state,
        state_label=_STATES[own.state],
        counts_from=own.counts_from,
        workdays_left=own.workdays_left,
        lapses_on=record.lapses_on,
        measures=tuple(_measure(each) for each in whole.measures),
        measures_said=_MEASURES if whole.measures else _NO_MEASURES,
        history=tuple(_amendment(each) for each in whole.history),
        ways_on=_ways_on(own, office, taken),
    )


def _measure(measure: Measure) -> MeasureShown:
    listed = MEASURES.get(measure.code)
    return MeasureShown(
        name=listed.name if listed else measure.code,
        list=LISTS[listed.list] if listed else OFF_THE_LIST,
        basis=listed.basis if listed else "请问决定机关。",
        authority=measure.authority,
        until=measure.until,
        way_out=measure.way_out,
    )


def _amendment(past: Past) -> AmendmentShown:
    differences = tuple(DifferenceShown(each.label, each.before, each.after) for each in past.differences)
    return AmendmentShown(past.at, past.reason, past.words, differences)


def _ways_on(own: OwnRecord, office: Office, taken: Set[str]) -> tuple[WayOn, ...]:
    """Each way names the office; what of it can be done in the app is offered only where it works (charter 6).

    `taken` are the kinds of evidence that the catalogue takes in today.
    """
    said = own.item.said
    contest = "认为这条记录有错的，可以向报送部门提出异议；核实有误的，部门会更正或撤回。"
    ways = [WayOn("contest", "异议申请", contest, None, None, office)]
    if own.state in {"in_force", "waiting"} and own.item.negative:
        ways += [_recovery(way, office, taken) for way in said.recovery]
        if said.repair:
            ways.append(WayOn("record_repair", "信用修复", said.repair.what, None, None, office))
    return tuple(ways)


def _recovery(way: RecoveryWay, office: Office, taken: Set[str]) -> WayOn:
    kind = _EVIDENCE_OF[way.way]
    if kind not in taken:
        return WayOn("points_recovery", "积分恢复", way.what, None, None, office)
    return WayOn("points_recovery", "积分恢复", way.what, "submit_evidence", kind, office)
