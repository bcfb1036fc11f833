"""Small photos, made by number: each is a picture of its own, the same in every run."""

import io
import random

from PIL import Image, ImageDraw


def a_photo(number: int = 1, size: tuple[int, int] = (640, 480), quality: int = 85) -> bytes:
    """A JPEG of coloured shapes as a phone might send it."""
    dice = random.Random(number)  # noqa: S311 (pictures, not secrets)
    picture = Image.new("RGB", size, _colour(dice))
    pen = ImageDraw.Draw(picture)
    for _ in range(40):
        left, top = dice.randrange(size[0]), dice.randrange(size[1])
        width, height = dice.randrange(20, size[0] // 3), dice.randrange(20, size[1] // 3)
        draw = dice.choice((pen.rectangle, pen.ellipse))
        draw((left, top, left + width, top + height), fill=_colour(dice))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _colour(dice: random.Random) -> tuple[int, int, int]:
    return dice.randrange(256), dice.randrange(256), dice.randrange(256)
