"""What may be wrong with a nomination: a short story, a day to come, a name that is none; all of it said at once."""

from datetime import date
from typing import Any

import pytest

from backend.nominations.content import Content, Person
from backend.nominations.nomination_faults import MOST_KEPT, faults, length_of, tidied, unkeepable
from backend.nominations.townships import TOWNSHIPS, same_township

TODAY = date(2026, 11, 23)
PERSON = Person(name="周三", unit="松垛沟村", township="下汤镇", contact="找村支书", relation="neighbour")


def a_content(**changes: Any) -> Content:
    usual = {"people": (PERSON,), "story": "好" * 200, "place": "下汤镇", "happened_from": date(2014, 3, 1)}
    return Content(**usual | changes)


def wrong(content: Content, *, mode: str = "judged", by_unit: bool = False, pictures: int = 0) -> dict[str, str]:
    found = faults(content, mode=mode, by_unit=by_unit, pictures=pictures, today=TODAY)
    assert all(each.detail.endswith(("。", "！")) for each in found)
    return {each.field: each.code for each in found}


def test_what_is_whole_has_no_fault() -> None:
    assert wrong(a_content()) == {}
    assert wrong(a_content(happened_from=TODAY, happened_until=TODAY)) == {}


def test_an_empty_one_is_told_everything_at_once() -> None:
    assert wrong(Content()) == dict.fromkeys(("people", "story", "place", "happened_from"), "required")
    assert wrong(Content(people=(Person(),)), mode="referred") == {
        **{f"people[0].{name}": "required" for name in ("name", "unit", "township", "contact", "relation")},
        "story": "required",
    }


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": "周"}, "people[0].name", "name_length"),
        ({"name": "周*"}, "people[0].name", "name_characters"),
        ({"name": "周三 13800000009"}, "people[0].name", "name_characters"),
        ({"township": "洛阳市"}, "people[0].township", "not_a_choice"),
        ({"relation": "enemy"}, "people[0].relation", "not_a_choice"),
        ({"relation": "unit"}, "people[0].relation", "not_a_choice"),
    ],
)
def test_each_wrong_field_of_a_person_is_named(changes: dict[str, Any], field: str, code: str) -> None:
    person = Person(**{name: getattr(PERSON, name) for name in Person.__struct_fields__} | changes)
    assert wrong(a_content(people=(person,))) == {field: code}


def test_a_unit_has_one_relation_and_no_other() -> None:
    assert wrong(a_content(), by_unit=True) == {"people[0].relation": "not_a_choice"}


@pytest.mark.parametrize(
    ("story", "mode", "code"),
    [
        ("好" * 199, "judged", "too_short"),
        ("好" * 199 + " \n" * 50, "judged", "too_short"),
        ("好" * 200, "judged", None),
        ("好" * 3000, "judged", None),
        ("好" * 3001, "judged", "too_long"),
        ("好" * 49, "referred", "too_short"),
        ("好" * 50, "referred", None),
        ("好" * 3001, "referred", "too_long"),
    ],
)
def test_a_story_is_as_long_as_its_season_wants(story: str, mode: str, code: str | None) -> None:
    assert wrong(a_content(story=story), mode=mode) == ({"story": code} if code else {})


def test_a_letter_stands_for_the_words_of_a_lead_and_has_to_be_in_the_picture() -> None:
    lead = a_content(story=None, place=None, happened_from=None, letter=True)
    assert wrong(lead, mode="referred", pictures=1) == {}
    assert wrong(lead, mode="referred") == {"pictures": "picture_needed"}
    assert wrong(a_content(letter=True, story=None), pictures=1) == {"story": "required"}, "not where it is judged here"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 11, 24), None, {"happened_from": "in_future"}),
        (date(2026, 11, 1), date(2026, 11, 24), {"happened_until": "in_future"}),
        (date(2026, 11, 2), date(2026, 11, 1), {"happened_until": "ends_before_start"}),
        (date(26, 11, 2), None, {"happened_from": "wrong_year"}),
    ],
)
def test_days_that_cannot_be(first: date, last: date | None, expected: dict[str, str]) -> None:
    assert wrong(a_content(happened_from=first, happened_until=last)) == expected


def test_even_a_draft_has_its_bounds() -> None:
    long = Person(name="好" * 51, unit="好" * 61, contact="好" * 101)
    beyond = Content(people=(long, *[PERSON] * 5), story="好" * (MOST_KEPT + 1), happened_until=date(1, 1, 1))
    assert {each.field: each.code for each in unkeepable(beyond)} == {
        "people": "too_many_people",
        **{f"people[0].{name}": "too_long" for name in ("name", "unit", "contact")},
        "story": "too_long",
        "happened_until": "wrong_year",
    }
    assert unkeepable(Content(people=(PERSON,) * 5, story="好" * MOST_KEPT)) == []


def test_blanks_are_nothing_and_so_is_who_has_no_word() -> None:
    typed = Content(people=(Person(name="  ", unit=""), Person(name=" 周三 ")), story=" \n ", place=" 下汤镇 ")
    assert tidied(typed) == Content(people=(Person(name="周三"),), place="下汤镇")
    assert length_of(" 一 二\n三　") == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("下汤镇", "下汤", True),
        ("河南省鲁山县瀼河乡", "让河乡", True),
        ("露峰街道办事处", "露峰街道", True),
        ("磙子营乡人民政府", "滚子营乡", True),
        ("下汤镇", "张良镇", False),
        ("", "", False),
    ],
)
def test_townships_are_the_same_however_they_are_written(one: str, other: str, same: bool) -> None:
    assert same_township(one, other) is same
    assert len(TOWNSHIPS) == len(set(TOWNSHIPS)) == 26
