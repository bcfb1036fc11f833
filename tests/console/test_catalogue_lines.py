"""A fault stands on a line, so that whoever wrote the file finds it."""

import time

import pytest

from backend.console.catalogue_lines import with_lines
from backend.records.catalogue import SAMPLE_CATALOGUE, CatalogueRefused, parse_catalogue
from backend.records.strict_toml import Fault

FILE = '''\
version = "2027.1"
notice = """
[[items]]
code = "OLD-001"
"""
in_force_from = 2027-01-01

[[levels]]
code = "basic"

[[domain_caps]]
domain = "志愿服务"
points_per_year = 0

[[evidence]]
kind = "service"
item = "VOL-001"

[[items]]
code = "PRO-001"  # the shop
points = 1

  [[items]]
  code = 'VOL-001'
  legal_basis = [
    {law = "x"},
  ]
  rate = {unit = "hour"}
'''.encode()


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("version", 1),
        ("in_force_from", 6),
        ("levels[0].code", 9),
        ("levels.basic", 8),
        ("levels", None),
        ("domain_caps.志愿服务", 11),
        ("domain_caps[0].points_per_year", 13),
        ("evidence.service.item", 17),
        ("evidence.service.departments", 15),
        ("items[0].points", 21),
        ("items[1].legal_basis[0].law", 25),
        ("items[1].rate.steps", 28),
        ("items[7].points", None),
        ("PRO-001.points", 21),
        ("PRO-001.summary", 19),
        ("VOL-001.legal_basis", 25),
        ("VOL-001.term_months", 23),
        ("items.VOL-001", 23),
        ("OLD-001.points", None),
        ("departments.SJJ", None),
        ("第 12 行第 3 列", 12),
        ("文件", None),
        ("", None),
    ],
)
def test_where_a_fault_stands(where: str, line: int | None) -> None:
    assert [each.line for each in with_lines(FILE, [Fault(where, "code", "请改。")])] == [line]


def test_faults_come_in_the_order_of_the_file_and_those_about_all_of_it_first() -> None:
    faults = [Fault(where, "code", "请改。") for where in ("VOL-001.rate", "levels", "version")]
    assert [each.fault.where for each in with_lines(FILE, faults)] == ["levels", "version", "VOL-001.rate"]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[[", b"\x00" * 99, b'"""', b"= = =", b"[[items]]" * 999])
def test_no_file_is_too_broken_to_be_told_of(data: bytes) -> None:
    assert with_lines(data, [Fault("items[0].code", "code", "请改。")])


def test_very_many_faults_of_very_many_tables_are_found_at_once() -> None:
    tables = 9_000
    faults = [Fault(f"items[{number}].code", "missing", "请补上。") for number in range(tables)]
    faults += [Fault(f"VOL-{number}.points", "sign", "请改。") for number in range(tables)]
    file = "".join(f'[[items]]\ncode = "VOL-{number}"\n' for number in range(tables)).encode()
    started = time.process_time()
    found = with_lines(file, faults)
    assert time.process_time() - started < 3  # 0.2 s here; looking through all tables for each took a minute
    assert sorted(each.line or 0 for each in found) == sorted(
        [2 * number + 2 for number in range(tables)] + [2 * number + 1 for number in range(tables)]
    )


def test_a_wrong_cell_of_the_shipped_file_is_found() -> None:
    lines = SAMPLE_CATALOGUE.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("term_months") and number > 500)
    lines[place] = 'term_months = "12"'
    data = "\n".join(lines).encode()
    with pytest.raises(CatalogueRefused) as refused:
        parse_catalogue(data)
    assert [each.line for each in with_lines(data, refused.value.faults)] == [place + 1]
