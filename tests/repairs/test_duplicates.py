"""Which likenesses of evidence are worth a flag."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.repairs.duplicates import HOWS, How, Spell, at_the_same_time, overlap, worth_a_flag

NINE = datetime(2026, 11, 22, 1, tzinfo=UTC)


def spell(start: int, end: int) -> Spell:
    """From so many minutes after nine to so many."""
    return Spell(uuid4(), NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


@pytest.mark.parametrize(
    ("one", "other", "minutes"),
    [
        ((0, 60), (60, 120), 0),  # one ends as the other begins
        ((0, 60), (59, 120), 1),
        ((0, 60), (0, 60), 60),
        ((0, 120), (30, 40), 10),
        ((0, 60), (600, 660), 0),
    ],
)
def test_how_long_two_services_overlap(one: tuple[int, int], other: tuple[int, int], minutes: int) -> None:
    assert overlap(spell(*one), spell(*other)) == timedelta(minutes=minutes)


@given(one=st.tuples(st.integers(0, 99), st.integers(1, 99)), other=st.tuples(st.integers(0, 99), st.integers(1, 99)))
def test_an_overlap_is_that_of_the_minutes_which_both_fill(one: tuple[int, int], other: tuple[int, int]) -> None:
    spells = [spell(start, start + length) for start, length in (one, other)]
    both = set(range(one[0], sum(one))) & set(range(other[0], sum(other)))
    assert overlap(*spells) == overlap(*spells[::-1]) == timedelta(minutes=len(both))


def test_a_service_does_not_overlap_with_itself() -> None:
    mine, same_hours, later = spell(0, 60), spell(0, 60), spell(60, 90)
    assert at_the_same_time(mine, [mine, later, same_hours]) == [same_hours]
    assert isinstance(mine.id, UUID)


@pytest.mark.parametrize("how", HOWS)
def test_a_draft_is_nobodys_business(how: How) -> None:
    assert not worth_a_flag(how, "draft", same_person=True)
    assert not worth_a_flag(how, "draft", same_person=False)


@pytest.mark.parametrize("state", ["submitted", "asked", "second_review", "approved", "rejected", "reversed"])
def test_the_same_receipt_is_worth_a_look_whatever_became_of_the_other(state: str) -> None:
    assert worth_a_flag("same_number", state, same_person=True)
    assert worth_a_flag("same_bytes", state, same_person=False)


def test_who_withdrew_may_hand_the_same_thing_in_again() -> None:
    assert not worth_a_flag("same_bytes", "withdrawn", same_person=True)
    assert worth_a_flag("same_bytes", "withdrawn", same_person=False)


@pytest.mark.parametrize(
    ("state", "worth"), [("approved", True), ("submitted", True), ("rejected", False), ("reversed", False)]
)
def test_hours_overlap_only_with_what_may_still_count(state: str, worth: bool) -> None:
    assert worth_a_flag("same_time", state, same_person=True) is worth
