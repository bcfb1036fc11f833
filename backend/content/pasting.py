"""What an editor pastes from Word, WPS, web documents or a 公众号 page, as an article's html. Nothing is fetched."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from backend.content import pasted_looks
from backend.content.block_holders import Look
from backend.content.block_reading import BlockReader, walk
from backend.content.blocks import Block, Hint, Picture, Run, Writer
from backend.content.cleaning import alt_of, clean, own_picture
from backend.content.draft import LONGEST_HTML
from backend.content.pasted_order import in_order
from backend.content.pasted_pictures import STANDS_FOR, PastedPicture, Pictures, counts_readers

LONGEST_PASTE = 2_000_000  # characters of markup without its pictures
_MOST_LINES = LONGEST_HTML // len("<p></p>")  # more than an article may hold
_MEDIA = ("iframe", "video", "audio", "mpvoice", "mp-common-mpaudio", "object", "embed")
_CARDS = ("mp-miniprogram", "mp-common-profile", "mpprofile", "mp-common-product", "mp-weapp")
_TOO_LONG = "内容太长，只带过来了前面的部分：请把其余的分次粘贴。"


@dataclass(frozen=True, slots=True)
class Pasted:
    """A tidied paste: clean html, what was left out in plain words, the pictures to upload for its tokens."""

    html: str
    left_out: tuple[str, ...] = ()
    pictures: tuple[PastedPicture, ...] = ()


def tidy(html: str) -> Pasted:
    """Keep headings, lists, tables, marks, links and alignment of a paste; fonts, colours, scripts and trackers go.

    Takes any text of any nesting, never fails and never reaches out. Pictures that came as data wait in `pictures`;
    those that did not come leave a sentence in their place.
    """
    pictures = Pictures()
    markup = pictures.set_aside(html)
    reader = _PasteReader(pictures, pasted_looks.list_kinds(markup[:LONGEST_PASTE]))
    walk(markup[:LONGEST_PASTE], reader)
    written, whole = _written(in_order(reader.holders.blocks))
    too_long = () if whole and not reader.full and len(markup) <= LONGEST_PASTE else (_TOO_LONG,)
    kept = tuple(picture for picture in pictures.taken if str(picture.token) in written)
    return Pasted(clean(written), (*pictures.words(), *too_long), kept)


def _written(blocks: list[Block]) -> tuple[str, bool]:
    """As many blocks as an article may hold, and whether those are all."""
    writer, parts, length = Writer(), list[str](), 0
    for block in blocks:
        part = writer.write([block])
        length += len(part)
        if length > LONGEST_HTML:
            return "".join(parts), False
        parts.append(part)
    return "".join(parts), True


class _PasteReader(BlockReader):
    def __init__(self, pictures: Pictures, kinds: pasted_looks.Kinds) -> None:
        super().__init__()
        self._pictures = pictures
        self._kinds = kinds
        self._label = ""  # the number before a list paragraph
        self._lines = self._letters = 0
        self._sizes: list[tuple[float, bool]] = []  # size and boldness of the texts of this line

    def look(self, tag: str, attributes: Mapping[str, str], inherited: Look) -> Look:
        look = super().look(tag, attributes, inherited)
        if not attributes and look.heading == inherited.heading:
            return look
        styles = pasted_looks.styles_of(attributes)
        if pasted_looks.hidden(styles):
            return replace(look, gone=True)
        return pasted_looks.styled(look, tag, attributes, styles, self._kinds)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self.looks[-1].gone:
            self._pictures.left["media"] += tag in _MEDIA
            self._pictures.left["cards"] += tag in _CARDS
            self._pictures.left["drawings"] += tag in ("svg", "canvas")
        super().start(tag, attributes)

    def picture(self, attributes: Mapping[str, str]) -> Picture | None:
        if counts_readers(attributes):
            return None
        if own := own_picture(attributes):
            return own
        alt = alt_of(attributes)
        before = self._pictures.left.total()
        if taken := self._pictures.take(attributes, alt):
            return Picture(f"file:{taken.token}", alt)
        if self._pictures.left.total() > before:
            self.end_line(self.looks[-1])
            self.holders.line.append(Run(STANDS_FOR))
            self.end_line(replace(self.looks[-1], heading=""))
        return None

    def say(self, text: str, look: Look) -> None:
        if look.text == pasted_looks.LABEL:
            self._label += text
            return
        text = text.replace("\xa0", " ")
        self._letters += len(text)
        self.full = self.full or self._letters > LONGEST_HTML
        if text.strip():
            self._sizes.append((look.size, "strong" in look.marks))
        super().say(text, look)

    def end_line(self, look: Look) -> None:
        if self.holders.line:
            self._lines += 1
            self.full = self.full or self._lines > _MOST_LINES
            hint = look.hint or Hint()
            sizes, bold = [size for size, _ in self._sizes], [heavy for _, heavy in self._sizes]
            look = replace(
                look,
                hint=replace(hint, label=self._label.strip(), size=min(sizes, default=0.0), bold=all(bold)),
            )
            self._sizes.clear()
            self._label = ""
        super().end_line(look)
