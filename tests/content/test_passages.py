"""Clean html as the passages that a reader meets."""

from uuid import UUID

import pytest

from backend.content.passages import links_of, passages_of

FILE = "01a203a8-02c1-75a4-99a4-000000000000"


def seen(html: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in passages_of(html)]


def test_each_block_is_a_passage_of_its_kind() -> None:
    html = (
        "<h2>标题</h2><p>一<strong>二</strong>三<br>四</p><ul><li>五</li><li>六<ul><li>七</li></ul></li></ul>"
        "<blockquote><p>八</p></blockquote><hr><p> </p>散字"
    )
    assert seen(html) == [
        ("heading", "标题"),
        ("paragraph", "一二三 四"),
        ("item", "五"),
        ("item", "六"),
        ("item", "七"),
        ("paragraph", "八"),
        ("rule", ""),
        ("paragraph", "散字"),
    ]


def test_a_picture_stands_where_it_stands_with_its_caption() -> None:
    figure = f'<figure><img src="file:{FILE}"><figcaption>图一</figcaption></figure>'
    html = f'<p>前<img src="file:{FILE}" alt="石人山">后</p>{figure}'
    assert seen(html) == [
        ("paragraph", "前"),
        ("picture", "石人山"),
        ("paragraph", "后"),
        ("picture", ""),
        ("caption", "图一"),
    ]
    assert passages_of(html)[1].file_id == UUID(FILE)
    assert seen('<p><img src="https://a.example/x.png">好</p>') == [("paragraph", "好")]


def test_a_row_keeps_its_cells_and_its_table() -> None:
    head = "<thead><tr><th>甲</th><th></th></tr></thead>"
    table = f"<table>{head}<tbody><tr><td><p>乙</p><p>丙</p></td><td>丁</td></tr></tbody></table>"
    rows = [(each.table, each.cells, each.text) for each in passages_of(f"<p>前</p>{table}<p>后</p>{table}")]
    assert rows == [
        (0, (), "前"),
        (1, ("甲", ""), "甲\t"),
        (1, ("乙 丙", "丁"), "乙 丙\t丁"),
        (0, (), "后"),
        (2, ("甲", ""), "甲\t"),
        (2, ("乙 丙", "丁"), "乙 丙\t丁"),
    ]


@pytest.mark.parametrize(
    "html",
    ["", "<", "<p", "</p></p></tr></table>", "<td>甲</td>", "<table><tr><td>甲", "&lt;p&gt;", "<p>甲<table><tr>乙</p>"],
)
def test_nothing_breaks_it(html: str) -> None:
    assert all(each.text or each.kind == "rule" for each in passages_of(html))


def test_links_are_where_they_lead() -> None:
    assert links_of('<p><a href="tel:1">打</a><a href="https://a.example">看</a><a>空</a></p>') == [
        "tel:1",
        "https://a.example",
        "",
    ]
