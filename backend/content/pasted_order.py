"""The blocks of a paste put in order: its headings found and ranked, its lists nested, its layout tables opened."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from backend.content.block_text import text_of_line
from backend.content.blocks import HEADINGS, Block, Inline, Listing, Paragraph, Picture, Quote, Run, Table
from backend.content.pasted_lists import nested

_LONGEST_HEADING = 40  # characters
_LEAST_SIZE = 17.0  # px: the ordinary text of 公众号 pages has 15 to 17
_ENDS_SENTENCE = ("。", "；", "，", ";", ",", "：", ":")
_INDENT = " \xa0\u3000"


def in_order(blocks: Sequence[Block]) -> list[Block]:
    """The same text as an editor would have written it herself."""
    page = list(_opened(blocks))
    if not any(_level(block) for block in page):
        page = _with_guessed_headings(page)
    return nested([_tidied(block) for block in _ranked(page)])


def _opened(blocks: Sequence[Block]) -> Iterator[Block]:
    """Tables of one cell are frames: what is in them stands on the page."""
    for block in blocks:
        if isinstance(block, Table) and len(block.rows) == 1 and len(block.rows[0].cells) == 1:
            yield from block.rows[0].cells[0].parts
        else:
            yield block


def _level(block: Block) -> int:
    return int(block.tag[1]) if isinstance(block, Paragraph) and block.tag.startswith("h") else 0


def _with_guessed_headings(blocks: Sequence[Block]) -> list[Block]:
    """Bold short lines in larger letters than the text are headings, the largest letters the highest ones."""
    sizes = Counter[float]()
    for block in blocks:
        if isinstance(block, Paragraph) and block.hint is not None:
            sizes[block.hint.size] += len(text_of_line(block))
    ordinary = sizes.most_common(1)[0][0] if sizes else 0.0
    found = {id(block): size for block in blocks if (size := _heading_size(block)) >= max(_LEAST_SIZE, ordinary + 1)}
    ranks = {size: min(rank, 6) for rank, size in enumerate(sorted(set(found.values()), reverse=True), start=1)}
    return [
        replace(block, tag=f"h{ranks[found[id(block)]]}")
        if isinstance(block, Paragraph) and id(block) in found
        else block
        for block in blocks
    ]


def _heading_size(block: Block) -> float:
    if not isinstance(block, Paragraph) or block.hint is None or not block.hint.bold or block.hint.list_key:
        return 0.0
    text = text_of_line(block).strip()
    pictured = any(isinstance(inline, Picture) for inline in block.inlines)
    if pictured or len(text) > _LONGEST_HEADING or "\n" in text or text.endswith(_ENDS_SENTENCE):
        return 0.0
    return block.hint.size


def _ranked(blocks: Sequence[Block]) -> Iterator[Block]:
    """The highest heading of the paste is the article's highest, whatever it was called."""
    levels = sorted({level for block in blocks if (level := _level(block))})
    tags = {level: HEADINGS[min(rank, len(HEADINGS) - 1)] for rank, level in enumerate(levels)}
    for block in blocks:
        yield replace(block, tag=tags[level]) if isinstance(block, Paragraph) and (level := _level(block)) else block


def _tidied(block: Block) -> Block:
    match block:
        case Paragraph():
            inlines = _without_indent(block.inlines)
            return replace(block, inlines=_plain(inlines) if block.tag != "p" else inlines)
        case Listing():
            block.items = [nested([_tidied(part) for part in item]) for item in block.items]
        case Quote():
            block.parts = nested([_tidied(part) for part in block.parts])
        case Table():
            for cell in (cell for row in block.rows for cell in row.cells):
                cell.parts = nested([_tidied(part) for part in cell.parts])
    return block


def _plain(inlines: Sequence[Inline]) -> list[Inline]:
    """A heading is bold by itself."""
    return [replace(part, marks=part.marks - {"strong"}) if isinstance(part, Run) else part for part in inlines]


def _without_indent(inlines: Sequence[Inline]) -> list[Inline]:
    """Blanks that push the first line in: the readers' page does that by itself, where it does."""
    rest = list(inlines)
    while rest and isinstance(first := rest[0], Run):
        text = first.text.lstrip(_INDENT)
        rest = [replace(first, text=text), *rest[1:]] if text else rest[1:]
        if text:
            break
    return rest
