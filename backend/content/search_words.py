"""Chinese made searchable where no database knows its words: overlapping pairs of characters, made here for both.

A run of Chinese characters is found by its characters and by each pair of neighbours, so that any two characters are
found inside any sentence; letters and digits are words as they stand, in small letters. Each of an article's words is
kept once, with a letter before it for the best place where it stands: title, summary or body. So one index answers
"in the title", "in the summary at best" and "in the body at best" without looking at what it does not give.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from backend.content.characters import composed as composed

ZONES = "tsb"  # title, summary, body
LONGEST_WORD = 64  # characters; a longer one is an address or nonsense, and is found by its beginning

_CHINESE = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
LETTER = f"[^\\W_{_CHINESE}]"  # or digit, of any other script
_RUN = re.compile(f"(?P<chinese>[{_CHINESE}]+)|{LETTER}+")
# What SQLite's unicode61, of Unicode 6.1, takes for parts of words besides ASCII's; whatever else is written by number.
_PLAIN = re.compile("[a-z0-9\u3005\u3007\u3400-\u4db5\u4e00-\u9fcc]")


class _Folding(dict[int, int]):
    """One character for one, so that a place in what is folded is the same place in what was not."""

    def __missing__(self, code: int) -> int:
        said = chr(code)
        folded = unicodedata.normalize("NFKC", said).casefold()
        self[code] = found = ord(folded) if len(folded) == 1 else code
        return found


_FOLDING = _Folding()


@dataclass(frozen=True)
class Word:
    """One word of a query: `run` as it was asked for, folded, and the `tokens` it is found by."""

    run: str
    tokens: tuple[str, ...]
    chinese: bool


class Syntax(NamedTuple):
    """How a database writes a question about tokens, which are letters and digits only: nothing in them is syntax."""

    token: str
    both: str
    either: str


FTS5 = Syntax('"{}"', " AND ", " OR ")
TSQUERY = Syntax("'{}'", " & ", " | ")


def folded(text: str) -> str:
    """Composed text with capitals made small and full-width forms half-width, as long as before."""
    return text.translate(_FOLDING)


def bigrams(text: str) -> list[str]:
    """The words under which a text is found: pairs and single characters of Chinese, and words of other scripts."""
    found: list[str] = []
    for run in _RUN.finditer(folded(composed(text))):
        pairs = _pairs(run)
        found += [*pairs, *map(_written, run[0])] if run["chinese"] and len(run[0]) > 1 else pairs
    return found


def query_words(text: str) -> tuple[Word, ...]:
    """What is asked for, each word once; none for a query of blanks and marks."""
    runs = _RUN.finditer(folded(composed(text)))
    return tuple(dict.fromkeys(Word(run[0], tuple(_pairs(run)), run["chinese"] is not None) for run in runs))


def zoned(title: str, summary: str, body: str, tags: Iterable[str]) -> list[str]:
    """All by which an article is found, each once: its words with the best place of each, then its tags."""
    best: dict[str, str] = {}
    for zone, text in zip(ZONES, (title, summary, body), strict=True):
        for token in bigrams(text):
            best.setdefault(token, zone)
    return [*dict.fromkeys(map(tag_word, tags)), *(f"{zone}{token}" for token, zone in best.items())]


def tag_word(tag: str) -> str:
    """A tag as one word, whatever it is made of."""
    return "g" + folded(composed(tag)).encode().hex()


def in_tier(words: tuple[Word, ...], tier: int, syntax: Syntax) -> str:
    """The question for articles that have every token in one of the first zones, and one at best in the last of them.

    Each article answers it in one tier only. A word's tokens may stand apart: `phrases` says what to look at again.
    """
    tokens = list(dict.fromkeys(token for each in words for token in each.tokens))
    worst = any_of((ZONES[tier] + each for each in tokens), syntax)
    if len(tokens) == 1:
        return worst
    all_in = [f"({any_of((zone + each for zone in ZONES[: tier + 1]), syntax)})" for each in tokens]
    return syntax.both.join([*all_in, f"({worst})"] if tier else all_in)


def any_of(tokens: Iterable[str], syntax: Syntax) -> str:
    """The question for articles that have one of these tokens."""
    return syntax.either.join(syntax.token.format(each) for each in tokens)


def phrases(words: tuple[Word, ...]) -> list[str]:
    """The Chinese words of more than one pair, which a text may hold apart from each other."""
    return [each.run for each in words if each.chinese and len(each.tokens) > 1]


def _pairs(run: re.Match[str]) -> list[str]:
    """Of a Chinese run its pairs of neighbours, or its one character; another run whole."""
    if run["chinese"] is None:
        return ["".join(map(_written, run[0][:LONGEST_WORD]))]
    letters = [_written(each) for each in run[0]]
    return ["".join(pair) for pair in pairwise(letters)] or letters


def _written(character: str) -> str:
    return character if _PLAIN.match(character) else f"u{ord(character):06x}"
