"""The two shapes of an article's cover, and which part of a picture becomes each. Pure."""

from typing import Literal

from backend.errors import Invalid

Shape = Literal["wide", "square"]
Box = tuple[int, int, int, int]  # left, top, width, height in the master's pixels

SHAPES: dict[Shape, tuple[int, int]] = {"wide": (900, 383), "square": (500, 500)}  # pixels; those of a 公众号's covers

_NEAR = 0.02  # how far a cut may be from its shape: a page rounds to whole pixels of a smaller picture


def wrong_crop() -> Invalid:
    return Invalid("wrong_crop", "裁剪的范围不对，请重新框选封面。")


def centred(shape: Shape, width: int, height: int) -> Box:
    """The largest part of that shape in the middle of a picture of these pixels."""
    across, down = SHAPES[shape]
    if width * down >= height * across:
        cut = max(1, round(height * across / down))
        return ((width - cut) // 2, 0, min(cut, width), height)
    cut = max(1, round(width * down / across))
    return (0, (height - cut) // 2, width, min(cut, height))


def checked(shape: Shape, box: Box | None, width: int, height: int) -> Box:
    """The box when it lies in the picture and has the shape; None is the centre. Raises Invalid wrong_crop."""
    if box is None:
        return centred(shape, width, height)
    left, top, across, down = box
    inside = left >= 0 and top >= 0 and left + across <= width and top + down <= height
    if not inside or across < 1 or down < 1:
        raise wrong_crop()
    wanted = SHAPES[shape][0] / SHAPES[shape][1]
    # A pixel more or less is no other shape, however small the part.
    if not (across - 1) / (down + 1) * (1 - _NEAR) <= wanted <= (across + 1) / max(down - 1, 0.5) * (1 + _NEAR):
        raise wrong_crop()
    return box
