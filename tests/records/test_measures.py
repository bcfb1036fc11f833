"""Measures against a citizen: only of the official lists, whole, in time; hidden at rest."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import Invalid
from backend.records import measures
from backend.records.catalogue import CatalogueRefused
from backend.records.columns import FiledRow, read_row
from backend.records.measures import MEASURES, MOST, Measure, check_measures, hide, measures_text, parse_measures
from backend.spreadsheets import Row
from tests.factories import VAULT
from tests.records.test_columns import GOOD

TODAY = date(2026, 11, 22)
SPENDING = Measure("QG-03", "县人民法院", date(2027, 1, 31), "履行后申请解除。")
BORDER = Measure("QG-04", "县公安局", date(2026, 11, 22), "缴清税款后解除。")


def code_of(text: str) -> str:
    with pytest.raises(Invalid) as refused:
        parse_measures(text, TODAY)
    return refused.value.code


@pytest.mark.parametrize(
    "cell",
    [
        "QG-03｜县人民法院｜2027-01-31｜履行后申请解除。\nQG-04|县公安局|2026年11月22日|缴清税款后解除。",
        "qg-03 ｜ 县人民法院｜2027/1/31 ｜履行后申请解除。 QG-04 | 县公安局|20261122|缴清税款后解除。",
        "\r\n QG-03｜县人民法院｜2027.1.31｜履行后申请解除。；\r\n\r\nQG-04｜县公安局｜2026-11-22｜缴清税款后解除。；",
    ],
)
def test_one_measure_a_line_however_it_is_typed(cell: str) -> None:
    assert parse_measures(cell, TODAY) == (SPENDING, BORDER)


def test_a_spreadsheets_line_breaks_come_as_spaces_and_part_the_measures_all_the_same() -> None:
    cell = " ".join(measures_text((SPENDING, BORDER)).split("\n"))
    row = read_row(Row(2, tuple((GOOD | {"measures": cell}).values())), TODAY)
    assert isinstance(row, FiledRow)
    assert row.measures == (SPENDING, BORDER)


@pytest.mark.parametrize("authority", ["县人民法院 A2", "县公安局 B-12", "QG-04", "县局；C3"])
def test_an_authority_that_ends_like_a_code_begins_no_measure(authority: str) -> None:
    some = (Measure("QG-03", authority, date(2027, 1, 31), "见通知 D4"), Measure("QG-04", authority, TODAY, "缴清。"))
    for between in ("\n", " ", "；"):
        assert parse_measures(measures_text(some).replace("\n", between), TODAY) == some


@pytest.mark.parametrize(
    "cell", ["QG-03｜甲｜2027-01-31 QG-04｜乙｜2027-01-31｜缴清", "QG-03｜甲｜2027-01-31｜缴｜清", "｜" * 9]
)
def test_a_part_too_few_or_too_many_is_never_made_up_from_the_next_one(cell: str) -> None:
    assert code_of(cell) == "measure_format"


def test_a_long_cell_without_sense_is_refused_in_no_time() -> None:
    for piece in (" ", "A1", "A1 ", "；", "QG-03 "):
        assert code_of("QG-03｜甲｜2027-01-31｜" + piece * 10_000 + "｜") == "measure_format"


def test_a_blank_cell_has_none() -> None:
    assert parse_measures("", TODAY) == parse_measures(" \n ", TODAY) == ()
    assert hide(VAULT, ()) is None
    assert measures.reveal(VAULT, None) == ()


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("限制乘坐飞机", "measure_format"),
        ("QG-03", "measure_format"),
        ("QG-03｜县人民法院｜2027-01-31", "measure_format"),
        ("QG-03｜县人民法院｜2027-01-31｜ ", "measure_format"),
        ("QG-03｜ ｜2027-01-31｜履行", "measure_format"),
        ("QG-03｜县人民法院｜明年｜履行", "measure_format"),
        ("QG-03｜县人民法院｜2027-02-30｜履行", "measure_format"),
        ("限制消费 QG-03｜县人民法院｜2027-01-31｜履行", "measure_format"),
        ("XZ-99｜县人民法院｜2027-01-31｜履行", "measure_unknown"),
        ("QG-03｜县人民法院｜2026-11-21｜履行", "measure_until_past"),
        ("QG-03｜县人民法院｜2086-11-23｜终身", "measure_until_far"),
        ("QG-03｜" + "法" * 61 + "｜2027-01-31｜履行", "measure_too_long"),
        ("QG-03｜县人民法院｜2027-01-31｜" + "履" * 201, "measure_too_long"),
        ("QG-03｜县人民法院｜2027-01-31｜履行\n" * 2, "measure_double"),
        ("\n".join(f"QG-03｜县人民法院｜2027-01-{day:02}｜履行" for day in range(1, MOST + 2)), "measures_too_many"),
    ],
)
def test_what_stands_in_no_list_or_is_not_whole_or_not_in_time_is_refused(cell: str, code: str) -> None:
    assert code_of(cell) == code


def test_a_measure_that_ran_out_may_stay_on_a_record_that_is_amended() -> None:
    check_measures([BORDER], TODAY + timedelta(days=1), known=[BORDER])
    with pytest.raises(Invalid, match="measure_until_past"):
        check_measures([BORDER], TODAY + timedelta(days=1), known=[SPENDING])


def test_the_last_day_counts() -> None:
    assert list(measures.in_force([SPENDING, BORDER], BORDER.until)) == [SPENDING, BORDER]
    assert list(measures.in_force([SPENDING, BORDER], BORDER.until + timedelta(days=1))) == [SPENDING]


def test_they_are_hidden_at_rest_and_from_logs() -> None:
    hidden = hide(VAULT, (SPENDING, BORDER))
    assert hidden is not None
    assert "法院".encode() not in hidden
    assert measures.reveal(VAULT, hidden) == (SPENDING, BORDER)
    assert repr(SPENDING) == "Measure(QG-03)"


_WORDS = st.text("履行完毕后向法院申请解除，。0123-／ ;", min_size=1, max_size=60).map(str.strip).filter(bool)


@given(
    st.lists(
        st.builds(
            Measure,
            st.sampled_from(sorted(MEASURES)),
            _WORDS,
            st.dates(TODAY, date(2050, 1, 1)),
            _WORDS.filter(lambda words: not words.startswith((";", "；")) and not words.endswith((";", "；"))),
        ),
        max_size=MOST,
        unique=True,
    )
)
def test_what_is_written_for_a_cell_is_read_back(some: list[Measure]) -> None:
    assert parse_measures(measures_text(some), TODAY) == tuple(some)


def test_each_listed_measure_names_its_list_and_its_law() -> None:
    assert {each.list for each in MEASURES.values()} == {"national", "provincial"} == set(measures.LISTS)
    for each in MEASURES.values():
        assert "《" in each.basis or "〔" in each.basis, each.code
        assert not each.confirmed, "a sample: the county's legal office has not looked at it"
    assert measures.named(SPENDING) == "限制消费"


def test_a_list_file_with_the_same_code_twice_or_no_law_is_refused() -> None:
    entry = (
        '[[measures]]\ncode = "QG-01"\nname = "限制任职"\nlist = "national"\nbasis = "《公司法》"\nconfirmed = false\n'
    )
    assert measures.parse_list(entry.encode())["QG-01"].name == "限制任职"
    with pytest.raises(CatalogueRefused) as twice:
        measures.parse_list((entry * 2).encode())
    assert [each.where for each in twice.value.faults] == ["QG-01"]
    with pytest.raises(CatalogueRefused):
        measures.parse_list(entry.replace("《公司法》", "").encode())
    with pytest.raises(CatalogueRefused):
        measures.parse_list(entry.replace("national", "county").encode())


def test_one_for_life_is_a_day_within_sixty_years() -> None:
    (measure,) = parse_measures("QG-03｜县人民法院｜2086-11-22｜终身。", TODAY)
    assert measure.until == date(2086, 11, 22)
    endless = Measure("QG-03", "县人民法院", date(9999, 12, 31), "终身。")
    check_measures([endless], TODAY, known=[endless])


def test_a_code_that_left_the_list_stays_readable_and_only_a_new_one_is_refused() -> None:
    retired = Measure("QG-99", "县人民法院", date(2027, 1, 31), "履行后申请解除。")
    assert measures.named(retired) == "QG-99（现在的清单里已经没有这一项）"
    check_measures([retired], TODAY, known=[retired])
    with pytest.raises(Invalid, match="measure_unknown"):
        check_measures([retired], TODAY, known=[SPENDING])
