"""Words and numbers where a guard might stumble: odd letters, a long list, the note of a consent."""

import time

import pytest

from backend.content.guards import SENSITIVE, Word, findings
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
