"""Chinese lines: no comma begins one, no opening bracket ends one, a word stays whole, and too much is cut with …."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.line_breaks import wrapped

OPENING, CLOSING = "（《「“‘【", "，。、；：？！）》」”’】…"
CHARACTERS = st.sampled_from(f"诚信鲁山人家{OPENING}{CLOSING}abc1 \n")


def wide(text: str) -> float:
    """Two for what is Chinese, one for what is not."""
    return sum(1 if each.isascii() else 2 for each in text)


def lines(text: str, width: int = 12, most: int = 9) -> tuple[str, ...]:
    return wrapped(text, width, wide, most)


@pytest.mark.parametrize("closing", CLOSING)
def test_what_closes_begins_no_line(closing: str) -> None:
    assert lines(f"诚实守信人人{closing}有责") == ("诚实守信人", f"人{closing}有责")


@pytest.mark.parametrize("opening", OPENING)
def test_what_opens_ends_no_line(opening: str) -> None:
    assert lines(f"诚实守信人{opening}人有责") == ("诚实守信人", f"{opening}人有责")


def test_a_word_and_a_number_stay_whole() -> None:
    assert lines("鲁山有 OpenAPI 接口，第36号令") == ("鲁山有", "OpenAPI 接", "口，第36号令")


def test_only_a_word_wider_than_a_line_is_broken() -> None:
    assert lines("abcdefghijklmnop") == ("abcdefghijkl", "mnop")


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000"])
def test_nothing_gives_no_line(text: str) -> None:
    assert lines(text) == ()


def test_blanks_and_line_ends_are_one_blank() -> None:
    assert lines(" 诚 \r\n 信\u3000鲁山 ") == ("诚 信 鲁山",)


def test_what_is_too_much_is_cut_and_says_so() -> None:
    assert lines("诚实守信，人人有责，从我做起", most=2) == ("诚实守信，人", "人有责，从…")
    assert lines("诚实守信人人有（责）", most=1) == ("诚实守信人…",)
    assert lines("诚实守信，人人有责", 10, most=1) == ("诚实守信…",), "never a comma before it"
    assert lines("诚实守信", 8, most=1) == ("诚实守信",), "what just fits is whole"


@given(st.text(CHARACTERS, max_size=80), st.integers(8, 40), st.integers(1, 5))
def test_no_line_is_too_wide_and_nothing_is_lost_but_at_the_end(text: str, width: int, most: int) -> None:
    made = wrapped(text, width, wide, most)
    assert len(made) <= most
    assert all(0 < wide(line) <= width for line in made)
    said, shown = "".join(text.split()), "".join("".join(made).split())
    assert shown == said or (shown.endswith("…") and said.startswith(shown[:-1]) and len(made) == most)


@given(st.text(st.characters(), max_size=60), st.integers(1, 9))
def test_any_text_and_any_width_end(text: str, width: int) -> None:
    assert len(wrapped(text, width, wide, 4)) <= 4
