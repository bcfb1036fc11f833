"""A department's rows: what an officer may write in each column, and every fault of a row at once."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import Invalid
from backend.records.columns import TITLES, FiledRow, open_record_file, read_records, read_row, record_columns
from backend.spreadsheets import Row, RowFaults
from tests.records.handed_in import write_csv

TODAY = date(2026, 11, 22)
GOOD = {
    "name": "王小明",
    "identity_number": "410423199003070017",
    "item_code": "FOOD-01",
    "document_number": "鲁市监罚〔2026〕12号",
    "document_date": "2026-03-02",
    "conduct_end": "2026-01-31",
    "finality_date": "2026-09-05",
    "publication_place": "信用中国（河南鲁山）",
    "quantity": "6.5",
    "summary": "经营未按规定公示，已责令改正。",
    "occupation": "教师",
    "capacity": "法定代表人",
    "measures": "",
}


def read(**changed: str) -> FiledRow | RowFaults:
    return read_row(Row(2, tuple((GOOD | changed).values())), TODAY)


def faults(**changed: str) -> set[tuple[str, str]]:
    row = read(**changed)
    assert isinstance(row, RowFaults)
    personal = [changed[key] for key in ("name", "identity_number", "summary") if changed.get(key)]
    assert not any(text in fault.detail for fault in row.faults for text in personal)
    return {(fault.column, fault.code) for fault in row.faults}


def test_a_good_row_is_typed() -> None:
    row = read()
    assert row == FiledRow(
        row_number=2,
        name="王小明",
        identity_number="410423199003070017",
        item_code="FOOD-01",
        document_number="鲁市监罚〔2026〕12号",
        document_date=date(2026, 3, 2),
        conduct_end=date(2026, 1, 31),
        finality_date=date(2026, 9, 5),
        publication_place="信用中国（河南鲁山）",
        quantity=65,
        summary="经营未按规定公示，已责令改正。",
        occupation="教师",
        capacity="legal_representative",
    )
    assert row.identity.adult_on == date(2008, 3, 7)


def test_what_an_item_may_not_need_may_be_blank() -> None:
    row = read(finality_date="", publication_place="", quantity="", occupation="", capacity="")
    assert isinstance(row, FiledRow)
    assert (row.finality_date, row.publication_place, row.quantity) == (None, "", None)
    assert (row.occupation, row.capacity) == (None, None)


def test_every_fault_of_a_row_comes_at_once() -> None:
    assert faults(
        name="王*明",
        identity_number="410423199003070018",
        item_code="",
        document_number="",
        document_date="2026-02-30",
        conduct_end="去年",
        finality_date="0202-01-01",
        publication_place="网" * 201,
        quantity="0",
        summary="",
        occupation="个体户",
        capacity="员工",
        measures="限制乘坐飞机",
    ) == {
        ("name", "name_characters"),
        ("identity_number", "identity_number_check"),
        ("item_code", "missing"),
        ("document_number", "missing"),
        ("document_date", "date_impossible"),
        ("conduct_end", "date_format"),
        ("finality_date", "date_too_early"),
        ("publication_place", "too_long"),
        ("quantity", "quantity_range"),
        ("summary", "missing"),
        ("occupation", "occupation_unknown"),
        ("capacity", "capacity_unknown"),
        ("measures", "measure_format"),
    }


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"document_date": "2026-11-23"}, ("document_date", "document_date_future")),
        ({"conduct_end": "2026-03-03"}, ("conduct_end", "conduct_after_document")),
        ({"finality_date": "2026-03-01"}, ("finality_date", "finality_before_document")),
    ],
)
def test_dates_must_agree_with_each_other_and_with_today(changed: dict[str, str], fault: tuple[str, str]) -> None:
    assert fault in faults(**changed)


def test_dates_may_be_the_same_day() -> None:
    assert isinstance(read(document_date="2026-11-22", conduct_end="2026-11-22", finality_date="2026-11-22"), FiledRow)


@pytest.mark.parametrize(
    "written",
    ["2026-01-31", "2026/1/31", "2026.1.31", "2026年1月31日", "2026 年 01 月 31 日", "20260131", "２０２６－０１－３１",
     "2026-01-31 08:30:00", "2026/1/31 0:00", "2026-01-31T00:00:00.000", "2026–1–31"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written: str) -> None:
    row = read(conduct_end=written)
    assert isinstance(row, FiledRow)
    assert row.conduct_end == date(2026, 1, 31)


@pytest.mark.parametrize("written", ["2026-13-01", "2026年2月29日", "20260001", "2026/0/1", "0000-01-01"])
def test_a_day_that_never_was_is_told_so(written: str) -> None:
    assert faults(conduct_end=written) == {("conduct_end", "date_impossible")}


@pytest.mark.parametrize(
    "written", ["26-1-31", "31/1/2026", "46053", "2026-1", "2026年", "1月31日", "昨天", "2026-1-1到5"]
)
def test_what_could_be_two_days_or_none_is_not_guessed(written: str) -> None:
    assert faults(conduct_end=written) == {("conduct_end", "date_format")}


@given(
    st.dates(date(1949, 10, 1), date(2026, 3, 2)),
    st.sampled_from(["{0:%Y-%m-%d}", "{0:%Y%m%d}", "{0.year}/{0.month}/{0.day}", "{0.year}年{0.month}月{0.day}日"]),
)
def test_every_day_survives_being_written(day: date, form: str) -> None:
    row = read(conduct_end=form.format(day))
    assert isinstance(row, FiledRow)
    assert row.conduct_end == day


@pytest.mark.parametrize(
    ("written", "tenths"),
    [("6.5", 65), ("6", 60), ("0.1", 1), ("6.50", 65), ("６．５", 65), ("100000", 1_000_000), ("007", 70), ("6.", 60)],
)
def test_quantities_become_tenths(written: str, tenths: int) -> None:
    row = read(quantity=written)
    assert isinstance(row, FiledRow)
    assert row.quantity == tenths


@pytest.mark.parametrize(
    ("written", "code"),
    [("6.55", "quantity_decimals"), ("0", "quantity_range"), ("0.0", "quantity_range"), ("-3", "quantity_range"),
     ("100000.1", "quantity_range"), ("6小时", "quantity_format"), ("1,000", "quantity_format"),
     ("六", "quantity_format"), ("1e3", "quantity_format"), (".5", "quantity_format"), ("٣", "quantity_format")],
)  # fmt: skip
def test_a_quantity_is_a_positive_number_with_one_decimal_at_most(written: str, code: str) -> None:
    assert faults(quantity=written) == {("quantity", code)}


@pytest.mark.parametrize(
    ("written", "kept"),
    [("鲁市监罚[2026]12号", "鲁市监罚〔2026〕12号"), ("鲁市监罚【２０２６】 12 号", "鲁市监罚〔2026〕12号"),
     ("(2026)豫0423执12号", "（2026）豫0423执12号"), ("（2026）豫0423执12号", "（2026）豫0423执12号")],
)  # fmt: skip
def test_one_document_has_one_number_whoever_types_it(written: str, kept: str) -> None:
    row = read(document_number=written)
    assert isinstance(row, FiledRow)
    assert row.document_number == kept


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"identity_number": "4.10423199003070E+17"}, ("identity_number", "identity_number_is_number")),
        ({"identity_number": "4.10423E+17"}, ("identity_number", "identity_number_is_number")),
        ({"document_number": "4.10423E+19"}, ("document_number", "document_number_is_number")),
        ({"document_number": "号" * 101}, ("document_number", "too_long")),
        ({"summary": "事" * 501}, ("summary", "too_long")),
        ({"item_code": "食品"}, ("item_code", "item_code_format")),
        ({"item_code": "A" * 21}, ("item_code", "item_code_format")),
    ],
)
def test_limits_of_other_cells(changed: dict[str, str], fault: tuple[str, str]) -> None:
    assert faults(**changed) == {fault}


@given(st.lists(st.text(max_size=40), min_size=len(GOOD), max_size=len(GOOD)))
def test_whatever_stands_in_a_row_it_is_typed_or_has_named_faults(texts: list[str]) -> None:
    row = read_row(Row(2, tuple(texts)), TODAY)
    assert isinstance(row, FiledRow) or all(fault.column in TITLES and fault.detail for fault in row.faults)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_whole_file_is_read_with_the_titles_that_departments_use(tmp_path: Path, encoding: str) -> None:
    titles = ["当事人姓名", "公民身份号码", "目录事项（代码）", "决定书文号", "决定日期", "违法行为结束日期", "摘要*"]
    texts = [GOOD[key] for key in ("name", "identity_number", "item_code", "document_number", "document_date",
                                   "conduct_end", "summary")]  # fmt: skip
    path = write_csv(tmp_path / "a.csv", [["鲁山县市场监管局报送"], titles, texts, texts[:1]], encoding)
    good, bad = read_records(open_record_file(path, TODAY), TODAY)
    assert isinstance(good, FiledRow)
    assert (good.row_number, good.name, good.quantity) == (3, "王小明", None)
    assert isinstance(bad, RowFaults)
    assert bad.row_number == 4
    assert {fault.code for fault in bad.faults} == {"missing"}
    assert len(bad.faults) == 6


def test_a_file_without_identity_numbers_is_refused_as_a_whole(tmp_path: Path) -> None:
    titles = [title for key, title in TITLES.items() if key != "identity_number"]
    with pytest.raises(Invalid, match="header_columns_missing") as caught:
        open_record_file(write_csv(tmp_path / "a.csv", [titles]), TODAY)
    assert "身份证号" in caught.value.detail


def test_no_two_columns_answer_to_one_title() -> None:
    names = [name for column in record_columns(TODAY) for name in (column.title, *column.aliases)]
    assert len(names) == len(set(names))


def test_people_do_not_show_in_what_is_logged() -> None:
    assert "王" not in repr(read()) + repr(read(item_code=""))


def test_rows_are_read_fast_enough_for_five_thousand_a_second_end_to_end(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [list(TITLES.values()), *([list(GOOD.values())] * 10_000)])
    started = time.process_time()
    assert sum(isinstance(row, FiledRow) for row in read_records(open_record_file(path, TODAY), TODAY)) == 10_000
    assert time.process_time() - started < 1.0  # 0.3 s here: a third of what 5,000 rows a second leave in all
