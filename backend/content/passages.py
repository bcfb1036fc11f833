"""Pure: clean html as the passages that a reader meets, in order: paragraphs, headings, rows of tables, pictures."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

_KINDS = {
    "p": "paragraph",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "li": "item",
    "blockquote": "quote",
    "figcaption": "caption",
    "tr": "row",
}
_CELLS = ("td", "th")
_MARKS = ("strong", "em", "u", "s")
_PIECES = re.compile(r"\s+|\S+")
_CONTAINERS = ("ul", "ol", "table", "thead", "tbody", "figure")
_LISTS = ("ul", "ol")
_SPAN = re.compile("[0-9]{1,3}")
_FILE = re.compile(r"file:([0-9a-f-]{36})", re.ASCII)


class Look(NamedTuple):
    """How a stretch of text looks: marks of `strong em u s` in order, and where it leads."""

    marks: tuple[str, ...] = ()
    href: str = ""


PLAIN = Look()


class CellLook(NamedTuple):
    """How a cell of a table looks: `td` or `th`, centre or right, how many columns and rows it takes."""

    tag: str = "td"
    align: str = ""
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True)
class Passage:
    """One of them. `cells`, and `table` from 1, of a row only; `file_id` of a picture, whose text is its alt text.

    `tag` is its html's (of an item: that of its list, ul or ol), `depth` counts the lists around an item, and `looks`
    put together are the text.
    """

    kind: str  # paragraph, heading, item, quote, caption, row, picture, rule
    text: str
    cells: tuple[str, ...] = ()
    table: int = 0
    file_id: UUID | None = None
    tag: str = ""
    align: str = ""  # centre, right
    depth: int = 0
    looks: tuple[tuple[str, Look], ...] = ()
    cell_looks: tuple[CellLook, ...] = ()


def passages_of(html: str) -> list[Passage]:
    """The passages of clean html. Never deep: it is read as a stream, whatever stands in what."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_passage()
    return reader.found


def links_of(html: str) -> list[str]:
    """Where the links of clean html lead, for what stands in an address only."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.links


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Passage] = []
        self.links: list[str] = []
        self._text: list[tuple[str, Look]] = []
        self._row: list[tuple[str, tuple[tuple[str, Look], ...]]] = []  # of the cells that have ended
        self._cell_looks: list[CellLook] = []
        self._blocks: list[str] = []
        self._aligns: list[str] = []  # of the same
        self._lists: list[str] = []
        self._marks: list[str] = []
        self._href = ""
        self._look = PLAIN
        self._rows: list[int] = []  # of the tables that are open: their numbers
        self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._text.append((" ", self._look))
        elif tag == "a":
            self.links.append(values.get("href", ""))
            self._href = values.get("href", "")
            self._looks_so()
        elif tag in _MARKS:
            self._marks = [*(each for each in self._marks if each != tag), tag]
            self._looks_so()
        elif tag == "img":
            self._picture(values)
        elif tag == "hr":
            self.end_passage()
            self.found.append(Passage("rule", ""))
        elif tag in _CELLS:
            self._cell_looks.append(_cell_look(tag, values))
        elif tag in _KINDS or tag in _CONTAINERS:
            self._begin(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS:
            self._row.append(self._taken())
        elif tag in _KINDS:
            if tag == "tr" or not self._in_row():
                self.end_passage()
            else:
                self._text.append((" ", self._look))
            if tag in self._blocks:
                while self._blocks.pop() != tag:
                    self._aligns.pop()
                self._aligns.pop()
        elif tag in _CONTAINERS:
            self._end_container(tag)
        elif tag == "a" or tag in self._marks:
            self._href = "" if tag == "a" else self._href
            self._marks = [each for each in self._marks if each != tag]
            self._looks_so()

    def handle_data(self, data: str) -> None:
        self._text.append((data, self._look))

    def end_passage(self) -> None:
        """What was read since the last passage is one, unless it is blank."""
        text, looks = self._taken()
        row = [*self._row, (text, looks)] if self._row and text else self._row
        cells, cell_looks = tuple(text for text, _ in row), tuple(self._cell_looks)
        self._row, self._cell_looks = [], []
        if any(cells):
            table = self._rows[-1] if self._rows else self._tables
            said = _tabbed(looks for _, looks in row)
            self.found.append(Passage("row", "\t".join(cells), cells, table, looks=said, cell_looks=cell_looks))
        elif text:
            tag = self._blocks[-1] if self._blocks else "p"
            kind, align, depth = _KINDS[tag], self._aligns[-1] if self._aligns else "", 0
            if kind == "item":
                tag, depth = self._lists[-1] if self._lists else "ul", len(self._lists)
            self.found.append(Passage(kind, text, tag=tag, align=align, depth=depth, looks=looks))

    def _begin(self, tag: str, values: dict[str, str]) -> None:
        if not self._in_row():
            self.end_passage()
        if tag in _KINDS:
            self._blocks.append(tag)
            self._aligns.append(values.get("class", ""))
        elif tag in _LISTS:
            self._lists.append(tag)
        elif tag == "table":
            self._tables += 1
            self._rows.append(self._tables)

    def _end_container(self, tag: str) -> None:
        if not self._in_row():
            self.end_passage()
        if tag in _LISTS and self._lists:
            self._lists.pop()
        elif tag == "table" and self._rows:
            self._rows.pop()

    def _picture(self, values: dict[str, str]) -> None:
        named = _FILE.fullmatch(values.get("src", ""))
        if named is None:
            return
        if not self._in_row():
            self.end_passage()
        align = self._aligns[-1] if self._aligns else ""
        self.found.append(Passage("picture", values.get("alt", ""), file_id=UUID(named[1]), align=align))

    def _in_row(self) -> bool:
        return bool(self._blocks) and "tr" in self._blocks[-3:]

    def _looks_so(self) -> None:
        self._look = Look(tuple(mark for mark in _MARKS if mark in self._marks), self._href)

    def _taken(self) -> tuple[str, tuple[tuple[str, Look], ...]]:
        """The text with one blank for many, and the same in stretches that look alike."""
        pieces, self._text = self._text, []
        if len(pieces) < 2:  # as of nearly every passage
            whole = [(" ".join(text.split()), look) for text, look in pieces]
            return (whole[0][0], tuple(whole)) if whole and whole[0][0] else ("", ())
        said, gap = list[tuple[str, Look]](), False
        for text, look in pieces:
            for piece in _PIECES.findall(text):
                if piece.isspace():
                    gap = bool(said)
                    continue
                said.append((f" {piece}" if gap else piece, look))
                gap = False
        looks = _stretches(said)
        return "".join(text for text, _ in looks), looks


def _stretches(said: Iterable[tuple[str, Look]]) -> tuple[tuple[str, Look], ...]:
    return tuple(("".join(text for text, _ in alike), look) for look, alike in groupby(said, key=lambda each: each[1]))


def _tabbed(cells: Iterable[tuple[tuple[str, Look], ...]]) -> tuple[tuple[str, Look], ...]:
    said = [each for cell in cells for each in (("\t", PLAIN), *cell)]
    return _stretches(said[1:])


def _cell_look(tag: str, values: dict[str, str]) -> CellLook:
    columns, rows = (values.get(name, "") for name in ("colspan", "rowspan"))
    spans = (int(each) if _SPAN.fullmatch(each) else 1 for each in (columns, rows))
    return CellLook(tag, values.get("class", ""), *spans)
