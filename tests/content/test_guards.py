"""What is pointed out before review: private numbers, names in tables and lists, wrong and sensitive words."""

import time
from typing import Any
from uuid import uuid4

import pytest

from backend.content.draft import Attachment
from backend.content.guards import SENSITIVE, WRONG, Finding, Word, findings
from backend.content.private_numbers import hidden
from backend.content.watched_words import shipped_words
from tests.content.editors import draft

NUMBERS = ("410423199003070017", "410423195202290022", "41042319850512018X", "410423200808150036")


def found(html: str, words: tuple[Word, ...] = (), **about: Any) -> list[Finding]:
    return findings(draft(html=html, **about), words)


def kinds(html: str, **about: Any) -> list[tuple[str, bool]]:
    return [(each.kind, each.must) for each in found(html, **about)]


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table><tbody>{''.join(f'<tr>{each}</tr>' for each in cells)}</tbody></table>"


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("written", ["{}{}{}", "{} {} {}", "{}<strong>{}</strong>{}", "（{}-{}-{}）"])
def test_identity_numbers_are_found_and_not_repeated(number: str, written: str) -> None:
    text = written.format(number[:6], number[6:14], number[14:])
    (finding,) = found(f"<p>证件号码：{text}，请核对。</p>")
    assert (finding.kind, finding.where, finding.must) == ("identity_number", "正文第 1 段", True)
    assert number not in finding.excerpt + finding.advice
    assert number[6:14] not in finding.excerpt


@pytest.mark.parametrize(
    "text",
    ["13800000001", "138 0000 0001", "138-0000-0001", "１３８００００００01", "+8613800000001", "电话13800000001。"],
)
def test_mobile_numbers_are_found(text: str) -> None:
    (finding,) = found(f"<p>联系人手机 {text}</p>")
    assert (finding.kind, finding.must) == ("phone", True)
    assert "0000000" not in finding.excerpt


@pytest.mark.parametrize("text", ["6222020200112233446", "6222 0202 0011 2233 446", "4000-0000-0000-0002"])
def test_bank_cards_are_found(text: str) -> None:
    (finding,) = found(f"<p>卡号 {text}</p>")
    assert (finding.kind, finding.must) == ("bank_card", True)
    assert text not in finding.excerpt


@pytest.mark.parametrize(
    "text",
    [
        "4104**********0017",
        "410423********0017",
        "138****0001",
        "尾号 3442",
        "6222 **** **** 3442",
        "0375-5051234",
        "2026-11-23 09:00",
        "鲁政办〔2018〕53号",
        "91410423MA44ABCD1X",
        "共 1234567890123 元",
        "410423199003070018",
        "第 20261123001 号",
        "鲁某说，他已经还清了欠款。",
    ],
)
def test_masked_and_other_numbers_pass(text: str) -> None:
    assert found(f"<p>{text}</p>") == []


def test_every_place_that_readers_meet_is_looked_at() -> None:
    phone, about = "13800000001", "138****0001"
    seen = findings(
        draft(
            title=phone,
            summary=phone,
            source=phone,
            author=phone,
            tags=(phone,),
            html=f'<p>好</p><p>{phone}</p><ul><li>{phone}</li></ul><p><a href="tel:{phone}">打电话</a></p>'
            f'<p><img src="file:01a203a8-02c1-75a4-99a4-000000000000" alt="{phone}"></p>{table(("电话", phone))}',
            attachments=(Attachment(uuid4(), phone),),
            consent_note=phone,
        ),
        (),
    )
    assert {each.where for each in seen} == {
        *("标题", "摘要", "来源", "作者", "标签", "正文第 2 段", "正文第 3 段", "链接", "图片说明"),
        *("正文第 1 个表格", "附件名称", "同意情况"),
    }
    assert about in seen[0].excerpt


def test_figures_of_neighbouring_cells_are_no_one_number() -> None:
    assert found(table(("项目", "数字"), ("甲", "410423"), ("乙", "19900307"), ("丙", "0017"))) == []
    assert found(table(("410423", "19900307", "0017"))) == []


@pytest.mark.parametrize("head", [("姓名", "金额"), ("序号", "姓名", "金额")])
def test_a_table_of_names_beside_amounts_must_go(head: tuple[str, ...]) -> None:
    names = ("张三", "李小四", "王五")
    rows = [(str(place), name, f"{place}000 元")[-len(head) :] for place, name in enumerate(names, start=1)]
    (finding,) = found(table(head, *rows))
    assert (finding.kind, finding.where, finding.must) == ("name_table", "正文第 1 个表格", True)
    assert not any(name in finding.excerpt for name in names)


def test_names_beside_each_other_are_a_table_of_names_too() -> None:
    lying = table(("姓名", "张三", "李小四", "王五"), ("金额", "1000", "2000", "3000"))
    assert kinds(lying) == [("name_table", True)]


def test_a_table_of_names_alone_is_looked_at_again_and_in_a_case_it_must_go() -> None:
    honoured = table(("姓名", "单位"), ("张三", "下汤镇"), ("李小四", "尧山镇"), ("王 五", "瓦屋镇"))
    assert kinds(honoured) == [("name_table", False)]
    assert kinds(honoured, about_failure=True) == [("name_table", True)]


@pytest.mark.parametrize(
    "rows",
    [
        [("姓名", "金额"), ("鲁某", "1000"), ("张某某", "2000"), ("王**", "3000")],
        [("乡镇", "件数"), ("张官营镇", "12"), ("马楼乡", "7"), ("熊背乡", "9"), ("董周乡", "4")],
        [("乡镇", "件数"), ("张店", "12"), ("马楼", "7"), ("梁洼", "9"), ("张良", "4")],
        [("部门", "电话"), ("县司法局", "0375-5051234"), ("县公安局", "0375-5055555")],
        [("项目", "次数"), ("宣传", "3"), ("培训", "4"), ("安全", "5"), ("施工", "6")],
        [("", ""), ("", "")],
    ],
)
def test_tables_without_names_pass(rows: list[tuple[str, ...]]) -> None:
    assert found(table(*rows)) == []


def test_lists_of_names_must_go_from_a_case_of_failure() -> None:
    text = "<p>以下人员被列入名单：张三、李小四、王五、欧阳小六等。</p>"
    assert kinds(text) == [("name_list", False)]
    (finding,) = found(text, about_failure=True)
    assert (finding.kind, finding.must, finding.excerpt) == ("name_list", True, "张某、李某某、王某等 4 人")
    assert kinds("<p>张三</p><p>李小四</p><p>王五</p>", about_failure=True) == [("name_list", True)]
    assert kinds("<ul><li>张三</li><li>李小四</li></ul>", about_failure=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "安全、高效、方便",
        "张良镇、马楼乡、董周乡",
        "张官营、张店、马楼、熊背、辛集",
        "张某、李某、王某",
        "张三和李四是邻居。",
        "方便群众，高效办事，安全放心。",
        "管理，施工，宣传，申报",
        "江苏、江西、安徽、云南",
    ],
)
def test_lists_of_other_things_pass(text: str) -> None:
    assert found(f"<p>{text}</p>", about_failure=True) == []


def test_a_name_behind_a_word_for_who_failed_is_looked_at() -> None:
    (finding,) = found("<p>失信被执行人张三已经履行。</p>", about_failure=True)
    assert (finding.kind, finding.must) == ("name_in_case", False)
    assert "张三" not in finding.excerpt
    assert found("<p>失信被执行人鲁某已经履行，当事人申请修复，被执行人应当报告财产。</p>", about_failure=True) == []


def test_a_case_of_failure_that_is_not_marked_as_one() -> None:
    assert kinds("<p>他是失信被执行人。</p>", channel="cases") == [("case", False)]
    assert kinds("<p>他是失信被执行人。</p>", channel="cases", about_failure=True) == []
    assert kinds("<p>什么是失信被执行人。</p>", channel="knowledge") == []


def test_words_are_found_the_longest_first_and_what_must_comes_first() -> None:
    words = (
        Word("黑名单", SENSITIVE, "请看"),
        Word("信用黑名单", WRONG, "应写“严重失信主体名单”。"),
        Word("APP", SENSITIVE),
    )
    seen = found("<p>下载app。</p><p>本县没有信用黑名单，也没有黑名单。</p>", words)
    assert [(each.kind, each.where, each.must) for each in seen] == [
        ("wrong_word", "正文第 2 段", True),
        ("sensitive_word", "正文第 1 段", False),
        ("sensitive_word", "正文第 2 段", False),
    ]
    assert "信用黑名单" in seen[0].excerpt
    assert seen[0].advice == "“信用黑名单”：应写“严重失信主体名单”。"


def test_an_excerpt_around_a_word_hides_numbers_too() -> None:
    seen = found("<p>帐户13800000001的主人</p>", (Word("帐户", WRONG, "应写“账户”。"),))
    assert {each.kind for each in seen} == {"phone", "wrong_word"}
    assert not any("13800000001" in each.excerpt for each in seen)


ORDINARY = (
    "鲁山县发展和改革委员会依法公开行政许可信息，全县各乡镇、街道办事处积极参加诚信兴商宣传月活动。"
    "居民可以登录小程序查看公共信用记录，对记录有异议的，可以提出异议申请，三个工作日内答复。"
    "失信信息达到最短公示期、义务已经履行的，可以向作出决定的机关申请信用修复。截至目前，全县志愿服务时长稳步增长。"
    "该村长期坚持诚信教育，全部份额由合作社持有，为了望得更远，大家一如既往，再接再厉。"
    "县人民法院提醒：主动履行判决，是对自己负责，也是对他人尊重；诚信建设没有旁观者，人人都是参与者。"
)


def test_an_ordinary_text_is_left_alone() -> None:
    seen = findings(draft(html=f"<p>{ORDINARY}</p>"), shipped_words())
    assert [each for each in seen if each.must] == []
    assert [(each.kind, each.advice[:5]) for each in seen] == [
        ("sensitive_word", "“村长”："),
        ("sensitive_word", "“部份”："),
    ]


def test_long_digits_are_hidden_however_they_stand() -> None:
    for number in (*NUMBERS, "6222 0202 0011 2233 446", "13800000001"):
        assert "".join(number.split())[5:13] not in "".join(hidden(f"前{number}后").split())


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "1" * 190_000 + "</p>",
        "<p>" + "138 " * 45_000 + "</p>",
        "<p>" + "张三、" * 60_000 + "</p>",
        "<p>" + "张" * 190_000 + "</p>",
        "<table>" + "<tr><td>张三</td><td>1</td></tr>" * 5_000 + "</table>",
        "<p>信用黑名单</p>" * 10_000,
        "<table><tr><td>" * 10_000,
        "<p>被执行人" + "为是：" * 60_000 + "</p>",
    ],
    ids=["digits", "spaced", "names", "surnames", "table", "words", "deep", "colons"],
)
def test_no_text_takes_long(html: str) -> None:
    began = time.process_time()
    assert len(findings(draft(html=html), shipped_words())) <= 200
    assert time.process_time() - began < 4
