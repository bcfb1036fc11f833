"""The shipped sample is fit to show, and a broken file is told everything that is wrong with it at once."""

from collections import defaultdict
from datetime import date

import pytest

from backend.errors import Invalid
from backend.records.catalogue import (
    DOMAINS,
    HONOURS,
    SAMPLE_CATALOGUE,
    SAMPLE_DEPARTMENTS,
    Catalogue,
    CatalogueRefused,
    fingerprint,
    parse_catalogue,
    parse_departments,
)
from backend.records.catalogue_linter import lint, read_forbidden
from tests.records.catalogue_files import a_catalogue, a_department, a_penalty, an_honest_shop, faults_of, toml


@pytest.fixture
def sample() -> Catalogue:
    return parse_catalogue(SAMPLE_CATALOGUE.read_bytes())


@pytest.mark.parametrize("day", [None, date(2026, 11, 22)])
def test_the_shipped_sample_has_no_fault(sample: Catalogue, day: date | None) -> None:
    departments = parse_departments(SAMPLE_DEPARTMENTS.read_bytes())
    assert lint(sample, departments, read_forbidden(), {}, day=day) == []


def test_the_sample_rewards_and_records_in_all_sixteen_domains_and_honours(sample: Catalogue) -> None:
    kinds = defaultdict(set)
    for item in sample.items:
        kinds[item.domain].add(item.kind)
    assert kinds == {**{each: {"positive", "negative"} for each in DOMAINS}, HONOURS: {"positive"}}
    assert len(DOMAINS) == 16
    assert len(sample.items) >= 44


def test_the_sample_says_on_its_face_that_it_is_one(sample: Catalogue) -> None:
    assert sample.sample
    assert sample.notice == "本目录为样本，须经县司法局（法制机构）审核确认后方可施行"
    for path in (SAMPLE_CATALOGUE, SAMPLE_DEPARTMENTS):
        assert "样本" in path.read_text().splitlines()[0]


def test_the_sample_grades_its_points_and_keeps_deductions_in_proportion(sample: Catalogue) -> None:
    graded = {"minor": range(-15, -4), "general": range(-50, -19), "serious": range(-150, -79)}
    for item in sample.items:
        if item.severity is not None:
            assert item.points in graded[item.severity], item.code
        elif item.points is not None:
            assert item.points in range(2, 61) or item.name.startswith("全国"), item.code
    assert {item.severity for item in sample.items} == {None, *graded}


def test_the_lowest_level_of_the_sample_takes_nothing_from_anybody(sample: Catalogue) -> None:
    assert sample.levels[0].at_least is None
    assert "人人都有" in sample.levels[0].opens
    assert sample.levels[1].at_least is not None
    assert sample.levels[1].at_least > sample.base_points


def test_nothing_in_the_sample_can_be_bought(sample: Catalogue) -> None:
    donation = next(item for item in sample.items if "捐赠" in item.name)
    assert (donation.rate, donation.times_per_year) == (None, 1)
    assert donation.points is not None
    assert donation.points <= 5
    for item in sample.items:
        assert not item.recovery or {"fulfilment", "service", "study"} & {each.way for each in item.recovery}


def test_departments_named_by_the_plan_are_there_with_office_and_phone() -> None:
    departments = parse_departments(SAMPLE_DEPARTMENTS.read_bytes())
    plan = (
        "县发展改革委 人行鲁山支行 县委宣传部 县文明办 县教体局 县人社局 县公安局 县委网信办 县工信局 县商务局 县民政局"
    )
    assert set(plan.split()) <= {each.name for each in departments}
    assert all(each.phone.startswith("0375-0000") for each in departments), "made-up numbers only"
    closed = next(each for each in departments if each.until_day is not None)
    assert closed.replaced_by in {each.code for each in departments}


def test_the_small_catalogue_of_these_tests_has_no_fault() -> None:
    assert faults_of(a_catalogue()) == []


def test_broken_toml_names_line_and_column() -> None:
    with pytest.raises(CatalogueRefused) as refused:
        parse_catalogue("version = '2026.1'\nname = 诚信\n".encode())
    assert [(each.where, each.code) for each in refused.value.faults] == [("第 2 行第 8 列", "broken_toml")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("version = '鲁山县诚信积分目录'".encode("gb18030"), "not_utf8"),
        (b"version = 'never closed", "broken_toml"),
        (b"version = 1\nversion = 2", "broken_toml"),
        (b"a = " + b"[" * 20_000, "broken_toml"),
        (b"a = " + b"9" * 5_000, "broken_toml"),
        (b"\x00", "broken_toml"),
    ],
    ids=["not UTF-8", "open quote", "key twice", "bottomless", "endless number", "no text"],
)
def test_what_is_no_toml_is_one_clear_fault(data: bytes, code: str) -> None:
    with pytest.raises(CatalogueRefused) as refused:
        parse_catalogue(data)
    assert [each.code for each in refused.value.faults] == [code]


def test_a_mark_that_windows_editors_put_in_front_is_no_fault() -> None:
    assert parse_catalogue(b"\xef\xbb\xbf" + toml(a_catalogue())).base_points == 1000


def test_all_structural_faults_are_told_at_once() -> None:
    shop = an_honest_shop(domian="产品质量", term_months="24", summary=" ")
    penalty = a_penalty(severity="heavy", needs_final=1, repair={"allowed": True}, name="长" * 101, legal_basis="无")
    assert set(faults_of(a_catalogue(shop, penalty, in_force_from="2024-01-01", base_points=True, sample=None))) == {
        ("sample", "missing"),
        ("in_force_from", "wrong_type"),
        ("base_points", "wrong_type"),
        ("items[0].domian", "unknown_key"),
        ("items[0].term_months", "wrong_type"),
        ("items[0].summary", "blank"),
        ("items[1].severity", "not_allowed"),
        ("items[1].needs_final", "wrong_type"),
        ("items[1].name", "too_long"),
        ("items[1].legal_basis", "wrong_type"),
        ("items[1].repair.shortest_months", "missing"),
        ("items[1].repair.what", "missing"),
    }


@pytest.mark.parametrize("key", ["version", "name", "sample", "in_force_from", "base_points"])
def test_what_a_catalogue_cannot_do_without_is_missed(key: str) -> None:
    assert faults_of(a_catalogue(**{key: None})) == [(key, "missing")]


def test_the_file_cannot_state_its_own_fingerprint() -> None:
    assert faults_of(a_catalogue(digest="0" * 64)) == [("digest", "unknown_key")]


def test_a_moment_is_no_date_and_a_table_is_no_list() -> None:
    moment = toml(a_catalogue()).replace(b"2024-01-01", b"2024-01-01T00:00:00")
    with pytest.raises(CatalogueRefused) as refused:
        parse_catalogue(moment)
    assert [(each.where, each.code) for each in refused.value.faults] == [("in_force_from", "wrong_type")]
    assert faults_of(a_catalogue(levels={"code": "basic"})) == [("levels", "wrong_type")]
    assert faults_of(a_catalogue(items=["PRO-001"])) == [("items[0]", "wrong_type")]


def test_faults_never_repeat_what_was_written_and_reach_a_surface_as_fields() -> None:
    with pytest.raises(Invalid) as refused:
        parse_catalogue(toml(a_catalogue(base_points="SECRET")))
    assert [(each.field, each.code) for each in refused.value.fields] == [("base_points", "wrong_type")]
    assert "SECRET" not in refused.value.detail + refused.value.fields[0].detail


def test_a_file_of_departments_is_read_strictly_too() -> None:
    with pytest.raises(CatalogueRefused) as refused:
        parse_departments(toml({"departments": [a_department(phone="", fax="1"), a_department(office=None)]}))
    assert {(each.where, each.code) for each in refused.value.faults} == {
        ("departments[0].phone", "blank"),
        ("departments[0].fax", "unknown_key"),
        ("departments[1].office", "missing"),
    }


def test_a_changed_file_under_an_old_version_is_refused_and_the_same_file_is_not() -> None:
    loaded = toml(a_catalogue())
    earlier = {"2026.1-sample": fingerprint(loaded)}
    assert faults_of(a_catalogue(), earlier=earlier) == []
    assert faults_of(a_catalogue(base_points=900), earlier=earlier) == [("version", "changed_version")]
    assert faults_of(a_catalogue(base_points=900, version="2026.2"), earlier=earlier) == []
