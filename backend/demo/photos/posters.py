"""Posters of the made-up articles: a few large words before the hills, as a propaganda office would set them."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from math import cos, pi, sin
from random import Random

from PIL import ImageDraw

from backend.demo.photos.brushes import HEIGHT, WIDTH, Colour, Draw, gradient, hills, shade, tree, write

# Sky above, sky below, hills. Calm ones: white words must be read on each.
_HOURS: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((23, 78, 70), (96, 146, 130), (16, 60, 54)),
    ((38, 70, 108), (128, 158, 180), (26, 52, 82)),
    ((122, 62, 40), (206, 148, 96), (92, 46, 32)),
    ((70, 84, 48), (154, 164, 104), (50, 62, 36)),
)
_PAPER: Colour = (246, 240, 226)
_SHADOW: Colour = (24, 34, 32)
_SIZE = WIDTH * 3 // 4, HEIGHT * 3 // 4  # as wide as the widest shape of a cover needs
_MIDDLE = WIDTH // 2
_LARGE, _SMALL = 150, 54  # pixels


@dataclass(frozen=True)
class Poster:
    """One poster; its words stand where both shapes of a cover show them. The same values make the same bytes."""

    words: str  # one line, or two with a | between
    below: str = ""
    sign: str = "hills"  # of SIGNS


def paint(poster: Poster) -> bytes:
    """The poster's bytes: a JPEG of 960 × 720."""
    random = Random(f"{poster.words} {poster.sign}")  # noqa: S311 (a made-up picture, always the same)
    top, bottom, dark = random.choice(_HOURS)
    image = gradient((WIDTH, HEIGHT), top, bottom)
    draw = ImageDraw.Draw(image, "RGBA")
    for away in (1.0, 0.62, 0.36):
        hills(draw, random, HEIGHT, 300 * away, shade(dark, 2 - away))
    SIGNS[poster.sign](draw, random)
    _write_words(draw, poster)
    out = BytesIO()
    image.resize(_SIZE).save(out, "JPEG", quality=86)
    return out.getvalue()


def _write_words(draw: Draw, poster: Poster) -> None:
    lines = poster.words.split("|")
    size = min(_LARGE, 820 // max(map(len, lines)))
    y = HEIGHT / 2 - (len(lines) - 1) * size * 0.62 - (40 if poster.below else 0)
    for line in lines:
        write(draw, (_MIDDLE + 4, y + 5), line, size, _SHADOW)
        write(draw, (_MIDDLE, y), line, size, _PAPER)
        y += size * 1.24
    if poster.below:
        draw.line((_MIDDLE - 90, y - size * 0.42, _MIDDLE + 90, y - size * 0.42), fill=(*_PAPER, 170), width=4)
        write(draw, (_MIDDLE, y - size * 0.42 + 60), poster.below, _SMALL, _PAPER)


def _only_hills(draw: Draw, random: Random) -> None:
    for _ in range(4):
        tree(draw, random, random.choice((random.randrange(160), WIDTH - random.randrange(160))), HEIGHT, 250)


def _sun(draw: Draw, _random: Random) -> None:
    x, y = WIDTH - 310, 160
    draw.ellipse((x - 74, y - 74, x + 74, y + 74), fill=(250, 224, 160))
    for ray in range(16):
        across, down = cos(ray * pi / 8), sin(ray * pi / 8)
        draw.line((x + across * 94, y + down * 94, x + across * 122, y + down * 122), fill=(250, 224, 160), width=7)


def _scales(draw: Draw, _random: Random) -> None:
    """A balance: what is weighed is weighed truly."""
    gold, x, y = (232, 204, 140), 350, 800
    draw.line((x, y - 150, x, y + 110), fill=gold, width=12)
    draw.line((x - 120, y - 130, x + 120, y - 130), fill=gold, width=10)
    draw.rectangle((x - 60, y + 110, x + 60, y + 126), fill=gold)
    for side in (-120, 120):
        for edge in (-52, 52):
            draw.line((x + side, y - 130, x + side + edge, y - 30), fill=gold, width=4)
        draw.chord((x + side - 58, y - 62, x + side + 58, y + 8), 0, 180, fill=gold)


def _book(draw: Draw, _random: Random) -> None:
    x, y = WIDTH - 310, 790
    for side in (-1, 1):
        page = [(x, y), (x + side * 130, y - 34), (x + side * 130, y + 96), (x, y + 130)]
        draw.polygon(page, fill=_PAPER, outline=(120, 104, 80))
        for line in range(4):
            down = y + 20 + 24 * line
            draw.line((x + side * 20, down, x + side * 112, down - 24), fill=(150, 140, 122), width=5)


def _shield(draw: Draw, _random: Random) -> None:
    """A shield with a tick: care, not fear."""
    x, y = 290, 815
    edge = [(x, y - 110), (x + 92, y - 78), (x + 82, y + 34), (x, y + 112), (x - 82, y + 34), (x - 92, y - 78)]
    draw.polygon(edge, fill=(*_PAPER, 235))
    draw.line((x - 42, y, x - 8, y + 36, x + 50, y - 46), fill=(29, 92, 82), width=18, joint="curve")


SIGNS: dict[str, Callable[[Draw, Random], None]] = {
    "hills": _only_hills,
    "sun": _sun,
    "scales": _scales,
    "book": _book,
    "shield": _shield,
}
