"""Whatever happens, in whatever order: the points are those of folding the live facts once."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.points.rules import Fact, fold, worth
from tests.points.any_life import FIRST_DAY, KEYS, Step, live_through, lives
from tests.points.any_life import facts as any_fact
from tests.points.stories import Facts, a_fact, a_life, hourly

one_database = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
some_facts = st.tuples(*(st.one_of(any_fact(key), st.none()) for key in KEYS)).map(
    lambda found: [fact for fact in found if fact]
)


@on_sqlite
@pytest.mark.slow
@settings(one_database, max_examples=150)
@given(steps=lives())
async def test_any_life_ends_in_the_points_of_its_live_facts(facts: Facts, steps: list[Step]) -> None:
    await live_through(facts, steps)


@on_sqlite
@pytest.mark.slow
@settings(one_database, max_examples=60)
@given(found=some_facts, data=st.data())
async def test_two_citizens_with_the_same_documents_filed_in_another_order_have_the_same_points(
    facts: Facts, found: list[Fact], data: st.DataObject
) -> None:
    """A record's key says when it was filed: only its document may decide."""
    scores = []
    for _ in range(2):
        life = await a_life(facts)
        filed = data.draw(st.permutations(found))
        rest = [_filed(fact, place) for place, fact in enumerate(filed)]
        while rest:
            chunk = data.draw(st.integers(1, len(rest)))
            await life.happens(*rest[:chunk])
            rest = rest[chunk:]
        score = await life.score()
        scores.append((score.points, score.parts, score.next_change_on))
    assert scores[0] == scores[1]


def _filed(fact: Fact, place: int) -> Fact:
    """The fact in a document of its own, as the record that was filed at this place."""
    why = msgspec.structs.replace(fact.why, document_number=fact.key)
    return msgspec.structs.replace(fact, key=f"record:{place}", why=why)


@settings(deadline=None, max_examples=300)
@given(found=some_facts)
def test_the_next_change_is_the_first_day_on_which_anything_moves(found: list[Fact]) -> None:
    day = FIRST_DAY
    while (change := fold(found, day).next_change_on) is not None:
        counted = fold(found, day).counted
        assert change > day
        while (day := day + timedelta(days=1)) < change:
            assert fold(found, day).counted == counted
        assert fold(found, change).counted != counted
    assert fold(found, day).counted == fold(found, day + timedelta(days=1000)).counted


@settings(deadline=None, max_examples=300)
@given(found=some_facts, data=st.data())
def test_the_order_in_which_facts_are_told_makes_no_difference(found: list[Fact], data: st.DataObject) -> None:
    day = FIRST_DAY + timedelta(days=data.draw(st.integers(0, 130)))
    assert fold(found, day) == fold(data.draw(st.permutations(found)), day)


@settings(deadline=None, max_examples=300)
@given(found=some_facts)
def test_no_cap_is_ever_exceeded_and_no_sign_turned(found: list[Fact]) -> None:
    """Whoever gets points under a cap, gets them within what all before her left of it."""
    given = worth(found)
    for place, (fact, (points, cut_by)) in enumerate(given):
        so_far = [each for each in given[: place + 1] if each[0].why.happened_on.year == fact.why.happened_on.year]
        alike = [each for each in so_far if each[0].positive == fact.positive]
        of_item = sum(abs(won.points) for each, won in alike if each.rule.item_code == fact.rule.item_code)
        of_domain = sum(abs(won.points) for each, won in alike if each.rule.domain == fact.rule.domain)
        assert points >= 0 if fact.positive else points <= 0
        if points:
            assert of_item <= (fact.rule.points_per_year or of_item)
            assert not fact.positive or of_domain <= (fact.rule.domain_points_per_year or of_domain)
        elif not fact.rule.steps and fact.why.counts_from < fact.why.lapses_on:
            assert cut_by is not None


@settings(deadline=None, max_examples=200)
@given(hours=st.lists(st.integers(1, 3000), max_size=8), whole=st.data())
def test_splitting_hours_never_gains(hours: list[int], whole: st.DataObject) -> None:
    parts = [a_fact(f"record:{number}", hourly(), hours=each / 10) for number, each in enumerate(hours)]
    one = a_fact("record:0", hourly(), hours=sum(hours) / 10)
    day = FIRST_DAY + timedelta(days=300)
    split = sum(each.points for each in fold(parts, day).counted.values())
    assert split == fold([one], day).counted["record:0"].points
