"""The six awards as their file describes them: owned, grounded, and judged by criteria or handed on."""

import pytest

from backend.awards.awards import award, awards
from backend.errors import NotFound
from backend.records import catalogue as files
from backend.records.catalogue import HONOURS

NAMES = ["道德模范", "劳动模范", "诚信之星", "青年五四奖章", "青年岗位能手", "好网民"]


def test_the_six_of_the_seed_stand_in_its_order() -> None:
    assert [each.name for each in awards().values()] == NAMES
    with pytest.raises(NotFound) as refused:
        award("rich_list")
    assert refused.value.code == "award_not_found"


def test_each_owner_is_a_department_and_may_file_the_awards_item() -> None:
    known = {each.code for each in files.parse_departments(files.SAMPLE_DEPARTMENTS.read_bytes())}
    sample = files.parse_catalogue(files.SAMPLE_CATALOGUE.read_bytes())
    items = {each.code: each for each in sample.items}
    for each in awards().values():
        assert each.department in known, each.name
        item = items[each.item]
        assert (item.kind, item.domain) == ("positive", HONOURS), each.name
        assert each.department in item.departments, each.name
        assert "53号" in each.legal_basis or "办法" in each.legal_basis, each.name


def test_what_is_judged_here_has_criteria_of_a_hundred_points_and_a_lead_has_none() -> None:
    for each in awards().values():
        assert each.questions, each.name
        most = [criterion.most for criterion in each.criteria]
        if each.mode == "judged":
            assert (sum(most), each.quota > 0) == (100, True), each.name
            assert len({criterion.code for criterion in each.criteria}) == len(most), each.name
        else:
            assert (most, each.quota) == ([], 0), each.name


def test_who_calls_for_a_lead_is_the_union_or_the_youth_league() -> None:
    referred = {each.name: each.department for each in awards().values() if each.mode == "referred"}
    assert referred == {"劳动模范": "ZGH", "青年五四奖章": "TXW", "青年岗位能手": "TXW"}
