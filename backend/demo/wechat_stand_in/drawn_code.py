"""Pictures that look like a 小程序码 and are none: rays of dots around a disc, from the scene and the page."""

import hashlib
import math
from io import BytesIO

from PIL import Image, ImageDraw

RAYS = 60
RINGS = 9
_INNER, _OUTER = 0.24, 0.47  # of the width: where the rays begin and end
_EYES = (135, 225, 315)  # degrees at which the three marks stand, by which a phone would find the code
_EYE = 0.075  # of the width
_FINER = 3  # drawn so much larger and made small again, for smooth edges


def mini_code(scene: str, page: str, width: int) -> bytes:
    """The same JPEG for the same scene and page, so many pixels wide."""
    side = width * _FINER
    picture = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(picture)
    bits = _bits(f"{page}?{scene}", RAYS * RINGS)
    step = (_OUTER - _INNER) / (RINGS - 1)
    for ray in range(RAYS):
        angle = 2 * math.pi * ray / RAYS
        for ring in range(RINGS):
            if bits[ray * RINGS + ring]:
                _disc(pen, side, angle, _INNER + ring * step, step * 0.42, "black")
    for degrees in _EYES:
        for part, colour in ((1.5, "white"), (1.0, "black"), (0.66, "white"), (0.33, "black")):
            _disc(pen, side, math.radians(degrees), _OUTER - 0.06, _EYE * part, colour)
    _disc(pen, side, 0, 0, 0.19, "#a61d24")
    _disc(pen, side, 0, 0, 0.12, "white")
    made = BytesIO()
    picture.resize((width, width), Image.Resampling.LANCZOS).save(made, "JPEG", quality=90)
    return made.getvalue()


def _disc(pen: ImageDraw.ImageDraw, side: int, angle: float, away: float, radius: float, colour: str) -> None:
    """At an angle and a distance from the middle; lengths are parts of the side."""
    x, y = (0.5 + away * math.cos(angle)) * side, (0.5 + away * math.sin(angle)) * side
    reach = radius * side
    pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)


def _bits(text: str, count: int) -> list[bool]:
    """As many as needed, about half of them set."""
    stream = hashlib.shake_256(text.encode()).digest((count + 7) // 8)
    return [bool(stream[place // 8] >> place % 8 & 1) for place in range(count)]
