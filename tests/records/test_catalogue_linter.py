"""What the linter refuses: each story changes one thing in a small valid catalogue, and exactly that is named."""

from datetime import date
from typing import Any

import pytest

from tests.records.catalogue_files import (
    Table,
    a_catalogue,
    a_department,
    a_penalty,
    an_honest_shop,
    faults_of,
    volunteer_hours,
)

CHARITY = {"way": "charity", "what": "捐赠一次。"}
REPAIR = {"allowed": True, "shortest_months": 3, "what": "到信用窗口申请。"}
CITED = "《最高人民法院关于公布失信被执行人名单信息的若干规定》第二条"
STEP = {"points": 1, "per": 4}


def repair(**changes: Any) -> Table:
    return {**REPAIR, **changes}


def steps(*each: Table) -> Table:
    return {"unit": "hour", "steps": list(each)}


NEGATIVE = [
    ("no legal basis", {"legal_basis": []}, "legal_basis", "no_legal_basis"),
    ("a basis that is no law", {"legal_basis": [{"law": "县里的规定"}]}, "legal_basis[0].law", "law_title"),
    (
        "an article in figures",
        {"legal_basis": [{"law": "《法》", "article": "50"}]},
        "legal_basis[0].article",
        "article_form",
    ),
    ("no reference", {"catalogue_ref": None}, "catalogue_ref", "no_reference"),
    ("a list of the county's own", {"catalogue_ref": "《鲁山县失信目录》"}, "catalogue_ref", "no_reference"),
    ("not yet final", {"needs_final": None}, "needs_final", "not_final"),
    ("no severity", {"severity": None, "term_months": 3}, "severity", "no_severity"),
    ("an unknown domain", {"domain": "邻里关系"}, "domain", "unknown_domain"),
    ("a dishonour", {"domain": "荣誉"}, "kind", "negative_honour"),
    ("general for thirteen months", {"term_months": 13}, "term_months", "term_over_limit"),
    ("general for longer by a rule", {"term_months": 24, "term_rule": CITED}, "term_months", "term_over_limit"),
    ("no way to recover", {"recovery": []}, "recovery", "no_recovery"),
    ("only money helps", {"recovery": [CHARITY]}, "recovery", "no_free_way"),
    ("no repair", {"repair": None}, "repair", "no_repair"),
    ("repair too early", {"repair": repair(shortest_months=2)}, "repair.shortest_months", "repair_time"),
    ("repair after the term", {"term_months": 2}, "repair.shortest_months", "repair_after_term"),
    ("repair refused without law", {"repair": repair(allowed=False)}, "repair.what", "repair_refused_without_law"),
    ("no department", {"departments": []}, "departments", "no_department"),
    ("an unknown department", {"departments": ["SJJ", "XYZ"]}, "departments", "unknown_department"),
    ("no points", {"points": None}, "points", "points_or_rate"),
    ("points of nothing", {"points": 0}, "points", "zero_points"),
    ("a penalty that rewards", {"points": 40}, "points", "sign"),
    ("a penalty by the hour", {"points": None, "rate": steps(STEP)}, "rate", "rate_on_negative"),
    ("a cap below one deduction", {"points_per_year": 39}, "points_per_year", "cap_below_grant"),
    ("a cap of nothing", {"points_per_year": 0}, "points_per_year", "zero_cap"),
]
POSITIVE = [
    (
        "a reference on a reward",
        {"catalogue_ref": "《全国公共信用信息基础目录》"},
        "catalogue_ref",
        "reference_on_positive",
    ),
    ("a grave reward", {"severity": "minor"}, "severity", "severity_on_positive"),
    ("a reward to recover from", {"recovery": [CHARITY]}, "repair", "repair_on_positive"),
    ("a reward to repair", {"repair": REPAIR}, "repair", "repair_on_positive"),
    ("a reward that must be final", {"needs_final": True}, "needs_final", "final_on_positive"),
    ("a reward that costs", {"points": -20}, "points", "sign"),
    ("a reward for eleven months", {"term_months": 11}, "term_months", "term_over_limit"),
    ("a reward for ever", {"term_months": 61}, "term_months", "term_over_limit"),
    ("points and a rate", {"rate": steps(STEP)}, "points", "points_or_rate"),
    ("never in a year", {"times_per_year": 0}, "times_per_year", "zero_cap"),
    ("a cap that can never bind", {"points_per_year": 30}, "points_per_year", "cap_never_binds"),
    ("times beyond the cap", {"times_per_year": 3, "points_per_year": 30}, "points_per_year", "times_above_cap"),
    ("a loose code", {"code": "shop1"}, "code", "code_form"),
]
RATES = [
    ("no steps", steps(), "no_steps"),
    ("no open end", steps({"up_to": 20, "points": 1, "per": 1}), "steps_end"),
    ("two open ends", steps({"points": 1, "per": 1}, STEP), "steps_end"),
    ("steps that go back", steps({"up_to": 9, **STEP}, {"up_to": 9, **STEP}, STEP), "steps_order"),
    ("more for each later hour", steps({"up_to": 9, **STEP}, {"points": 1, "per": 3}), "steps_rise"),
    ("more points for as many hours", steps({"up_to": 9, **STEP}, {"points": 2, "per": 4}), "steps_rise"),
    ("a step of nothing", steps({"up_to": 9, "points": 1, "per": 4}, {"points": 0, "per": 4}), "zero_points"),
]


@pytest.mark.parametrize(
    ("change", "where", "code"), [each[1:] for each in NEGATIVE], ids=[each[0] for each in NEGATIVE]
)
def test_a_penalty_is_refused_for(change: Table, where: str, code: str) -> None:
    assert faults_of(a_catalogue(a_penalty(**change))) == [(f"PRO-101.{where}", code)]


@pytest.mark.parametrize(
    ("change", "where", "code"), [each[1:] for each in POSITIVE], ids=[each[0] for each in POSITIVE]
)
def test_a_reward_is_refused_for(change: Table, where: str, code: str) -> None:
    item = an_honest_shop(**change)
    assert faults_of(a_catalogue(item)) == [(f"{item['code']}.{where}", code)]


@pytest.mark.parametrize(("rate", "code"), [each[1:] for each in RATES], ids=[each[0] for each in RATES])
def test_a_rate_is_refused_for(rate: Table, code: str) -> None:
    assert faults_of(a_catalogue(volunteer_hours(rate=rate))) == [("VOL-001.rate.steps", code)]


@pytest.mark.parametrize(("severity", "longest", "soonest"), [("minor", 3, 0), ("general", 12, 3), ("serious", 36, 12)])
def test_each_severity_has_its_longest_term_and_its_soonest_repair(severity: str, longest: int, soonest: int) -> None:
    fits = a_penalty(severity=severity, term_months=longest, repair=repair(shortest_months=soonest))
    assert faults_of(a_catalogue(fits)) == []
    assert faults_of(a_catalogue({**fits, "term_months": longest + 1})) == [("PRO-101.term_months", "term_over_limit")]


def test_five_years_need_a_serious_penalty_and_a_cited_rule() -> None:
    serious = a_penalty(severity="serious", term_months=60, repair=repair(shortest_months=12))
    refused = [("PRO-101.term_months", "term_over_limit")]
    assert faults_of(a_catalogue(serious)) == refused
    assert faults_of(a_catalogue({**serious, "term_rule": "一向如此"})) == refused
    assert faults_of(a_catalogue({**serious, "term_rule": CITED})) == []
    assert faults_of(a_catalogue({**serious, "term_rule": CITED, "term_months": 61})) == refused


def test_a_cited_rule_may_let_repair_come_sooner_but_not_later() -> None:
    serious = a_penalty(severity="serious", term_months=60, term_rule=CITED)
    fault = [("PRO-101.repair.shortest_months", "repair_time")]
    for months, rule, expected in [(0, CITED, []), (0, "一向如此", fault), (37, CITED, fault)]:
        assert faults_of(a_catalogue({**serious, "repair": repair(shortest_months=months, rule=rule)})) == expected


def test_repair_may_be_refused_where_a_law_says_so() -> None:
    never = repair(allowed=False, what="依照《某法》第一条不可修复，到期自动失效。")
    assert faults_of(a_catalogue(a_penalty(repair=never))) == []


def test_a_law_left_blank_or_a_way_without_words_is_refused() -> None:
    penalty = a_penalty(legal_basis=[{"law": " "}], repair=repair(what=""), recovery=[{"way": "study", "what": "\n"}])
    assert set(faults_of(a_catalogue(penalty))) == {
        ("items[0].legal_basis[0].law", "blank"),
        ("items[0].repair.what", "blank"),
        ("items[0].recovery[0].what", "blank"),
    }


def test_a_department_must_stand_on_the_day() -> None:
    gone = [("PRO-101.departments", "expired_department")]
    catalogue = a_catalogue(a_penalty())
    assert faults_of(catalogue, [a_department(until=date(2023, 12, 31))]) == gone
    assert faults_of(catalogue, [a_department(until=date(2024, 1, 1))]) == []
    assert faults_of(catalogue, [a_department(until=date(2024, 1, 1))], day=date(2024, 1, 2)) == gone
    assert faults_of(catalogue, [a_department(**{"from": date(2024, 1, 2)})]) == gone
    assert faults_of(catalogue, [a_department(**{"from": date(2024, 1, 1)}, until=date(2024, 1, 1))]) == []


def test_departments_are_linted_with_the_catalogue() -> None:
    heir = a_department(code="XJJ", until=date(2018, 12, 31), replaced_by="NOBODY")
    assert set(faults_of(a_catalogue(), [a_department(), a_department(), heir])) == {
        ("departments.SJJ", "repeated_code"),
        ("departments.XJJ.until", "until_before_from"),
        ("departments.XJJ.replaced_by", "unknown_department"),
    }


@pytest.mark.parametrize(
    ("caps", "expected"),
    [
        ([("产品质量", 20)], []),
        ([("产品质量", 19)], [("PRO-001.points", "cap_below_grant")]),
        ([("产品质量", 21)], [("domain_caps.产品质量", "cap_never_binds")]),
        ([("志愿服务", 49)], [("VOL-001.points_per_year", "cap_above_domain")]),
        ([("志愿服务", 51)], [("domain_caps.志愿服务", "cap_never_binds")]),
        ([("志愿服务", 50), ("志愿服务", 50)], [("domain_caps.志愿服务", "repeated_code")]),
        ([("食品药品", 10)], [("domain_caps.食品药品", "cap_never_binds")]),
    ],
    ids=["fits", "below one grant", "never binds", "item above domain", "never reached", "twice", "nothing to cap"],
)
def test_a_domain_cap_and_its_items_must_agree(caps: list[tuple[str, int]], expected: list[tuple[str, str]]) -> None:
    tables = [{"domain": domain, "points_per_year": points} for domain, points in caps]
    assert faults_of(a_catalogue(domain_caps=tables)) == expected


def test_more_times_than_the_domain_can_pay_is_refused() -> None:
    catalogue = a_catalogue(
        an_honest_shop(times_per_year=2), domain_caps=[{"domain": "产品质量", "points_per_year": 30}]
    )
    assert faults_of(catalogue) == [("PRO-001.times_per_year", "times_above_cap")]


def test_caps_that_just_fit_are_no_fault() -> None:
    assert faults_of(a_catalogue(a_penalty(points_per_year=40))) == []
    endless = volunteer_hours(points_per_year=None, times_per_year=3)
    assert faults_of(a_catalogue(endless, domain_caps=[{"domain": "志愿服务", "points_per_year": 50}])) == []


def test_a_domain_cap_leaves_deductions_alone() -> None:
    catalogue = a_catalogue(domain_caps=[{"domain": "产品质量", "points_per_year": 20}])
    assert faults_of(catalogue) == [], "the penalty of 40 is above the cap of 20"


def test_a_domain_cap_of_nothing_or_of_an_unknown_domain_is_refused() -> None:
    caps = [{"domain": "产品质量", "points_per_year": 0}, {"domain": "邻里关系", "points_per_year": 10}]
    assert set(faults_of(a_catalogue(domain_caps=caps))) >= {
        ("domain_caps.产品质量", "zero_cap"),
        ("domain_caps.邻里关系", "unknown_domain"),
    }


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([None, 1020, 1060], []),
        ([None], []),
        ([], [("levels", "no_lowest")]),
        ([1000, 1020], [("levels", "no_lowest")]),
        ([None, None, 1060], [("levels", "no_lowest")]),
        ([1020, None], [("levels", "lowest_not_first")]),
        ([None, 1060, 1060], [("levels", "levels_not_rising")]),
        ([None, 0], [("levels", "levels_not_rising")]),
    ],
)
def test_levels_rise_from_one_lowest(asked: list[int | None], expected: list[tuple[str, str]]) -> None:
    levels: list[Table] = [{"code": f"l{number}", "name": "级", "opens": "激励。"} for number in range(len(asked))]
    for level, points in zip(levels, asked, strict=True):
        level.update({} if points is None else {"at_least": points})
    assert faults_of(a_catalogue(levels=levels)) == expected


def test_codes_stand_once_and_a_sample_says_so() -> None:
    assert faults_of(a_catalogue(an_honest_shop(), an_honest_shop())) == [("items.PRO-001", "repeated_code")]
    level = {"code": "basic", "name": "诚信居民", "opens": "人人都有。"}
    assert faults_of(a_catalogue(levels=[level, {**level, "at_least": 1}])) == [("levels.basic", "repeated_code")]
    assert faults_of(a_catalogue(notice=" ")) == [("notice", "no_notice")]
    assert faults_of(a_catalogue(notice=" ", sample=False)) == []
    assert faults_of(a_catalogue(base_points=0)) == [("base_points", "zero_points")]
    assert faults_of(a_catalogue(items=[], domain_caps=[], evidence=[])) == [("items", "no_items")]


def test_all_faults_of_all_items_are_told_at_once() -> None:
    catalogue = a_catalogue(an_honest_shop(points=-1, departments=[]), a_penalty(catalogue_ref=None, recovery=[]))
    assert len(faults_of(catalogue)) == 4
