"""What is said of pictures on both sides of the workshop's pipe: limits, results and refusals; nothing of Pillow."""

from typing import Literal

import msgspec

from backend.errors import Invalid

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
MASTER, MIDDLE, SMALL = 2560, 1280, 480  # longest sides, in pixels
NEAR = 7  # marks at most so many bits apart are of the same picture; four bands of 16, one flip each, find them all

Format = Literal["webp", "jpeg"]


class Encoded(msgspec.Struct, frozen=True):
    """One encoded picture; width and height in pixels."""

    format: Format
    width: int
    height: int
    data: bytes


class Mark(msgspec.Struct, frozen=True):
    """The perceptual hash, 64 bits unsigned, of a picture (`whole`) or of a part of it."""

    part: str
    bits: int


class TakenIn(msgspec.Struct, frozen=True):
    """What is kept of a picture: three sizes without metadata, and the marks it is known again by."""

    master: Encoded
    middle: Encoded
    small: Encoded
    marks: tuple[Mark, ...]


def not_a_picture() -> Invalid:
    return Invalid(
        "not_a_picture", "这不是能用的图片。请上传手机拍的照片，支持 JPG、PNG、WebP、HEIC、BMP 和不动的 GIF。"
    )


def picture_too_large(size: int) -> Invalid:
    """`size` in bytes."""
    return Invalid("picture_too_large", f"图片有 {size / 1024 / 1024:.1f} MB，超过了 10 MB，请压缩后再上传。")


def too_many_pixels() -> Invalid:
    return Invalid("too_many_pixels", "图片的尺寸太大，请换一张不超过 5000 万像素的照片。")


def picture_damaged() -> Invalid:
    return Invalid("picture_damaged", "图片已损坏，打不开，请重新拍一张或换一张再上传。")


def picture_animated() -> Invalid:
    return Invalid("picture_animated", "动图不能作为材料，请换一张不动的照片。")
