"""Workbooks as somebody breaks them, by accident or not: each ends in a refusal that helps, and takes no memory."""

import struct
import zipfile
from pathlib import Path

import pytest

from backend.errors import Invalid
from backend.spreadsheets import open_table
from tests.records.handed_in import PLAIN, SHEET, replace_parts, write_xlsx

HEADER = ["姓名", "编号", "备注"]


def refusal(path: Path) -> Invalid:
    with pytest.raises(Invalid) as caught:
        list(open_table(path, PLAIN).rows())
    assert "请" in caught.value.detail
    return caught.value


@pytest.mark.parametrize(
    ("part", "what"),
    [("word/document.xml", "Word"), ("ppt/presentation.xml", "演示"), ("content.xml", "OpenDocument"),
     ("xl/workbook.bin", "二进制工作簿"), ("a.txt", "压缩包")],
)  # fmt: skip
def test_other_archives_are_named_for_what_they_are(tmp_path: Path, part: str, what: str) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    refused = refusal(path)
    assert refused.code == "file_kind"
    assert what in refused.detail


def test_a_workbook_that_grows_hugely_is_refused_before_it_grows(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, ["王", "1", ""]])
    replace_parts(path, {SHEET: b"<worksheet>" + b" " * 20_000_000 + b"</worksheet>"})
    assert refusal(path).code == "file_expands"


def test_a_directory_that_lies_about_sizes_gains_nothing(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, ["王", "1", ""]])
    replace_parts(path, {SHEET: b"<worksheet>" + b" " * 20_000_000 + b"</worksheet>"})
    content = bytearray(path.read_bytes())
    lies = content.replace(struct.pack("<I", 20_000_023), struct.pack("<I", 2_000))
    assert lies != content
    path.write_bytes(lies)
    assert refusal(path).code == "file_damaged"


def test_a_directory_of_a_million_members_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
        for number in range(20_000):
            archive.writestr(f"{number:020d}", b"")
    assert refusal(path).code == "file_expands"


def test_entities_that_expand_are_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, ["王", "1", ""]])
    bomb = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><worksheet><sheetData>&b;</sheetData></worksheet>'
    assert refusal(replace_parts(path, {SHEET: bomb})).code == "file_expands"


@pytest.mark.parametrize(
    "xml",
    [b"", b"<worksheet><sheetData><row", b'<worksheet><row r="1"><c r="1A"><v>1</v></c></row></worksheet>',
     b'<worksheet><row r="1"><c r="A1" t="s"><v>9</v></c></row></worksheet>',
     b'<worksheet><row r="one"/></worksheet>', b'<worksheet><row r="1"><c r="A1"><v>x</v></c></row></worksheet>', None],
)  # fmt: skip
def test_a_damaged_workbook_is_refused_without_repeating_it(tmp_path: Path, xml: bytes | None) -> None:
    path = replace_parts(write_xlsx(tmp_path / "a.xlsx", [["姓名"]]), {SHEET: xml, "xl/sharedStrings.xml": None})
    refused = refusal(path)
    assert refused.code == "file_damaged"
    assert refused.__cause__ is None


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_did_not_arrive_whole_is_refused(tmp_path: Path, kept: float) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, ["王", "1", ""]])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    assert refusal(path).code == "file_damaged"


def test_an_archive_with_a_password_is_told_so(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER])
    content = bytearray(path.read_bytes())
    for start in (b"PK\x01\x02", b"PK\x03\x04"):
        place = content.index(start) + (8 if start == b"PK\x01\x02" else 6)
        content[place] |= 1
    path.write_bytes(content)
    assert refusal(path).code == "file_encrypted"
