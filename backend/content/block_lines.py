"""Letters between two tags made into settled lines: blanks as a browser shows them, nothing invisible."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from backend.content.blocks import Break, Inline, Picture, Run
from backend.content.characters import composed

# Control characters, zero-width ones, those that turn the direction of writing, lone surrogates, no characters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff]"
)
_PIECE = re.compile(r"[ \t\r\n\f]+|[^ \t\r\n\f]+")
_BLANK = " \t\r\n\f"
_NOTHING = re.compile(r"\s*")  # no-break and full-width blanks too
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff“”‘’—…·]")


def without_invisible(text: str) -> str:
    return _INVISIBLE.sub("", text)


def settled(inlines: Iterable[Inline]) -> list[Inline]:
    """The same line with one blank for many, none at its ends; runs that look the same are one.

    A source line that ends between two Chinese characters leaves no blank: Word and WPS break theirs anywhere.
    """
    out: list[Inline] = []
    gap, last = "", ""
    for alike, runs in groupby(inlines, key=_kind):
        if alike is None:
            out += runs
            gap, last = "", ""
            continue
        words: list[str] = []
        for piece in _PIECE.findall("".join(run.text for run in runs if isinstance(run, Run))):
            if piece[0] in _BLANK:
                gap = "\n" if "\n" in piece and gap != " " else " "
                continue
            if gap and last and not (gap == "\n" and _WIDE.match(last) and _WIDE.match(piece)):
                words.append(" ")
            words.append(piece)
            gap, last = "", piece[-1]
        if words:
            out.append(Run(composed("".join(words)), *alike))  # whole: a letter and its accent may stand apart
    return _without_edges(out)


def _kind(inline: Inline) -> tuple[frozenset[str], str] | None:
    return (inline.marks, inline.href) if isinstance(inline, Run) else None


def split(inlines: Sequence[Inline], *, at_every_break: bool) -> Iterator[list[Inline]]:
    """The lines between breaks, or between two breaks in a row; lines that show nothing are left out."""
    line: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Break) and (at_every_break or not line or isinstance(line[-1], Break)):
            yield from _shown(line)
            line = []
        else:
            line.append(inline)
    yield from _shown(line)


def _shown(line: Sequence[Inline]) -> Iterator[list[Inline]]:
    rest = _without_edges(line)
    if any(isinstance(inline, Picture) or (isinstance(inline, Run) and not _empty(inline.text)) for inline in rest):
        yield rest


def _without_edges(line: Sequence[Inline]) -> list[Inline]:
    first, last = 0, len(line)
    while first < last and isinstance(line[first], Break):
        first += 1
    while last > first and isinstance(line[last - 1], Break):
        last -= 1
    return list(line[first:last])


def _empty(text: str) -> bool:
    return _NOTHING.fullmatch(text) is not None
