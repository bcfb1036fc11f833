"""The poster of an article: its cover, what it says of itself, and the code that opens it. In the workshop's child."""

from media.drawing import Block, Sheet, Style, block
from media.images import clean
from media.poster_words import MOST_BYTES, WIDTH, PosterWords

_EDGE = 48  # pixels left and right of the text
_TEXT = WIDTH - 2 * _EDGE
_COVER = WIDTH * 383 // 900  # pixels high, in the shape of a wide cover
_BAND = 150  # pixels high, in its place
_CODE = 240  # pixels; scanned from another phone's screen it still is an inch wide
_FRAME = 14  # white around the code
_FOOT = _CODE + 2 * _FRAME + 64

_INK, _QUIET, _ACCENT, _SOFT, _PAPER = "#26221d", "#5c544a", "#1d5c52", "#e2ede9", "white"  # of the reading pages

_ABOUT = Style(28, _ACCENT)
_TITLES = (Style(48, _INK, bold=True, leading=1.36), Style(42, _INK, bold=True, leading=1.36))  # the long ones smaller
_MOST_LINES = 4  # of the title, and of the summary
_SUMMARY = Style(32, _QUIET, leading=1.6)
_SOURCE = Style(26, _QUIET)
_NAME = Style(44, _ACCENT, bold=True)
_HOW = Style(28, _INK, leading=1.5)
_ON_BAND = Style(56, _PAPER, bold=True)

_END = 40  # pixels below the words


def poster(words: PosterWords, cover: bytes | None, code: bytes) -> bytes:
    """A JPEG, 750 pixels wide; `cover` in the wide shape. Raises Invalid when one of the pictures cannot be read."""
    blocks = _blocks(words)
    top = _COVER if cover is not None else _BAND
    sheet = Sheet(WIDTH, top + sum(gap + each.height for gap, each in blocks) + _END + _FOOT, _PAPER)
    if cover is not None:
        sheet.paste(clean(cover, 2 * WIDTH), (0, 0, WIDTH, top))
    else:
        _draw_band(sheet)
    down = top
    for gap, each in blocks:
        down = sheet.write(each, _EDGE, down + gap)
    _draw_foot(sheet, down + _END, code)
    return sheet.jpeg(MOST_BYTES)


def _blocks(words: PosterWords) -> list[tuple[int, Block]]:
    """What says something, each with the pixels above it."""
    source = f"来源：{words.source}" if words.source.strip() else ""
    blocks = (
        (40, block(words.about, _TEXT, _ABOUT, 2)),
        (14, _title(words.title)),
        (20, block(words.summary, _TEXT, _SUMMARY, _MOST_LINES)),
        (20, block(source, _TEXT, _SOURCE, 2)),
    )
    return [(gap, each) for gap, each in blocks if each.lines]


def _title(title: str) -> Block:
    """In the largest letters that hold it whole; cut in the smallest."""
    for style in _TITLES:
        if len(block(title, _TEXT, style, _MOST_LINES + 1).lines) <= _MOST_LINES:
            return block(title, _TEXT, style, _MOST_LINES)
    return block(title, _TEXT, _TITLES[-1], _MOST_LINES)


def _draw_band(sheet: Sheet) -> None:
    sheet.fill((0, 0, WIDTH, _BAND), _ACCENT)
    name = block("诚信鲁山", _TEXT, _ON_BAND, 1)
    sheet.write(name, _EDGE, (_BAND - name.height) // 2)


def _draw_foot(sheet: Sheet, top: int, code: bytes) -> None:
    """Whose it is and how to open it, beside the code."""
    sheet.fill((0, top, WIDTH, _FOOT), _SOFT)
    side = _CODE + 2 * _FRAME
    left, down = WIDTH - _EDGE - side, top + (_FOOT - side) // 2
    sheet.fill((left, down, side, side), _PAPER, radius=16)
    sheet.paste(clean(code, 2 * _CODE), (left + _FRAME, down + _FRAME, _CODE, _CODE))
    width = left - _FRAME - _EDGE
    name, how = block("诚信鲁山", width, _NAME, 1), block("长按识别小程序码阅读", width, _HOW, 2)
    down = top + (_FOOT - name.height - 12 - how.height) // 2
    sheet.write(how, _EDGE, sheet.write(name, _EDGE, down) + 12)
