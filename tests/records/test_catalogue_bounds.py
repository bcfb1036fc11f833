"""How far the words and numbers of a catalogue file may go, and how large and deep a file may be."""

import time
from datetime import date
from typing import Any

import pytest

from backend.records.catalogue import CatalogueRefused, parse_catalogue, parse_departments
from backend.records.strict_toml import MOST_BYTES, MOST_TOLD
from tests.records.catalogue_files import (
    Table,
    a_catalogue,
    a_department,
    a_penalty,
    an_honest_shop,
    evidence_of_service,
    faults_of,
    toml,
    volunteer_hours,
)


def refused(data: bytes) -> CatalogueRefused:
    with pytest.raises(CatalogueRefused) as refusal:
        parse_catalogue(data)
    return refusal.value


def hours(up_to: int = 20, points: int = 1, per: int = 1) -> Table:
    steps = [{"up_to": up_to, "points": points, "per": 1}, {"points": 1, "per": per}]
    return a_catalogue(volunteer_hours(rate={"unit": "hour", "steps": steps}))


def levels(at_least: int) -> Table:
    lowest = {"code": "basic", "name": "诚信居民", "opens": "人人都有的，这里一样不少。"}
    return a_catalogue(levels=[lowest, {"code": "good", "name": "好", "at_least": at_least, "opens": "激励。"}])


def evidence(**changes: Any) -> Table:
    return a_catalogue(evidence=[evidence_of_service(**changes)])


def penalty(months: int) -> Table:
    return a_catalogue(a_penalty(repair={"allowed": True, "shortest_months": months, "what": "到窗口申请。"}))


BEYOND = [
    (a_catalogue(an_honest_shop(points=100_001)), "items[0].points"),
    (a_catalogue(an_honest_shop(points=2**31)), "items[0].points"),
    (a_catalogue(an_honest_shop(points=-(2**70))), "items[0].points"),
    (a_catalogue(an_honest_shop(points_per_year=100_001)), "items[0].points_per_year"),
    (a_catalogue(an_honest_shop(times_per_year=100_001)), "items[0].times_per_year"),
    (a_catalogue(an_honest_shop(term_months=0)), "items[0].term_months"),
    (a_catalogue(an_honest_shop(term_months=601)), "items[0].term_months"),
    (penalty(-1), "items[0].repair.shortest_months"),
    (penalty(601), "items[0].repair.shortest_months"),
    (hours(up_to=0), "items[0].rate.steps[0].up_to"),
    (hours(up_to=100_001), "items[0].rate.steps[0].up_to"),
    (hours(points=100_001), "items[0].rate.steps[0].points"),
    (hours(per=0), "items[0].rate.steps[1].per"),
    (hours(per=10**12), "items[0].rate.steps[1].per"),
    (levels(2**31), "levels[1].at_least"),
    (a_catalogue(domain_caps=[{"domain": "志愿服务", "points_per_year": 10**9}]), "domain_caps[0].points_per_year"),
    (evidence(months_back=0), "evidence[0].months_back"),
    (evidence(months_back=61), "evidence[0].months_back"),
    (evidence(review_workdays=0), "evidence[0].review_workdays"),
    (evidence(review_workdays=61), "evidence[0].review_workdays"),
    (evidence(second_review_over=0), "evidence[0].second_review_over"),
    (evidence(second_review_over=10**30), "evidence[0].second_review_over"),
    (a_catalogue(base_points=-1), "base_points"),
    (a_catalogue(base_points=100_001), "base_points"),
    (a_catalogue(in_force_from=date(1999, 12, 31)), "in_force_from"),
    (a_catalogue(in_force_from=date(9999, 12, 31)), "in_force_from"),
]


@pytest.mark.parametrize(
    ("catalogue", "where"), BEYOND, ids=[f"{number} {each[1]}" for number, each in enumerate(BEYOND)]
)
def test_a_number_beyond_all_sense_is_refused(catalogue: Table, where: str) -> None:
    known = [a_department(**{"from": date(1990, 1, 1)})]
    assert faults_of(catalogue, known) == [(where, "out_of_range")]


def test_a_number_out_of_range_is_told_the_range_and_the_last_one_within_is_taken() -> None:
    (fault,) = refused(toml(evidence(months_back=61))).faults
    assert fault.detail == "这个数超出了范围，应在 1 到 60 之间。"
    for fits in (evidence(months_back=60, review_workdays=60, second_review_over=10_000), hours(20, 1, 100_000)):
        assert faults_of(fits) == []


def test_a_number_no_computer_counts_with_is_only_out_of_range() -> None:
    file = toml(a_catalogue()).replace(b"base_points = 1000", b"base_points = 0x" + b"f" * 100_000)
    assert [(each.where, each.code) for each in refused(file).faults] == [("base_points", "out_of_range")]


UNSEEN = [
    "a\0b",
    "a\x07b",
    "诚\n信",
    "诚\t信",
    "诚\u200b信",
    "\u200b",
    "诚信\u202e户范示",
    "\ufeff诚信",
    "诚\u2028信",
    "诚\u3164信",
]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_what_nobody_sees_stands_in_no_text(text: str) -> None:
    for catalogue, where in (
        (a_catalogue(name=text), "name"),
        (a_catalogue(version=text), "version"),
        (a_catalogue(notice=text), "notice"),
        (a_catalogue(an_honest_shop(name=text)), "items[0].name"),
        (a_catalogue(an_honest_shop(departments=[text])), "items[0].departments[0]"),
        (a_catalogue(an_honest_shop(domain=text)), "items[0].domain"),
    ):
        assert faults_of(catalogue) == [(where, "unseen")]
    with pytest.raises(CatalogueRefused) as refusal:
        parse_departments(toml({"departments": [a_department(office=text)]}))
    assert [each.code for each in refusal.value.faults] == ["unseen"]


@pytest.mark.parametrize("text", ["", " ", "\n", "\u3000\u3000", "\u00a0", "\ufe0f", "\u0301"], ids=ascii)
def test_a_name_of_blanks_is_no_name(text: str) -> None:
    assert faults_of(a_catalogue(an_honest_shop(name=text))) == [("items[0].name", "blank")]


DEEP = b".".join([b"a"] * 200_000)


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        (DEEP + b" = 1", False),
        (b"[" + DEEP + b"]", False),
        (b"x = {y = 1, " + DEEP + b" = 1}", False),
        (b'x = {y = """a"""", ' + DEEP + b" = 1}", False),
        (b"x = '''\n''', " + DEEP, False),
        (b'"x"' + b'."x"' * 21 + b" = 1", False),
        (b'"x"' + b'."x"' * 20 + b" = 1", True),
        (b"# " + DEEP, True),
        (b'x = "' + DEEP + b'"', True),
        (b"x = '" + DEEP + b"' # " + DEEP, True),
        (b'x = "\\"' + DEEP + b'"', True),
        (b'x = """\n"' + DEEP + b'\n"""""', True),
    ],
    ids=[
        "key",
        "table",
        "inline",
        "five quotes",
        "after lines",
        "21",
        "20",
        "comment",
        "text",
        "both",
        "escape",
        "lines",
    ],
)
def test_a_place_too_deep_is_refused_by_its_line_before_it_is_read(line: bytes, fits: bool) -> None:
    faults = refused(b"name = '''\n'''\n" + line).faults
    assert ("too_deep" in {each.code for each in faults}) is not fits
    if not fits:
        assert faults[0].where == f"第 {3 + line.count(10)} 行"


@pytest.mark.parametrize("data", [b"#" * (MOST_BYTES + 1), b"\n" * 20_001], ids=["bytes", "lines"])
def test_a_file_too_large_is_not_read(data: bytes) -> None:
    assert [each.code for each in refused(data).faults] == ["file_too_large"]


def test_a_list_too_long_is_one_fault() -> None:
    file = toml(a_catalogue(items=None)) + b"items = [" + b"{}," * 1001 + b"]"
    assert [(each.where, each.code) for each in refused(file).faults] == [("items", "too_many")]


def test_a_rate_of_very_many_steps_is_refused() -> None:
    stairs = [{"up_to": number, "points": 1, "per": number} for number in range(1, 11)] + [{"points": 1, "per": 99}]
    rate = {"unit": "hour", "steps": stairs}
    assert faults_of(a_catalogue(volunteer_hours(rate=rate))) == [("VOL-001.rate.steps", "too_many_steps")]
    assert faults_of(a_catalogue(volunteer_hours(rate={**rate, "steps": stairs[1:]}))) == []


def test_of_very_many_faults_the_first_are_told_and_how_many_there_are_more() -> None:
    refusal = refused(toml(a_catalogue(items=None)) + b"[[items]]\n" * 900)
    count = 900 * len(("code", "name", "domain", "kind", "summary", "term_months"))
    assert len(refusal.faults) == len(refusal.fields) == MOST_TOLD == 200
    assert refusal.more == count - MOST_TOLD
    assert f"{count} 处" in refusal.detail


@pytest.mark.parametrize(
    "data",
    [
        b'"""\n\\' * (MOST_BYTES // 5),
        b'x = "' + b"\\n" * (MOST_BYTES // 2 - 9) + b'"',
        b"x = [" + b"{a={}}," * (MOST_BYTES // 7 - 9) + b"]",
        b"".join(b"[k%d]\n" % number for number in range(19_000)),
    ],
    ids=["quotes", "escapes", "inline", "tables"],
)
def test_no_file_that_is_small_enough_takes_long_to_refuse(data: bytes) -> None:
    begun = time.process_time()
    refused(data)
    assert time.process_time() - begun < 10
