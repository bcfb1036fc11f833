"""What an editor pastes: Word, WPS, web documents and 公众号 pages keep their order and lose their looks."""

import base64
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.content.cleaning import clean, files_in
from backend.content.pasted_pictures import LARGEST, MOST, STANDS_FOR
from backend.content.pasting import LONGEST_PASTE, tidy
from tests.content.payloads import PAYLOADS, alive

PASTES = Path(__file__).parent / "pastes"
JPEG = b"\xff\xd8\xff\xe0 a made-up picture"
PIXEL = base64.b64encode(b"GIF89a\x01\x00\x01\x00\x80\x00\x00").decode()
LEFT_OUT = {
    "word": ("有 1 张文档里的图片没有带过来：请在原文里另存，再上传到这里。",),
    "wps": (),
    "web_document": (),
    "gongzhonghao": (
        "有 1 张网页上的图片没有带过来：请在原文里另存，再上传到这里。",
        "有 1 个视频或音频没有带过来：请作为附件上传。",
        "有 1 张名片或小程序卡片没有带过来。",
        "有 1 处画出来的图形没有带过来：请截图后上传。",
    ),
}


def picture(data: bytes = JPEG, more: str = "") -> str:
    return f'<img src="data:image/jpeg;base64,{base64.b64encode(data).decode()}" {more}>'


@pytest.mark.parametrize("program", LEFT_OUT)
def test_a_paste_of_each_program_is_what_an_editor_would_have_written(program: str) -> None:
    pasted = tidy((PASTES / f"{program}.html").read_text(encoding="utf-8"))
    expected = (PASTES / f"{program}.tidy.html").read_text(encoding="utf-8")
    assert pasted.html == expected.replace("\n", "")
    assert pasted.left_out == LEFT_OUT[program]
    assert clean(pasted.html) == pasted.html


def test_a_paste_pasted_again_stays() -> None:
    once = tidy((PASTES / "word.html").read_text(encoding="utf-8")).html
    assert tidy(once).html == once


def test_pictures_that_came_as_data_wait_under_their_tokens() -> None:
    pasted = tidy(f"<p>前{picture(more='alt=会议')}后</p>{picture()}")
    first, second = pasted.pictures
    assert (first.kind, first.data, first.alt) == ("image/jpeg", JPEG, "会议")
    assert files_in(pasted.html) == (first.token, second.token)
    assert first.token != second.token
    assert pasted.left_out == ()


@pytest.mark.parametrize(
    ("html", "left_out"),
    [
        ('<img src="https://mmbiz.qpic.cn/x">', "有 1 张网页上的图片"),
        ('<img data-src="https://mmbiz.qpic.cn/x">', "有 1 张网页上的图片"),
        (f'<img src="data:image/gif;base64,{PIXEL}" data-src="//x.cn/1">', "有 1 张网页上的图片"),
        ('<img src="file:///C:/a.png"><img src="blob:x"><img src="cid:1">', "有 3 张文档里的图片"),
        ('<img src="data:image/png;base64,A">', "有 1 张图片读不出来"),
        (picture(b"\xff" * (LARGEST + 1)), "有 1 张图片超过 10 MB"),
    ],
)
def test_a_picture_that_did_not_come_is_said_and_leaves_its_place(html: str, left_out: str) -> None:
    pasted = tidy(f"<table><tr><td>{html}</td><td>旁</td></tr></table><p>前{html}后</p>")
    assert pasted.pictures == ()
    assert STANDS_FOR in pasted.html
    assert f"<p>前</p><p>{STANDS_FOR}</p>" in pasted.html
    assert pasted.html.endswith("<p>后</p>")
    (words,) = pasted.left_out
    doubled = left_out.replace("1 张", "2 张").replace("3 张", "6 张")
    assert words.startswith(doubled)


def test_more_pictures_than_one_paste_may_bring() -> None:
    pasted = tidy("".join(picture(bytes([number]) * 20) for number in range(MOST + 2)))
    assert len(pasted.pictures) == MOST
    assert pasted.left_out == ("一次最多带过来 30 张图片，还有 2 张没有带过来：请另存后上传。",)


def test_pictures_that_count_readers_go_without_a_word() -> None:
    html = '<img src="https://t.cn/1.gif" width="1" height="1"><img src="https://t.cn/2.gif" style="width:1px">'
    pasted = tidy(f'<p>字</p>{html}<img src="data:image/gif;base64,{PIXEL}">')
    assert (pasted.html, pasted.left_out, pasted.pictures) == ("<p>字</p>", (), ())


def test_our_own_pictures_stay_when_copied_from_a_preview() -> None:
    file = "0192f0c0-0000-7000-8000-000000000001"
    pasted = tidy(f'<img src="https://lushan.example/console/articles/files/{file}/middle" alt="图">')
    assert pasted.html == f'<p><img src="file:{file}" alt="图"></p>'


def test_what_is_hidden_is_not_pasted() -> None:
    assert (
        tidy("<p>明<span style='display: none'>暗</span><span style='mso-hide:all'>暗</span></p>").html == "<p>明</p>"
    )


def test_headings_are_guessed_only_where_a_page_has_none() -> None:
    text = "<p style='font-size:15px'>正文正文正文正文正文</p>"
    large = "<p style='font-size:20px;font-weight:bold'>大</p><p style='font-size:18px;font-weight:bold'>小</p>"
    assert tidy(large + text).html == "<h2>大</h2><h3>小</h3><p>正文正文正文正文正文</p>"
    assert "<h3>" not in tidy("<h1>题</h1>" + large + text).html
    assert "<h2>" not in tidy("<p style='font-size:20px;font-weight:bold'>这是一句话。</p>" + text).html
    assert "<h2>" not in tidy("<p style='font-size:20px'>不粗</p>" + text).html


def test_a_paste_longer_than_an_article_is_cut_and_said() -> None:
    pasted = tidy("<p>一段话一段话</p>" * 20_000)
    assert pasted.html.startswith("<p>一段话一段话</p>")
    assert 150_000 < len(pasted.html) <= 200_000
    assert pasted.left_out == ("内容太长，只带过来了前面的部分：请把其余的分次粘贴。",)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_attack_survives_a_paste(payload: str) -> None:
    for html in (payload, f"<html><body><!--StartFragment--><p class=MsoNormal>{payload}</p><!--EndFragment-->"):
        assert alive(tidy(html).html) == []


HOSTILE = {
    "nested": "<section>" * 10_000 + "内" + "</section>" * 10_000,
    "spans": "<span style='font-size:15px'>" * 60_000 + "内",
    "paragraphs": "<p>内" * 400_000,
    "marks": "<b>内" * 300_000,
    "data": '"data:image/png;base64,' * 80_000 + "<p>内",
    "sheet": "<style>" + "@list l1:level1 {" * 100_000 + "</style><p>内",
    "style": "<p style='" + "text-align:" * 150_000 + "'>内",
    "items": "<p style='mso-list:l0 level9 lfo1'><span style='mso-list:Ignore'>1.</span>内</p>" * 5_000,
    "open": "内<p " + 'a="' * 500_000,
    "comments": "内" + "<!--" * 400_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_two_million_characters_take_seconds_not_minutes(name: str) -> None:
    began = time.monotonic()
    pasted = tidy(HOSTILE[name][:LONGEST_PASTE])
    assert time.monotonic() - began < 40  # of a machine that eight share; alone it is a few
    assert "内" in pasted.html or "内容太长" in "".join(pasted.left_out)


_LABELS = st.sampled_from(
    ["1.", "2.", "3)", "a)", "b.", "i.", "iv.", "·", "l", "一、", "（二）", "1.1", "①", "", "xxxxxxiv."]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_LABELS, st.integers(0, 9), st.integers(0, 2)), max_size=12))
def test_no_item_of_any_list_is_lost(items: list[tuple[str, int, int]]) -> None:
    html = "".join(
        f"<p style='mso-list:l{key} level{level} lfo1'><span style='mso-list:Ignore'>{label}</span>项{place}。</p>"
        for place, (label, level, key) in enumerate(items)
    )
    pasted = tidy(html).html
    places = [pasted.find(f"项{place}。") for place in range(len(items))]
    assert places == sorted(places)
    assert -1 not in places


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300).map(lambda data: data.decode("gb18030", "surrogateescape")))
def test_any_bytes_are_taken(html: str) -> None:
    assert alive(tidy(html).html) == []
