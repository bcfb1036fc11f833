"""What of an article is shown where it was found: its title and a piece of its text, what was sought marked in them."""

import re
from typing import NamedTuple

from backend.content.search_words import LETTER, Word, folded

EXCERPT = 90  # characters: three lines of a phone
_BEFORE = 24  # of them before the first word that was found
_SENTENCE_ENDS = "。！？；\n"


class Piece(NamedTuple):
    """A stretch of text, and whether it was sought. Never markup: whoever shows it escapes it."""

    text: str
    marked: bool


def marks_of(words: tuple[Word, ...]) -> re.Pattern[str]:
    """What finds these words in folded text, the longest first."""
    ordered = sorted(words, key=lambda each: len(each.run), reverse=True)
    return re.compile(
        "|".join(
            re.escape(each.run) if each.chinese else f"(?<!{LETTER}){re.escape(each.run)}(?!{LETTER})"
            for each in ordered
        )
    )


def marked(text: str, marks: re.Pattern[str]) -> tuple[Piece, ...]:
    """The whole text in pieces; neighbours that were both sought are one."""
    pieces: list[Piece] = []
    end = 0
    for found in marks.finditer(folded(text)):
        if found.start() > end or not pieces:
            _add(pieces, text[end : found.start()], False)
        _add(pieces, text[found.start() : found.end()], True)
        end = found.end()
    _add(pieces, text[end:], False)
    return tuple(pieces)


def excerpt(summary: str, text: str, marks: re.Pattern[str]) -> tuple[Piece, ...]:
    """Where it was found: in the summary, or else in the text around the first place; else how the article begins."""
    if marks.search(folded(summary)):
        return marked(summary, marks)
    found = marks.search(folded(text))
    if found is None:
        return marked(summary or _cut(text, 0), marks)
    return marked(_cut(text, _beginning(text, found.start())), marks)


def _beginning(text: str, place: int) -> int:
    """The start of the sentence, if that is near, or some characters before."""
    earliest = max(0, place - _BEFORE)
    return max((text.rfind(end, earliest, place) + 1 for end in _SENTENCE_ENDS), default=0) or earliest


def _cut(text: str, start: int) -> str:
    said = " ".join(text[start : start + EXCERPT].split())
    before = "…" if start and text[start - 1] not in _SENTENCE_ENDS else ""
    return f"{before}{said}{'…' if start + EXCERPT < len(text) else ''}"


def _add(pieces: list[Piece], text: str, sought: bool) -> None:
    if text and pieces and pieces[-1].marked == sought:
        pieces[-1] = Piece(pieces[-1].text + text, sought)
    elif text:
        pieces.append(Piece(text, sought))
