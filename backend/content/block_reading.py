"""Any html into an article's blocks, in one pass without recursion: an element that is none of ours leaves its text."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lxml import etree

from backend.content.block_holders import Holders, Look
from backend.content.block_lines import without_invisible
from backend.content.blocks import Break, Picture, Run

_PIECE = 8192  # characters fed at once
_MOST_WORK = 200_000_000  # open elements that closing tags are compared with: about a second of the parser
_TAG = re.compile(r"<[^<>]*>")
# With all that is in them: no text for a reader, or another language than html.
_GONE = re.compile(
    "script|style|template|noscript|iframe|object|embed|applet|svg|math|xml|head|title|noframes|noembed|xmp|plaintext|"
    "textarea|select|button|input|audio|video|canvas|map|frameset|portal"
)
_BLOCKS = re.compile(
    "p|div|section|article|header|footer|main|aside|nav|address|center|form|fieldset|details|summary|d[ltd]|hgroup|"
    "h[1-6]|[uo]l|li|blockquote|pre|table|caption|thead|tbody|tfoot|t[rdh]|figure|figcaption|hr"
)
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_MARKS = {"b": "strong", "i": "em", "del": "s", "strike": "s", "ins": "u", "strong": "strong", "em": "em"}
_MARKS |= {"u": "u", "s": "s", "cite": "em"}
_ALIGNS = {"center": "centre", "centre": "centre", "right": "right", "end": "right"}
_ALIGNS |= dict.fromkeys(("left", "justify", "start"), "")
_STYLE_ALIGN = re.compile(r"(?:^|[;\s])text-align\s*:\s*([a-z-]+)", re.IGNORECASE)
_LETTERS = {
    "sup": str.maketrans("0123456789+-n０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "sub": str.maketrans("0123456789+-０１２３４５６７８９", "₀₁₂₃₄₅₆₇₈₉₊₋₀₁₂₃₄₅₆₇₈₉"),
}
_LINK = re.compile(
    r"https?://[^\s/?#@\\<>\"'`]+(?:[/?#][^\s<>\"`\\]*)?|tel:\+?[0-9*#-]{3,20}|mailto:[\w.+-]+@[\w.-]+", re.IGNORECASE
)


class BlockReader:
    """Told of tags and text by the parser. Subclasses say what more an element means."""

    def __init__(self) -> None:
        self.holders = Holders()
        self.full = False  # set by a reader that wants no more
        self.tags: list[str] = []
        self.looks = [Look()]
        self._text: list[str] = []

    def look(self, tag: str, attributes: Mapping[str, str], inherited: Look) -> Look:
        """How this element looks; `inherited` is its parent's look."""
        mark, align = _MARKS.get(tag), _align(tag, attributes)
        if mark and mark not in inherited.marks:
            inherited = replace(inherited, marks=inherited.marks | {mark})
        if align is not None and align != inherited.align:
            inherited = replace(inherited, align=align)
        if tag in _HEADINGS:
            return replace(inherited, heading=_HEADINGS[tag])
        if tag == "a":
            return replace(inherited, href=_href(attributes))
        if tag in ("pre", "sup", "sub"):
            return replace(inherited, text=tag)
        return inherited

    def picture(self, attributes: Mapping[str, str]) -> Picture | None:
        """The picture that an img stands for, if it is one of ours."""
        raise NotImplementedError

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._say()
        inherited = self.looks[-1]
        look = inherited
        if not inherited.gone:
            look = replace(inherited, gone=True) if _GONE.fullmatch(tag) else self.look(tag, attributes, inherited)
        self.tags.append(tag)
        self.looks.append(look)
        if look.gone:
            return
        if _BLOCKS.fullmatch(tag):
            self.end_line(inherited)
            self.holders.opened(tag, attributes, look)
        if tag == "br":
            self.holders.line.append(Break())
        elif tag == "hr":
            self.holders.rule()
        elif tag in ("img", "image") and (picture := self.picture(attributes)):
            self.holders.line.append(picture)

    def end(self, _tag: str) -> None:
        self._say()
        tag, look = self.tags.pop(), self.looks.pop()
        if not look.gone and _BLOCKS.fullmatch(tag):
            self.end_line(look)
            self.holders.closed()

    def data(self, text: str) -> None:
        if not self.looks[-1].gone:
            self._text.append(text)

    def _say(self) -> None:
        """What the parser said in pieces, as one text."""
        if not self._text:
            return
        text = without_invisible("".join(self._text))
        self._text.clear()
        self.say(text, self.looks[-1])

    def say(self, text: str, look: Look) -> None:
        """Text of one element, whole between two tags."""
        if look.text in _LETTERS and all(ord(letter) in _LETTERS[look.text] for letter in text):
            text = text.translate(_LETTERS[look.text])  # m² is no m2
        lines = text.split("\n") if look.text == "pre" else [text]
        for place, line in enumerate(lines):
            if place:
                self.holders.line.append(Break())
            self.holders.line.append(Run(line, look.marks, look.href))

    def end_line(self, look: Look) -> None:
        """What was gathered since the last block began or ended is a line of this look."""
        self.holders.end_line(look)

    def comment(self, text: str) -> None:
        """Nothing of a comment is shown."""

    def close(self) -> None:
        self._say()
        self.end_line(self.looks[-1])
        self.holders.close_all()


def walk(html: str, reader: BlockReader) -> None:
    """Tell the reader of every tag and text. Time grows with the length only: tangles beyond sense lose their tags."""
    if not html.strip():
        reader.close()
        return
    parser = _parser(reader)
    work = 0
    for start in range(0, len(html), _PIECE):
        piece = html[start : start + _PIECE]
        work += len(reader.looks) * piece.count("</")
        if work > _MOST_WORK:
            reader.data(_TAG.sub(" ", html[start:]))
        if work > _MOST_WORK or reader.full:
            break
        parser.feed(piece.encode("utf-8", "replace"))
    else:
        parser.close()  # closes the reader too
        return
    reader.close()


def _parser(reader: BlockReader) -> Any:
    return etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)


def _align(tag: str, attributes: Mapping[str, str]) -> str | None:
    """The alignment that an element states; an empty one is the ordinary one."""
    if tag == "center":
        return "centre"
    if not attributes:
        return None
    found = _STYLE_ALIGN.search(attributes.get("style", ""))
    stated = (attributes.get("class", ""), found[1] if found else "", attributes.get("align", ""))
    return next((_ALIGNS[word.lower()] for word in stated if word.lower() in _ALIGNS), None)


def _href(attributes: Mapping[str, str]) -> str:
    href = attributes.get("href", "").strip()
    return href if _LINK.fullmatch(href) and len(href) <= 1000 else ""
