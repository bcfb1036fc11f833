"""Words and numbers where a guard might stumble: odd letters, a long list, the note of a consent."""

import time

import pytest

from backend.content.guards import SENSITIVE, WRONG, Word, findings
from tests.content.editors import draft


@pytest.mark.parametrize("text", ["wıfi", "WİFİ", "ſ Straße ﬆ"])
def test_letters_that_are_like_no_others_upset_nothing(text: str) -> None:
    words = (Word("WiFi", SENSITIVE), Word("strasse", SENSITIVE), Word("ST", SENSITIVE))
    assert "“WiFi”" in findings(draft(html=f"<p>{text}，免费wifi</p>"), words)[-1].advice


def test_a_note_of_her_consent_holds_no_numbers_either() -> None:
    seen = findings(draft(shows_person=True, consent_note="本人签字，电话13800000001"), ())
    assert [(each.kind, each.where, each.must) for each in seen] == [("phone", "同意情况", True)]


def test_the_longest_list_of_words_takes_no_longer_for_each_paragraph() -> None:
    words = tuple(Word(f"第{number}个词", SENSITIVE) for number in range(2_000))
    began = time.process_time()
    assert findings(draft(html="<p>一</p>" * 20_000), words) == []
    assert time.process_time() - began < 3


# As they come out of a PDF: Kangxi radicals, the supplement's, a compatibility form; and digits of another width.
@pytest.mark.parametrize("text", ["信⽤⿊名单", "信⽤黑名单", "\uf9f4信用⿊名单"])
def test_words_are_found_in_whatever_characters_they_are_written(text: str) -> None:
    words = (Word("信用黑名单", WRONG),)
    about = {"title": text, "summary": text, "tags": (text[:12],), "html": f"<p>{text}</p>"}
    seen = findings(draft(**about), words)
    assert [(each.kind, each.where) for each in seen] == [("wrong_word", each) for each in _PLACES]


_PLACES = ("标题", "摘要", "标签", "正文第 1 段")


def test_a_watched_word_is_itself_read_in_one_way() -> None:
    (seen,) = findings(draft(html="<p>下载APP，拨12345</p>"), (Word("ＡＰＰ", SENSITIVE),))
    assert seen.kind == "sensitive_word"
    (seen,) = findings(draft(html="<p>下载ＡＰＰ</p>"), (Word("app", SENSITIVE),))
    assert (seen.kind, seen.excerpt) == ("sensitive_word", "下载ＡＰＰ")
    (seen,) = findings(draft(html="<p>⺠间借贷</p>"), (Word("⺠间", SENSITIVE),))
    assert seen.excerpt == "民间借贷"


def test_names_and_failures_are_seen_through_their_radicals() -> None:
    seen = findings(draft(html="<p>名单：⾼⼩⼭、⻢三、⻩五等</p>", about_failure=True), ())
    assert [(each.kind, each.must) for each in seen] == [("name_list", True)]
    seen = findings(draft(html="<p>他是⽼赖。</p>", channel="cases"), ())
    assert [each.kind for each in seen] == ["case"]


def test_a_number_beside_a_word_is_hidden_whatever_its_digits() -> None:
    seen = findings(draft(html="<p>帐户１３８００００００01的主人</p>"), (Word("帐户", WRONG),))
    assert {each.kind for each in seen} == {"phone", "wrong_word"}
    assert not any("0000" in each.excerpt or "００００" in each.excerpt for each in seen)
