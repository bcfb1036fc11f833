"""How text becomes words for a database that knows no Chinese: the same for what is written and for what is asked."""

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from backend.content.search_marks import Piece, excerpt, marked, marks_of
from backend.content.search_words import (
    FTS5,
    TSQUERY,
    bigrams,
    composed,
    folded,
    in_tier,
    query_words,
    tag_word,
    zoned,
)

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
CHINESE_TEXT = st.text(st.sampled_from("诚信公约阳光行，。 5gA㛃䶮𬭳"), max_size=30)


def test_chinese_gives_pairs_and_single_characters() -> None:
    assert bigrams("质量月") == ["质量", "量月", "质", "量", "月"]
    assert bigrams("秤") == ["秤"]
    assert bigrams("诚信，守法") == ["诚信", "诚", "信", "守法", "守", "法"]


def test_other_scripts_give_whole_words_in_small_letters() -> None:
    assert bigrams("打12345，用ＡＰＰ（v2）") == ["打", "12345", "用", "app", "v2"]
    assert bigrams("Ｗｉ－Ｆｉ") == ["wi", "fi"]
    assert bigrams("！？… \n") == []


def test_characters_that_databases_do_not_know_are_written_by_number() -> None:
    assert bigrams("𬭳䶮") == ["u02cb73䶮", "u02cb73", "䶮"]
    assert bigrams("Café") == ["cafu0000e9"]


def test_a_query_asks_for_pairs_only_and_each_word_once() -> None:
    asked = query_words("诚信公约 诚信公约 月 APP")
    assert [each.tokens for each in asked] == [("诚信", "信公", "公约"), ("月",), ("app",)]
    assert query_words(" ，！ ") == ()


def test_a_word_is_kept_with_its_best_place() -> None:
    assert zoned("质量", "质量月", "月", ["质量月"]) == [tag_word("质量月"), "t质量", "t质", "t量", "s量月", "s月"]


def test_the_question_of_a_tier() -> None:
    one, two = query_words("质量"), query_words("质量 月")
    assert [in_tier(one, tier, FTS5) for tier in range(3)] == ['"t质量"', '"s质量"', '"b质量"']
    assert in_tier(two, 0, TSQUERY) == "('t质量') & ('t月')"
    assert in_tier(two, 1, TSQUERY) == "('t质量' | 's质量') & ('t月' | 's月') & ('s质量' | 's月')"


@given(ANY_TEXT)
@example("\" OR NOT ( ) * ^ { } : - + & | ! <-> ' \\ \0")
def test_nothing_that_is_asked_is_syntax(text: str) -> None:
    for word in query_words(text):
        assert all(re.fullmatch("[a-z0-9々〇\u3400-\u9fff]+", token) for token in word.tokens)
    assert re.fullmatch("g[0-9a-f]*", tag_word(text))


@given(CHINESE_TEXT, st.integers(0, 29), st.integers(1, 30))
def test_whatever_stretch_of_a_text_is_asked_for_its_words_are_there(text: str, start: int, length: int) -> None:
    held = set(bigrams(text))
    for word in query_words(text[start : start + length]):
        if word.chinese:  # a stretch may cut a word of letters in two, which is then another word
            assert held.issuperset(word.tokens)


@given(ANY_TEXT)
@example("ﬃ ① İ ß ½ 豈")
def test_folded_text_is_as_long_as_before(text: str) -> None:
    assert len(folded(composed(text))) == len(composed(text)) == len(unicodedata.normalize("NFC", text))


@given(ANY_TEXT, ANY_TEXT)
@example("A诚信a", "a")
def test_pieces_put_together_are_the_text(text: str, query: str) -> None:
    words = query_words(query)
    if words:
        pieces = marked(composed(text), marks_of(words))
        assert "".join(piece.text for piece in pieces) == composed(text)
        assert all(piece.text for piece in pieces)


def test_marks_are_whole_words_but_for_chinese() -> None:
    assert marked("2026年，20261号", marks_of(query_words("2026"))) == (
        Piece("2026", True),
        Piece("年，20261号", False),
    )
    assert marked("讲ＡＰＰ与诚信", marks_of(query_words("app 诚信"))) == (
        Piece("讲", False),
        Piece("ＡＰＰ", True),
        Piece("与", False),
        Piece("诚信", True),
    )


def test_an_excerpt_begins_near_what_was_sought_and_is_cut_to_three_lines() -> None:
    marks = marks_of(query_words("公平秤"))
    text = "第一句话。" * 50 + "市场门口摆着公平秤，" + "后面还有很多话。" * 50
    pieces = excerpt("", text, marks)
    assert [piece.text for piece in pieces if piece.marked] == ["公平秤"]
    said = "".join(piece.text for piece in pieces)
    assert said.startswith("市场") or "。市场" in said
    assert said.endswith("…")
    assert len(said) < 100
    assert excerpt("有公平秤。", text, marks)[0] == Piece("有", False), "the summary says it shorter"
    assert excerpt("", "没有要找的。", marks) == (Piece("没有要找的。", False),)
    assert excerpt("", "", marks) == ()


@given(ANY_TEXT)
@example("１．２．３ ⻰\u0301 \u212b \uf900")
def test_composing_again_changes_nothing(text: str) -> None:
    once = composed(text)
    assert composed(once) == once


def test_every_kangxi_radical_is_the_character_that_it_looks_like() -> None:
    radicals = "".join(map(chr, range(0x2F00, 0x2FD6)))
    assert composed(radicals) == unicodedata.normalize("NFKC", radicals)
    assert not any("\u2e80" <= each < "\u2fe0" for each in composed(radicals + "⺠⻄⻅⻓⻔⻢⻰⻳"))
    assert composed("⻓沙⻄⻔⻢⻰") == "长沙西门马龙"


def test_what_is_pasted_from_a_pdf_is_found_by_what_is_typed() -> None:
    assert set(bigrams("⺠⽣保障")) == set(bigrams("民生保障"))
    assert query_words("⺠⽣１２３") == query_words("民生123")
