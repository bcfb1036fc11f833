"""Where the lines of an article go while it is read: into the page, an item, a cell, a quote, a caption."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from backend.content.block_lines import settled, split
from backend.content.blocks import (
    Block,
    Cell,
    Figure,
    Hint,
    Inline,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Row,
    Rule,
    Run,
    Table,
)

DEEPEST_LIST = 5
_WIDEST, _TALLEST = 30, 300  # cells that one may span
_SMALL = re.compile(r"[1-9][0-9]{0,2}")
_KINDS = {"ul": "list", "ol": "list", "li": "item", "blockquote": "quote", "figure": "figure", "figcaption": "caption"}
_KINDS |= {"table": "table", "tr": "row", "td": "cell", "th": "cell"}


_WITHIN = {
    "list": ("page", "item", "quote", "cell", "list"),
    "item": ("list",),
    "quote": ("page",),
    "figure": ("page",),
    "caption": ("figure",),
    "table": ("page", "figure"),
    "row": ("table",),
    "cell": ("row",),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How the text inside an element looks, with what it inherits."""

    heading: str = ""  # of blocks.HEADINGS
    align: str = ""
    marks: frozenset[str] = frozenset()
    href: str = ""
    text: str = ""  # pre, sup or sub: its letters are kept or changed
    gone: bool = False
    size: float = 0.0  # of its letters, in px; 0: unknown
    hint: Hint | None = None


@dataclass(slots=True)
class _Holder:
    kind: str  # page, list, item, quote, figure, caption, table, row, cell
    parts: list[Block] = field(default_factory=list)
    block: Listing | Table | Row | Cell | None = None
    head: bool = False


class Holders:
    """The page with what is open in it. An element that may not stand where it stands opens nothing."""

    def __init__(self) -> None:
        self.line: list[Inline] = []
        self._page = _Holder("page")
        self._open = [self._page]
        self._elements: list[_Holder | None] = []  # what each open block element opened
        self._lists = 0

    @property
    def blocks(self) -> list[Block]:
        return self._page.parts

    def end_line(self, look: Look) -> None:
        """What was gathered becomes paragraphs that look so; nothing, if it shows nothing."""
        if not self.line:
            return
        inlines, self.line = settled(self.line), []
        page = self._open[-1].kind == "page"
        for line in split(inlines, at_every_break=not page):
            heading = look.heading if any(isinstance(inline, Run) for inline in line) else ""
            shown = _strong(line) if heading and not page else line
            tag = heading if heading and page else "p"
            self._for_lines().append(Paragraph(shown, tag, look.align, look.hint))

    def rule(self) -> None:
        if self._open[-1].kind == "page":
            self.blocks.append(Rule())

    def opened(self, tag: str, attributes: Mapping[str, str], look: Look) -> None:
        """A block element begins: a holder of its own, or none."""
        top = self._open[-1]
        if tag in ("thead", "tbody", "tfoot") and top.kind == "table":
            top.head = tag == "thead"
        kind = _KINDS.get(tag, "")
        if kind == "cell" and top.kind == "table":  # a row that nobody began
            self._enter(_Holder("row", block=Row(top.head)))
            top = self._open[-1]
        holder = self._holder(kind, tag, attributes, look) if top.kind in _WITHIN.get(kind, ()) else None
        if holder is not None:
            self._enter(holder)
        self._elements.append(holder)

    def closed(self) -> None:
        """The block element that was opened last ends, with whatever is still open in it."""
        holder = self._elements.pop()
        while holder is not None and holder in self._open:
            self._leave()

    def close_all(self) -> None:
        while len(self._open) > 1:
            self._leave()

    def _enter(self, holder: _Holder) -> None:
        self._lists += holder.kind == "list"
        self._open.append(holder)

    def _leave(self) -> None:
        holder = self._open.pop()
        self._lists -= holder.kind == "list"
        _LEAVING[holder.kind](holder, self._open[-1])

    def _holder(self, kind: str, tag: str, attributes: Mapping[str, str], look: Look) -> _Holder | None:
        match kind:
            case "list":
                return _Holder(kind, block=Listing(tag == "ol")) if self._lists < DEEPEST_LIST else None
            case "table":
                return _Holder(kind, block=Table())
            case "row":
                return _Holder(kind, block=Row(self._open[-1].head))
            case "cell":
                spans = _span(attributes, "colspan", _WIDEST), _span(attributes, "rowspan", _TALLEST)
                return _Holder(kind, block=Cell([], tag, look.align, *spans))
            case _:
                return _Holder(kind)

    def _for_lines(self) -> list[Block]:
        """Text between a table's cells goes before the table; text between items is one."""
        holder = next(holder for holder in reversed(self._open) if holder.kind not in ("table", "row"))
        if isinstance(holder.block, Listing):
            holder.block.items.append([])
            return holder.block.items[-1]
        return holder.parts


def _leave_list(holder: _Holder, parent: _Holder) -> None:
    block = holder.block
    if not isinstance(block, Listing) or not block.items:
        return
    if not isinstance(parent.block, Listing):
        parent.parts.append(block)
    elif parent.block.items:  # a list beside items stands below the one before it
        parent.block.items[-1].append(block)
    else:
        parent.block.items.extend(block.items)


def _leave_item(holder: _Holder, parent: _Holder) -> None:
    if holder.parts and isinstance(parent.block, Listing):
        parent.block.items.append(holder.parts)


def _leave_quote(holder: _Holder, parent: _Holder) -> None:
    if holder.parts:
        parent.parts.append(Quote(holder.parts))


def _leave_caption(holder: _Holder, parent: _Holder) -> None:
    parent.parts.append(Figure([], holder.parts))  # its pictures come when the figure ends


def _leave_figure(holder: _Holder, parent: _Holder) -> None:
    captions = [line for part in holder.parts if isinstance(part, Figure) for line in part.caption]
    others = [part for part in holder.parts if not isinstance(part, Figure)]
    inlines = [inline for part in others if isinstance(part, Paragraph) for inline in part.inlines]
    pictures = [inline for inline in inlines if isinstance(inline, Picture)]
    if not pictures:
        lines = [line for line in captions if isinstance(line, Paragraph)]
        parent.parts += [*others, *(replace(line, align="centre") for line in lines)]
        return
    parent.parts.append(Figure(pictures, captions))
    for part in others:
        if not isinstance(part, Paragraph):
            parent.parts.append(part)
        elif rest := [inline for inline in part.inlines if isinstance(inline, Run)]:
            parent.parts.append(replace(part, inlines=rest))


def _leave_table(holder: _Holder, parent: _Holder) -> None:
    if isinstance(holder.block, Table) and any(cell.parts for row in holder.block.rows for cell in row.cells):
        parent.parts.append(holder.block)


def _leave_row(holder: _Holder, parent: _Holder) -> None:
    if isinstance(holder.block, Row) and holder.block.cells and isinstance(parent.block, Table):
        parent.block.rows.append(holder.block)


def _leave_cell(holder: _Holder, parent: _Holder) -> None:
    if isinstance(holder.block, Cell) and isinstance(parent.block, Row):
        holder.block.parts = holder.parts
        aligns = {part.align for part in holder.parts if isinstance(part, Paragraph)}
        if len(aligns) == 1:
            holder.block.align = aligns.pop()
        parent.block.cells.append(holder.block)


_LEAVING = {
    "list": _leave_list,
    "item": _leave_item,
    "quote": _leave_quote,
    "caption": _leave_caption,
    "figure": _leave_figure,
    "table": _leave_table,
    "row": _leave_row,
    "cell": _leave_cell,
}


def _span(attributes: Mapping[str, str], name: str, most: int) -> int:
    written = attributes.get(name, "").strip()
    return min(int(written), most) if _SMALL.fullmatch(written) else 1


def _strong(line: Sequence[Inline]) -> list[Inline]:
    return [replace(part, marks=part.marks | {"strong"}) if isinstance(part, Run) else part for part in line]
