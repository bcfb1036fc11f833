"""Pure: clean html as the passages that a reader meets, in order: paragraphs, headings, rows of tables, pictures."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
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
_CONTAINERS = ("ul", "ol", "table", "thead", "tbody", "figure")
_FILE = re.compile(r"file:([0-9a-f-]{36})", re.ASCII)


@dataclass(frozen=True)
class Passage:
    """One of them. `cells`, and `table` from 1, of a row only; `file_id` of a picture, whose text is its alt text."""

    kind: str  # paragraph, heading, item, quote, caption, row, picture, rule
    text: str
    cells: tuple[str, ...] = ()
    table: int = 0
    file_id: UUID | None = None


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
        self._text: list[str] = []
        self._cells: list[str] = []
        self._blocks: list[str] = []
        self._rows: list[int] = []  # of the tables that are open: their numbers
        self._tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._text.append(" ")
        elif tag == "a":
            self.links.append(values.get("href", ""))
        elif tag == "img":
            self._picture(values)
        elif tag == "hr":
            self.end_passage()
            self.found.append(Passage("rule", ""))
        elif tag in _KINDS or tag in _CONTAINERS:
            if not self._in_row():
                self.end_passage()
            if tag in _KINDS:
                self._blocks.append(tag)
            if tag == "table":
                self._tables += 1
                self._rows.append(self._tables)

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS:
            self._cells.append(self._taken())
        elif tag in _KINDS:
            if tag == "tr" or not self._in_row():
                self.end_passage()
            else:
                self._text.append(" ")
            if tag in self._blocks:
                while self._blocks.pop() != tag:
                    pass
        elif tag in _CONTAINERS:
            if not self._in_row():
                self.end_passage()
            if tag == "table" and self._rows:
                self._rows.pop()

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def end_passage(self) -> None:
        """What was read since the last passage is one, unless it is blank."""
        text = self._taken()
        cells = (*self._cells, text) if self._cells and text else tuple(self._cells)
        self._cells = []
        if any(cells):
            table = self._rows[-1] if self._rows else self._tables
            self.found.append(Passage("row", "\t".join(cells), cells, table))
        elif text:
            self.found.append(Passage(_KINDS[self._blocks[-1]] if self._blocks else "paragraph", text))

    def _picture(self, values: dict[str, str]) -> None:
        named = _FILE.fullmatch(values.get("src", ""))
        if named is None:
            return
        if not self._in_row():
            self.end_passage()
        self.found.append(Passage("picture", values.get("alt", ""), file_id=UUID(named[1])))

    def _in_row(self) -> bool:
        return bool(self._blocks) and "tr" in self._blocks[-3:]

    def _taken(self) -> str:
        text = " ".join("".join(self._text).split())
        self._text = []
        return text
