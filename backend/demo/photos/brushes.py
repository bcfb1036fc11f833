"""What every scene is painted with: gradients, hills, houses, trees, writing, and people in red vests."""

from collections.abc import Sequence
from functools import cache
from math import cos, pi, sin
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont, ImageOps

WIDTH, HEIGHT = 1280, 960

Colour = tuple[int, int, int]
Point = tuple[float, float]
Draw = ImageDraw.ImageDraw

RED, SKIN, HAIR, GREY_HAIR, TROUSERS = (201, 42, 38), (226, 181, 148), (43, 36, 33), (176, 172, 168), (48, 56, 77)
COATS: tuple[Colour, ...] = ((70, 98, 128), (112, 88, 74), (78, 110, 92), (128, 84, 98), (92, 92, 100))

_FONTS = Path(__file__).resolve().parents[3] / "media" / "fonts"


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The typeface that is shipped with media, in pixels."""
    return ImageFont.truetype(str(next(_FONTS.glob("*.tt?"))), size)


def shade(colour: Colour, by: float) -> Colour:
    """Lighter above 1, darker below."""
    red, green, blue = (min(255, max(0, round(part * by))) for part in colour)
    return red, green, blue


def gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """From one colour at the top to another at the bottom."""
    return ImageOps.colorize(Image.linear_gradient("L").resize(size), top, bottom)


def sky(random: Random, horizon: int) -> Image.Image:
    """A new picture: one of four hours of the day above the horizon, bare ground below."""
    top, bottom = random.choice(
        (
            ((120, 170, 214), (222, 234, 240)),
            ((158, 178, 196), (226, 226, 220)),
            ((94, 140, 196), (246, 222, 190)),
            ((176, 196, 210), (238, 240, 238)),
        )
    )
    image = Image.new("RGB", (WIDTH, HEIGHT), shade(bottom, 0.8))
    image.paste(gradient((WIDTH, horizon), top, bottom), (0, 0))
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(random.randrange(5)):
        x, y, width = random.randrange(WIDTH), random.randrange(30, max(31, horizon // 2)), random.randrange(120, 340)
        for puff in range(4):
            left, top_y = x + puff * width / 5, y + random.randrange(-14, 15)
            draw.ellipse((left, top_y, left + width / 2.2, top_y + 54), fill=(255, 255, 255, 70))
    return image


def ground(image: Image.Image, horizon: int, far: Colour, near: Colour) -> None:
    """What lies below the horizon, from far to near."""
    image.paste(gradient((WIDTH, HEIGHT - horizon), far, near), (0, horizon))


def hills(draw: Draw, random: Random, base: float, height: float, colour: Colour) -> None:
    """One chain of hills with its foot at `base`."""
    steps, phase, waves = 40, random.random() * 2 * pi, random.uniform(1.0, 2.4)
    line = [
        (
            WIDTH * step / steps,
            base - height * (0.55 + 0.3 * sin(phase + waves * 2 * pi * step / steps) + 0.15 * random.random()),
        )
        for step in range(steps + 1)
    ]
    draw.polygon([(0, base), *line, (WIDTH, base)], fill=colour)


def house(draw: Draw, random: Random, left: float, base: float, width: float, height: float) -> None:
    """A house front with windows and, low ones, a tiled roof."""
    wall = random.choice(((214, 202, 184), (196, 190, 182), (222, 214, 206), (190, 176, 160), (206, 196, 170)))
    top = base - height
    draw.rectangle((left, top, left + width, base), fill=wall)
    if height < 260:
        draw.polygon(
            [(left - 16, top), (left + width / 2, top - height * 0.3), (left + width + 16, top)], fill=(104, 82, 74)
        )
    pane = random.choice(((120, 142, 158), (98, 118, 134), (148, 160, 162)))
    columns, rows = max(2, int(width // 70)), max(1, int(height // 95))
    for row in range(rows):
        for column in range(columns):
            x = left + width * (column + 0.25) / columns
            y = top + height * (row + 0.22) / rows
            draw.rectangle((x, y, x + width * 0.5 / columns, y + height * 0.46 / rows), fill=pane)


def tree(draw: Draw, random: Random, x: float, base: float, height: float) -> None:
    """A trunk, and leaves in three greens."""
    draw.rectangle((x - height * 0.035, base - height * 0.5, x + height * 0.035, base), fill=(96, 76, 60))
    green = random.choice(((92, 128, 74), (116, 138, 70), (74, 112, 78), (158, 136, 62)))
    for _ in range(16):
        across, up, size = random.gauss(0, 0.15), random.uniform(0.42, 0.95), random.uniform(0.1, 0.17)
        middle_x, middle_y, radius = x + across * height, base - up * height, size * height
        colour = shade(green, random.uniform(0.82, 1.16))
        draw.ellipse((middle_x - radius, middle_y - radius, middle_x + radius, middle_y + radius), fill=colour)


def write(draw: Draw, place: Point, text: str, size: int, colour: Colour = (40, 40, 44), anchor: str = "mm") -> None:
    """Words in the shipped typeface."""
    draw.text(place, text, font=font(size), fill=colour, anchor=anchor)


def banner(draw: Draw, middle: Point, width: float, text: str) -> None:
    """A red cloth with yellow writing, as it hangs at every activity."""
    x, y = middle
    size = int(min(58, width / (len(text) + 2)))
    draw.polygon(
        [
            (x - width / 2, y - size),
            (x + width / 2, y - size - 6),
            (x + width / 2 - 4, y + size),
            (x - width / 2 + 4, y + size + 4),
        ],
        fill=(186, 34, 34),
    )
    write(draw, (x, y), text, size, (252, 222, 120))


def seal(draw: Draw, middle: Point, radius: float, text: str) -> None:
    """A round red stamp: a ring, a star, and the office's made-up name."""
    x, y = middle
    ink = (200, 40, 40)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=ink, width=6)
    points = [
        (x + r * radius * sin(pi * n / 5), y - r * radius * cos(pi * n / 5)) for n, r in enumerate((0.3, 0.12) * 5)
    ]
    draw.polygon(points, fill=ink)
    write(draw, (x, y + radius * 0.56), text, int(radius * 0.27), ink)


def person(
    draw: Draw, random: Random, feet: Point, height: float, *, vest: bool = True, old: bool = False, reach: float = 0.3
) -> Point:
    """Somebody without a face, seen from the side of the light; the place of the hand that `reach` stretches out."""
    x, y = feet
    coat = RED if vest else random.choice(COATS)
    head, shoulder, hip = y - height * 0.9, y - height * 0.78, y - height * 0.45
    stride = height * random.uniform(0.04, 0.1)
    draw.ellipse((x - height * 0.2, y - height * 0.02, x + height * 0.22, y + height * 0.03), fill=(30, 30, 30, 60))
    for side in (-1, 1):
        draw.line((x, hip, x + side * stride, y), fill=TROUSERS, width=max(4, int(height * 0.085)))
    hand = (x + reach * height, shoulder + height * 0.28)
    body = [
        (x - 0.11, shoulder),
        (x + 0.11, shoulder),
        (x + 0.125, hip + 0.03 * height),
        (x - 0.125, hip + 0.03 * height),
    ]
    draw.polygon([(x + (px - x) * height, py) for px, py in body], fill=coat)
    sleeve = coat if not vest else random.choice(COATS)
    for end in (hand, (x - reach * height * 0.4, shoulder + height * 0.32)):
        draw.line((x, shoulder + height * 0.04, *end), fill=sleeve, width=max(4, int(height * 0.06)))
    if vest:
        stripe = (244, 226, 130)
        draw.line(
            (x - height * 0.11, shoulder + height * 0.17, x + height * 0.11, shoulder + height * 0.17),
            fill=stripe,
            width=max(2, int(height * 0.02)),
        )
    radius = height * 0.075
    draw.ellipse((x - radius, head - radius, x + radius, head + radius), fill=SKIN)
    hair = GREY_HAIR if old else RED if vest and random.random() < 0.6 else HAIR
    draw.pieslice((x - radius * 1.12, head - radius * 1.2, x + radius * 1.12, head + radius), 180, 360, fill=hair)
    return hand


def tool(draw: Draw, hand: Point, foot: Point, end: Sequence[float], colour: Colour) -> None:
    """A stick from above the hand to the ground, with something (`end`: half width, height) at its lower end."""
    (x, y), (foot_x, foot_y) = hand, foot
    draw.line((x - (foot_x - x) * 0.35, y - (foot_y - y) * 0.35, foot_x, foot_y), fill=(150, 118, 76), width=8)
    half, high = end
    draw.polygon(
        [
            (foot_x - half * 0.4, foot_y - high),
            (foot_x + half * 0.4, foot_y - high),
            (foot_x + half, foot_y),
            (foot_x - half, foot_y),
        ],
        fill=colour,
    )
