"""My points: enrolling and leaving, the score, its trend, what comes next, each entry with its why."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from backend import clock
from backend.citizens import consent
from backend.citizens.idempotency import Once, once
from backend.citizens.models import Account, Citizen
from backend.points import enrolment, score
from backend.points.ledger import Ledger
from backend.points.levels import level_of, levels_in_force, next_level, no_catalogue
from backend.points.models import Level, PointEntry
from backend.staff.departments import Office, offices
from miniprogram_api.surface.operation import Body, Routes
from miniprogram_api.surface.pages import PageQuery, decode_number, encode_cursor
from miniprogram_api.surface.speaker import binding_needed

routes = Routes("积分")

_CAPS = {
    "times_per_year": "已达到该事项每年计分次数",
    "points_per_year": "已达到该事项每年分值上限",
    "domain_points_per_year": "已达到该领域每年分值上限",
}
EntryKind = Literal["counted", "changed", "lapsed", "withdrawn"]
_KINDS: dict[str, tuple[EntryKind, str]] = {
    "counted": ("counted", "计入"),
    "changed": ("changed", "调整"),
    "lapsed": ("lapsed", "到期失效"),
    "withdrawn": ("withdrawn", "记录撤回"),
}


class EnrolRequest(Body, frozen=True, kw_only=True):
    """A yes to the enrolment text in the version that was shown."""

    text_version: Annotated[int, Meta(ge=1, le=9999, description="参加积分同意书的版本", examples=[1])]


class LevelShown(Struct, frozen=True):
    """One level and what it opens."""

    code: str
    name: str
    at_least: int | None
    opens: str


class Part(Struct, frozen=True):
    """One domain's share of the points above or below the base."""

    domain: str
    points: int


class ComingChange(Struct, frozen=True):
    """What time alone will change: a reward or deduction that lapses, or a deduction that begins to count."""

    day: date
    points: int
    kind: Literal["begins", "lapses"]
    label: str
    item_name: str
    record_id: UUID


class ScoreShown(Struct, frozen=True):
    """诚信积分 today."""

    points: int
    base: int
    level: LevelShown
    next_level: LevelShown | None
    parts: tuple[Part, ...]
    coming: tuple[ComingChange, ...]
    changed_at: datetime


class TrendPoint(Struct, frozen=True):
    """The points at the end of a day."""

    day: date
    points: int


class Trend(Struct, frozen=True):
    """A year of points, oldest first."""

    items: tuple[TrendPoint, ...]


class EntryShown(Struct, frozen=True):
    """积分明细 with its whole why (charter 5)."""

    id: UUID
    points: int
    kind: EntryKind
    kind_label: str
    posted_at: datetime
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
    lapses_on: date
    quantity: Annotated[float, Meta(description="数量，一位小数")] | None
    unit: str | None
    cut_by: Annotated[str, Meta(description="为什么没有全部计分")] | None
    record_id: UUID
    contest: Annotated[Office, Meta(description="有不同意见时找谁")]


class EntryPage(Struct, frozen=True):
    """Entries, newest first."""

    items: tuple[EntryShown, ...]
    next_cursor: str | None


@routes.add(
    "POST",
    "/enrolment",
    summary="参加积分",
    errors=[
        enrolment.under_eighteen,
        enrolment.already_enrolled,
        enrolment.not_enrolled,  # an old write sent again after she left
        consent.old_text,
        no_catalogue,
    ],
    status=201,
)
async def enrol(account: Account, citizen: Citizen, ledger: Ledger, body: EnrolRequest, write: Once) -> ScoreShown:
    """自愿参加，年满十八周岁；已有的有效记录会按目录计分。"""

    async def deed() -> str:
        return str((await enrolment.enrol(ledger, account, citizen, body.text_version)).id)

    await once(write, deed)
    return await _score(ledger, citizen)


@routes.add("DELETE", "/enrolment", summary="退出积分", errors=[enrolment.not_enrolled, binding_needed], status=204)
async def leave(account: Account) -> None:
    """积分和明细全部删除，不收费，也不影响其他服务；以后可以再参加。"""
    if account.citizen is None:
        raise binding_needed()
    await enrolment.leave(account, account.citizen)


@routes.add("GET", "/score", summary="我的积分", errors=[enrolment.not_enrolled, no_catalogue])
async def show_score(citizen: Citizen, ledger: Ledger) -> ScoreShown:
    """积分、等级、各领域构成，以及接下来什么时候会变化。"""
    return await _score(ledger, citizen)


@routes.add("GET", "/score/trend", summary="一年走势", errors=[enrolment.not_enrolled])
async def show_trend(citizen: Citizen, ledger: Ledger) -> Trend:
    """参加以来（最多一年）每月月末和今天的积分。"""
    current = await score.score_of(ledger, citizen)
    return Trend(tuple(TrendPoint(each.day, each.points) for each in await score.trend(current)))


@routes.add("GET", "/entries", summary="积分明细", errors=[enrolment.not_enrolled])
async def list_entries(citizen: Citizen, ledger: Ledger, page: PageQuery) -> EntryPage:
    """从新到旧。"""
    rows = await score.entries_of(ledger, citizen, before=decode_number(page.cursor), limit=page.limit + 1)
    known = await offices()
    shown = tuple(_entry(row, known) for row in rows[: page.limit])
    more = len(rows) > page.limit
    return EntryPage(shown, encode_cursor(str(rows[page.limit - 1].sequence)) if more else None)


@routes.add("GET", "/entries/<entry_id>", summary="一条积分明细", errors=[score.no_such_entry])
async def show_entry(citizen: Citizen, entry_id: UUID) -> EntryShown:
    """这一分从哪里来：记录、部门、文书、法律依据、失效日期，以及有不同意见找谁。"""
    return _entry(await score.entry_of(citizen, entry_id), await offices())


async def _score(ledger: Ledger, citizen: Citizen) -> ScoreShown:
    current = await score.score_of(ledger, citizen)
    levels = await levels_in_force(clock.today())
    above = next_level(current.points, levels)
    return ScoreShown(
        points=current.points,
        base=current.base,
        level=_level(level_of(current.points, levels)),
        next_level=_level(above) if above else None,
        parts=tuple(Part(domain, points) for domain, points in current.parts.items()),
        coming=tuple(_coming(change) for change in await score.coming_changes(ledger, citizen)),
        changed_at=current.changed_at,
    )


def _level(level: Level) -> LevelShown:
    return LevelShown(level.code, level.name, level.at_least, level.opens)


def _coming(change: score.Change) -> ComingChange:
    why = change.fact.why
    kind: Literal["begins", "lapses"] = "begins" if change.day == why.counts_from else "lapses"
    return ComingChange(
        day=change.day,
        points=change.points,
        kind=kind,
        label="开始计分" if kind == "begins" else "到期失效",
        item_name=why.item_name,
        record_id=_record_id(change.fact.key),
    )


def _entry(entry: PointEntry, known: dict[str, Office]) -> EntryShown:
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
        lapses_on=why.lapses_on,
        quantity=None if why.quantity is None else why.quantity / 10,
        unit=why.unit,
        cut_by=_CAPS[why.cut_by] if why.cut_by else None,
        record_id=_record_id(entry.fact),
        contest=known[why.department_code],
    )


def _record_id(key: str) -> UUID:
    return UUID(key.removeprefix("record:"))
