"""Two states of an article side by side: what came, what went, and nothing else."""

import time
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.content.comparing import Cell, Comparison, Row, changed, compare, marked
from backend.content.draft import Attachment, Draft
from backend.content.draft_faults import LABELS
from tests.content.editors import draft

A, B = UUID(int=1), UUID(int=2)


def rows(old: str, new: str) -> list[Row]:
    return compare(draft(html=old), draft(html=new)).rows


def said(cell: Cell | None) -> str | None:
    """A cell with what went in square brackets and what came in braces."""
    marks = {"same": "{}", "gone": "[{}]", "new": "{{{}}}"}
    return None if cell is None else "".join(marks[kind].format(text) for kind, text in cell.pieces)


def both(found: list[Row]) -> list[tuple[str | None, str | None]]:
    return [(said(left), said(right)) for left, right in found]


def test_the_same_is_the_same() -> None:
    found = compare(draft(), draft())
    assert (found.fields, found.same) == ([], True)
    assert both(found.rows) == [(text, text) for text in ("诚信是立身之本。", "公共信用记录由部门依法报送。")]


def test_a_changed_word_is_marked_inside_its_paragraph() -> None:
    found = rows("<p>一</p><p>本县设立信用黑名单制度</p>", "<p>一</p><p>本县设立失信名单制度</p>")
    assert both(found) == [("一", "一"), ("本县设立信[用黑]名单制度", "本县设立{失}信名单制度")]


def test_what_came_and_what_went_stand_alone_on_their_side() -> None:
    assert both(rows("<p>甲</p><p>乙乙乙</p>", "<p>甲</p><h2>丙丙</h2><p>乙乙乙</p>")) == [
        ("甲", "甲"),
        (None, "{丙丙}"),
        ("乙乙乙", "乙乙乙"),
    ]
    assert both(rows("<p>甲</p><p>乙</p>", "<p>乙</p>")) == [("[甲]", None), ("乙", "乙")]


def test_a_paragraph_that_moved_on_is_found_behind_a_new_one() -> None:
    old, new = "<p>诚信鲁山今年上线运行。</p>", "<p>全新的一段文字。</p><p>诚信鲁山明年上线运行。</p>"
    assert both(rows(old, new)) == [
        (None, "{全新的一段文字。}"),
        ("诚信鲁山[今]年上线运行。", "诚信鲁山{明}年上线运行。"),
    ]


def test_pictures_attachments_and_tables_are_passages() -> None:
    table = "<table><tbody><tr><td>项目</td><td>{}</td></tr></tbody></table>"
    old = draft(
        html=f'<p><img src="file:{A}" alt="旧图"></p>' + table.format("一次"), attachments=(Attachment(A, "通知"),)
    )
    new = draft(
        html=f'<p><img src="file:{B}" alt="新图"></p>' + table.format("两次"), attachments=(Attachment(A, "公告"),)
    )
    found = compare(old, new).rows
    assert [(left.kind if left else None, right.kind if right else None) for left, right in found] == [
        ("picture", None),
        (None, "picture"),
        ("row", "row"),
        ("attachment", "attachment"),
    ]
    assert [left.file_id for left, _ in found if left] == [A, None, A]
    assert both(found)[2:] == [("项目\t[一]次", "项目\t{两}次"), ("[通知]", "{公告}")]


LOOKS = [
    ("<p>诚信鲁山</p>", "<p>诚信<strong>鲁山</strong></p>", ["“鲁山”加粗"]),
    ("<p><em>诚信</em>鲁山</p>", "<p>诚信鲁山</p>", ["“诚信”取消斜体"]),
    ("<p>诚信鲁山</p>", "<p><u><s>诚信鲁山</s></u></p>", ["整段下划线", "整段删除线"]),
    ("<p>一二三四</p>", "<p><b>一</b>二<b>三</b>四</p>".replace("b>", "strong>"), ["“一”、“三”加粗"]),
    ("<p>诚信</p>", '<p class="centre">诚信</p>', ["改为居中"]),
    ('<p class="centre">诚信</p>', "<p>诚信</p>", ["改为左对齐"]),
    ("<h2>诚信</h2>", '<h3 class="right">诚信</h3>', ["大标题改为中标题", "改为右对齐"]),
    ("<p>诚信</p>", "<h4>诚信</h4>", ["正文改为小标题"]),
    ("<p>诚信</p>", "<blockquote>诚信</blockquote>", ["正文改为引用"]),
    ("<ul><li>诚信</li></ul>", "<ol><li>诚信</li></ol>", ["项目列表改为编号列表"]),
    ("<ul><li>甲<ul><li>乙</li></ul></li></ul>", "<ul><li>甲</li><li>乙</li></ul>", ["列表由第 2 级改为第 1 级"]),
    (
        '<p>请看<a href="https://a.cn/1">通知</a></p>',
        '<p>请看<a href="https://b.cn/1">通知</a></p>',
        ["“通知”的链接改为 https://b.cn/1（原来是 https://a.cn/1）"],
    ),
    ("<p>请看通知</p>", '<p>请看<a href="tel:12345">通知</a></p>', ["“通知”加上链接 tel:12345"]),
    ('<p>请看<a href="tel:12345">通知</a></p>', "<p>请看通知</p>", ["“通知”去掉链接 tel:12345"]),
    (
        "<p>请看县里的通知</p>",
        '<p>请看县里的通知和<a href="tel:12345">热线</a></p>',
        ["“热线”链到 tel:12345"],
    ),
    (f'<p><img src="file:{A}" alt="图"></p>', f'<p class="centre"><img src="file:{A}" alt="图"></p>', ["改为居中"]),
]
CELLS = [
    ("<td>甲</td><td>乙</td>", '<td>甲</td><td colspan="2">乙</td>', ["第 2 格改为占 2 列"]),
    ('<td rowspan="3">甲</td><td>乙</td>', "<td>甲</td><td>乙</td>", ["第 1 格不再合并"]),
    ("<td>甲</td><td>乙</td>", '<td class="centre">甲</td><td class="centre">乙</td>', ["整行改为居中"]),
    ("<td>甲</td><td>乙</td>", "<th>甲</th><td><strong>乙</strong></td>", ["“乙”加粗", "第 1 格改为表头"]),
    ("<td>甲方</td><td>乙方</td>", '<td colspan="2">甲方 乙方</td>', ["第 1 格占 2 列"]),
    ('<td colspan="2">甲方 乙方</td>', "<td>甲方</td><td>乙方</td>", ["不再合并单元格"]),
    ("<td>甲</td><td>乙</td>", "<td>甲</td><td>乙</td>", []),
]


def table(row: str) -> str:
    return f"<table><tbody><tr>{row}</tr></tbody></table>"


@pytest.mark.parametrize(("old", "new", "words"), [*LOOKS, *((table(a), table(b), words) for a, b, words in CELLS)])
def test_what_changed_only_in_its_looks_is_told_in_words(old: str, new: str, words: list[str]) -> None:
    found = [row for row in rows(old, new) if changed(row)]
    assert [said for _, right in found if right for said in right.looks] == words
    assert all(left and right for left, right in found), "side by side"
    assert compare(draft(html=old), draft(html=new)).same == (not words)


def test_a_word_that_came_and_one_that_is_bold_now_are_told_together() -> None:
    ((left, right),) = rows("<p>诚信鲁山今年上线</p>", "<p>诚信<strong>鲁山</strong>明年上线</p>")
    assert (said(left), said(right)) == ("诚信鲁山[今]年上线", "诚信鲁山{明}年上线")
    assert right is not None
    assert right.looks == ("“鲁山”加粗",)


def test_many_stretches_are_counted_and_long_ones_cut() -> None:
    ((_, right),) = rows("<p>" + "甲乙" * 5 + "</p>", "<p>" + "<strong>甲</strong>乙" * 5 + "</p>")
    assert right is not None
    assert right.looks == ("“甲”等 5 处加粗",)
    ((_, right),) = rows("<p>前" + "字" * 20 + "</p>", "<p>前<em>" + "字" * 20 + "</em></p>")
    assert right is not None
    assert right.looks == ("“" + "字" * 11 + "…”斜体",)


def test_a_passage_that_came_says_where_its_links_lead_and_so_does_one_that_went() -> None:
    linked = '<p>全新的<a href="https://a.cn/1">公告</a></p>'
    ((left, right), _) = rows("<p>甲</p>", f"{linked}<p>甲</p>")
    assert left is None
    assert right is not None
    assert right.looks == ("“公告”链到 https://a.cn/1",)
    ((left, right), _) = rows(f"{linked}<p>甲</p>", "<p>甲</p>")
    assert right is None
    assert left is not None
    assert left.looks == ("“公告”链到 https://a.cn/1",)


def test_all_centred_at_once_with_new_ones_before_them_is_still_side_by_side() -> None:
    old = "".join(f"<p>这是文章里的第{n}段话。</p>" for n in range(40))
    new = "<p>加在前面。</p>" * 10 + old.replace("<p>", '<p class="centre">')
    found = rows(old, new)
    assert [left is None for left, _ in found] == [True] * 10 + [False] * 40
    assert all(right and right.looks == ("改为居中",) for _, right in found[10:])


def test_a_table_before_another_one_changes_nothing_in_that_one() -> None:
    found = rows(table("<td>甲</td>"), table("<td>另一个</td>") + "<p>中间</p>" + table("<td>甲</td>"))
    assert [changed(row) for row in found] == [True, True, False]


def test_fields_are_compared_in_words() -> None:
    campaign = uuid4()
    new = draft(
        title="诚信鲁山再行动", channel="cases", tags=("诚信", "故事"), about_failure=True, campaign_id=campaign
    )
    found: Comparison = compare(draft(tags=("诚信",)), new)
    assert {
        each.field: (each.label, *("".join(t for _, t in side) for side in (each.old, each.new)))
        for each in found.fields
    } == {
        "title": ("标题", "诚信鲁山在行动", "诚信鲁山再行动"),
        "channel": ("频道", "信用知识", "典型案例"),
        "tags": ("标签", "诚信", "诚信、故事"),
        "about_failure": ("失信案例", "否", "是"),
        "campaign_id": ("宣传活动", "", str(campaign)),
    }
    assert not found.same


def test_pieces_are_text_and_never_html() -> None:
    (row,) = rows("<p>1 &lt; 2</p>", "<p>1 &lt; 3 &amp;lt;b&gt;</p>")
    assert row[1] is not None
    assert row[1].text == "1 < 3 &lt;b>"


@given(st.text(alphabet="诚信鲁山。ab", max_size=60), st.text(alphabet="诚信鲁山。ab", max_size=60))
def test_both_sides_can_be_read_back(old: str, new: str) -> None:
    gone, came = marked(old, new)
    assert "".join(text for kind, text in gone if kind != "new") == old
    assert "".join(text for kind, text in came if kind != "gone") == new
    assert {kind for kind, _ in gone} <= {"same", "gone"}
    assert {kind for kind, _ in came} <= {"same", "new"}


@given(st.lists(st.sampled_from("甲乙丙丁"), max_size=30), st.lists(st.sampled_from("甲乙丙丁"), max_size=30))
def test_no_paragraph_is_lost_on_either_side(old: list[str], new: list[str]) -> None:
    found = rows("".join(f"<p>{each}</p>" for each in old), "".join(f"<p>{each}</p>" for each in new))
    assert [left.text for left, _ in found if left] == old
    assert [right.text for _, right in found if right] == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>一</p>" * 25_000, "<p>一</p>" * 24_990 + "<p>二</p>" * 10),
        ("<p>" + "一二" * 90_000 + "</p>", "<p>" + "二一" * 90_000 + "</p>"),
        ("".join(f"<p>第{n}段话</p>" for n in range(15_000)), "".join(f"<p>第{n}段文</p>" for n in range(15_000))),
        ("<p>" + "信用" * 2_000 + "</p>" + "<p>甲</p>" * 500, "<p>" + "用信" * 2_000 + "</p>" + "<p>乙</p>" * 500),
        (("<p>" + "—" * 3_900 + "</p>") * 12, ("<p>" + "—" * 3_800 + "</p>") * 12),
        ("<blockquote>" * 15_000 + "深", "<blockquote>" * 15_000 + "浅"),
        ("<p>" + "一" * 4_000 + "</p>", "<p>" + "<strong>一</strong>二" * 4_000 + "</p>"),
        ("<p>" + "<strong>一</strong>二" * 8_000 + "</p>", "<p>" + "一<em>二</em>" * 8_000 + "</p>"),
        ("<strong>一" * 20_000, "<em>一" * 20_000),
    ],
    ids=["repeated", "one-long", "all-changed", "twisted", "one-sign", "deep", "marked", "marked-anew", "unclosed"],
)
def test_no_text_takes_long(old: str, new: str) -> None:
    began = time.process_time()
    assert rows(old, new)
    assert time.process_time() - began < 8


def test_every_field_has_its_name() -> None:
    assert set(LABELS) == set(Draft.__struct_fields__)
