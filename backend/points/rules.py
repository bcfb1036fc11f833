"""Pure: from dated facts to points. The same facts on the same day give the same points, however they arrived."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import msgspec


class Step(msgspec.Struct, frozen=True, cache_hash=True):
    """Up to `up_to` tenths of a unit in a calendar year (None: no end), `points` for each `per` tenths."""

    up_to: int | None
    points: int
    per: int


class Rule(msgspec.Struct, frozen=True):
    """What one catalogue item gives under one version: flat `points`, or `steps` over the quantity.

    Caps count absolute points (deductions too) of a calendar year of conduct.
    """

    item_code: str
    domain: str
    points: int = 0
    steps: tuple[Step, ...] = ()
    points_per_year: int | None = None
    times_per_year: int | None = None
    domain_points_per_year: int | None = None


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What explains an entry: copied into it, so that it stays true when departments or catalogues change."""

    item_code: str
    item_name: str
    catalogue_version: str
    domain: str
    department_code: str
    department_name: str
    document_number: str
    document_date: date
    legal_basis: tuple[str, ...]
    happened_on: date
    counts_from: date
    lapses_on: date
    quantity: int | None = None  # tenths of a unit
    unit: str | None = None
    cut_by: str | None = None  # the cap that cut the points


class Fact(msgspec.Struct, frozen=True):
    """One dated thing that may change points. `key` is unique and stable: `record:ID`."""

    key: str
    rule: Rule
    why: Why

    def counts_on(self, day: date) -> bool:
        """Whether it counts on `day` (charter 7): nothing before its first day, nothing from the day it lapses."""
        return self.why.counts_from <= day < self.why.lapses_on

    @property
    def positive(self) -> bool:
        """Whether it adds points."""
        return self.rule.points > 0 or bool(self.rule.steps)


class Counted(NamedTuple):
    """What one fact gives on one day, and the cap that cut it."""

    points: int
    cut_by: str | None


NOTHING = Counted(0, None)


def _order(fact: Fact) -> tuple[date, date, str, str, str, str]:
    """The order of conduct. What happened on one day goes by what its documents say, not by which was filed first."""
    why = fact.why
    return why.happened_on, why.document_date, why.department_code, why.document_number, why.item_code, fact.key


class Change(NamedTuple):
    """What time alone will do: on `day`, the fact of `key` changes the points by `points`."""

    day: date
    key: str
    points: int


class Folded(NamedTuple):
    """All facts on one day: what each gives by its key, and what time alone will change later, soonest first."""

    counted: dict[str, Counted]
    coming: list[Change]

    @property
    def next_change_on(self) -> date | None:
        """The next day on which time alone changes something."""
        return self.coming[0].day if self.coming else None


def worth(facts: Iterable[Fact]) -> list[tuple[Fact, Counted]]:
    """What each fact gives while it counts, in the order of conduct.

    Caps and steps are used up in that order by every fact that ever counts, lapsed or not: so a lapse takes away its
    own points and never moves another's. A fact whose term ends before it could begin gives nothing and uses nothing.
    """
    used = _Used()
    ordered = sorted(facts, key=_order)
    return [(each, used.take(each) if each.why.counts_from < each.why.lapses_on else NOTHING) for each in ordered]


def fold(facts: Iterable[Fact], day: date) -> Folded:
    """Points of each fact on `day` (charter 7: nothing before it counts, nothing from the day it lapses)."""
    counted: dict[str, Counted] = {}
    coming: list[Change] = []
    for fact, (points, cut_by) in worth(facts):
        begins, ends = fact.why.counts_from, fact.why.lapses_on
        counted[fact.key] = Counted(points if begins <= day < ends else 0, cut_by)
        if points and begins > day:
            coming.append(Change(begins, fact.key, points))
        if points and ends > day:
            coming.append(Change(ends, fact.key, -points))
    return Folded(counted, sorted(coming))


class _Used:
    """What the facts so far have used of each year's steps and caps."""

    def __init__(self) -> None:
        self._quantity: dict[tuple[int, str], int] = {}
        self._times: dict[tuple[int, str], int] = {}
        self._item: dict[tuple[int, str, bool], int] = {}
        self._domain: dict[tuple[int, str], int] = {}

    def take(self, fact: Fact) -> Counted:
        """The fact's points after every cap, and the first cap that cut them."""
        rule, year, positive = fact.rule, fact.why.happened_on.year, fact.positive
        item_key, domain_key = (year, rule.item_code), (year, rule.domain)
        times = self._times.get(item_key, 0)
        if rule.times_per_year is not None and times >= rule.times_per_year:
            return Counted(0, "times_per_year")
        self._times[item_key] = times + 1
        points, cut_by = self._earned(fact, item_key), None
        signed_key = (*item_key, positive)
        item_used = self._item.get(signed_key, 0)
        points, cut_by = _cap(points, cut_by, rule.points_per_year, item_used, "points_per_year")
        if positive:
            # A domain's cap bounds rewards only: deductions are bounded by their own item.
            domain_used = self._domain.get(domain_key, 0)
            points, cut_by = _cap(points, cut_by, rule.domain_points_per_year, domain_used, "domain_points_per_year")
            self._domain[domain_key] = domain_used + points
        self._item[signed_key] = item_used + abs(points)
        return Counted(points, cut_by)

    def _earned(self, fact: Fact, item_key: tuple[int, str]) -> int:
        """Points before caps. Whole points of the year's running total, so splitting a quantity gains nothing."""
        if not fact.rule.steps:
            return fact.rule.points
        before = self._quantity.get(item_key, 0)
        after = before + (fact.why.quantity or 0)
        self._quantity[item_key] = after
        return _whole(fact.rule.steps, after) - _whole(fact.rule.steps, before)


@lru_cache(maxsize=16_384)  # fractions are slow, and a year's totals are the same few thousand for everybody
def _whole(steps: tuple[Step, ...], quantity: int) -> int:
    """Whole points of a running total."""
    return int(climb(steps, quantity))


def climb(steps: Sequence[Step], quantity: int) -> Fraction:
    """Points of `quantity` tenths of a unit over diminishing steps, before rounding down."""
    points, below = Fraction(0), 0
    for step in steps:
        top = quantity if step.up_to is None else min(quantity, step.up_to)
        if top > below:
            points += Fraction((top - below) * step.points, step.per)
            below = top
    return points


def _cap(points: int, cut_by: str | None, cap: int | None, used: int, name: str) -> tuple[int, str | None]:
    """`points`, signed, cut to what `cap` leaves; the first cap that cuts is named."""
    if cap is None:
        return points, cut_by
    left = max(0, cap - used)
    if abs(points) <= left:
        return points, cut_by
    return (left if points > 0 else -left), cut_by or name
