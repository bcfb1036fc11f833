"""Subjects that may never be a record, and words that only look like them."""

import pytest

from backend.records.catalogue import CatalogueRefused
from backend.records.forbidden_subjects import parse_forbidden, read_forbidden
from tests.records.catalogue_files import a_catalogue, a_penalty, an_honest_shop, faults_of, toml

FORBIDDEN = {
    "simple_procedure": ["适用简易程序受到罚款", "行人闯红灯", "民警当场作出处罚决定"],
    "corrected_minor_violation": ["首违不罚的事项", "违法行为轻微并主动改正", "依法不予行政处罚"],
    "not_yet_final": ["处罚尚未生效", "还在行政复议期间"],
    "unconfirmed_arrears": ["拖欠水费三个月", "物业费逾期不交", "水电气欠费", "欠话费未经生效判决确认"],
    "religion": ["参加宗教活动", "信教群众", "佛教徒"],
    "biometrics": ["采集指纹", "基因信息", "血 型登记"],
    "health": ["有精神障碍病史", "患有传染病", "某种疾病", "体检结果异常"],
    "income": ["家庭年收入较高", "收入水平达标", "月收入五千元"],
    "deposits": ["银行存款较多", "储蓄大户"],
    "securities": ["持有股票", "有价证券", "基金资产"],
    "insurance": ["购买商业保险", "投保信息齐全"],
    "property": ["名下有房", "不动产登记信息", "拥有两套房产"],
    "tax_amount": ["纳税数额较大", "纳税大户", "年纳税达到十万元", "纳税额排名靠前"],
    "sealed_offence": ["受到治安管理处罚", "因吸毒被处罚", "被行政拘留"],
    "petition": ["越级上访", "信访人"],
    "blood_donation": ["参加无偿献血", "献 血十次"],
    "waste_sorting": ["生活垃圾分类", "垃圾混投"],
}
HARMLESS = [
    "依法纳税、诚信经营",
    "年度纳税信用评价为A级",
    "不缴或者少缴应纳税额",
    "开展诚信教育和街道教育宣传",
    "非法吸收公众存款",
    "宣传存款保险知识",
    "在邮政储蓄银行网点义务宣讲",
    "转基因生物未按规定标识",
    "县疾病预防控制中心的志愿者",
    "违反传染病防治、动物疫病防控规定",
    "伪造病历",
    "拖欠农民工工资",
    "帮助低收入家庭",
    "骗取社会保险待遇",
    "骗取医疗保障基金",
    "拖欠物业费，已经生效判决确认后仍拒不履行",
    "用水用电安全宣传",
    "编造虚假的证券期货信息",
    "处罚已经生效",
    "电信网络诈骗",
]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in FORBIDDEN.items() for text in texts])
def test_a_forbidden_subject_is_found_as_what_it_is(code: str, text: str) -> None:
    assert code in [each.code for each in read_forbidden() if each.found_in(text)]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_word_that_only_looks_like_one_is_let_through(text: str) -> None:
    assert [each.code for each in read_forbidden() if each.found_in(text)] == []


def test_every_subject_is_tried_here_and_names_its_source() -> None:
    subjects = read_forbidden()
    assert {each.code for each in subjects} == FORBIDDEN.keys()
    assert all("《" in each.source or "〔" in each.source for each in subjects)
    assert all(each.confirmed != each.source.startswith("待核") for each in subjects)


def test_an_item_is_refused_by_its_name_or_by_its_summary() -> None:
    assert faults_of(a_catalogue(an_honest_shop(name="无偿献血"))) == [("PRO-001.summary", "forbidden_subject")]
    assert faults_of(a_catalogue(a_penalty(summary="越级上访。"))) == [("PRO-101.summary", "forbidden_subject")]


@pytest.mark.parametrize("pattern", ["(", "", "a*"], ids=["no pattern", "empty", "matches nothing at all"])
def test_a_pattern_that_is_none_or_finds_everything_is_refused(pattern: str) -> None:
    subject = {"code": "x", "name": "某事", "patterns": ["某", pattern], "source": "《某法》", "confirmed": True}
    with pytest.raises(CatalogueRefused) as refused:
        parse_forbidden(toml({"subjects": [subject]}))
    assert [(each.where, each.code) for each in refused.value.faults] == [("x.patterns", "bad_pattern")]


def test_a_subject_without_a_source_is_refused() -> None:
    subject = {"code": "x", "name": "某事", "patterns": ["某"], "source": " ", "confirmed": False}
    with pytest.raises(CatalogueRefused) as refused:
        parse_forbidden(toml({"subjects": [subject]}))
    assert [(each.where, each.code) for each in refused.value.faults] == [("x.source", "blank")]
