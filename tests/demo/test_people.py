"""The made-up people: enough of them, everywhere in the county, and none who might be real."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from backend.citizens.identity_number import parse_identity_number
from backend.citizens.person_name import parse_name
from backend.demo.by_hand import newcomers
from backend.demo.people import MOST_PEOPLE, TOWNSHIPS, Person, make_people
from backend.demo.stories import KEYS, TOLD_BEFORE, stories, told_on
from backend.workdays import is_workday, workdays_between

TODAY = date(2026, 11, 22)


RANDOM = Random(1)  # noqa: S311 (made-up people)


def county() -> list[Person]:
    told = [story.person for story in stories(TODAY)]
    return [*told, *make_people(RANDOM, 297, TODAY, told), *newcomers(TODAY)]


def test_nobody_has_a_number_or_a_phone_that_somebody_real_could_have() -> None:
    for person in county():
        number = parse_identity_number(person.identity.number, TODAY)
        assert number.number.startswith("410423")
        assert number.number[14:17] in {"996", "997", "998", "999"}
        assert person.phone.startswith("1380000")
        assert len(person.phone) == 11


def test_every_name_shows_that_it_is_made_up_or_belongs_to_a_story() -> None:
    told = {"鲁小梅", "鲁志强", "鲁新"}
    for person in county():
        assert parse_name(person.name) == person.name
        assert person.name in told or (person.name[0] == "鲁" and person.name[1] in "示例样演范")


def test_names_numbers_and_phones_are_all_different() -> None:
    people = county()
    for values in (
        [each.name for each in people],
        [each.identity.number for each in people],
        [p.phone for p in people],
    ):
        assert len(set(values)) == len(people)


def test_they_live_in_every_township_and_most_are_from_25_to_75() -> None:
    people = county()
    assert {person.township for person in people} == set(TOWNSHIPS)
    assert len(TOWNSHIPS) == 24
    ages = Counter(person.age_on(TODAY) for person in people)
    assert sum(count for age, count in ages.items() if 25 <= age <= 75) > 0.7 * len(people)
    assert sum(count for age, count in ages.items() if age in {16, 17}) >= 4
    assert sum(count for age, count in ages.items() if age < 14) >= 3


def test_more_people_than_names_is_refused() -> None:
    with pytest.raises(ValueError, match=str(MOST_PEOPLE)):
        make_people(RANDOM, MOST_PEOPLE + 1, TODAY)


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 1, 2), date(2026, 10, 8), date(2028, 2, 29)])
def test_the_stories_can_be_told_on_any_day(day: date) -> None:
    told = stories(day)
    assert tuple(story.key for story in told) == KEYS
    xiaomei, zhiqiang, xin = (story.person for story in told)
    assert 60 < xiaomei.age_on(day) < 70
    assert 40 < zhiqiang.age_on(day) < 50
    assert xin.age_on(day) == 18


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 11, 23), date(2026, 10, 8), date(2026, 1, 1)])
def test_three_working_days_have_passed_since_he_was_told(day: date) -> None:
    told = told_on(day)
    assert is_workday(told)
    passed = workdays_between(told, day) + is_workday(day)
    assert passed == TOLD_BEFORE
