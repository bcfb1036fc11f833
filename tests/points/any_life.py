"""Any life of a citizen with points: made up by hypothesis, lived through on a real ledger, checked after each step."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from backend import clock
from backend.points import score
from backend.points.levels import level_of, levels_in_force
from backend.points.models import Score
from backend.points.rules import Fact, fold
from backend.points.verification import verify_ledger
from tests.points.stories import BASE, Facts, Life, a_fact, a_life, a_rule, forget_everybody, hourly

FIRST_DAY = date(2025, 12, 10)  # a year ends within every life
KEYS = [f"record:{letter}" for letter in "abcdef"]

_shop, _volunteer = "产品质量", "志愿服务"
RULES = (
    a_rule(5),
    a_rule(7, times_per_year=1),
    a_rule(5, points_per_year=12),
    a_rule(8, item_code="VOL-002", domain_points_per_year=11),
    a_rule(20, item_code="PRO-001", domain=_shop, times_per_year=2, points_per_year=30, domain_points_per_year=35),
    a_rule(-40, item_code="PRO-101", domain=_shop, domain_points_per_year=35),
    a_rule(-40, item_code="PRO-102", domain=_shop, points_per_year=60),
    a_rule(5, item_code="PRO-101", domain=_volunteer),
    hourly(item_code="VOL-003"),
    hourly(item_code="VOL-003", points_per_year=15, domain_points_per_year=25),
)


@dataclass(frozen=True)
class Happens:
    """Facts arrive or change; those that are None are withdrawn."""

    facts: dict[str, Fact | None]


@dataclass(frozen=True)
class DaysPass:
    """Time goes by, and nobody looks."""

    days: int


@dataclass(frozen=True)
class Deed:
    """What the citizen does: `look`, `leave` or `enrol`."""

    name: str


Step = Happens | DaysPass | Deed


@st.composite
def facts(draw: st.DrawFn, key: str) -> Fact:
    """A fact of these weeks; some begin late, some never, some lapse soon."""
    rule = draw(st.sampled_from(RULES))
    on = FIRST_DAY + timedelta(days=draw(st.integers(0, 40)))
    return a_fact(
        key,
        rule,
        on=on,
        counts_from=on + timedelta(days=draw(st.integers(0, 25))),
        lapses_on=on + timedelta(days=draw(st.integers(0, 90))),
        hours=draw(st.integers(1, 900)) / 10 if rule.steps else None,
        document=f"鲁文{draw(st.integers(1, 3))}号",
    )


def lives() -> st.SearchStrategy[list[Step]]:
    """Up to a dozen steps."""
    some = st.dictionaries(st.sampled_from(KEYS), st.none(), min_size=1, max_size=4)
    happens = some.flatmap(
        lambda keys: st.fixed_dictionaries({key: st.one_of(facts(key), facts(key), st.none()) for key in keys})
    ).map(Happens)
    days = st.integers(1, 40).map(DaysPass)
    deed = st.sampled_from([Deed("look"), Deed("look"), Deed("leave"), Deed("enrol")])
    return st.lists(st.one_of(happens, happens, days, deed), min_size=1, max_size=12)


def expected(life: Life, day: date) -> tuple[int, dict[str, int]]:
    """Points and parts of folding the live facts once."""
    parts: Counter[str] = Counter()
    for key, counted in fold(life.facts.values(), day).counted.items():
        parts[life.facts[key].rule.domain] += counted.points
    return BASE + sum(parts.values()), {domain: points for domain, points in sorted(parts.items()) if points}


async def live_through(source: Facts, steps: Sequence[Step]) -> None:
    """Live a life in an otherwise empty ledger; fails where points, parts, level or chain are not what they must be."""
    await forget_everybody()
    day = FIRST_DAY
    with _morning(day):
        life = await a_life(source)
    for step in steps:
        if isinstance(step, DaysPass):
            for _ in range(step.days):
                day += timedelta(days=1)
                await _nobody_looks(life, day)
            continue
        with _morning(day):
            await _do(life, step)
            await _check(life)


async def _do(life: Life, step: Happens | Deed) -> None:
    enrolled = await Score.filter(citizen_id=life.citizen.id).exists()
    if isinstance(step, Happens):
        withdrawn = [key for key, fact in step.facts.items() if fact is None]
        posted = await life.happens(*(fact for fact in step.facts.values() if fact), withdrawn=withdrawn)
        assert enrolled or posted == 0
    elif step.name == "leave" and enrolled:
        await life.leave()
    elif step.name == "enrol" and not enrolled:
        await life.enrol()


async def _check(life: Life) -> None:
    verified = await verify_ledger()
    assert verified.misfits == []
    if not await Score.filter(citizen_id=life.citizen.id).exists():
        assert verified.entries == 0
        return
    settled = await score.score_of(life.ledger, life.citizen)
    points, parts = expected(life, clock.today())
    assert (settled.points, settled.parts) == (points, parts)
    levels = await levels_in_force(clock.today())
    assert level_of(settled.points, levels) == level_of(points, levels)
    assert settled.points == settled.base + sum(entry.points for entry in await life.entries())
    assert settled.next_change_on == fold(life.facts.values(), clock.today()).next_change_on
    assert (await score.trend(life.ledger, settled))[-1].points == points
    assert await life.happens() == 0, "folding twice posts nothing"


async def _nobody_looks(life: Life, day: date) -> None:
    """Until the day that the score names, it is right without being settled."""
    row = await Score.get_or_none(citizen_id=life.citizen.id)
    if row is not None and (row.next_change_on is None or day < row.next_change_on):
        assert (row.points, row.parts) == expected(life, day)


def _morning(day: date) -> AbstractContextManager[None]:
    return clock.pinned(datetime(day.year, day.month, day.day, 9, tzinfo=clock.SHANGHAI))
