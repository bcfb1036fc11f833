"""The county register as the police office hands it in."""

from datetime import date
from pathlib import Path

import pytest

from backend.citizens.register_columns import RegisterRow, parse_phone, read_register
from backend.errors import Invalid
from backend.spreadsheets import RowFaults

TODAY = date(2026, 11, 22)
HEADER = "姓名,公民身份号码,手机号码,乡镇\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_people_are_read_from_any_encoding_in_use(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "register.csv"
    path.write_text(HEADER + "王小明,410423199003070017,13800000001,下汤镇\n鲁䶮,41042319850512018x,,\n", encoding)
    first, second = read_register(path, TODAY)
    assert isinstance(first, RegisterRow)
    assert (first.row_number, first.name, first.phone, first.township) == (2, "王小明", "13800000001", "下汤镇")
    assert first.identity.number == "410423199003070017"
    assert isinstance(second, RegisterRow)
    assert (second.name, second.identity.number, second.phone, second.township) == (
        "鲁䶮",
        "41042319850512018X",
        None,
        "",
    )


def test_all_faults_of_a_person_come_at_once(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(HEADER + f",4.10423E+17,12345,{'镇' * 31}\n")
    (row,) = read_register(path, TODAY)
    assert isinstance(row, RowFaults)
    assert {(fault.column, fault.code) for fault in row.faults} == {
        ("name", "missing"),
        ("identity_number", "identity_number_is_number"),
        ("phone", "phone_format"),
        ("township", "township_length"),
    }


def test_a_register_without_phones_is_refused_before_any_row_is_read(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("姓名,身份证号,乡镇\n王小明,410423199003070017,下汤镇\n")
    with pytest.raises(Invalid, match="header_columns_missing") as caught:
        read_register(path, TODAY)
    assert "手机号" in caught.value.detail


@pytest.mark.parametrize(
    ("typed", "phone"),
    [("13800000001", "13800000001"), ("138 0000 0001", "13800000001"), ("+86-13800000001", "13800000001"),
     ("１３８００００００01", "13800000001"), ("0375-5050000", "03755050000")],
)  # fmt: skip
def test_phones_are_read_however_they_are_grouped(typed: str, phone: str) -> None:
    assert parse_phone(typed) == phone


def test_people_do_not_show_in_what_is_logged(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(HEADER + "王小明,410423199003070017,13800000001,下汤镇\n王小明,1,1,\n")
    shown = repr(list(read_register(path, TODAY)))
    assert "王" not in shown
    assert "4104" not in shown
