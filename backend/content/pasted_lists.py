"""Word's and WPS's list paragraphs, which stand one below the other, as lists inside lists.

A list counts for itself: 1, 2, 3, a, b, c, i, ii, iii. Numbers that a list cannot show stay in the text, because
official texts are cited by them: 一、 （一） 第一条 ① 1.1, and counts that do not begin at one or are interrupted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from backend.content.blocks import Block, Listing, Paragraph, Run

_NUMBER = re.compile(r"[(（]?([0-9]{1,4})[)）.．、]?")
_LETTER = re.compile(r"[(（]?([a-z])[)）.．、]", re.IGNORECASE)
_ROMAN = re.compile(r"[(（]?(x{0,3}(?:ix|iv|v?i{0,3}))[)）.．、]", re.IGNORECASE)
_BULLET = re.compile("[^0-9a-zA-Z\u4e00-\u9fff\u2460-\u24ff\u3220-\u32ff]|[lnouvwpqüØ§]")  # letters: those of Wingdings
_ROMANS = {"i": 1, "v": 5, "x": 10}


@dataclass(frozen=True, slots=True)
class _Label:
    """How an item is labelled: by a bullet, by one of these counts, or by neither."""

    bullet: bool = False
    counts: frozenset[int] = frozenset()


@dataclass(slots=True)
class _OpenList:
    level: int
    key: str
    listing: Listing


def nested(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks with their list paragraphs as lists; a count that a list cannot show makes its items text."""
    nesting = _Nesting(frozenset())
    nested = nesting.all(blocks)
    return _Nesting(frozenset(nesting.uncounted)).all(blocks) if nesting.uncounted else nested


class _Nesting:
    def __init__(self, as_text: frozenset[tuple[str, int]]) -> None:
        self.as_text = as_text  # key and level of lists whose labels stay in the text
        self.uncounted: set[tuple[str, int]] = set()
        self.blocks: list[Block] = []
        self.open: list[_OpenList] = []

    def all(self, blocks: Iterable[Block]) -> list[Block]:
        for block in blocks:
            if isinstance(block, Paragraph) and block.hint is not None and block.hint.list_key:
                self._item(block, block.hint.list_key, block.hint.level)
            else:
                self.open.clear()
                self.blocks.append(block)
        return self.blocks

    def _item(self, paragraph: Paragraph, key: str, level: int) -> None:
        label = _label_of(paragraph)
        while self.open and self.open[-1].level > level:
            self.open.pop()
        top = self.open[-1] if self.open and self.open[-1].level == level else None
        readable = (label.bullet or label.counts) and (key, level) not in self.as_text
        if readable and top and top.key == key and _continues(top.listing, label):
            top.listing.items.append([_bare(paragraph)])
            return
        if top:
            self.open.pop()
        if readable and (label.bullet or 1 in label.counts):
            listing = Listing(not label.bullet, [[_bare(paragraph)]])
            self._place().append(listing)
            self.open.append(_OpenList(level, key, listing))
            return
        if readable:
            self.uncounted.add((key, level))
        self._place().append(_labelled(paragraph))

    def _place(self) -> list[Block]:
        return self.open[-1].listing.items[-1] if self.open else self.blocks


def _continues(listing: Listing, label: _Label) -> bool:
    return not listing.ordered if label.bullet else listing.ordered and len(listing.items) + 1 in label.counts


def _label_of(paragraph: Paragraph) -> _Label:
    hint = paragraph.hint
    label, kind = (hint.label, hint.list_kind) if hint else ("", "")
    if not label:  # the program left it to its own rules: they were read from its sheet
        return _Label(bullet=kind in ("", "bullet"))
    counts = frozenset(_counts(label))
    return _Label(bullet=not counts and (kind == "bullet" or _BULLET.fullmatch(label) is not None), counts=counts)


def _counts(label: str) -> Iterator[int]:
    """What a label may count: `i.` is one, or the ninth letter."""
    if number := _NUMBER.fullmatch(label):
        yield int(number[1])
    if letter := _LETTER.fullmatch(label):
        yield ord(letter[1].lower()) - ord("a") + 1
    roman = _ROMAN.fullmatch(label)
    if roman and roman[1]:
        values = [_ROMANS[each] for each in roman[1].lower()]
        yield sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


def _bare(paragraph: Paragraph) -> Paragraph:
    return replace(paragraph, tag="p", align="", hint=None)


def _labelled(paragraph: Paragraph) -> Paragraph:
    label = paragraph.hint.label if paragraph.hint else ""
    if not label:
        return paragraph
    blank = " " if label[-1].isascii() and label[-1] not in ")" else ""
    first = paragraph.inlines[0] if paragraph.inlines else None
    marks = first.marks if isinstance(first, Run) else frozenset()
    return replace(paragraph, inlines=[Run(label + blank, marks), *paragraph.inlines])
