"""Lists of Word: each kind of number becomes a list that counts so, or stays in the text by which it is cited."""

import pytest

from backend.content.pasting import tidy


def item(label: str, text: str, level: int = 1, key: int = 0) -> str:
    ignored = f"<span style='mso-list:Ignore'>{label}<span>&nbsp;&nbsp;</span></span>"
    return f"<p class=MsoListParagraph style='mso-list:l{key} level{level} lfo1'>{ignored}{text}</p>"


def test_levels_stand_inside_each_other_and_come_back_out() -> None:
    html = item("·", "一") + item("o", "二", 2) + item("§", "三", 3) + item("·", "四")
    assert tidy(html).html == "<ul><li>一<ul><li>二<ul><li>三</li></ul></li></ul></li><li>四</li></ul>"


@pytest.mark.parametrize(
    "labels", ["1. 2. 3.", "1） 2） 3）", "(1) (2) (3)", "a) b) c)", "A. B. C.", "i. ii. iii.", "1、 2、 3、"]
)
def test_what_a_list_can_count_is_a_list(labels: str) -> None:
    html = "".join(item(label, "项") for label in labels.split())
    assert tidy(html).html == "<ol><li>项</li><li>项</li><li>项</li></ol>"


@pytest.mark.parametrize("labels", ["一、 二、", "（一） （二）", "第一条 第二条", "① ②", "1.1 1.2", "3. 4.", "1. 3."])
def test_what_a_list_cannot_count_stays_in_the_text(labels: str) -> None:
    first, second = labels.split()
    pasted = tidy(item(first, "甲") + item(second, "乙")).html
    assert "<li>" not in pasted
    assert pasted.replace(" ", "") == f"<p>{first}甲</p><p>{second}乙</p>"


def test_a_count_that_goes_on_after_a_paragraph_is_text_from_its_beginning() -> None:
    pasted = tidy(item("1.", "甲") + "<p>其间</p>" + item("2.", "乙")).html
    assert pasted == "<p>1. 甲</p><p>其间</p><p>2. 乙</p>"


def test_a_number_that_no_list_can_count_stands_in_its_item() -> None:
    pasted = tidy(item("1.", "甲") + item("（一）", "细", 2) + item("2.", "乙")).html
    assert pasted == "<ol><li>甲<br>（一）细</li><li>乙</li></ol>"


def test_two_lists_that_follow_each_other_are_two() -> None:
    pasted = tidy(item("1.", "甲") + item("·", "点", key=1) + item("1.", "乙", key=2)).html
    assert pasted == "<ol><li>甲</li></ol><ul><li>点</li></ul><ol><li>乙</li></ol>"


def test_lists_in_a_cell_are_lists_too() -> None:
    pasted = tidy(f"<table><tr><td>{item('1.', '甲')}{item('2.', '乙')}</td><td>旁</td></tr></table>").html
    assert "<td><ol><li>甲</li><li>乙</li></ol></td>" in pasted


def test_a_list_without_labels_asks_the_sheet() -> None:
    sheet = "<style>@list l0:level1 {mso-level-number-format:bullet;}</style>"
    bare = "<p style='mso-list:l0 level1 lfo1'>甲</p><p style='mso-list:l0 level1 lfo1'>乙</p>"
    assert tidy(sheet + bare).html == "<ul><li>甲</li><li>乙</li></ul>"
