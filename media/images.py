"""Pictures as bytes: what was sent is decoded, turned upright, freed of all metadata, and encoded anew in three sizes.

With media/drawing.py the only files that know Pillow. It runs in the workshop's child process (media/workbench.py),
because decoders written in C meet whatever people send.
"""

import warnings
from collections.abc import Sequence
from functools import cache
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageDraw, UnidentifiedImageError, WebPImagePlugin
from PIL.Image import Resampling, Transpose

from backend.errors import Invalid
from media import marks
from media.drawing import drawable, font
from media.pictures import (
    MASTER,
    MIDDLE,
    MOST_BYTES,
    MOST_PIXELS,
    SMALL,
    Encoded,
    Format,
    Mark,
    TakenIn,
    not_a_picture,
    picture_animated,
    picture_damaged,
    picture_too_large,
    too_many_pixels,
)
from media.pictures import NEAR as NEAR
from media.slow_pictures import decodes_slowly

_READABLE = ("JPEG", "PNG", WebPImagePlugin.WebPImageFile.format, "HEIF", "GIF", "BMP")
_MOVING = ("PNG", "WEBP", "GIF")  # a second picture in a JPEG (MPO) or HEIC is a preview, a burst or a depth map
_LONGEST_SIDE = 32_768
_LARGEST_PROFILE = 3_000_000  # bytes; the largest of printing presses have about 2.5 million
_LARGEST_EXIF = 1_000_000  # bytes
_ORIENTATION = 0x0112
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
# Of equal fidelity on photos of documents; WebP then needs half the bytes, and slower methods than 1 win nothing.
_HOW: dict[Format, dict[str, int]] = {"webp": {"quality": 80, "method": 1}, "jpeg": {"quality": 80, "optimize": True}}

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def take_in(data: bytes) -> TakenIn:
    """Three clean sizes and the marks of a picture. Raises Invalid: see the functions above."""
    if len(data) > MOST_BYTES:
        raise picture_too_large(len(data))
    master = clean(data, MASTER)
    middle = _fitted(master, MIDDLE)
    small = _fitted(middle, SMALL)
    format_, encoded_small = _smaller_format(small)
    return TakenIn(
        master=_encoded(master, format_),
        middle=_encoded(middle, format_),
        small=encoded_small,
        marks=marks_of(small),
    )


def watermark(data: bytes, lines: Sequence[str]) -> bytes:
    """The picture as a JPEG with these lines burnt in all over it. Raises Invalid like `take_in`."""
    picture = clean(data, MIDDLE)
    stamp = _stamp(lines, max(14, max(picture.size) // 50))
    for number, top in enumerate(range(-stamp.height // 3, picture.height, stamp.height)):
        shift = stamp.width // 2 if number % 2 else 0  # rows stand like bricks
        for left in range(-shift, picture.width, stamp.width):
            picture.paste(stamp.convert("RGB"), (left, top), stamp.getchannel("A"))
    return _encoded(picture, "jpeg").data


def crop(data: bytes, box: tuple[int, int, int, int], size: tuple[int, int], format_: Format) -> bytes:
    """That part (left, top, width, height) of a picture of ours, this large. Raises Invalid like `take_in`."""
    left, top, width, height = box
    part = clean(data, MASTER).resize(size, Resampling.BICUBIC, (left, top, left + width, top + height), 2.0)
    return _encoded(part, format_).data


def distance(one: int, other: int) -> int:
    """In how many bits two marks differ."""
    return (one ^ other).bit_count()


def clean(data: bytes, longest: int) -> Image.Image:
    """The picture upright in sRGB on white, no longer than that, no more of the file. Raises like `take_in`."""
    picture, turn, profile = _decoded(data, longest)
    picture = _fitted(_plain(picture), longest)
    if "A" in picture.getbands():
        sheet = Image.new("RGB", picture.size, "white")
        sheet.paste(picture, mask=picture.getchannel("A"))
        picture = sheet
    picture = _in_srgb(picture, profile)
    picture = picture.convert("RGB") if turn is None else picture.convert("RGB").transpose(turn)
    picture.info.clear()  # encoders copy comments, EXIF, XMP and profiles from here
    return picture


def _decoded(data: bytes, longest: int) -> tuple[Image.Image, Transpose | None, bytes | None]:
    """The pixels, how to turn them upright, and the colour profile. Anything may be raised in here by purposely
    wrong bytes, from SyntaxError to RuntimeError: all of it means that the picture is damaged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if decodes_slowly(data):
                raise not_a_picture()
            picture = Image.open(BytesIO(data), formats=_READABLE)
            _check_size(picture)
            if picture.format in _MOVING and getattr(picture, "is_animated", False):
                raise picture_animated()
            # A JPEG decoder makes half, a quarter or an eighth of the size at a fraction of the work.
            scale = max(1.0, max(picture.size) / longest)
            picture.draft(None, (max(1, round(picture.width / scale)), max(1, round(picture.height / scale))))
            picture.load()
            _check_size(picture)  # a GIF's frame may be larger than its screen
        except Invalid:
            raise
        except Image.DecompressionBombError:
            raise too_many_pixels() from None
        except UnidentifiedImageError:
            raise not_a_picture() from None
        except Exception as fault:
            raise picture_damaged() from fault
        profile = picture.info.get("icc_profile")
        return picture, _turn(picture), profile if isinstance(profile, bytes) else None


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS or max(picture.size) > _LONGEST_SIDE:
        raise too_many_pixels()


def _turn(picture: Image.Image) -> Transpose | None:
    """By the EXIF orientation; a damaged or huge EXIF says nothing. HEIC comes turned, with an orientation of 1."""
    if len(picture.info.get("exif") or b"") > _LARGEST_EXIF:
        return None
    try:
        orientation = picture.getexif().get(_ORIENTATION)
    except Exception:
        return None
    return _TURNS.get(orientation) if isinstance(orientation, int) else None


def _plain(picture: Image.Image) -> Image.Image:
    """In a mode that can be resized and whose colours can be converted: L, RGB, CMYK, LA or RGBA."""
    if "transparency" in picture.info or picture.mode in ("PA", "La", "RGBa"):
        return picture.convert("RGBA")
    if picture.mode.startswith("I"):  # 16 bits of grey
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    return picture if picture.mode in ("L", "RGB", "CMYK", "LA", "RGBA") else picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Converted from the embedded profile; one that is broken or of another kind of picture is left unused."""
    if profile is None or len(profile) > _LARGEST_PROFILE or picture.mode not in ("L", "RGB", "CMYK"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if (source.profile.profile_description or "").startswith("sRGB"):
            return picture
        return ImageCms.profileToProfile(picture, source, _srgb(), outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _fitted(picture: Image.Image, longest: int) -> Image.Image:
    """No longer than that; never enlarged."""
    scale = max(picture.size) / longest
    if scale <= 1:
        return picture
    size = (max(1, round(picture.width / scale)), max(1, round(picture.height / scale)))
    return picture.resize(size, Resampling.BICUBIC, reducing_gap=2.0)


def _smaller_format(small: Image.Image) -> tuple[Format, Encoded]:
    """Which format holds this picture in fewer bytes, measured on the small size, where trying both costs little."""
    formats: tuple[Format, ...] = ("webp", "jpeg")
    return min(((each, _encoded(small, each)) for each in formats), key=lambda tried: len(tried[1].data))


def _encoded(picture: Image.Image, format_: Format) -> Encoded:
    file = BytesIO()
    picture.save(file, format_.upper(), **_HOW[format_])
    return Encoded(format=format_, width=picture.width, height=picture.height, data=file.getvalue())


def marks_of(picture: Image.Image) -> tuple[Mark, ...]:
    """The perceptual marks of a picture; none of one that has too little in it."""
    grey = picture.convert("L")
    found = []
    for part, (left, top, right, bottom) in marks.WINDOWS.items():
        box = (left * grey.width, top * grey.height, right * grey.width, bottom * grey.height)
        bits = marks.bits_of(grey.resize((marks.SIDE, marks.SIDE), Resampling.BILINEAR, box=box).tobytes())
        if bits is not None:
            found.append(Mark(part=part, bits=bits))
    return tuple(found)


def _stamp(lines: Sequence[str], height: int) -> Image.Image:
    """The lines slanted, white with a dark edge so that they show on light and dark, and mostly transparent."""
    letters = font(height)
    text = "\n".join(drawable(line, letters) for line in lines)
    pen = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = pen.multiline_textbbox((0, 0), text, font=letters, spacing=height // 3, stroke_width=1)
    gap = 2 * height
    stamp = Image.new("RGBA", (round(right - left) + gap, round(bottom - top) + gap), (128, 128, 128, 0))
    ImageDraw.Draw(stamp).multiline_text(
        (gap // 2 - left, gap // 2 - top),
        text,
        font=letters,
        fill=(255, 255, 255, 110),
        spacing=height // 3,
        stroke_width=1,
        stroke_fill=(0, 0, 0, 90),
    )
    return stamp.rotate(20, Resampling.BICUBIC, expand=True)
