"""A sheet to draw on: blocks of text, filled areas, pictures; for posters, certificates, and watermarks' letters.

With media/images.py one of the two files that know Pillow; it runs in the workshop's child process as well.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from media.line_breaks import wrapped

FONT = Path(__file__).parent / "fonts" / "wqy-microhei.ttc"
NO_GLYPH = "□"

Box = tuple[int, int, int, int]  # left, top, width, height, in pixels
Align = Literal["left", "centre", "right"]

# Emoji, their joiners and colours, marks, controls: without them a text says the same. A letter is none of these.
_UNWRITTEN = frozenset({"Cf", "Cc", "Cs"})
_LEFT_OUT = frozenset({"So", "Sk", "Mn", "Me", "Co", "Cn"})
_QUALITIES = (90, 82, 72, 60, 45)


@dataclass(frozen=True)
class Style:
    """How letters look: their height in pixels, colour, weight, and a line's height as a multiple of theirs."""

    size: int
    colour: str
    bold: bool = False
    leading: float = 1.4


@dataclass(frozen=True)
class Block:
    """Lines of one style, ready to be written."""

    lines: tuple[str, ...]
    style: Style

    @property
    def height(self) -> int:
        """In pixels; nothing for no lines."""
        return len(self.lines) * _line_height(self.style)


def block(text: str, width: int, style: Style, most: int) -> Block:
    """A text in at most so many lines of so many pixels, with what the font lacks left out or shown as a box."""
    letters = font(style.size)
    spread = 2 * _stroke(style)
    return Block(wrapped(drawable(text, letters), width - spread, letters.getlength, most), style)


class Sheet:
    """One picture while it is drawn."""

    def __init__(self, width: int, height: int, colour: str = "white") -> None:
        self._picture = Image.new("RGB", (width, height), colour)
        self._pen = ImageDraw.Draw(self._picture)

    def fill(self, box: Box, colour: str, radius: int = 0) -> None:
        """An area in one colour, its corners rounded by so many pixels."""
        left, top, width, height = box
        self._pen.rounded_rectangle((left, top, left + width - 1, top + height - 1), radius, fill=colour)

    def write(self, text: Block, left: int, top: int, width: int = 0, align: Align = "left") -> int:
        """The lines from there down, aligned within `width`; where the next thing may begin."""
        style, letters = text.style, font(text.style.size)
        ascent, descent = letters.getmetrics()
        lead = (_line_height(style) - ascent - descent) // 2
        for number, line in enumerate(text.lines):
            spare = width - letters.getlength(line)
            shift = {"left": 0.0, "centre": spare / 2, "right": spare}[align]
            place = (left + round(shift), top + number * _line_height(style) + lead)
            stroke = _stroke(style)
            self._pen.text(place, line, style.colour, letters, stroke_width=stroke, stroke_fill=style.colour)
        return top + text.height

    def paste(self, picture: Image.Image, box: Box) -> None:
        """A picture, made to fit the box; whoever wants its shape kept gives a box of that shape."""
        left, top, width, height = box
        self._picture.paste(picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS), (left, top))

    def jpeg(self, most_bytes: int) -> bytes:
        """The sheet as a JPEG without metadata, as fine as so many bytes allow; coarser none is made."""
        for quality in _QUALITIES:
            made = BytesIO()
            # Full colour resolution, or thin coloured letters smear.
            self._picture.save(made, "JPEG", quality=quality, optimize=True, subsampling=0)
            if made.tell() <= most_bytes:
                break
        return made.getvalue()


@cache
def font(height: int) -> ImageFont.FreeTypeFont:
    """Our letters, so many pixels high."""
    return ImageFont.truetype(FONT, height, layout_engine=ImageFont.Layout.BASIC)


def drawable(text: str, letters: ImageFont.FreeTypeFont) -> str:
    """With a box for each letter that the font does not know, so that none vanishes unseen; emoji do vanish."""
    unknown = bytes(letters.getmask("\uffff"))

    def drawn(each: str) -> str:
        kind = unicodedata.category(each)
        if each.isspace():
            return " "
        if kind in _UNWRITTEN:
            return ""
        if bytes(letters.getmask(each)) != unknown:
            return each
        return "" if kind in _LEFT_OUT else NO_GLYPH

    return "".join(map(drawn, unicodedata.normalize("NFC", text)))


def _line_height(style: Style) -> int:
    return round(style.size * style.leading)


def _stroke(style: Style) -> float:
    """The font has one weight: bold letters are drawn with a thin line around them."""
    return style.size / 60 if style.bold else 0
