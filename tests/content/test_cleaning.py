"""An article's html: what an editor writes stays, what she did not mean goes, and cleaning twice changes nothing."""

import time
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.content.cleaning import clean, files_in, minutes_to_read, text_of
from backend.content.draft import Attachment
from backend.content.draft_faults import tidied
from tests.content.editors import draft
from tests.content.payloads import PAYLOADS, alive

ONE = "0192f0c0-0000-7000-8000-000000000001"
TWO = "0192f0c0-0000-7000-8000-000000000002"

KEPT = [
    '<h2>守信</h2><h3 class="centre">激励</h3><h4>惩戒</h4><p class="right">二〇二六年</p>',
    "<p>守<strong>信<em>激</em></strong><u>励</u><s>旧</s><br>下一行</p><hr>",
    '<p><a href="https://www.gov.cn/a?b=1&amp;c=2" rel="noopener noreferrer">国<strong>务</strong>院</a></p>',
    '<p><a href="tel:0375-5055555" rel="noopener noreferrer">电话</a></p>',
    "<ul><li>一<ol><li>甲</li><li>乙</li></ol></li><li>二</li></ul>",
    "<blockquote>人而无信<br>不知其可也</blockquote>",
    f'<figure><img src="file:{ONE}" alt="会议"><figcaption>会议现场</figcaption></figure>',
    f'<p>图<img src="file:{ONE}" alt=""></p>',
    "<p>①②③，㎡、㈱、Ⅳ、½，（全角）：，。！？；～－．％＋＝，ＡＢ，⺌字头、⺼字旁，﨑</p>",
    '<table><thead><tr><th colspan="2">表</th></tr></thead><tbody><tr><td rowspan="2" class="centre">甲</td>'
    "<td>一<br>二</td></tr><tr><td>三</td></tr></tbody></table>",
]

BECOMES = [
    ("<h1>大</h1><h6>小</h6>", "<h2>大</h2><h4>小</h4>"),
    ("<b>粗</b><i>斜</i><del>删</del><ins>加</ins>", "<p><strong>粗</strong><em>斜</em><s>删</s><u>加</u></p>"),
    ("<p>前</p><p><br></p><p>&nbsp; 　</p><h2></h2><p>后</p>", "<p>前</p><p>后</p>"),
    ("散<div>一</div>落", "<p>散</p><p>一</p><p>落</p>"),
    ('<p style="text-align: center;">中</p>', '<p class="centre">中</p>'),
    ('<div align="right"><p>右</p><p align="left">左</p></div>', '<p class="right">右</p><p>左</p>'),
    ('<p class="centre evil" id="x">左</p>', "<p>左</p>"),
    ("<ul><li>一</li><ul><li>二</li></ul><li>三</li></ul>", "<ul><li>一<ul><li>二</li></ul></li><li>三</li></ul>"),
    ("<p>诚信\n  鲁山 <b>a\n</b>b</p>", "<p>诚信鲁山<strong> a</strong> b</p>"),
    ("一<br><br>二", "<p>一</p><p>二</p>"),
    ("<blockquote><p>一</p><h2>二</h2></blockquote>", "<blockquote>一<br><strong>二</strong></blockquote>"),
    ("m<sup>2</sup>，CO<sub>2</sub>，注<sup>[1]</sup>", "<p>m²，CO₂，注[1]</p>"),
    ("<pre>a\nb</pre>", "<p>a<br>b</p>"),
    ("<p>零\u200b宽\ufeff倒\u202e序&#x202e;\x00</p>", "<p>零宽倒序\ufffd</p>"),
    ("<td>x</td><li>y</li><figcaption>z</figcaption>", "<p>x</p><p>y</p><p>z</p>"),
    ("<table><tr><td></td></tr></table><ul><li></li></ul><figure></figure>", ""),
    (
        '<table><tr><td colspan="0">一<td rowspan="x">二<td colspan="999">三</table>',
        '<table><tbody><tr><td>一</td><td>二</td><td colspan="30">三</td></tr></tbody></table>',
    ),
    (
        "<table><tr><td>外<table><tr><td>里<td>边</table>",
        "<table><tbody><tr><td>外<br>里<br>边</td></tr></tbody></table>",
    ),
    (
        "<figure class=table><table><tr><td>表</table><figcaption>说明</figcaption></figure>",
        '<table><tbody><tr><td>表</td></tr></tbody></table><p class="centre">说明</p>',
    ),
    (
        f'<img src="/console/articles/files/{ONE}/middle"><img src="https://a.cn/api/v1/files/{TWO.upper()}/small?v=1">',
        f'<p><img src="file:{ONE}" alt=""><img src="file:{TWO}" alt=""></p>',
    ),
    (f'<img src="https://a.cn/x.png"><img src="file:{ONE}x"><img src="/files/{ONE}/middle"><img>图', "<p>图</p>"),
    ("<p>⼀⽣守信，⺠⽣为本，⾦\uf90a</p>", "<p>一生守信，民生为本，金金</p>"),
    ("<p>１３８－<b>０</b>０，３．５％，Ａ级</p>", "<p>138－<strong>0</strong>0，3.5％，Ａ级</p>"),
    ("e<span>\u0301</span>，１<span>．</span>２", "<p>é，1.2</p>"),
    ("m<sup>２</sup>", "<p>m²</p>"),
    (f'<img src="file:{ONE}" alt="⿊板１">', f'<p><img src="file:{ONE}" alt="黑板1"></p>'),
    ('<a href="/console">内</a><a href="https://a@b.example/">骗</a><a>空</a>', "<p>内骗空</p>"),
]


@pytest.mark.parametrize("html", KEPT)
def test_what_an_editor_writes_stays(html: str) -> None:
    assert clean(html) == html


@pytest.mark.parametrize(("html", "cleaned"), BECOMES)
def test_other_markup_becomes_ours(html: str, cleaned: str) -> None:
    assert clean(html) == cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_attack_survives(payload: str) -> None:
    for html in (payload, f"<p>前{payload}后</p>", f"<table><tr><td>{payload}</td></tr></table>"):
        cleaned = clean(html)
        assert alive(cleaned) == []
        assert clean(cleaned) == cleaned


def test_what_stands_beside_the_text_is_written_in_one_way_too() -> None:
    attachment = Attachment(UUID(ONE), "通知⼆")
    kept = tidied(
        draft(
            title="⺠⽣１２３", summary="⾼", source="⿇", author="⻢", tags=("⺠⽣", "民生"), attachments=(attachment,)
        )
    )
    assert (kept.title, kept.summary, kept.source, kept.author) == ("民生123", "高", "麻", "马")
    assert kept.tags == ("民生",)
    assert kept.attachments[0].name == "通知二"
    assert tidied(kept) == kept


def test_there_are_a_hundred_attacks_and_they_are_alive_before() -> None:
    assert len(set(PAYLOADS)) >= 100
    assert sum(bool(alive(payload.encode("utf-8", "replace").decode())) for payload in PAYLOADS) > 130


_TAGS = [
    "p",
    "h1",
    "h3",
    "b",
    "i",
    "u",
    "s",
    "a href=https://a.cn",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tr",
]
_TAGS += [
    "td",
    "th colspan=2",
    "figure",
    "figcaption",
    "br",
    "hr",
    "div align=center",
    "pre",
    "sup",
    "span",
    "svg",
    "style",
]
_TAGS += [f"img src=file:{ONE}", "form", "math", "template", "option", "caption", "center", "noscript"]
_PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in _TAGS]),
    st.sampled_from([f"</{tag.split()[0]}>" for tag in _TAGS]),
    st.sampled_from(
        [
            "诚信",
            "⼀",
            "１",
            "．",
            "\u0301",
            "\u0338",
            "e",
            " ",
            "\n",
            "\xa0",
            "a",
            "&lt;",
            "&amp;amp;",
            "<",
            ">",
            '"',
            "<!--",
            "-->",
            "2",
            "\u3000",
        ]
    ),
    st.text(max_size=5),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_whatever_comes_is_cleaned_once_and_for_all(html: str) -> None:
    cleaned = clean(html)
    assert clean(cleaned) == cleaned
    assert alive(cleaned) == []
    assert text_of(cleaned) == text_of(html)


HOSTILE = {
    "nested": "<div>" * 10_000 + "内" + "</div>" * 10_000 + "<p>外</p>",
    "marks": "<b>字" * 20_000,
    "closings": "<div>" * 30_000 + "字" + "</b>" * 40_000,
    "lists": "<ul><li>字" * 10_000,
    "tables": "<table><tr><td>字" * 8_000,
    "signs": "字" + "<&" * 90_000,
    "attributes": "<p " + " ".join(f"a{number}=字" for number in range(20_000)) + ">字",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_tangle_takes_seconds_not_minutes(name: str) -> None:
    began = time.monotonic()
    cleaned = clean(HOSTILE[name])
    assert time.monotonic() - began < 20  # of a machine that eight share; alone it is one or two
    assert alive(cleaned) == []
    if name != "attributes":
        assert "字" in cleaned or "内" in cleaned


def test_the_pictures_of_an_article_are_named_once_in_their_order() -> None:
    html = clean(f'<p><img src="file:{TWO}"></p><figure><img src="file:{ONE}"><img src="file:{TWO}"></figure>')
    assert files_in(html) == (UUID(TWO), UUID(ONE))
    assert files_in('<p>src="file:x"</p>') == ()


def test_the_text_of_an_article_has_a_line_for_each_paragraph_and_row() -> None:
    html = "<h2>题</h2><p>一<br>二 &lt;b&gt;</p><ul><li>甲<ul><li>乙</li></ul></li></ul>"
    html += "<table><tr><td>姓<br>名</td><td>数</td></tr><tr><td></td><td>1</td></tr></table>"
    html += f'<figure><img src="file:{ONE}" alt="不读"><figcaption>图注</figcaption></figure>'
    assert text_of(html).split("\n") == ["题", "一", "二 <b>", "甲", "乙", "姓 名\t数", "\t1", "图注"]


@pytest.mark.parametrize(("characters", "minutes"), [(0, 1), (400, 1), (500, 1), (700, 2), (4000, 10)])
def test_four_hundred_characters_take_a_minute(characters: int, minutes: int) -> None:
    assert minutes_to_read("信 \n" * characters) == minutes
