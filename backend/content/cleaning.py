"""Article html kept to a short allow list, at write and again at every showing."""

import re
from collections.abc import Mapping
from uuid import UUID

import nh3

from backend.content.block_reading import BlockReader, walk
from backend.content.block_text import lines_of
from backend.content.blocks import HEADINGS, MARKS, Block, Picture, Writer
from backend.content.characters import composed

CHARACTERS_A_MINUTE = 400  # Chinese characters that an adult reads quietly
LONGEST_ALT = 200
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_STORED = re.compile(f"file:{_UUID}")
_IN_HTML = re.compile(f'<img src="(file:{_UUID})"')
# As it is stored, and as an editor's page and the readers' pages name it, on whatever host they stand.
_OURS = re.compile(
    rf"(?:file:|(?:https?://[^/?#\\]+)?(?:/console/articles|/api/v1)/files/)({_UUID})(?:/[a-z]+)?(?:\?.*)?",
    re.IGNORECASE,
)
_TEXT_TAGS = {"p", *HEADINGS}
_CELLS = {"td", "th"}
_TAGS = {*_TEXT_TAGS, *MARKS, *_CELLS, "blockquote", "ul", "ol", "li", "a", "img", "figure", "figcaption", "br", "hr"}
_TAGS |= {"table", "thead", "tbody", "tr"}
_ALIGNED = {tag: {"class"} for tag in _TEXT_TAGS}
_SPANNED = {tag: {"class", "colspan", "rowspan"} for tag in _CELLS}
_VALUES = {
    "class": re.compile("centre|right"),
    "colspan": re.compile("[0-9]{1,3}"),
    "rowspan": re.compile("[0-9]{1,3}"),
    "src": _STORED,
}


def _kept(_tag: str, name: str, value: str) -> str | None:
    return value if name not in _VALUES or _VALUES[name].fullmatch(value) else None


_last_word = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}, "img": {"src", "alt"}, **_ALIGNED, **_SPANNED},
    attribute_filter=_kept,
    url_schemes={"http", "https", "tel", "mailto", "file"},
    link_rel="noopener noreferrer",
)


class _OwnReader(BlockReader):
    def picture(self, attributes: Mapping[str, str]) -> Picture | None:
        return own_picture(attributes)


def own_picture(attributes: Mapping[str, str]) -> Picture | None:
    """The stored picture that an img's attributes name, by whichever of our addresses."""
    found = _OURS.fullmatch(attributes.get("src", "").strip())
    return Picture(f"file:{found[1].lower()}", alt_of(attributes)) if found else None


def alt_of(attributes: Mapping[str, str]) -> str:
    return " ".join(composed(attributes.get("alt", "")).split())[:LONGEST_ALT]


def clean(html: str) -> str:
    """The same article in the words of the allow list; what was cleaned once stays as it is.

    `p h2 h3 h4 strong em u s blockquote ul ol li a[href] img[src=file:UUID alt] figure figcaption table thead tbody tr
    th td[colspan rowspan] br hr`, and `class` centre or right. The text of everything else stays; pictures that are
    not ours go. Characters are written in one way (`characters.composed`).
    """
    return written(blocks_of(html))


def blocks_of(html: str) -> list[Block]:
    """The article as blocks, which hold nothing that the allow list does not know."""
    reader = _OwnReader()
    walk(html, reader)
    return reader.holders.blocks


def stored_blocks(html: str) -> list[Block]:
    """What is stored, as blocks to be shown: by the same last word again, whatever may have got past it."""
    return blocks_of(_last_word.clean(html.encode("utf-8", "replace").decode()))


def written(blocks: list[Block]) -> str:
    """Blocks as html to be stored, with nh3 as the last word on what it may hold."""
    return _last_word.clean(Writer().write(blocks))


def files_in(html: str) -> tuple[UUID, ...]:
    """The pictures of clean html, each once, in their order."""
    return tuple(dict.fromkeys(UUID(found.removeprefix("file:")) for found in _IN_HTML.findall(html)))


def text_of(html: str) -> str:
    """What a reader reads: a line for each paragraph, item and table row, whose cells stand behind tabs."""
    return "\n".join(lines_of(blocks_of(html)))


def minutes_to_read(text: str) -> int:
    """Whole minutes, at least one."""
    return max(1, round(len("".join(text.split())) / CHARACTERS_A_MINUTE))
