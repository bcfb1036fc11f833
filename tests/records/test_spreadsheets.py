"""Files that officers hand in: what is read, where, and what is refused with a sentence that helps."""

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from backend.errors import Invalid
from backend.spreadsheets import Row, open_table, refusals
from tests.records.handed_in import PLAIN, write_csv, write_xlsx

HEADER = ["姓名", "编号", "备注"]
TWO_PEOPLE = [HEADER, ["王小明", "1", "甲"], ["鲁䶮", "2", ""]]


def cells(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.row_number, row.cells) for row in open_table(path, PLAIN).rows()]


def refusal(path: Path) -> Invalid:
    with pytest.raises(Invalid) as caught:
        list(open_table(path, PLAIN).rows())
    assert "请" in caught.value.detail
    return caught.value


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_one_table_in_every_encoding_and_separator_in_use(tmp_path: Path, encoding: str, separator: str) -> None:
    path = write_csv(tmp_path / "a.csv", TWO_PEOPLE, encoding, separator)
    assert cells(path) == [(2, ("王小明", "1", "甲")), (3, ("鲁䶮", "2", ""))]


def test_a_name_says_nothing_about_what_a_file_is(tmp_path: Path) -> None:
    assert cells(write_csv(tmp_path / "a.xlsx", TWO_PEOPLE)) == cells(write_xlsx(tmp_path / "b.csv", TWO_PEOPLE))


@pytest.mark.parametrize("shift", range(4))
def test_a_character_of_gb18030_that_crosses_a_chunk_of_reading_stays_whole(tmp_path: Path, shift: int) -> None:
    rows = [["x" * shift], HEADER, *([["㛃" * 500, "1", ""]] * 1100)]  # four bytes each, two megabytes
    read = cells(write_csv(tmp_path / "a.csv", rows, "gb18030"))
    assert {row[1] for row in read} == {("㛃" * 500, "1", "")}
    assert len(read) == 1100


def test_ideographs_that_old_gb18030_kept_in_the_private_area_get_their_own_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,编号\n王".encode("gb18030") + bytes.fromhex("FE90") + b",1\n")
    assert cells(path) == [(2, ("王\u9fba", "1", ""))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_row_numbers_are_those_that_excel_shows(tmp_path: Path, end: str) -> None:
    rows = [["鲁山县二〇二六年名单"], [], ["名字 ", "编号（必填）*"], [], ["两\n行", "1"], ["", "  "], ["丙", "2"]]
    assert cells(write_csv(tmp_path / "a.csv", rows, end=end)) == [(5, ("两 行", "1", "")), (7, ("丙", "2", ""))]
    assert open_table(tmp_path / "a.csv", PLAIN).header_row == 3


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    assert cells(write_csv(tmp_path / "a.csv", [["备注", "编号", "姓名"], ["甲", "1", "王"]])) == [
        (2, ("王", "1", "甲"))
    ]


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("\u3000王\u3000", "王"),
        ("王\u200b\ufeff", "王"),
        ("'123", "123"),
        ("\xa01 \t 2\xa0", "1 2"),
        ("\u202a410423\u202c", "410423"),
        ("\x1a", ""),
    ],
)
def test_what_cannot_be_seen_is_not_read(tmp_path: Path, dirty: str, cleaned: str) -> None:
    assert cells(write_csv(tmp_path / "a.csv", [HEADER, ["王", "1", dirty]])) == [(2, ("王", "1", cleaned))]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\r\n  \r\n,,\r\n", "file_empty"),
        (b"%PDF-1.7 ...", "file_kind"),
        (b"\x89PNG\r\n\x1a\n", "file_kind"),
        (b"\xff\xd8\xff\xe0JFIF", "file_kind"),
        (b"\x00\x00\x00\x18ftypheic", "file_kind"),
        (b"<html><table><tr><td>\xe5\xa7\x93\xe5\x90\x8d", "file_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
        ("姓名,编号\n王,1".encode("utf-16-le"), "file_kind"),  # no byte order mark: zero bytes
        (("姓名,编号\n" + "王,1\n" * 2000).encode() + b"\x00", "file_kind"),
        ("姓名,编号\n王,1\n".encode() + b"\xff\xff", "file_encoding"),
        (b"\xef\xbb\xbf" + "姓名,编号\n王,1\n".encode("gb18030"), "file_encoding"),
        (b"PK\x03\x04 and no more", "file_damaged"),
        (b"II*\x00" + bytes(20), "file_kind"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_with_advice(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    refused = refusal(path)
    assert refused.code == code
    assert "上传" in refused.detail


def test_a_giant_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(refusals.MOST_BYTES + 1)
    assert refusal(path).code == "file_too_large"


@pytest.mark.parametrize(
    ("rows", "code", "named"),
    [
        ([["王", "1"], ["李", "2"]], "header_missing", "姓名、编号"),
        ([["姓名", "备注"], ["王", "甲"]], "header_columns_missing", "编号"),
        ([["姓名", "编号", "名字"], ["王", "1", "李"]], "header_duplicate", "姓名"),
        ([["姓名", "编号", "血型"], ["王", "1", "A"]], "header_unknown", "“血型”"),
        ([*([["题目"]] * 10), HEADER, ["王", "1", ""]], "header_missing", "姓名、编号"),
        ([["姓名", "编号", *([""] * 62), "备注"]], "too_many_columns", "64"),
    ],
)
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_header_that_is_not_in_order_is_refused_by_name(tmp_path: Path, write, rows, code: str, named: str) -> None:
    refused = refusal(write(tmp_path / "a", rows))
    assert refused.code == code
    assert named in refused.detail


def test_the_header_may_stand_in_the_tenth_filled_row(tmp_path: Path) -> None:
    rows = [*([["题目"], []] * 9), HEADER, ["王", "1", ""]]
    assert cells(write_csv(tmp_path / "a.csv", rows)) == [(20, ("王", "1", ""))]


def test_broken_quotes_end_the_reading_at_their_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('姓名,编号,备注\n王,1,甲\n李,2,"乙\n赵,3,丙\n')
    refused = refusal(path)
    assert refused.code == "csv_quotes"
    assert "第 3 行" in refused.detail


def test_a_line_without_end_is_not_taken_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,编号\n" + "王" * 1_000_000)
    tracemalloc.start()
    assert refusal(path).code == "csv_line"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_faults_of_single_cells_reject_their_row_and_no_other(tmp_path: Path, write) -> None:
    header = ["姓名", "", "编号"]
    bad = [["王" * 2001, "", "1"], ["李", "落单", "2"], ["赵", "", "3", "x"]]
    path = write(tmp_path / "a", [header, *bad, ["钱", "", "4"]])
    rows = list(open_table(path, PLAIN).rows())
    assert [[(fault.column, fault.code) for fault in row.faults] for row in rows] == [
        [("name", "cell_too_long")],
        [("B 列", "cell_without_title")],
        [("D 列", "cell_without_title")],
        [],
    ]


def test_more_rows_than_one_import_takes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_ROWS", 2)
    assert len(cells(write_csv(tmp_path / "a.csv", TWO_PEOPLE))) == 2
    assert refusal(write_csv(tmp_path / "a.csv", [*TWO_PEOPLE, ["丙", "3", ""]])).code == "too_many_rows"


_READ_ALL = """
import resource, sys
from pathlib import Path
from backend.spreadsheets import open_table
from tests.records.handed_in import PLAIN
rows = open_table(Path(sys.argv[1]), PLAIN).rows()
next(rows)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = 1 + sum(1 for _ in rows)
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
def test_two_hundred_thousand_rows_need_no_more_memory_than_two(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,编号,备注\n" + "王小明,410423199003070017,一句话的备注\n" * 200_000)
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", _READ_ALL, path], cwd=root, check=True, capture_output=True, text=True)
    count, grown_kilobytes = map(int, told.stdout.split())
    assert count == 200_000
    assert grown_kilobytes < 20_000


def test_people_do_not_show_in_what_is_logged() -> None:
    assert "王" not in repr(Row(2, ("王小明", "410423199003070017")))
