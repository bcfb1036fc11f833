"""What one more deed would give: the caps and steps that are left, by small examples and for any facts."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.points.gains import Gain, Used, gains_left, points_left, suppose, what_if
from backend.points.rules import Fact, Rule, fold
from tests.points.any_life import FIRST_DAY, KEYS, RULES
from tests.points.any_life import facts as any_fact
from tests.points.stories import HOUR, NEW_YEAR, Step, a_fact, a_rule, hourly

TODAY = date(2026, 6, 1)
REWARDS = [rule for rule in RULES if rule.points >= 0]


def gain(rule: Rule, *facts: Fact) -> Gain:
    """What the rule still gives; it must not be full."""
    (found,), full = gains_left(facts, [rule], TODAY)
    assert full == []
    return found


def closed_by(rule: Rule, *facts: Fact) -> str | None:
    """The cap that leaves nothing of the rule; it must be full."""
    opened, (found,) = gains_left(facts, [rule], TODAY)
    assert opened == []
    return found.closed_by


def total(facts: list[Fact], day: date) -> int:
    return sum(each.points for each in fold(facts, day).counted.values())


def test_flat_points_once_a_year_are_open_until_they_were_given() -> None:
    rule = a_rule(20, times_per_year=1)
    assert gain(rule) == Gain(rule, Used(), None, 20, 20, None)
    assert closed_by(rule, a_fact(rule=rule)) == "times_per_year"


def test_without_a_cap_nothing_bounds_the_year() -> None:
    assert gain(a_rule(5), a_fact()).at_most is None
    assert gain(hourly()).at_most is None


def test_the_next_point_of_hours_is_dearer_on_each_step() -> None:
    rule = hourly(points_per_year=50)
    for hours, units, most in ((0, 1, 50), (20, 2, 30), (21, 1, 30), (25.5, 1, 28), (78, 2, 1)):
        found = gain(rule, a_fact(rule=rule, hours=hours or 0.1)) if hours else gain(rule)
        assert (found.next_quantity, found.next_points, found.at_most) == (units * HOUR, 1, most), hours
    assert closed_by(rule, a_fact(rule=rule, hours=80)) == "points_per_year"


def test_a_cap_cuts_the_last_flat_gain() -> None:
    rule = a_rule(5, points_per_year=12)
    found = gain(rule, a_fact("record:1", rule), a_fact("record:2", rule))
    assert (found.next_points, found.at_most, found.used.points) == (2, 2, 10)


def test_a_domain_that_is_full_closes_all_its_items() -> None:
    one, other = (a_rule(8, item_code=code, domain_points_per_year=8) for code in ("VOL-001", "VOL-002"))
    assert closed_by(other, a_fact(rule=one)) == "domain_points_per_year"
    elsewhere = a_rule(8, item_code="PRO-001", domain="产品质量", domain_points_per_year=8)
    assert gain(elsewhere, a_fact(rule=one)).at_most == 8


def test_stairs_that_end_are_closed_by_no_cap() -> None:
    rule = a_rule(0, steps=(Step(10 * HOUR, 1, HOUR),))
    assert gain(rule, a_fact(rule=rule, hours=4)).at_most == 6
    assert closed_by(rule, a_fact(rule=rule, hours=10)) is None


def test_a_point_that_is_very_far_away_is_found_without_counting_up_to_it() -> None:
    far = 10**12 * HOUR
    rule = a_rule(0, steps=(Step(20 * HOUR, 1, HOUR), Step(None, 1, far)))
    assert gain(rule, a_fact(rule=rule, hours=20)).next_quantity == far
    capped = msgspec.structs.replace(rule, points_per_year=20)
    assert closed_by(capped, a_fact(rule=capped, hours=20)) == "points_per_year"


def test_open_and_full_are_told_apart_in_the_order_of_their_rules() -> None:
    rules = [a_rule(5, item_code=f"VOL-00{number}", times_per_year=1) for number in range(1, 5)]
    done = [a_fact("record:1", rules[1]), a_fact("record:2", rules[3])]
    opened, full = gains_left(done, rules, TODAY)
    assert ([each.rule for each in opened], [each.rule for each in full]) == (rules[::2], rules[1::2])


def test_what_lapsed_this_year_keeps_what_it_used() -> None:
    rule = a_rule(20, times_per_year=1)
    lapsed = a_fact(rule=rule, lapses_on=date(2026, 3, 1))
    assert closed_by(rule, lapsed) == "times_per_year"
    assert what_if([lapsed], suppose(rule, TODAY), TODAY).used == Used(1, 0, 20, 20)


def test_what_could_never_count_uses_nothing() -> None:
    rule = a_rule(20, times_per_year=1)
    too_late = a_fact(rule=rule, counts_from=date(2026, 3, 1), lapses_on=date(2026, 2, 1))
    assert gain(rule, too_late).at_most == 20


def test_last_years_caps_are_last_years() -> None:
    rule = hourly(points_per_year=50)
    assert gain(rule, a_fact(rule=rule, on=date(2025, 12, 31), hours=80)).at_most == 50


def test_deductions_are_no_gain_and_take_no_room() -> None:
    deduction = a_rule(-40, item_code="VOL-101", domain_points_per_year=8)
    assert gains_left([], [deduction], TODAY) == ([], [])
    assert gain(a_rule(8, domain_points_per_year=8), a_fact(rule=deduction)).at_most == 8


def test_what_if_says_what_it_would_be_before_and_after_the_caps() -> None:
    rule = hourly(points_per_year=50)
    facts = [a_fact(rule=rule, hours=70)]
    found = what_if(facts, suppose(rule, TODAY, 30 * HOUR), TODAY)
    assert (found.before, found.after, found.earned, found.cut_by) == (45, 50, 11, "points_per_year")
    assert found.used == Used(1, 70 * HOUR, 45, 45)
    assert points_left(rule, found.used) == 5


def test_what_if_it_is_the_second_time_of_a_thing_that_counts_once() -> None:
    rule = a_rule(20, times_per_year=1)
    found = what_if([a_fact(rule=rule)], suppose(rule, TODAY), TODAY)
    assert (found.before, found.after, found.earned, found.cut_by) == (20, 20, 20, "times_per_year")


@pytest.mark.parametrize("department", ["AAA", "ZZZ", "龘"])
def test_a_supposed_deed_comes_after_what_really_happened_on_the_same_day(department: str) -> None:
    rule = a_rule(20, times_per_year=1)
    real = a_fact(rule=rule, on=TODAY, document=department)
    assert what_if([real], suppose(rule, TODAY), TODAY).cut_by == "times_per_year"


_lives = st.lists(st.sampled_from(KEYS), unique=True).flatmap(lambda keys: st.tuples(*(any_fact(key) for key in keys)))
_hours = st.lists(st.integers(1, 600), max_size=4).map(
    lambda each: tuple(a_fact(f"record:{number}", RULES[-2], hours=hours / 10) for number, hours in enumerate(each))
)
_days = st.integers(0, 400).map(lambda days: date.fromordinal(FIRST_DAY.toordinal() + 40 + days))


@given(st.one_of(_lives, _hours), st.sampled_from(REWARDS), _days, st.integers(1, 2000))
def test_for_any_facts_what_if_is_the_fold_with_the_deed(
    life: tuple[Fact, ...], rule: Rule, day: date, quantity: int
) -> None:
    supposed = suppose(rule, day, quantity if rule.steps else None)
    found = what_if(life, supposed, day)
    folded = fold([*life, supposed], day)
    assert found.before == total(list(life), day)
    assert found.after == total([*life, supposed], day)
    assert (found.after - found.before, found.cut_by) == folded.counted[supposed.key]
    left = points_left(rule, found.used)
    assert 0 <= found.after - found.before <= found.earned
    assert left is None or found.after - found.before <= left


@given(st.one_of(_lives, _hours), st.sampled_from(REWARDS), _days)
def test_for_any_facts_the_next_gain_is_the_smallest_and_no_more_than_at_most(
    life: tuple[Fact, ...], rule: Rule, day: date
) -> None:
    opened, full = gains_left(life, [rule], day)
    assert len(opened) + len(full) == 1
    if full:
        much = suppose(rule, day, 100_000 if rule.steps else None)
        assert what_if(life, much, day).after == total(list(life), day)
        return
    found, now = opened[0], total(list(life), day)
    assert what_if(life, suppose(rule, day, found.next_quantity), day).after == now + found.next_points
    assert found.at_most is None or 0 < found.next_points <= found.at_most
    if found.next_quantity is not None and found.next_quantity > HOUR:
        assert what_if(life, suppose(rule, day, found.next_quantity - HOUR), day).after == now


_stairs = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 12), st.integers(1, 12)).map(
    lambda each: (Step(each[0] * HOUR, each[1], each[2] * HOUR), Step(None, 1, (each[2] + each[3]) * HOUR))
)


@given(_stairs, st.lists(st.integers(1, 200), max_size=3), st.none() | st.integers(0, 30))
def test_for_any_stairs_the_next_quantity_is_the_first_that_the_fold_rewards(
    steps: tuple[Step, ...], done: list[int], cap: int | None
) -> None:
    rule = a_rule(0, steps=steps, points_per_year=cap)
    life = [a_fact(f"record:{number}", rule, hours=tenths / 10) for number, tenths in enumerate(done)]
    tried = (suppose(rule, TODAY, units * HOUR) for units in range(1, 26))
    first = next((each for each in tried if total([*life, each], TODAY) > total(life, TODAY)), None)
    opened, full = gains_left(life, [rule], TODAY)
    assert [each.next_quantity for each in opened] == ([first.why.quantity] if first else [])
    assert len(full) == (first is None)


@given(st.one_of(_lives, _hours), st.sampled_from(REWARDS), _days)
def test_for_any_facts_at_most_is_what_very_much_would_give(life: tuple[Fact, ...], rule: Rule, day: date) -> None:
    much = suppose(rule, day, 100_000 if rule.steps else None)
    many = [msgspec.structs.replace(much, key=f"supposed:{number:02}") for number in range(1 if rule.steps else 20)]
    gained = total([*life, *many], day) - total(list(life), day)
    for found in gains_left(life, [rule], day)[0]:
        assert found.at_most == gained or (found.at_most is None and gained > 0)
        assert (found.at_most is None) == (rule.times_per_year is None and points_left(rule, found.used) is None)


def test_the_new_year_opens_everything_again() -> None:
    rule = hourly(points_per_year=50)
    full = a_fact(rule=rule, on=NEW_YEAR, hours=80)
    assert [each.at_most for each in gains_left([full], [rule], date(2027, 1, 1))[0]] == [50]
