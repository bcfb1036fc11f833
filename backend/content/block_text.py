"""The text of an article's blocks, as plain lines."""

from collections.abc import Iterable, Iterator

from backend.content.blocks import Block, Break, Figure, Listing, Paragraph, Quote, Run, Table


def lines_of(blocks: Iterable[Block]) -> Iterator[str]:
    """One line for each paragraph, item line and table row, whose cells stand behind tabs."""
    for block in blocks:
        match block:
            case Paragraph():
                yield from text_of_line(block).split("\n")
            case Listing():
                for item in block.items:
                    yield from lines_of(item)
            case Quote():
                yield from lines_of(block.parts)
            case Figure():
                yield from lines_of(block.caption)
            case Table():
                for row in block.rows:
                    yield "\t".join(" ".join(lines_of(cell.parts)) for cell in row.cells)


def text_of_line(paragraph: Paragraph) -> str:
    """A paragraph's text without its pictures; a break is a newline."""
    return "".join(_text(inline) for inline in paragraph.inlines)


def _text(inline: object) -> str:
    match inline:
        case Run():
            return inline.text
        case Break():
            return "\n"
        case _:
            return ""
