"""What I could gain, and what if: pure arithmetic over my own facts, which promises nothing and keeps nothing."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from backend import clock
from backend.citizens.models import Citizen
from backend.points.enrolment import READ_ERRORS
from backend.points.ledger import Ledger
from backend.points.levels import no_catalogue
from backend.records import gaining
from backend.records.gaining import OwnGain, Supposed
from backend.repairs.content import KINDS, Kind
from backend.staff.departments import Office, offices
from miniprogram_api.entries import UNITS, Unit
from miniprogram_api.gain_words import FULL, lines_of, sentence_of
from miniprogram_api.surface.operation import Query, Routes

routes = Routes("积分测算")

NOTE = (
    "这是照现行目录、按您已经计入的记录和材料算的账，不是承诺：算不算数，由部门按目录审核。"
    "还没有审完的材料不在里面。这里不保存任何内容；不做，什么也不会少。"
)
_HOW: dict[bool, str] = {True: "可以自己交证明材料", False: "由部门评定后报送，不用自己申报"}


class GainShown(Struct, frozen=True):
    """One item that still gives points this calendar year."""

    item_code: str
    item_name: str
    summary: str
    domain: str
    how: Literal["evidence", "department"]
    how_label: str
    evidence_kind: Kind | None
    evidence_label: Annotated[str, Meta(description="要交的证明材料")] | None
    departments: tuple[Office, ...]
    unit: Unit | None
    next_quantity: Annotated[float, Meta(description="再有多少才加分；按次计分的为空")] | None
    next_points: int
    at_most: Annotated[int, Meta(description="今年最多还能加多少分；没有上限的为空")] | None
    earned_this_year: int
    term_months: int
    sentence: str


class GainFull(Struct, frozen=True):
    """One item that gives nothing more this calendar year."""

    item_code: str
    item_name: str
    domain: str
    reason: str
    opens_on: date


class GainsShown(Struct, frozen=True):
    """What is open this calendar year and what is full, each item under today's catalogue."""

    year: int
    note: str
    items: tuple[GainShown, ...]
    full: tuple[GainFull, ...]


class WhatIfQuery(Query, frozen=True, kw_only=True):
    """The item of a supposed deed, and its quantity where the item counts one."""

    item: Annotated[str, Meta(min_length=1, max_length=20, description="加分事项的编码")]
    quantity: Annotated[float, Meta(ge=0.1, le=10_000, description="数量，最多一位小数")] | None = None


class WhatIfShown(Struct, frozen=True):
    """The points, had she done one more deed today, and how that is reckoned line by line."""

    item_code: str
    item_name: str
    quantity: Annotated[float, Meta(description="数量，一位小数")] | None
    unit: Unit | None
    points_now: int
    points_after: int
    gain: int
    level_now: str
    level_after: str
    cut_by: Annotated[str, Meta(description="为什么没有全部计分")] | None
    lapses_on: date
    lines: Annotated[tuple[str, ...], Meta(description="一步一步怎么算的")]
    note: str


@routes.add("GET", "/score/gains", summary="我还能得多少分", errors=[*READ_ERRORS, no_catalogue])
async def show_gains(citizen: Citizen, ledger: Ledger) -> GainsShown:
    """今年还没有到上限的加分事项：怎样得、下一分要多少、最多还能加多少；已经加满的也列出来。只是算账，不是承诺。"""
    opened, full = await gaining.gains_of(ledger, citizen)
    known, year = await offices(), clock.today().year
    return GainsShown(
        year=year,
        note=NOTE,
        items=tuple(_gain(each, known) for each in opened),
        full=tuple(_full(each, date(year + 1, 1, 1)) for each in full),
    )


@routes.add("GET", "/score/what-if", summary="如果今天再做一件", errors=[*READ_ERRORS, no_catalogue])
async def show_what_if(citizen: Citizen, ledger: Ledger, query: WhatIfQuery) -> WhatIfShown:
    """假设今天再有一件，积分会是多少：纯粹的算术，一步一步列出来，不保存，也不是承诺。只算能加分的事项。"""
    tenths = None if query.quantity is None else _tenths(query.quantity)
    return _what_if(await gaining.suppose_deed(ledger, citizen, query.item, tenths))


def _tenths(quantity: float) -> int:
    tenths = quantity * 10
    if abs(tenths - round(tenths)) > 1e-6:
        raise gaining.not_supposable("quantity", "quantity_decimals", "数量最多保留一位小数，例如 6.5。")
    return round(tenths)


def _gain(own: OwnGain, known: dict[str, Office]) -> GainShown:
    said, gain = own.item.said, own.gain
    kind = next((each for each in KINDS if each == own.evidence_kind), None)
    return GainShown(
        item_code=said.code,
        item_name=said.name,
        summary=said.summary,
        domain=said.domain,
        how="evidence" if kind else "department",
        how_label=_HOW[kind is not None],
        evidence_kind=kind,
        evidence_label=KINDS[kind] if kind else None,
        departments=tuple(known[code] for code in said.departments),
        unit=UNITS[said.rate.unit] if said.rate else None,
        next_quantity=None if gain.next_quantity is None else gain.next_quantity / 10,
        next_points=gain.next_points,
        at_most=gain.at_most,
        earned_this_year=gain.used.points,
        term_months=said.term_months,
        sentence=sentence_of(own),
    )


def _full(own: OwnGain, opens_on: date) -> GainFull:
    said = own.item.said
    reason = FULL[own.gain.closed_by] if own.gain.closed_by else "这个事项的计分办法到这里为止"
    return GainFull(said.code, said.name, said.domain, reason, opens_on)


def _what_if(supposed: Supposed) -> WhatIfShown:
    said, found = supposed.item.said, supposed.arithmetic
    return WhatIfShown(
        item_code=said.code,
        item_name=said.name,
        quantity=None if supposed.quantity is None else supposed.quantity / 10,
        unit=UNITS[said.rate.unit] if said.rate else None,
        points_now=supposed.points_now,
        points_after=supposed.points_after,
        gain=found.after - found.before,
        level_now=supposed.level_now.name,
        level_after=supposed.level_after.name,
        cut_by=FULL[found.cut_by] if found.cut_by else None,
        lapses_on=supposed.lapses_on,
        lines=lines_of(supposed),
        note=NOTE,
    )
