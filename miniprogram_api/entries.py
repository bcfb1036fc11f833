"""My entries: each change of points with its whole why (charter 5)."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from backend.citizens.models import Citizen
from backend.points import enrolment, score
from backend.points.ledger import Ledger
from backend.points.models import PointEntry
from backend.records.entry_facts import EntryFact, entry_facts
from backend.staff.departments import Office, offices
from miniprogram_api.about import id_of
from miniprogram_api.surface.operation import Moment, Routes
from miniprogram_api.surface.pages import PageQuery, decode_number, encode_cursor

routes = Routes("积分明细")

_CAPS = {
    "times_per_year": "已达到该事项每年计分次数",
    "points_per_year": "已达到该事项每年分值上限",
    "domain_points_per_year": "已达到该领域每年分值上限",
}
Unit = Literal["小时", "天", "场"]
UNITS: dict[str | None, Unit | None] = {
    "hour": "小时",
    "day": "天",
    "activity": "场",
    None: None,
}
EntryKind = Literal["counted", "changed", "lapsed", "withdrawn"]
_KINDS: dict[str, tuple[EntryKind, str]] = {
    "counted": ("counted", "计入"),
    "changed": ("changed", "调整"),
    "lapsed": ("lapsed", "到期失效"),
    "withdrawn": ("withdrawn", "撤回"),
}


class EntryShown(Struct, frozen=True):
    """积分明细 with its whole why (charter 5)."""

    id: UUID
    points: int
    kind: EntryKind
    kind_label: str
    posted_at: Moment
    item_code: str
    item_name: str
    catalogue_version: str
    domain: str
    department: str
    document_number: str
    document_date: date
    legal_basis: tuple[str, ...]
    happened_on: date
    counts_from: date
    lapses_on: Annotated[date, Meta(description="到期失效的日子；更正过的，是更正以后的")]
    quantity: Annotated[float, Meta(description="数量，一位小数")] | None
    unit: Unit | None
    cut_by: Annotated[str, Meta(description="为什么没有全部计分")] | None
    record_id: Annotated[UUID, Meta(description="来自哪条记录")] | None
    amended: Annotated[bool, Meta(description="记入以后，部门又更正过这条记录：以记录为准")]
    evidence_id: Annotated[UUID, Meta(description="来自哪份证明材料")] | None
    contest: Annotated[Office, Meta(description="有不同意见时找谁")]


class EntryPage(Struct, frozen=True):
    """Entries, newest first."""

    items: tuple[EntryShown, ...]
    next_cursor: str | None


@routes.add("GET", "/entries", summary="积分明细", errors=enrolment.READ_ERRORS)
async def list_entries(citizen: Citizen, ledger: Ledger, page: PageQuery) -> EntryPage:
    """从新到旧。"""
    rows = await score.entries_of(ledger, citizen, before=decode_number(page.cursor), limit=page.limit + 1)
    shown = await _shown(rows[: page.limit])
    more = len(rows) > page.limit
    return EntryPage(shown, encode_cursor(str(rows[page.limit - 1].sequence)) if more else None)


@routes.add("GET", "/entries/<entry_id>", summary="一条积分明细", errors=[*enrolment.READ_ERRORS, score.no_such_entry])
async def show_entry(citizen: Citizen, entry_id: UUID) -> EntryShown:
    """这一分从哪里来：记录或证明材料、部门、文书、法律依据、失效日期，以及有不同意见找谁。"""
    (shown,) = await _shown([await score.entry_of(citizen, entry_id)])
    return shown


async def _shown(rows: Sequence[PointEntry]) -> tuple[EntryShown, ...]:
    records = [id_of(row.fact, "record") for row in rows]
    known, facts = await offices(), await entry_facts([each for each in records if each is not None])
    return tuple(
        _entry(row, known, None if record_id is None else facts.get(record_id))
        for row, record_id in zip(rows, records, strict=True)
    )


def _entry(entry: PointEntry, known: dict[str, Office], fact: EntryFact | None) -> EntryShown:
    why = score.why_of(entry)
    kind, kind_label = _KINDS[entry.kind]
    return EntryShown(
        id=entry.id,
        points=entry.points,
        kind=kind,
        kind_label=kind_label,
        posted_at=entry.posted_at,
        item_code=why.item_code,
        item_name=why.item_name,
        catalogue_version=why.catalogue_version,
        domain=why.domain,
        department=why.department_name,
        document_number=why.document_number,
        document_date=why.document_date,
        legal_basis=why.legal_basis,
        happened_on=why.happened_on,
        counts_from=why.counts_from,
        lapses_on=fact.lapses_on if fact is not None else why.lapses_on,
        quantity=None if why.quantity is None else why.quantity / 10,
        unit=UNITS[why.unit],
        cut_by=_CAPS[why.cut_by] if why.cut_by else None,
        record_id=id_of(entry.fact, "record"),
        amended=fact is not None and fact.amended_since(why),
        evidence_id=id_of(entry.fact, "evidence"),
        contest=known[why.department_code],
    )
