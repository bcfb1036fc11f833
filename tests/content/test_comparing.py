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


def test_a_link_that_leads_elsewhere_differs() -> None:
    found = rows('<p>请看<a href="https://a.gov.cn/1">通知</a></p>', '<p>请看<a href="https://b.cn/1">通知</a></p>')
    assert both(found) == [("请看通知", "请看通知"), ("https://[a.gov]{}.cn/1".replace("{}", ""), "https://{b}.cn/1")]
    assert [changed(row) for row in found] == [False, True]


def test_a_paragraph_that_became_a_heading_differs() -> None:
    found = rows("<p>诚信</p>", "<h2>诚信</h2>")
    assert both(found) == [("[诚信]", None), (None, "{诚信}")]
    assert all(map(changed, found))


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
    ],
    ids=["repeated", "one-long", "all-changed", "twisted", "one-sign", "deep"],
)
def test_no_text_takes_long(old: str, new: str) -> None:
    began = time.process_time()
    assert rows(old, new)
    assert time.process_time() - began < 8


def test_every_field_has_its_name() -> None:
    assert set(LABELS) == set(Draft.__struct_fields__)
