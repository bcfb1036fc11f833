"""My records, each with its basis, its time and the ways on."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from backend.citizens.models import Account
from backend.records import reading
from backend.records.reading import OwnRecord
from backend.secrets import Vault
from backend.staff.departments import Office, offices
from miniprogram_api.entries import UNITS, Unit
from miniprogram_api.surface.operation import Moment, Routes
from miniprogram_api.surface.pages import PageQuery, decode_id, encode_cursor
from miniprogram_api.surface.speaker import binding_needed, bound_citizen

routes = Routes("记录")

_STATES = {"in_force": "有效", "waiting": "尚未计分", "lapsed": "已到期", "withdrawn": "已撤回"}
Severity = Literal["轻微", "一般", "严重"]
_SEVERITIES: dict[str | None, Severity | None] = {"minor": "轻微", "general": "一般", "serious": "严重", None: None}
Capacity = Literal["法定代表人", "主要负责人", "直接责任人"]
_CAPACITIES: dict[str | None, Capacity | None] = {
    "legal_representative": "法定代表人",
    "person_in_charge": "主要负责人",
    "directly_responsible": "直接责任人",
    None: None,
}
_NO_MEASURES = "没有部门报送正在对您执行的措施。全国的信息以“信用中国”网站为准。"


class WayOn(Struct, frozen=True):
    """One way to end a record or to get points back, and what it takes."""

    kind: Literal["points_recovery", "record_repair", "contest"]
    label: str
    what: str
    office: Office


class RecordLine(Struct, frozen=True):
    """A record in a list."""

    id: UUID
    item_name: str
    domain: str
    kind: Literal["positive", "negative"]
    department: str
    document_date: date
    state: Literal["in_force", "waiting", "lapsed", "withdrawn"]
    state_label: str
    lapses_on: date


class RecordPage(Struct, frozen=True):
    """Records, the last filed first."""

    items: tuple[RecordLine, ...]
    next_cursor: str | None


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
    state: Literal["in_force", "waiting", "lapsed", "withdrawn"]
    state_label: str
    counts_from: Annotated[date, Meta(description="从这一天起计分；告知满十个工作日之后")] | None
    workdays_left: Annotated[int, Meta(description="计分之前还剩几个工作日")] | None
    lapses_on: date
    measures: str
    ways_on: tuple[WayOn, ...]


@routes.add("GET", "/records", summary="我的公共信用记录", errors=[binding_needed])
async def list_records(account: Account, page: PageQuery) -> RecordPage:
    """不参加积分也能看。"""
    rows = await reading.records_of(bound_citizen(account), before=decode_id(page.cursor), limit=page.limit + 1)
    known = await offices()
    lines = tuple(_line(row, known) for row in rows[: page.limit])
    more = len(rows) > page.limit
    return RecordPage(lines, encode_cursor(str(lines[-1].id)) if more else None)


@routes.add("GET", "/records/<record_id>", summary="一条公共信用记录", errors=[reading.no_such_record, binding_needed])
async def show_record(account: Account, vault: Vault, record_id: UUID) -> RecordShown:
    """记录的来源、依据、期限，以及可以怎么办。"""
    return _shown(await reading.record_of(bound_citizen(account), record_id), vault, await offices())


def _line(own: OwnRecord, known: dict[str, Office]) -> RecordLine:
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


def _shown(own: OwnRecord, vault: Vault, known: dict[str, Office]) -> RecordShown:
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
        summary=vault.decrypt(record.summary_hidden, "record.summary"),
        legal_basis=own.item.legal_basis,
        catalogue_ref=said.catalogue_ref,
        filed_at=record.filed_at,
        state=own.state,
        state_label=_STATES[own.state],
        counts_from=own.counts_from,
        workdays_left=own.workdays_left,
        lapses_on=record.lapses_on,
        measures=_NO_MEASURES,
        ways_on=_ways_on(own, office),
    )


def _ways_on(own: OwnRecord, office: Office) -> tuple[WayOn, ...]:
    """Only what works today: each way names the office, because none of them can be done in the app yet (charter 6)."""
    said = own.item.said
    contest = "认为这条记录有错的，可以向报送部门提出异议；核实有误的，部门会更正或撤回。"
    ways = [WayOn("contest", "异议申请", contest, office)]
    if own.state in {"in_force", "waiting"} and own.item.negative:
        ways += [WayOn("points_recovery", "积分恢复", way.what, office) for way in said.recovery]
        if said.repair:
            ways.append(WayOn("record_repair", "信用修复", said.repair.what, office))
    return tuple(ways)
