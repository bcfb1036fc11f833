"""What goes back to the officer: the rejected rows, masked, and the template to fill."""

import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from backend.records.columns import TITLES, FiledRow, open_record_file, read_row
from backend.records.measures import MEASURES
from backend.records.result_workbook import disarm, reject, write_result
from backend.records.template_workbook import write_template
from backend.spreadsheets import CellFault, Column, Row, RowFaults, open_table
from backend.spreadsheets.workbook import Workbook
from tests.records.test_columns import GOOD, TODAY

NOT_ALLOWED = CellFault("item_code", "department_not_allowed", "本部门不能报送这一事项，请核对。")
RESULT = tuple(
    Column(title, title, str, filled=False)
    for title in ("行号", "姓名", "身份证号", "目录事项", "文书号", "有问题的列", "原因和改法")
)


def row_of(**changed: str) -> FiledRow | RowFaults:
    return read_row(Row(7, tuple((GOOD | changed).values())), TODAY)


def test_rejected_rows_come_back_masked_with_all_reasons(tmp_path: Path) -> None:
    unreadable = row_of(identity_number="410423199003070018", quantity="六")
    path = tmp_path / "result.xlsx"
    assert write_result(path, [reject(row_of(), [NOT_ALLOWED]), reject(unreadable)]) == 2
    first, second = open_table(path, RESULT).rows()
    assert first.cells[:6] == ("7", "王**", "4104**********0017", "FOOD-01", "鲁市监罚〔2026〕12号", "目录事项")
    assert first.cells[6] == "目录事项：本部门不能报送这一事项，请核对。"
    assert second.cells[5] == "身份证号、数量"
    assert "校验位" in second.cells[6]
    assert "数量：" in second.cells[6]


@pytest.mark.parametrize(
    ("changed", "masked"),
    [
        ({"identity_number": "41042319900307001x1"}, "*" * 18),
        ({"identity_number": "13800000001"}, "*" * 11),
        ({"identity_number": "王小明李大山赵四钱五孙六"}, "*" * 12),
        ({"identity_number": "41042319900307001"}, "4104*********7001"),
        ({"identity_number": ""}, ""),
    ],
)
def test_what_stands_in_the_number_column_never_comes_back_whole(changed: dict[str, str], masked: str) -> None:
    assert reject(row_of(**changed)).masked_number == masked


def test_a_number_in_a_shifted_column_is_masked_too() -> None:
    rejected = reject(row_of(document_number="410423199003070017", item_code="410423199003070017", name=""))
    assert rejected.document_number == "*" * 18
    assert rejected.item_code == "*" * 18


@pytest.mark.parametrize(
    "shifted",
    ["鲁小明", "13800000001", "鲁小明13800000001", "410423-19900307-0017", "４１０４２３１９９００３０７００１７"],
)
def test_whatever_person_stands_in_a_shifted_column_is_not_kept(shifted: str) -> None:
    rejected = reject(row_of(document_number=shifted, item_code=shifted))
    assert {*rejected.document_number, *rejected.item_code} == {"*"}


def test_a_rejected_row_fits_where_it_is_kept() -> None:
    rejected = reject(row_of(**dict.fromkeys(("name", "identity_number", "item_code", "document_number"), "长" * 2000)))
    assert len(rejected.masked_name) <= 50
    assert len(rejected.masked_number) <= 18
    assert len(rejected.item_code) <= 20
    assert len(rejected.document_number) <= 100


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_nothing_that_comes_back_can_act_as_a_formula(start: str) -> None:
    assert disarm(start + "HYPERLINK(1)") == "'" + start + "HYPERLINK(1)"
    assert disarm("平常的字" + start) == "平常的字" + start


def test_a_formula_in_a_document_number_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "result.xlsx"
    write_result(path, [reject(row_of(document_number="=HYPERLINK(1)", item_code=""))])
    (row,) = open_table(path, RESULT).rows()
    assert (row.cells[4], row.faults) == ("=HYPERLINK(1)", ())


def test_a_result_without_rows_is_a_workbook_with_a_header() -> None:
    target = io.BytesIO()
    assert write_result(target, []) == 0
    assert target.getvalue().startswith(b"PK")


_WRITE_MANY = """
import resource, sys
from pathlib import Path
from backend.records.result_workbook import RejectedRow, write_result
from backend.spreadsheets import CellFault
fault = CellFault("name", "missing", "没有填写")
rows = (RejectedRow(n, "王**", "4104**********0017", "FOOD-01", f"文书{n}", (fault,)) for n in range(1, 20_001))
write_result(Path(sys.argv[1]), (next(rows) for _ in range(100)))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
write_result(Path(sys.argv[1]), rows)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
def test_twenty_thousand_rejected_rows_need_no_more_memory_than_a_hundred(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", _WRITE_MANY, tmp_path / "a.xlsx"]
    told = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    assert int(told.stdout) < 10_000  # kilobytes


def test_the_template_is_a_file_that_can_be_sent_back(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    table = open_record_file(path, date(2026, 11, 22))
    assert list(table.rows()) == []
    assert table.sheet_title == "公共信用记录"
    assert table.header_row == 1


def test_the_template_explains_every_column_and_names_every_measure(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    _, notes, listed = Workbook(path).sheets
    explained = [cells[0] for _, cells, _ in notes.records()][1:]
    assert explained == list(TITLES.values())
    assert [cells[0] for _, cells, _ in listed.records()][1:] == list(MEASURES)
