"""Pure: what one more deed would give today, after all that her facts have used of the year's caps and steps.

A supposed deed comes last in the year, so one pass of `rules.worth` over the real facts says what is left for it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from backend.points.rules import Counted, Fact, Rule, Why, climb, worth

UNIT = 10  # tenths: quantities of facts are in tenths of a unit
_LAST = "\U0010ffff"  # orders a supposed deed after every real one of the same day


class Used(NamedTuple):
    """What a calendar year has used of an item's caps and steps, and of its domain's cap; `quantity` in tenths."""

    times: int = 0
    quantity: int = 0
    points: int = 0
    domain_points: int = 0


class Gain(NamedTuple):
    """What a rule still gives this calendar year, to be had by deeds of today.

    `next_quantity`: the fewest whole units that give points, in tenths; None for flat points. `at_most`: all that is
    left of the year; None where no cap bounds it. `closed_by`: the cap that leaves nothing at all.
    """

    rule: Rule
    used: Used
    next_quantity: int | None
    next_points: int
    at_most: int | None
    closed_by: str | None


class WhatIf(NamedTuple):
    """Points of all facts today, without and with the supposed deed; `earned` is what it gives before every cap."""

    before: int
    after: int
    earned: int
    cut_by: str | None
    used: Used


def suppose(rule: Rule, day: date, quantity: int | None = None) -> Fact:
    """A deed of `day` under the rule that nobody did; `quantity` in tenths. It comes after all real ones of the day."""
    why = Why(
        item_code=rule.item_code,
        item_name="",
        catalogue_version="",
        domain=rule.domain,
        department_code=_LAST,
        department_name="",
        document_number="",
        document_date=day,
        legal_basis=(),
        happened_on=day,
        counts_from=day,
        lapses_on=day + timedelta(days=1),
        quantity=quantity,
    )
    return Fact("supposed", rule, why)


def gains_left(facts: Iterable[Fact], rules: Iterable[Rule], day: date) -> tuple[list[Gain], list[Gain]]:
    """What each rule that can give points still gives in the year of `day`, in their order; then those that are full.

    The facts are all of the citizen, lapsed ones too: they keep what they used of a cap.
    """
    year = _Year(facts, day)
    opened: list[Gain] = []
    full: list[Gain] = []
    for rule in rules:
        if rule.points > 0 or rule.steps:
            gain = _gain(rule, year.used(rule))
            (opened if gain.next_points else full).append(gain)
    return opened, full


def what_if(facts: Iterable[Fact], supposed: Fact, day: date) -> WhatIf:
    """What the points would be on `day` with the supposed deed of that day: arithmetic over the live facts, no more."""
    year = _Year(facts, day)
    used = year.used(supposed.rule)
    earned = _earned(supposed.rule, used, supposed.why.quantity)
    given = _given(supposed.rule, used, supposed.why.quantity)
    return WhatIf(year.points, year.points + given.points, earned, given.cut_by, used)


def points_left(rule: Rule, used: Used) -> int | None:
    """What the yearly caps of the item and of its domain leave; None where there is neither."""
    caps = ((rule.points_per_year, used.points), (rule.domain_points_per_year, used.domain_points))
    return min((max(0, cap - spent) for cap, spent in caps if cap is not None), default=None)


class _Year:
    """One pass over the facts: the points on a day, and what its year has used, as `rules.worth` hands it out."""

    def __init__(self, facts: Iterable[Fact], day: date) -> None:
        self.points = 0
        self._items: dict[str, Used] = {}
        self._domains: Counter[str] = Counter()
        for fact, counted in worth(facts):
            why = fact.why
            self.points += counted.points if fact.counts_on(day) else 0
            if why.happened_on.year == day.year and why.counts_from < why.lapses_on:
                self._add(fact, counted)

    def used(self, rule: Rule) -> Used:
        """What the year has used of this rule's caps and steps."""
        used = self._items.get(rule.item_code, Used())
        return used._replace(domain_points=self._domains[rule.domain])

    def _add(self, fact: Fact, counted: Counted) -> None:
        points = counted.points if fact.positive else 0
        self._domains[fact.rule.domain] += points
        if counted.cut_by == "times_per_year":
            return
        used = self._items.get(fact.rule.item_code, Used())
        quantity = (fact.why.quantity or 0) if fact.rule.steps else 0
        self._items[fact.rule.item_code] = Used(used.times + 1, used.quantity + quantity, used.points + points)


def _gain(rule: Rule, used: Used) -> Gain:
    # Wherever the year stands on the stairs, the dearest step's `per` climbs a whole point, if anything is left.
    units = range(UNIT, max((step.per for step in rule.steps), default=0) + UNIT, UNIT)
    given = _given(rule, used, units[-1] if rule.steps else None)
    if not given.points:
        return Gain(rule, used, None, 0, 0, given.cut_by)
    quantity = None
    if rule.steps:
        # More never gives less, so the fewest is found by halving: a catalogue may ask for very many units.
        quantity = units[bisect_left(units, 1, key=lambda tenths: _given(rule, used, tenths).points)]
        given = _given(rule, used, quantity)
    return Gain(rule, used, quantity, given.points, _at_most(rule, used), None)


def _given(rule: Rule, used: Used, quantity: int | None) -> Counted:
    """What `rules.worth` would give a reward after all that was used; tested to be the same for any facts."""
    if rule.times_per_year is not None and used.times >= rule.times_per_year:
        return Counted(0, "times_per_year")
    points, cut_by = _earned(rule, used, quantity), None
    caps = (
        ("points_per_year", rule.points_per_year, used.points),
        ("domain_points_per_year", rule.domain_points_per_year, used.domain_points),
    )
    for name, cap, spent in caps:
        if cap is not None and points > max(0, cap - spent):
            points, cut_by = max(0, cap - spent), cut_by or name
    return Counted(points, cut_by)


def _earned(rule: Rule, used: Used, quantity: int | None) -> int:
    """Points before every cap."""
    if not rule.steps:
        return rule.points
    return int(climb(rule.steps, used.quantity + (quantity or 0))) - int(climb(rule.steps, used.quantity))


def _at_most(rule: Rule, used: Used) -> int | None:
    """All that the rest of the year gives, however many deeds there are."""
    bounds = [points_left(rule, used)]
    if rule.steps and rule.steps[-1].up_to is not None:
        bounds.append(_earned(rule, used, rule.steps[-1].up_to))
    if not rule.steps and rule.times_per_year is not None:
        bounds.append((rule.times_per_year - used.times) * rule.points)
    return min((bound for bound in bounds if bound is not None), default=None)
