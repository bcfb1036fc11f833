"""The arithmetic of a committee: exact averages, spread, ties where the quota ends, and marks that cannot be."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.awards.awards import award
from backend.honours.marks import alike_at_border, breaks_tie, mark_faults, most_of, passes_over, tally

CRITERIA = award("moral_model").criteria
WHOLE = {"deeds": 40, "effect": 0, "lasting": 30}


def averages(**totals: int) -> dict[str, Fraction]:
    return {name: Fraction(total) for name, total in totals.items()}


def test_the_average_and_spread_of_three_members() -> None:
    assert tally([70, 80, 90]) == (3, Fraction(80), 70, 90, pytest.approx(8.165, abs=0.001))
    assert tally([71]) == (1, Fraction(71), 71, 71, 0)
    assert tally([]) == (0, None, None, None, None)


def test_averages_are_exact_so_that_thirds_stand_alike() -> None:
    assert tally([70, 70, 71]).average == tally([71, 70, 70]).average == Fraction(211, 3)


@pytest.mark.parametrize(
    ("marks", "faulty"),
    [
        (WHOLE, []),
        (WHOLE | {"deeds": 41}, ["marks.deeds"]),
        (WHOLE | {"effect": -1}, ["marks.effect"]),
        ({"deeds": 1}, ["marks.effect", "marks.lasting"]),
        (WHOLE | {"beauty": 5}, ["marks.beauty"]),
        ({}, ["marks.deeds", "marks.effect", "marks.lasting"]),
    ],
)
def test_each_criterion_has_a_mark_within_its_most_and_there_is_no_other(
    marks: dict[str, int], faulty: list[str]
) -> None:
    assert [each.field for each in mark_faults(CRITERIA, marks)] == faulty
    assert most_of(CRITERIA) == 100


def test_who_stands_alike_where_the_quota_ends_is_named() -> None:
    people = averages(ming=90, hong=80, fang=80, qiang=70)
    assert alike_at_border(people, 2) == {"hong", "fang"}
    assert alike_at_border(people, 1) == alike_at_border(people, 3) == frozenset()
    assert alike_at_border(people, 4) == alike_at_border(people, 0) == alike_at_border({}, 1) == frozenset()


def test_a_tie_is_broken_only_when_some_of_those_alike_are_chosen_and_some_are_not() -> None:
    alike = {"hong", "fang"}
    assert breaks_tie(alike, {"ming", "hong"})
    assert not breaks_tie(alike, {"ming", "hong", "fang"})
    assert not breaks_tie(alike, {"ming"})
    assert not breaks_tie(set(), {"ming"})


def test_passing_over_who_stands_higher_is_noticed() -> None:
    people = averages(ming=90, hong=80, fang=80)
    assert passes_over(people, {"hong"})
    assert not passes_over(people, {"ming"})
    assert not passes_over(people, {"ming", "fang"}), "of two alike neither stands higher"
    assert not passes_over(people, set())


@given(st.dictionaries(st.integers(), st.fractions(0, 100), max_size=12), st.integers(0, 13))
def test_those_alike_never_all_fit_and_never_all_fail_to(people: dict[int, Fraction], quota: int) -> None:
    alike = alike_at_border(people, quota)
    above = [each for each in people if each not in alike and alike and people[each] > people[min(alike)]]
    assert len({people[each] for each in alike}) <= 1
    assert not alike or len(above) < quota < len(above) + len(alike)
