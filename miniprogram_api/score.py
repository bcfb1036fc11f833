"""My score: enrolling and leaving, the points today, their trend, what comes next."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from backend.citizens import consent
from backend.citizens.idempotency import Once, once
from backend.citizens.models import Account, Citizen
from backend.points import enrolment, score
from backend.points.ledger import Coming, Ledger
from backend.points.levels import level_of, next_level, no_catalogue
from backend.points.models import Level
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
    # Texts here: to read each as a UUID and write it again would take a tenth of the answer's time.
    record_id: Annotated[str, Meta(description="来自哪条记录", extra_json_schema={"format": "uuid"})] | None
    evidence_id: Annotated[str, Meta(description="来自哪份证明材料", extra_json_schema={"format": "uuid"})] | None


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
    return await score_shown(citizen, ledger)


@routes.add("DELETE", "/enrolment", summary="退出积分", errors=[enrolment.not_enrolled, binding_needed], status=204)
async def leave(account: Account, write: Once) -> None:
    """积分和明细全部删除，不收费，也不影响其他服务；以后可以再参加。"""
    citizen = bound_citizen(account)

    async def deed() -> str:
        return str(await enrolment.leave(account, citizen))

    await once(write, deed)


@routes.add("GET", "/score", summary="我的积分", errors=[*enrolment.READ_ERRORS, no_catalogue])
async def show_score(own: score.OwnScore, ledger: Ledger) -> ScoreShown:
    """积分、等级、各领域构成，以及接下来什么时候会变化。"""
    return _shown(await score.own_today(ledger, own))


@routes.add("GET", "/score/trend", summary="一年走势", errors=enrolment.READ_ERRORS)
async def show_trend(citizen: Citizen, ledger: Ledger) -> Trend:
    """参加以来（最多一年）每月月末和今天的积分。"""
    current = await score.score_of(ledger, citizen)
    return Trend(tuple(TrendPoint(each.day, each.points) for each in await score.trend(ledger, current)))


async def score_shown(citizen: Citizen, ledger: Ledger) -> ScoreShown:
    """The same as `show_score`, for a citizen who was found otherwise."""
    return _shown(await score.today_of(ledger, citizen))


def _shown(today: score.Today) -> ScoreShown:
    above = next_level(today.points, today.levels)
    return ScoreShown(
        points=today.points,
        base=today.base,
        level=_level(level_of(today.points, today.levels)),
        next_level=_level(above) if above else None,
        parts=tuple(Part(domain, points) for domain, points in today.parts.items()),
        coming=tuple(map(_coming, today.coming)),
        changed_at=today.changed_at,
    )


def _level(level: Level) -> LevelShown:
    return LevelShown(level.code, level.name, level.at_least, level.opens)


def _coming(change: Coming) -> ComingChange:
    about, _, thing = change.fact.partition(":")
    return ComingChange(
        change.day,
        change.points,
        "begins" if change.begins else "lapses",
        "开始计分" if change.begins else "到期失效",
        change.item_name,
        thing if about == "record" else None,
        thing if about == "evidence" else None,
    )
