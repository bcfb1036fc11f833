"""Workbooks as Excel, WPS and other programs write them, and as officers fill them."""

import datetime
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import Invalid
from backend.spreadsheets import Row, open_table, read_cells
from backend.spreadsheets.workbook import Workbook
from tests.records.handed_in import HEADER_XML, PLAIN, SHEET, inline, replace_parts, write_sheet, write_xlsx

HEADER = ["姓名", "编号", "备注"]


def rows_of(path: Path) -> list[Row]:
    return list(open_table(path, PLAIN).rows())


def test_cells_are_read_as_a_person_sees_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        day = datetime.date(2026, 1, 31)
        formats = [
            "yyyy-mm-dd",
            'yyyy"年"m"月"d"日"',
            "[$-804]yyyy/m/d;@",
            14,
            31,
            57,
            '[DBNum1][$-804]yyyy"年"m"月";@',
        ]
        for line, code in enumerate(formats, start=1):
            sheet.write_row(line, 0, ["王", "1"])
            sheet.write_datetime(line, 2, day, workbook.add_format({"num_format": code}))
        values = [6.5, 7.0, 0.1 + 0.2, -3, 20260131, 410423199003070017, True, "1_x000D_2"]
        for line, value in enumerate(values, start=len(formats) + 1):
            sheet.write_row(line, 0, ["王", "1", value])
        sheet.write_row(20, 0, ["王", "1"])
        sheet.write_number(20, 2, 46_053.354_166_666_66, workbook.add_format({"num_format": 22}))
        sheet.write_row(21, 0, ["王", "1"])
        sheet.write_rich_string(21, 2, "甲", workbook.add_format({"bold": True}), "乙", "丙")
        sheet.write_row(22, 0, ["王", "1"])
        sheet.write_number(22, 2, 5, workbook.add_format({"num_format": '0.00"days";[Red]-0'}))
    notes = [row.cells[2] for row in rows_of(path)]
    numbers = ["6.5", "7", "0.3", "-3", "20260131", "4.10423199003070E+17"]
    assert notes == ["2026-01-31"] * 7 + numbers + ["TRUE", "1_x000D_2", "2026-01-31 08:30:00", "甲乙丙", "5"]


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["王", "1"])
        sheet.write_datetime(1, 2, datetime.date(2026, 1, 31), workbook.add_format({"num_format": 14}))
    assert rows_of(path)[0].cells[2] == "2026-01-31"


def test_a_formula_gives_what_excel_worked_out_and_else_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for line, value in enumerate(["甲", 7, "", "#REF!", "#N/A"], start=1):
            sheet.write_row(line, 0, ["王", "1"])
            sheet.write_formula(line, 2, "=A1", None, value)
        sheet.write_row(6, 0, ["王", "1"])
    rows = rows_of(path)
    assert [row.cells[2] for row in rows] == ["甲", "7", "", "", "", ""]
    assert [[fault.code for fault in row.faults] for row in rows] == [
        [], [], ["formula_without_value"], ["cell_error_value"], ["cell_error_value"], [],
    ]  # fmt: skip
    assert rows[2].faults[0].column == "note"
    assert "公式" in rows[2].faults[0].detail


def test_a_formula_that_gives_an_empty_text_is_a_blank_cell(tmp_path: Path) -> None:
    row = f'<row r="2">{inline("A2", "王")}<c r="B2"><v>1</v></c><c r="C2" t="str"><f>""</f><v></v></c></row>'
    assert rows_of(write_sheet(tmp_path / "a.xlsx", HEADER_XML + row)) == [Row(2, ("王", "1", ""))]


def test_characters_that_xml_cannot_hold_are_unescaped_and_cleaned(tmp_path: Path) -> None:
    row = f'<row r="2">{inline("A2", "王_x000D_&#10;明")}{inline("B2", "_x005F_x000D_")}{inline("C2", "_xD800_")}</row>'
    assert rows_of(write_sheet(tmp_path / "a.xlsx", HEADER_XML + row)) == [Row(2, ("王 明", "_x000D_", ""))]


@pytest.mark.parametrize(("first", "last", "said"), [(1, 2, True), (0, 0, False)])
def test_merged_cells_are_named_where_a_cell_is_missing(tmp_path: Path, first: int, last: int, said: bool) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["王", "1"])
        sheet.write_row(2, 0, ["", "2"])
        sheet.merge_range(first, 3 if first == 0 else 0, last, 4 if first == 0 else 0, "王" if said else "")
    values, faults = read_cells(rows_of(path)[1], PLAIN)
    assert values == [None, "2", None]
    assert [fault.code for fault in faults] == ["missing"]
    assert ("合并" in faults[0].detail) is said


def test_the_sheet_that_has_the_header_is_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["填表说明"], ["姓名要写全"]], [HEADER, ["王", "1", ""]], [HEADER])
    assert [row.cells for row in rows_of(path)] == [("王", "1", "")]
    assert open_table(path, PLAIN).sheet_title == "Sheet2"


def test_two_sheets_with_data_are_refused_rather_than_one_dropped(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, ["王", "1", ""]], [HEADER, ["李", "2", ""]])
    with pytest.raises(Invalid, match="several_sheets") as caught:
        open_table(path, PLAIN)
    assert "Sheet2" in caught.value.detail


def test_a_sheet_that_the_officer_cannot_see_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        shown, hidden = workbook.add_worksheet(), workbook.add_worksheet()
        for sheet, name in ((shown, "王"), (hidden, "李")):
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, [name, "1"])
        hidden.hide()
    assert [row.cells[0] for row in rows_of(path)] == ["王"]


@pytest.mark.parametrize("namespace", ["http://purl.oclc.org/ooxml/spreadsheetml/main", ""])
def test_other_programs_leave_out_references_and_use_other_namespaces(tmp_path: Path, namespace: str) -> None:
    data = """<row><c t="inlineStr"><is><t>姓名</t></is></c><c/><c t="inlineStr"><is><t>编号</t></is></c></row>
      <row/><row><c t="inlineStr"><is><r><t>山</t></r><r><t>本</t></r><rPh sb="0" eb="1"><t>ヤマ</t></rPh></is></c>
      <c s="0"/> <c>
        <v> 12 </v> </c></row>"""
    path = write_sheet(tmp_path / "a.xlsx", data, namespace=namespace)
    assert rows_of(path) == [Row(3, ("山本", "12", ""))]


def test_two_cells_at_the_far_corners_take_no_memory(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = write_sheet(tmp_path / "a.xlsx", HEADER_XML + far)
    tracemalloc.start()
    (row,) = rows_of(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (row.row_number, [fault.code for fault in row.faults]) == (1_048_576, ["cell_without_title"])
    assert peak < 4_000_000


@pytest.mark.slow
def test_a_million_blank_styled_rows_are_passed_over(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, ["王", "1", ""]])
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(SHEET).decode()
    blank = "".join(f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(3, 1_048_577))
    replace_parts(path, {SHEET: xml.replace("</sheetData>", blank + "</sheetData>").encode()})
    started = time.process_time()
    assert [row.row_number for row in rows_of(path)] == [2]
    assert time.process_time() - started < 20  # about 4 s here


VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="_"), min_size=1, max_size=20),
    st.integers(-(10**14), 10**14),
    st.dates(datetime.date(1900, 3, 1), datetime.date(2100, 1, 1)),
    st.booleans(),
)


@given(st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 6)), VALUES, min_size=1, max_size=12))
def test_sheets_say_the_same_to_us_and_to_an_independent_reader(
    tmp_path_factory: pytest.TempPathFactory, cells: dict[tuple[int, int], object]
) -> None:
    path = tmp_path_factory.mktemp("sheets") / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for (line, place), value in cells.items():
            if isinstance(value, datetime.date):
                sheet.write_datetime(line, place, value, day)
            else:
                sheet.write(line, place, value)
    ours = {
        (number - 1, place): text
        for number, texts, _ in Workbook(path).sheets[0].records()
        for place, text in enumerate(texts)
        if text
    }
    read_by_calamine = python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    theirs = {
        (line, place): _as_text(value)
        for line, row in enumerate(read_by_calamine)
        for place, value in enumerate(row)
        if value != ""
    }
    assert ours == theirs


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return str(int(value)) if isinstance(value, float) else str(value)
