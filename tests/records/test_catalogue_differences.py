"""What a new version changes, told in sentences that need no lawyer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.records.catalogue import SAMPLE_CATALOGUE, Catalogue, parse_catalogue
from backend.records.catalogue_differences import differences
from tests.records.catalogue_files import (
    Table,
    a_catalogue,
    a_penalty,
    an_honest_shop,
    evidence_of_fulfilment,
    evidence_of_service,
    toml,
    volunteer_hours,
)

NAMES = {"SJJ": "县市场监管局", "MZJ": "县民政局"}


def catalogue(**changes: Any) -> Catalogue:
    return parse_catalogue(toml(a_catalogue(**changes)))


def sentences(new: Catalogue, old: Catalogue | None = None) -> list[str]:
    return [each.sentence for each in differences(old or catalogue(), new, NAMES)]


def with_items(*items: Table) -> Catalogue:
    return catalogue(items=list(items))


def test_another_number_and_another_day_alone_are_no_difference() -> None:
    assert sentences(catalogue(version="2027.1")) == []
    sample = parse_catalogue(SAMPLE_CATALOGUE.read_bytes())
    assert differences(sample, sample) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"points_per_year": 40}, "VOL-001 志愿服务：一年最多加分由 50 分改为 40 分。"),
        ({"points_per_year": None}, "VOL-001 志愿服务：不再规定一年最多加分（原为：50 分）。"),
        ({"times_per_year": 3}, "VOL-001 志愿服务：新规定了一年最多计分次数：3 次。"),
        ({"term_months": 12}, "VOL-001 志愿服务：计分期限由 24 个月改为 12 个月。"),
        ({"departments": ["SJJ", "MZJ"]}, "VOL-001 志愿服务：报送部门由“县市场监管局”改为“县市场监管局、县民政局”。"),
        ({"departments": ["XXX"]}, "VOL-001 志愿服务：报送部门由“县市场监管局”改为 XXX。"),
        ({"name": "义务劳动"}, "VOL-001 义务劳动：名称由“志愿服务”改为“义务劳动”。"),
        (
            {"summary": "凭证书计分，一年一次。"},
            "VOL-001 志愿服务：说明由“经公开评选并公示，被评为诚信经营示范户”改为“凭证书计分，一年一次”。",
        ),
        (
            {"rate": {"unit": "hour", "steps": [{"points": 1, "per": 2}]}},
            "VOL-001 志愿服务：分值由“前 20 小时每小时 1 分，到 80 小时每 2 小时 1 分，以后每 4 小时 1 分”"
            "改为每 2 小时 1 分。",
        ),
    ],
)
def test_a_changed_item_is_told_field_by_field(change: Table, sentence: str) -> None:
    old = with_items(volunteer_hours(name="志愿服务"))
    assert sentences(with_items(volunteer_hours(**{"name": "志愿服务", **change})), old) == [sentence]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"points": -30}, "PRO-101 产品掺杂掺假：分值由减 40 分改为减 30 分。"),
        ({"severity": "serious"}, "PRO-101 产品掺杂掺假：程度由一般改为严重。"),
        (
            {"recovery": [{"way": "service", "what": "服务十小时。"}]},
            "PRO-101 产品掺杂掺假：积分恢复由“履行义务：缴清罚款后申请。慈善捐赠：捐赠一次”"
            "改为“志愿服务：服务十小时”。",
        ),
        (
            {"repair": {"allowed": False, "shortest_months": 0, "what": "依法不予修复。"}},
            "PRO-101 产品掺杂掺假：信用修复由“满 3 个月可以申请。到县政务服务大厅信用窗口申请”"
            "改为“不适用。依法不予修复”。",
        ),
        ({"needs_final": False}, "PRO-101 产品掺杂掺假：不再规定何时报送（原为：处罚或者认定已经最终生效）。"),
    ],
)
def test_a_changed_negative_item_is_told_as_plainly(change: Table, sentence: str) -> None:
    assert sentences(with_items(a_penalty(**change)), with_items(a_penalty())) == [sentence]


def test_items_that_come_and_go_are_told_whole_where_they_stand() -> None:
    old, new = with_items(an_honest_shop(), a_penalty()), with_items(an_honest_shop(code="PRO-002"), a_penalty())
    found = differences(old, new, NAMES)
    assert [(each.kind, each.sentence) for each in found] == [
        ("removed", "取消 PRO-001 诚信经营示范户（原为：产品质量，守信，加 20 分，一年最多计分次数 1 次）。"),
        ("added", "新增 PRO-002 诚信经营示范户：产品质量，守信，加 20 分，一年最多计分次数 1 次。"),
    ]
    assert [(bool(each.before), bool(each.after)) for each in found] == [(True, False), (False, True)]


def test_levels_caps_evidence_and_the_head_are_told_too() -> None:
    levels = [
        {"code": "basic", "name": "诚信居民", "opens": "人人都有的，这里一样不少。"},
        {"code": "good", "name": "诚信良好", "at_least": 1030, "opens": "守信激励。"},
        {"code": "best", "name": "诚信模范", "at_least": 1090, "opens": "更多。"},
    ]
    rules = [evidence_of_service(second_review_over=None, months_back=6), evidence_of_fulfilment()]
    caps = [{"domain": "志愿服务", "points_per_year": 60}]
    new = catalogue(levels=levels, domain_caps=caps, evidence=rules, sample=False, notice=None)
    assert sentences(new) == [
        "目录：性质由“样本，还要经法制机构审核确认”改为“正式目录”。",
        "目录：不再规定提示（原为：本目录为样本，须经县司法局（法制机构）审核确认后方可施行）。",
        "等级 诚信良好：需要的积分由 1020 分以上改为 1030 分以上。",
        "取消 等级 诚信示范（原为：1060 分以上，更多守信激励）。",
        "新增 等级 诚信模范：1090 分以上，更多。",
        "志愿服务领域：一年最多加分由 50 分改为 60 分。",
        "证明材料 志愿服务：提交期限由事后 12 个月以内改为事后 6 个月以内。",
        "证明材料 志愿服务：不再规定两人审核（原为：超过 16 小时）。",
    ]


def test_a_level_that_was_renamed_keeps_its_place() -> None:
    table = a_catalogue()
    table["levels"][1] = table["levels"][1] | {"name": "诚信优良"}
    assert sentences(parse_catalogue(toml(table))) == ["等级 诚信优良：名称由“诚信良好”改为“诚信优良”。"]


CODES = st.lists(st.sampled_from(["PRO-001", "PRO-002", "PRO-003", "PRO-004"]), min_size=1, unique=True)


@given(old=CODES, new=CODES, points=st.integers(1, 99))
def test_whatever_changes_is_told_once_and_turned_round_it_is_the_opposite(
    old: list[str], new: list[str], points: int
) -> None:
    before = with_items(*(an_honest_shop(code=code, points=50) for code in old))
    after = with_items(*(an_honest_shop(code=code, points=points) for code in new))
    there, back = differences(before, after), differences(after, before)
    came = [each.about for each in there if each.kind == "added"]
    assert {each.split()[0] for each in came} == set(new) - set(old)
    assert sorted(came) == sorted(each.about for each in back if each.kind == "removed")
    changed = {each.about: (each.before, each.after) for each in there if each.kind == "changed"}
    assert changed == {each.about: (each.after, each.before) for each in back if each.kind == "changed"}
    assert len(changed) == (0 if points == 50 else len(set(old) & set(new)))
