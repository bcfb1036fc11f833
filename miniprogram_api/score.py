"""My score: enrolling and leaving, the points today, their trend, what comes next."""

from datetime import date
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
from backend.points.models import Level
from miniprogram_api.about import id_of
from miniprogram_api.surface.operation import Body, Moment, Routes
from miniprogram_api.surface.speaker import binding_needed, bound_citizen

routes = Routes("积分")


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
    record_id: Annotated[UUID, Meta(description="来自哪条记录")] | None
    evidence_id: Annotated[UUID, Meta(description="来自哪份证明材料")] | None


class ScoreShown(Struct, frozen=True):
    """诚信积分 today."""

    points: int
    base: int
    level: LevelShown
    next_level: LevelShown | None
    parts: tuple[Part, ...]
    coming: tuple[ComingChange, ...]
    changed_at: Moment


class TrendPoint(Struct, frozen=True):
    """The points at the end of a day."""

    day: date
    points: int


class Trend(Struct, frozen=True):
    """A year of points, oldest first."""

    items: tuple[TrendPoint, ...]


@routes.add(
    "POST",
    "/enrolment",
    summary="参加积分",
    errors=[*enrolment.ERRORS, consent.old_text, no_catalogue],
    status=201,
)
async def enrol(account: Account, citizen: Citizen, ledger: Ledger, body: EnrolRequest, write: Once) -> ScoreShown:
    """自愿参加，年满十八周岁；已有的有效记录会按目录计分。"""

    async def deed() -> str:
        return str((await enrolment.enrol(ledger, account, citizen, body.text_version)).id)

    await once(write, deed)
    return await _score(ledger, citizen)


@routes.add("DELETE", "/enrolment", summary="退出积分", errors=[enrolment.not_enrolled, binding_needed], status=204)
async def leave(account: Account, write: Once) -> None:
    """积分和明细全部删除，不收费，也不影响其他服务；以后可以再参加。"""
    citizen = bound_citizen(account)

    async def deed() -> str:
        return str(await enrolment.leave(account, citizen))

    await once(write, deed)


@routes.add("GET", "/score", summary="我的积分", errors=[enrolment.not_enrolled, no_catalogue])
async def show_score(citizen: Citizen, ledger: Ledger) -> ScoreShown:
    """积分、等级、各领域构成，以及接下来什么时候会变化。"""
    return await _score(ledger, citizen)


@routes.add("GET", "/score/trend", summary="一年走势", errors=[enrolment.not_enrolled])
async def show_trend(citizen: Citizen, ledger: Ledger) -> Trend:
    """参加以来（最多一年）每月月末和今天的积分。"""
    current = await score.score_of(ledger, citizen)
    return Trend(tuple(TrendPoint(each.day, each.points) for each in await score.trend(ledger, current)))


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
        record_id=id_of(change.fact.key, "record"),
        evidence_id=id_of(change.fact.key, "evidence"),
    )
