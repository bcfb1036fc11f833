"""The bytes of picture files: whole ones from Pillow, and the parts of which odd ones are put together."""

import struct
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from typing import Any

import pillow_heif  # noqa: F401  (media.images registers it)
from PIL import Image, ImageCms

from media import images  # noqa: F401
from tests.media.made_scenes import scenes


def saved(picture: Image.Image, format_: str, **how: Any) -> bytes:
    """The file that Pillow writes."""
    file = BytesIO()
    picture.save(file, format_, **how)
    return file.getvalue()


@cache
def scene(width: int = 240, height: int = 180) -> Image.Image:
    """A small coloured scene."""
    return scenes(3)[2].resize((width, height))


@cache
def whole_files() -> dict[str, bytes]:
    """One sound file of each kind that is taken in."""
    picture = scene()
    return {
        "jpeg": saved(picture, "JPEG", quality=85),
        "progressive jpeg": saved(picture, "JPEG", progressive=True),
        "grey jpeg": saved(picture.convert("L"), "JPEG"),
        "png": saved(picture, "PNG"),
        "webp": saved(picture, "WEBP"),
        "lossless webp": saved(picture, "WEBP", lossless=True),
        "gif": saved(picture.convert("P"), "GIF"),
        "bmp": saved(picture, "BMP"),
        "heic": saved(picture, "HEIF", quality=60),
    }


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG with its right checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int, height: int, *, depth: int = 8, colour: int = 2, before: bytes = b"", rows: bytes | None = None
) -> bytes:
    """A PNG put together by hand: `before` stands between header and pixels; without rows it is black."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    if rows is None:
        rows = bytes((1 + (width * samples * depth + 7) // 8) * height)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def with_segments(jpeg: bytes, *segments: tuple[int, bytes]) -> bytes:
    """A JPEG with these marker segments right after its start."""
    added = b"".join(bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body for marker, body in segments)
    return jpeg[:2] + added + jpeg[2:]


def exif(entries: Iterable[tuple[int, int, int, bytes]], *, claimed: int | None = None, following: int = 0) -> bytes:
    """An EXIF block with one directory of (tag, type, count, four bytes), which may claim more than it has."""
    rows = b"".join(struct.pack("<HHI", tag, kind, count) + value for tag, kind, count, value in entries)
    number = len(rows) // 12 if claimed is None else claimed
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, number) + rows + struct.pack("<I", following)


def oriented(orientation: int) -> bytes:
    """An EXIF block that says how the phone was held."""
    return exif([(0x0112, 3, 1, struct.pack("<HH", orientation, 0))])


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP container of these chunks."""
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bmp(width: int, height: int, *, bits: int = 24, compression: int = 0, offset: int = 54, body: bytes = b"") -> bytes:
    """A bitmap whose header says what it likes."""
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, 0, 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(body), 0, 0, offset) + info + body


def gif(width: int, height: int, frame: tuple[int, int, int, int], codes: bytes = b"\x02\x16\x8c\x2d\x99") -> bytes:
    """A GIF with a screen and a frame (left, top, width, height) that need not fit together."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + b"," + struct.pack("<HHHHB", *frame, 0) + b"\x02" + bytes((len(codes),)) + codes + b"\0;"


def adam7(picture: Image.Image) -> bytes:
    """An interlaced PNG of a grey picture, which Pillow does not write."""
    passes: Sequence[tuple[int, int, int, int]] = (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    )
    width, height = picture.size
    pixels = picture.tobytes()
    rows = b"".join(
        b"\0" + pixels[y * width : (y + 1) * width][left::across]
        for left, top, across, down in passes
        for y in range(top, height, down)
    )
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def profile(*, red_and_blue_swapped: bool = False) -> bytes:
    """The colour profile of a screen; swapped, it is another one, in which what is stored as red is blue."""
    sound = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if not red_and_blue_swapped:
        return sound
    named = sound.replace("sRGB".encode("utf-16-be"), "Test".encode("utf-16-be"))
    return named.replace(b"rXYZ", b"tmp ").replace(b"bXYZ", b"rXYZ").replace(b"tmp ", b"bXYZ")
