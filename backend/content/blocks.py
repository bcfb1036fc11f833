"""An article as blocks, and their html: what the editor's page, readers and 公众号 are all written from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from itertools import groupby, pairwise, takewhile

MARKS = ("strong", "em", "u", "s")  # in the order they are written, the outermost first
HEADINGS = ("h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class Run:
    """Text that looks the same all through."""

    text: str
    marks: frozenset[str] = frozenset()  # of MARKS
    href: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    source: str  # `file:UUID`
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A new line in the same paragraph."""


Inline = Run | Picture | Break


@dataclass(frozen=True, slots=True)
class Hint:
    """What a pasted paragraph looked like, for whoever guesses what it was. Written articles have none."""

    list_kind: str = ""  # a kind of pasted_lists
    list_key: str = ""
    level: int = 1
    label: str = ""
    size: float = 0.0  # of the smallest letters, in px
    bold: bool = False  # all of them


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: Sequence[Inline]
    tag: str = "p"
    align: str = ""  # centre, right
    hint: Hint | None = None


@dataclass(slots=True)
class Listing:
    """A list. An item holds its lines, and lists below it."""

    ordered: bool
    items: list[list["Block"]] = field(default_factory=list)


@dataclass(slots=True)
class Quote:
    parts: list["Block"] = field(default_factory=list)  # lines and lists


@dataclass(slots=True)
class Figure:
    pictures: list[Picture] = field(default_factory=list)
    caption: list["Block"] = field(default_factory=list)  # lines


@dataclass(slots=True)
class Cell:
    parts: list["Block"] = field(default_factory=list)  # lines and lists
    tag: str = "td"
    align: str = ""
    columns: int = 1
    rows: int = 1


@dataclass(slots=True)
class Row:
    head: bool = False
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page."""


Block = Paragraph | Listing | Quote | Figure | Table | Rule


class Writer:
    """Blocks as html of the allow list. Whoever shows it otherwise overrides how a tag, a link or a picture begins."""

    def write(self, blocks: Iterable[Block]) -> str:
        return "".join(self._block(block) for block in blocks)

    def opening(self, tag: str, attributes: Mapping[str, str]) -> str:
        return f"<{tag}" + "".join(f' {name}="{escape(value)}"' for name, value in attributes.items()) + ">"

    def closing(self, tag: str) -> str:
        return f"</{tag}>"

    def picture(self, picture: Picture) -> str:
        return self.opening("img", {"src": picture.source, "alt": picture.alt})

    def link(self, href: str, inner: str) -> str:
        return self.wrapped("a", inner, {"href": href})

    def wrapped(self, tag: str, inner: str, attributes: Mapping[str, str] | None = None) -> str:
        return self.opening(tag, attributes or {}) + inner + self.closing(tag)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph():
                return self.wrapped(block.tag, self._line(block.inlines), _aligned(block.align))
            case Listing():
                items = "".join(self.wrapped("li", self._parts(item)) for item in block.items)
                return self.wrapped("ol" if block.ordered else "ul", items)
            case Quote():
                return self.wrapped("blockquote", self._parts(block.parts))
            case Figure():
                caption = self.wrapped("figcaption", self._parts(block.caption)) if block.caption else ""
                return self.wrapped("figure", "".join(map(self.picture, block.pictures)) + caption)
            case Table():
                return self.table(block)
            case Rule():
                return self.opening("hr", {})

    def table(self, table: Table) -> str:
        """Rows of the head that follow each other stand in one thead, all others in tbody."""
        groups = groupby(table.rows, key=lambda row: row.head)
        return self.wrapped("table", "".join(self._rows("thead" if head else "tbody", rows) for head, rows in groups))

    def _rows(self, tag: str, rows: Iterable[Row]) -> str:
        return self.wrapped(tag, "".join(self.wrapped("tr", "".join(map(self._cell, row.cells))) for row in rows))

    def _cell(self, cell: Cell) -> str:
        spans = {"colspan": cell.columns, "rowspan": cell.rows}
        written = {name: str(count) for name, count in spans.items() if count > 1}
        return self.wrapped(cell.tag, self._parts(cell.parts), written | _aligned(cell.align))

    def _parts(self, parts: Sequence[Block]) -> str:
        written = [self._line(part.inlines) if isinstance(part, Paragraph) else self._block(part) for part in parts]
        for place, (first, second) in enumerate(pairwise(parts)):
            if isinstance(first, Paragraph) and isinstance(second, Paragraph):
                written[place] += self.opening("br", {})
        return "".join(written)

    def _line(self, inlines: Iterable[Inline]) -> str:
        links = groupby(inlines, key=lambda inline: inline.href if isinstance(inline, Run) else "")
        return "".join(
            self.link(href, self._marked(inside)) if href else self._marked(inside) for href, inside in links
        )

    def _marked(self, inlines: Iterable[Inline]) -> str:
        written: list[str] = []
        opened: tuple[str, ...] = ()
        for inline in inlines:
            wanted = _in_order(inline.marks) if isinstance(inline, Run) else ()
            if wanted != opened:
                same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(opened, wanted, strict=False)))
                written += map(self.closing, reversed(opened[same:]))
                written += (self.opening(mark, {}) for mark in wanted[same:])
                opened = wanted
            written.append(self._inline(inline))
        return "".join([*written, *map(self.closing, reversed(opened))])

    def _inline(self, inline: Inline) -> str:
        if isinstance(inline, Run):
            return escape(inline.text, quote=False)
        return self.picture(inline) if isinstance(inline, Picture) else self.opening("br", {})


def _aligned(align: str) -> dict[str, str]:
    return {"class": align} if align else {}


@cache  # of at most sixteen sets
def _in_order(marks: frozenset[str]) -> tuple[str, ...]:
    return tuple(mark for mark in MARKS if mark in marks)
