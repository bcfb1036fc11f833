"""Small valid catalogue files, made whole or with one thing changed."""

import json
from datetime import date
from typing import Any

from backend.records.catalogue import CatalogueRefused, parse_catalogue, parse_departments
from backend.records.catalogue_linter import lint, read_forbidden

Table = dict[str, Any]


def an_honest_shop(**changes: Any) -> Table:
    """A valid positive item; None takes a key away."""
    item = {
        "code": "PRO-001",
        "name": "诚信经营示范户",
        "domain": "产品质量",
        "kind": "positive",
        "summary": "经公开评选并公示，被评为诚信经营示范户。",
        "legal_basis": [{"law": "《河南省社会信用条例》", "article": "第十二条"}],
        "departments": ["SJJ"],
        "points": 20,
        "times_per_year": 1,
        "term_months": 24,
    }
    return changed(item, changes)


def volunteer_hours(**changes: Any) -> Table:
    """A valid positive item with a rate."""
    steps = [{"up_to": 20, "points": 1, "per": 1}, {"up_to": 80, "points": 1, "per": 2}, {"points": 1, "per": 4}]
    rate = {"unit": "hour", "steps": steps}
    hours = {"code": "VOL-001", "domain": "志愿服务", "rate": rate, "points_per_year": 50}
    return an_honest_shop(**{**hours, "points": None, "times_per_year": None, **changes})


def a_penalty(**changes: Any) -> Table:
    """A valid negative item of the middle severity."""
    item = {
        "code": "PRO-101",
        "name": "产品掺杂掺假",
        "domain": "产品质量",
        "kind": "negative",
        "severity": "general",
        "summary": "在产品中掺杂掺假，受到行政处罚，处罚已经生效。",
        "legal_basis": [{"law": "《中华人民共和国产品质量法》", "article": "第五十条"}],
        "catalogue_ref": "《全国公共信用信息基础目录》行政处罚信息",
        "departments": ["SJJ"],
        "points": -40,
        "term_months": 12,
        "needs_final": True,
        "recovery": [{"way": "fulfilment", "what": "缴清罚款后申请。"}, {"way": "charity", "what": "捐赠一次。"}],
        "repair": {"allowed": True, "shortest_months": 3, "what": "到县政务服务大厅信用窗口申请。"},
    }
    return changed(item, changes)


def a_department(**changes: Any) -> Table:
    """A valid department."""
    department = {
        "code": "SJJ",
        "name": "县市场监管局",
        "office": "信用监管股",
        "phone": "0375-0000118",
        "from": date(2019, 1, 1),
    }
    return changed(department, changes)


def evidence_of_service(**changes: Any) -> Table:
    """A valid rule of evidence that gives points."""
    rule = {"kind": "service", "item": "VOL-001", "departments": ["SJJ"], "months_back": 12, "review_workdays": 5}
    return changed({**rule, "second_review_over": 16}, changes)


def evidence_of_fulfilment(**changes: Any) -> Table:
    """A valid rule of evidence that gives none by itself; the document's department reviews it."""
    return changed({"kind": "fulfilment", "months_back": 36, "review_workdays": 5}, changes)


def a_catalogue(*items: Table, **changes: Any) -> Table:
    """A valid catalogue of these items, or of one of each sort."""
    catalogue = {
        "version": "2026.1-sample",
        "name": "诚信积分目录（样本）",
        "sample": True,
        "notice": "本目录为样本，须经县司法局（法制机构）审核确认后方可施行",
        "in_force_from": date(2024, 1, 1),
        "base_points": 1000,
        "levels": [
            {"code": "basic", "name": "诚信居民", "opens": "人人都有的，这里一样不少。"},
            {"code": "good", "name": "诚信良好", "at_least": 1020, "opens": "守信激励。"},
            {"code": "model", "name": "诚信示范", "at_least": 1060, "opens": "更多守信激励。"},
        ],
        "domain_caps": [{"domain": "志愿服务", "points_per_year": 50}],
        "items": list(items) or [an_honest_shop(), volunteer_hours(), a_penalty()],
    }
    if items:
        catalogue["domain_caps"] = []
    else:
        catalogue["evidence"] = [evidence_of_service(), evidence_of_fulfilment()]
    return changed(catalogue, changes)


def changed(table: Table, changes: Table) -> Table:
    """The table with these changes; None takes a key away."""
    return {name: value for name, value in {**table, **changes}.items() if value is not None}


def toml(table: Table) -> bytes:
    """A table as a TOML file, one line a key."""
    return "".join(f"{name} = {_value(value)}\n" for name, value in table.items()).encode()


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def faults_of(
    catalogue: Table,
    departments: list[Table] | None = None,
    earlier: dict[str, str] | None = None,
    day: date | None = None,
) -> list[tuple[str, str]]:
    """Where and what each fault is, of the file's form if it has any, else of its rules."""
    known = [a_department()] if departments is None else departments
    try:
        parsed = parse_catalogue(toml(catalogue))
        standing = parse_departments(toml({"departments": known}))
    except CatalogueRefused as refused:
        faults = list(refused.faults)
    else:
        faults = lint(parsed, standing, read_forbidden(), earlier or {}, day=day)
    assert all(any("一" <= letter <= "鿿" for letter in each.detail) for each in faults), "a fault is told in Chinese"
    return [(each.where, each.code) for each in faults]
