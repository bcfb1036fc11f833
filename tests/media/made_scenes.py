"""Pictures such as people send as proof, drawn by code: certificates, receipts, scenes. Seeded."""

import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from media.drawing import FONT

_WORDS = (
    "志愿服务证明兹有同志于年月日参加社区环境整治活动共计小时表现良好特此鲁山县红十字会爱心捐赠收据人民币元整经办盖章"
)


def scenes(count: int) -> list[Image.Image]:
    """So many different pictures, each drawn once, of all kinds in turn; 960 pixels at the longest."""
    return [_DRAWN[number % KINDS](random.Random(number)) for number in range(count)]  # noqa: S311


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)


def _text(dice: random.Random, least: int, most: int) -> str:
    return "".join(dice.choices(_WORDS, k=dice.randint(least, most)))


def _colour(dice: random.Random, least: int = 0, most: int = 255) -> tuple[int, int, int]:
    return dice.randint(least, most), dice.randint(least, most), dice.randint(least, most)


def _lit(picture: Image.Image, dice: random.Random) -> Image.Image:
    """As a phone sees it: light that falls off to one side, and the sensor's noise."""
    light = Image.linear_gradient("L").rotate(dice.choice((0, 90, 180, 270))).resize(picture.size)
    dimmed = Image.blend(picture, Image.merge("RGB", [light] * 3), dice.uniform(0.05, 0.25))
    half = (picture.width // 2, picture.height // 2)
    noise = Image.frombytes("L", half, dice.randbytes(half[0] * half[1])).resize(picture.size)
    return Image.blend(dimmed, Image.merge("RGB", [noise] * 3), 0.02)


def _page(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    page = Image.new("RGB", size, _colour(dice, 225, 255))
    pen, height = ImageDraw.Draw(page), size[1] // 30
    pen.text((size[0] * dice.uniform(0.2, 0.4), height), _text(dice, 4, 8), "black", _font(height * 2))
    top = height * dice.randint(4, 6)
    while top < size[1] * dice.uniform(0.6, 0.85):
        pen.text((height, top), _text(dice, 8, 24), (30, 30, 30), _font(height))
        top += round(height * dice.uniform(1.3, 2.6))
    if dice.random() < 0.5:
        for row in range(dice.randint(3, 6)):
            pen.rectangle((height, top + row * height, size[0] - height, top + (row + 1) * height), outline="black")
    left, top, wide = size[0] * dice.uniform(0.45, 0.7), size[1] * dice.uniform(0.6, 0.8), height * 5
    pen.ellipse((left, top, left + wide, top + wide), outline=(200, 20, 30), width=height // 4)
    return page


def _scan(dice: random.Random) -> Image.Image:
    return _lit(_page(dice, (680, 960)), dice)


def _photo_of_page(dice: random.Random) -> Image.Image:
    page = _page(dice, (560, 760)).rotate(dice.uniform(-9, 9), Image.Resampling.BICUBIC, True, fillcolor=(90, 66, 50))
    table = Image.new("RGB", (720, 960), (90, 66, 50))
    table.paste(page, (dice.randint(0, 80), dice.randint(20, 120)))
    return _lit(table, dice)


def _receipt(dice: random.Random) -> Image.Image:
    table = Image.new("RGB", (960, 720), _colour(dice, 20, 140))
    slip = _page(dice, (dice.randint(300, 420), 640)).rotate(dice.uniform(-20, 20), expand=True, fillcolor=(60, 60, 60))
    table.paste(slip, (dice.randint(50, 350), dice.randint(-40, 20)))
    return _lit(table, dice)


def _certificate(dice: random.Random) -> Image.Image:
    paper = Image.new("RGB", (960, 680), _colour(dice, 200, 255))
    pen = ImageDraw.Draw(paper)
    for inset in (20, 32):
        pen.rectangle((inset, inset, 960 - inset, 680 - inset), outline=(180, 40, 30), width=6)
    pen.text((330, 70), "荣誉证书", (190, 20, 30), _font(72))
    for row in range(dice.randint(3, 5)):
        pen.text((110, 220 + row * 62), _text(dice, 8, 18), "black", _font(36))
    pen.ellipse((640, 470, 800, 630), outline=(210, 20, 20), width=8)
    return _lit(paper, dice)


def _screenshot(dice: random.Random) -> Image.Image:
    screen = Image.new("RGB", (440, 950), (245, 245, 247))
    pen, top = ImageDraw.Draw(screen), 90
    pen.rectangle((0, 0, 440, 80), fill=_colour(dice, 60, 220))
    while top < 900:
        tall = dice.randint(60, 170)
        pen.rounded_rectangle((16, top, 424, top + tall), 12, fill="white")
        pen.ellipse((28, top + 12, 68, top + 52), fill=_colour(dice))
        pen.text((84, top + 14), _text(dice, 4, 12), (20, 20, 20), _font(24))
        top += tall + 14
    return screen


def _outdoors(dice: random.Random) -> Image.Image:
    picture = Image.new("RGB", (960, 720), _colour(dice, 120, 235))
    pen, horizon = ImageDraw.Draw(picture), dice.randint(220, 480)
    pen.rectangle((0, horizon, 960, 720), fill=_colour(dice, 40, 150))
    for _ in range(dice.randint(3, 9)):
        left, wide, tall = dice.randint(-40, 900), dice.randint(50, 220), dice.randint(60, 330)
        pen.rectangle((left, horizon - tall, left + wide, horizon + dice.randint(0, 60)), fill=_colour(dice))
    for _ in range(dice.randint(2, 8)):
        left, top, wide = dice.randint(0, 900), dice.randint(horizon - 60, 560), dice.randint(26, 60)
        pen.rectangle((left, top + wide, left + wide, top + wide * 4), fill=_colour(dice))
        pen.ellipse((left, top, left + wide, top + wide), fill=(225, 180, 150))
    return _lit(picture.filter(ImageFilter.GaussianBlur(1.5)), dice)


_DRAWN: tuple[Callable[[random.Random], Image.Image], ...] = (
    _scan,
    _photo_of_page,
    _outdoors,
    _receipt,
    _certificate,
    _screenshot,
)
KINDS = len(_DRAWN)
