"""Identity numbers as people hold, type and mistype them."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.citizens.identity_number import birthday, carries_number, checked_before, parse_identity_number
from backend.errors import Invalid

TODAY = date(2026, 11, 22)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
REAL = ("410423199003070017", "410423195202290022", "41042319850512018X", "410423200808150036", "410423201306010046")


def number_of(division: int, born_on: date, order: int) -> str:
    body = f"{division:06d}{born_on:%Y%m%d}{order:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


NUMBERS = st.builds(number_of, st.integers(100_000, 999_999), st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))


def refusal(text: str) -> str:
    with pytest.raises(Invalid) as caught:
        parse_identity_number(text, TODAY)
    assert "请" in caught.value.detail
    assert not text or text not in caught.value.detail
    return caught.value.code


@pytest.mark.parametrize("number", REAL)
def test_the_numbers_of_the_made_up_county_pass(number: str) -> None:
    assert parse_identity_number(number, TODAY).number == number


@given(NUMBERS)
def test_every_well_formed_number_of_any_division_passes_and_tells_the_birth_date(number: str) -> None:
    identity = parse_identity_number(number, TODAY)
    assert identity.number == number
    assert identity.born_on.strftime("%Y%m%d") == number[6:14]
    assert checked_before(number) == identity


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_digit_mistyped_is_always_noticed(number: str, place: int, digit: str) -> None:
    mistyped = number[:place] + digit + number[place + 1 :]
    if mistyped != number:
        assert refusal(mistyped).startswith("identity_number_")


@given(NUMBERS, st.integers(0, 16))
def test_two_neighbours_swapped_are_always_noticed(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert refusal(swapped).startswith("identity_number_")


@given(st.text())
def test_whatever_is_typed_is_a_number_or_a_refusal_with_a_code(text: str) -> None:
    with suppress(Invalid):  # any other exception fails the test
        assert len(parse_identity_number(text, TODAY).number) == 18


@pytest.mark.parametrize(
    "typed",
    [
        "41042319850512018x",
        "４１０４２３１９８５０５１２０１８ｘ",
        " 410423 19850512 018X ",
        "'41042319850512018X",
        "\ufeff41042319850512018X",
    ],
)
def test_a_small_x_wide_digits_and_spaces_are_the_same_number(typed: str) -> None:
    assert parse_identity_number(typed, TODAY).number == "41042319850512018X"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "identity_number_length"),
        ("410423900307001", "identity_number_length"),  # of before 1999
        ("4104231990030700170", "identity_number_length"),
        ("41042319900307X017", "identity_number_format"),
        ("41042319900307001Y", "identity_number_format"),
        ("４１０４２３１９９００３０７００1①", "identity_number_check"),  # NFKC makes ① a 1, and the check digit tells
        ("410423199013070017", "identity_number_date"),
        ("410423199002300017", "identity_number_date"),
        ("410423190002290017", "identity_number_date"),  # 1900 had no 29 February
        (number_of(410423, date(1899, 12, 31), 1), "identity_number_date"),
        (number_of(410423, TODAY + timedelta(days=1), 1), "identity_number_date"),
        ("410423199003070018", "identity_number_check"),
    ],
)
def test_each_fault_has_its_code(typed: str, code: str) -> None:
    assert refusal(typed) == code


def test_a_child_born_today_has_a_number() -> None:
    assert parse_identity_number(number_of(410423, TODAY, 1), TODAY).born_on == TODAY


def test_she_is_adult_on_her_eighteenth_birthday() -> None:
    identity = parse_identity_number("410423200808150036", TODAY)
    assert identity.adult_on == date(2026, 8, 15)
    assert parse_identity_number("410423201306010046", TODAY).fourteen_on == date(2027, 6, 1)


def test_who_was_born_on_a_leap_day_comes_of_age_on_the_first_of_march() -> None:
    identity = parse_identity_number("410423195202290022", TODAY)
    assert identity.adult_on == date(1970, 3, 1)
    assert identity.fourteen_on == date(1966, 3, 1)
    assert birthday(date(2008, 2, 29), 20) == date(2028, 2, 29)


def test_a_number_does_not_show_in_what_is_logged() -> None:
    assert "1990" not in repr(parse_identity_number("410423199003070017", TODAY))


def test_what_was_never_checked_is_not_taken_as_checked() -> None:
    with pytest.raises(ValueError, match="not an identity number"):
        checked_before("410423199013070017")


@pytest.mark.parametrize(
    "text",
    [
        "见 410423195202290022 案",
        "鲁罚410423195202290022",
        "４１０４２３１９５２０２２９００２２",
        "41042319850512018x",
        "4104 2319 5202 2900 22",
        "410423-19520229-0022",
        "电话13800000001",
        "138 0000 0001",
        "138-0000-0001",
    ],
)
def test_a_persons_number_is_found_wherever_it_hides(text: str) -> None:
    assert carries_number(text, date(2021, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "鲁市监罚〔2026〕1号",
        "410423202601150012",
        "鲁-150-4232-0260号",
        "（2026）豫0423刑初1234号",
        "20260115000123456",
    ],
)
def test_a_documents_number_is_no_persons(text: str) -> None:
    assert not carries_number(text, date(2021, 1, 1))
