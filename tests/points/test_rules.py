"""From dated facts to points: each rule by a small example."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from backend.points.rules import Counted, Fact, Folded, climb, fold
from tests.points.stories import HOUR, NEW_YEAR, WEIHAI, a_fact, a_rule, hourly

LATER = date(2026, 12, 31)


def points(*facts: Fact, day: date = LATER) -> list[int]:
    """What each fact gives on that day, in the order in which they were told here."""
    folded = fold(facts, day)
    return [folded.counted[fact.key].points for fact in facts]


def caps(*facts: Fact) -> list[str | None]:
    folded = fold(facts, LATER)
    return [folded.counted[fact.key].cut_by for fact in facts]


@pytest.mark.parametrize(
    ("hours", "worth"),
    [
        *[(0, 0), (0.9, 0), (1, 1), (19.9, 19), (20, 20), (21.9, 20), (22, 21), (79.9, 49), (80, 50), (82.9, 50)],
        *[(83, 51), (199.9, 89), (200, 90), (203.9, 90), (204, 91), (1_000, 290)],
    ],
)
def test_hours_of_weihai(hours: float, worth: int) -> None:
    assert int(climb(WEIHAI, int(hours * HOUR))) == worth
    assert points(a_fact(rule=hourly(), hours=hours)) == [worth]


def test_a_climb_is_exact() -> None:
    assert climb(WEIHAI, 21 * HOUR) == 20 + Fraction(1, 2)
    assert climb(WEIHAI, 81 * HOUR) == 50 + Fraction(1, 3)
    assert climb((), 100) == 0


@pytest.mark.parametrize("parts", [[100], [50, 50], [1] * 100, [99.9, 0.1], [20, 60, 20], [0.7] * 100 + [30]])
def test_cutting_hours_into_pieces_gains_and_loses_nothing(parts: list[float]) -> None:
    facts = [a_fact(f"record:{number:03}", hourly(), hours=hours) for number, hours in enumerate(parts)]
    assert sum(points(*facts)) == 50 + 6  # 100 hours


def test_hours_start_again_each_year() -> None:
    old = a_fact("record:1", hourly(), on=date(2025, 12, 31), hours=20)
    new = a_fact("record:2", hourly(), on=NEW_YEAR, hours=20)
    assert points(old, new) == [20, 20]


def test_two_kinds_of_hours_climb_their_own_stairs() -> None:
    assert points(
        a_fact("record:1", hourly(), hours=20), a_fact("record:2", hourly(item_code="VOL-002"), hours=20)
    ) == [20, 20]


def test_the_same_points_each_time_without_a_cap() -> None:
    assert points(*(a_fact(f"record:{number}") for number in range(3))) == [5, 5, 5]


def test_an_item_counts_so_many_times_a_year_in_the_order_of_conduct() -> None:
    rule = a_rule(times_per_year=1)
    second, first = a_fact("record:1", rule, on=date(2026, 5, 1)), a_fact("record:2", rule, on=date(2026, 4, 1))
    next_year = a_fact("record:3", rule, on=date(2025, 4, 1))
    assert points(second, first, next_year) == [0, 5, 5]
    assert caps(second, first, next_year) == ["times_per_year", None, None]


def test_what_happened_on_one_day_goes_by_its_documents_not_by_who_filed_first() -> None:
    rule = a_rule(times_per_year=1)
    filed_first = a_fact("record:1", rule, document="鲁文〔2026〕9号")
    filed_later = a_fact("record:2", rule, document="鲁文〔2026〕8号")
    assert points(filed_first, filed_later) == [0, 5]


def test_an_item_gives_so_much_a_year_and_the_last_one_is_cut() -> None:
    rule = a_rule(5, points_per_year=12)
    facts = [a_fact(f"record:{number}", rule) for number in range(4)]
    assert points(*facts) == [5, 5, 2, 0]
    assert caps(*facts) == [None, None, "points_per_year", "points_per_year"]


def test_deductions_of_an_item_have_their_cap_too() -> None:
    rule = a_rule(-40, points_per_year=60)
    facts = [a_fact(f"record:{number}", rule) for number in range(3)]
    assert points(*facts) == [-40, -20, 0]
    assert caps(*facts) == [None, "points_per_year", "points_per_year"]


def test_rewards_and_deductions_of_an_item_do_not_use_up_each_others_cap() -> None:
    reward, deduction = a_rule(10, points_per_year=10), a_rule(-10, points_per_year=10)
    assert points(a_fact("record:1", reward), a_fact("record:2", deduction)) == [10, -10]


def test_a_domain_gives_so_much_over_all_its_items() -> None:
    one, other = (a_rule(item_code=code, domain_points_per_year=8) for code in ("VOL-001", "VOL-002"))
    facts = [a_fact("record:1", one), a_fact("record:2", other), a_fact("record:3", other)]
    assert points(*facts) == [5, 3, 0]
    assert caps(*facts) == [None, "domain_points_per_year", "domain_points_per_year"]


def test_another_domain_has_its_own_cap() -> None:
    one, other = a_rule(8, domain_points_per_year=8), a_rule(8, domain="产品质量", domain_points_per_year=8)
    assert points(a_fact("record:1", one), a_fact("record:2", other)) == [8, 8]


def test_deductions_are_not_capped_by_the_domain_nor_make_room_in_it() -> None:
    reward, deduction = a_rule(5, domain_points_per_year=5), a_rule(-40, item_code="V", domain_points_per_year=5)
    facts = [a_fact("record:1", reward), a_fact("record:2", deduction), a_fact("record:3", reward)]
    assert points(*facts) == [5, -40, 0]


def test_the_first_cap_that_cuts_is_named() -> None:
    rule = a_rule(10, points_per_year=8, domain_points_per_year=3)
    assert fold([a_fact(rule=rule)], LATER).counted == {"record:1": Counted(3, "points_per_year")}


def test_what_the_items_cap_took_is_not_charged_to_the_domain() -> None:
    capped = a_rule(10, points_per_year=4, domain_points_per_year=10)
    other = a_rule(6, item_code="VOL-002", domain_points_per_year=10)
    assert points(a_fact("record:1", capped), a_fact("record:2", other)) == [4, 6]


def test_what_the_domains_cap_took_is_not_charged_to_the_item() -> None:
    first = a_rule(8, item_code="VOL-000", domain_points_per_year=10)
    capped = a_rule(5, points_per_year=6, domain_points_per_year=10)
    assert points(a_fact("record:1", first), a_fact("record:2", capped), a_fact("record:3", capped)) == [8, 2, 0]


def test_nothing_counts_before_its_day_nor_from_the_day_on_which_it_lapses() -> None:
    fact = a_fact(counts_from=date(2026, 3, 1), lapses_on=date(2026, 6, 1))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1)]
    assert [points(fact, day=day) for day in days] == [[0], [5], [5], [0]]


def test_a_lapse_takes_its_own_points_only() -> None:
    """What lapsed had used up the cap, and goes on using it: nothing else moves."""
    rule = a_rule(5, points_per_year=5)
    lapses = a_fact("record:1", rule, lapses_on=date(2026, 6, 1))
    cut = a_fact("record:2", rule)
    assert points(lapses, cut, day=date(2026, 5, 31)) == [5, 0]
    assert points(lapses, cut, day=date(2026, 6, 1)) == [0, 0]


def test_a_waiting_deduction_takes_nothing_yet_but_holds_its_place_under_the_cap() -> None:
    rule = a_rule(-40, points_per_year=40)
    waiting = a_fact("record:1", rule, counts_from=date(2026, 9, 1))
    later = a_fact("record:2", rule, on=date(2026, 1, 2))
    assert points(waiting, later, day=date(2026, 8, 31)) == [0, 0]
    assert points(waiting, later, day=date(2026, 9, 1)) == [-40, 0]


@pytest.mark.parametrize("lapses_on", [date(2026, 5, 1), date(2026, 4, 30)])
def test_a_fact_that_can_never_count_uses_nothing_up(lapses_on: date) -> None:
    """Its term is over before the citizen was told, or could object."""
    rule = a_rule(-40, points_per_year=40, times_per_year=1)
    never = a_fact("record:1", rule, counts_from=date(2026, 5, 1), lapses_on=lapses_on)
    real = a_fact("record:2", rule, on=date(2026, 1, 2))
    assert points(never, real) == [0, -40]
    assert fold([never], NEW_YEAR) == Folded({"record:1": Counted(0, None)}, [])


def test_the_year_is_that_of_the_conduct_not_of_the_document() -> None:
    rule = a_rule(times_per_year=1)
    before = a_fact("record:1", rule, on=date(2025, 12, 31), counts_from=date(2026, 2, 1))
    after = a_fact("record:2", rule, on=date(2026, 1, 1), counts_from=date(2026, 2, 1))
    assert points(before, after) == [5, 5]


def test_each_fact_keeps_the_rule_of_its_own_catalogue_version() -> None:
    old, new = a_rule(5, points_per_year=8), a_rule(7, points_per_year=20)
    assert points(a_fact("record:1", old), a_fact("record:2", new), a_fact("record:3", old)) == [5, 7, 0]


def test_the_next_change_is_the_nearest_beginning_or_lapse_that_moves_points() -> None:
    begins = a_fact("record:1", counts_from=date(2026, 3, 1), lapses_on=date(2026, 9, 1))
    lapses = a_fact("record:2", lapses_on=date(2026, 4, 1))
    cut_away = a_fact("record:3", a_rule(5, item_code="X", points_per_year=0), lapses_on=date(2026, 2, 1))
    facts = [begins, lapses, cut_away]
    nexts, day = [], NEW_YEAR
    while (change := fold(facts, day).next_change_on) is not None:
        nexts.append(change)
        day = change
    assert nexts == [date(2026, 3, 1), date(2026, 4, 1), date(2026, 9, 1)]


def test_no_facts_no_points_no_change() -> None:
    assert fold([], NEW_YEAR) == Folded({}, [])
    assert fold([a_fact(lapses_on=NEW_YEAR + timedelta(days=1))], LATER).next_change_on is None


def test_what_happened_on_one_day_gives_the_same_in_whatever_order_it_was_filed() -> None:
    rule = a_rule(20, times_per_year=1)
    early, late = ({"lapses_on": date(2028, 3, 1), "document": "甲"}, {"lapses_on": date(2028, 9, 1), "document": "乙"})
    first = [a_fact("record:1", rule, **early), a_fact("record:2", rule, **late)]
    swapped = [a_fact("record:2", rule, **early), a_fact("record:1", rule, **late)]
    for day in (date(2027, 1, 1), date(2028, 3, 5), date(2028, 9, 5)):
        assert sum(points(*first, day=day)) == sum(points(*swapped, day=day))
