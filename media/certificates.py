"""The certificate of an honour, as a picture to save: whose, which, from whom, its number. In the workshop's child."""

from media.certificate_words import HEIGHT, MOST_BYTES, WIDTH, CertificateWords
from media.drawing import Block, Sheet, Style, block

_FRAME, _RULE = 40, 62  # pixels from the edge to the red frame, and to the thin gold one within
_SIDE = 130  # pixels left and right of the words
_TEXT = WIDTH - 2 * _SIDE

_RED, _GOLD, _INK, _QUIET, _PAPER = "#a3231b", "#b8902f", "#26221d", "#5c544a", "#fffdf6"

_TITLE = Style(96, _RED, bold=True)
# By how many lines they may take: the longest name of an identity card, of fifty characters, stands there whole.
_NAMES = (Style(76, _INK, bold=True), Style(52, _INK, bold=True, leading=1.3), Style(40, _INK, bold=True, leading=1.3))
_SAYS = Style(40, _INK, leading=1.6)
_AWARDS = (Style(84, _RED, bold=True), Style(56, _RED, bold=True, leading=1.3))
_OWNER = Style(38, _INK, leading=1.5)
_NUMBER = Style(30, _QUIET)

_TITLE_TOP = 170
_GAP = 44  # pixels between the parts
_FOOT = 130  # pixels from the number's first line to the edge


def certificate(words: CertificateWords) -> bytes:
    """A JPEG of WIDTH by HEIGHT pixels. There is no seal on it: a drawn one would be a forged one."""
    sheet = Sheet(WIDTH, HEIGHT, _PAPER)
    _draw_frames(sheet)
    down = sheet.write(block("荣 誉 证 书", _TEXT, _TITLE, 1), _SIDE, _TITLE_TOP, _TEXT, "centre") + _GAP
    sheet.fill((WIDTH // 2 - 90, down, 180, 4), _GOLD)
    foot, parts = _draw_foot(sheet, words), _parts(words)
    height = sum(part.height for part in parts) + _GAP * (len(parts) - 1)
    down += (foot - down - height) // 2
    for part in parts:
        down = sheet.write(part, _SIDE, down, _TEXT, "centre") + _GAP
    return sheet.jpeg(MOST_BYTES)


def _parts(words: CertificateWords) -> tuple[Block, ...]:
    """What it says, from above."""
    return (
        _fitting(words.name, _NAMES),
        block(f"{words.year} 年被评为", _TEXT, _SAYS, 1),
        _fitting(words.award, _AWARDS),
        block("特发此证，以资鼓励。", _TEXT, _SAYS, 1),
    )


def _fitting(text: str, styles: tuple[Style, ...]) -> Block:
    """In the largest letters that hold it whole: the first in one line, the second in two …"""
    for most, style in enumerate(styles, start=1):
        if len(block(text, _TEXT, style, most + 1).lines) <= most:
            return block(text, _TEXT, style, most)
    return block(text, _TEXT, styles[-1], len(styles))


def _draw_foot(sheet: Sheet, words: CertificateWords) -> int:
    """Who gives it, and its number; where that begins, from above."""
    owner, year = block(words.owner, _TEXT, _OWNER, 2), block(f"{words.year} 年", _TEXT, _OWNER, 1)
    foot = HEIGHT - _FOOT
    above = foot - _GAP - year.height - owner.height
    sheet.write(year, _SIDE, sheet.write(owner, _SIDE, above, _TEXT, "right"), _TEXT, "right")
    sheet.write(block(f"编号 {words.number}", _TEXT, _NUMBER, 1), _SIDE, foot, _TEXT, "centre")
    return above


def _draw_frames(sheet: Sheet) -> None:
    for edge, thickness, colour in ((_FRAME, 8, _RED), (_RULE, 3, _GOLD)):
        sheet.fill((edge, edge, WIDTH - 2 * edge, HEIGHT - 2 * edge), colour)
        within = edge + thickness
        sheet.fill((within, within, WIDTH - 2 * within, HEIGHT - 2 * within), _PAPER)
