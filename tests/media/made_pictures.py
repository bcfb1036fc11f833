"""Hostile and odd pictures by the hundred, made by code and named, for whatever takes pictures in."""

import random
import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

from tests.media.odd_pictures import PLACE, Named, colours, hidden_data, orientations, shapes
from tests.media.picture_files import (
    bmp,
    chunk,
    gif,
    png,
    riff,
    saved,
    scene,
    whole_files,
    with_segments,
)

ELEVEN_MEGABYTES = 11 * 1024 * 1024


def hostile_pictures() -> Named:
    """Name and bytes of each; the same in every run."""
    for made in (
        _no_pictures,
        _other_formats,
        _cut,
        _flipped,
        _lying_about_size,
        _bombs,
        _moving,
        _two_things_in_one,
        colours,
        hidden_data,
        orientations,
        shapes,
        _broken_inside,
    ):
        yield from made()


def _no_pictures() -> Named:
    yield "nothing", b""
    yield "one byte", b"\xff"
    yield "text", "我不是图片".encode()
    yield "html", b"<!doctype html><script>alert(1)</script>"
    yield "pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF"
    yield "windows program", b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(200) + b"PE\0\0"
    yield "linux program", b"\x7fELF\x02\x01\x01" + bytes(200)
    yield "zip", _zip()
    yield "gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + bytes(100)
    yield "zeros", bytes(100_000)
    yield "noise", random.Random(7).randbytes(100_000)  # noqa: S311
    starts = (b"\xff\xd8", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"RIFF\0\0\0\0WEBP", b"RIFF")
    for start in (*starts, b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic"):
        yield f"only a start {start!r}", start
        yield f"a start {start!r} and noise", start + random.Random(len(start)).randbytes(5000)  # noqa: S311


def _zip() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return file.getvalue()


def _other_formats() -> Named:
    picture = scene(64, 48)
    for format_ in ("TIFF", "ICO", "DDS", "PPM", "TGA", "PCX", "JPEG2000", "AVIF", "ICNS", "SGI", "PDF", "EPS"):
        yield format_, saved(picture, format_)
    yield "svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    yield "psd", b"8BPS\0\x01" + bytes(6) + struct.pack(">HIIHH", 3, 48, 64, 8, 3) + bytes(5000)
    yield "postscript that would run", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file\n"
    yield "mp4", b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + bytes(500)


def _cut() -> Named:
    for name, data in whole_files().items():
        for part in (1, 3, 5, 10, 20, 40, 60, 80, 95, 99):
            yield f"{name} cut at {part} %", data[: max(1, len(data) * part // 100)]


def _flipped() -> Named:
    for name, data in whole_files().items():
        for seed in range(16):
            dice, bent = random.Random(seed), bytearray(data)  # noqa: S311
            # Half of them in the header, where the numbers are.
            for _ in range(1 + seed):
                bent[dice.randrange(min(400, len(bent)) if seed % 2 else len(bent))] ^= 1 << dice.randrange(8)
            yield f"{name} with bits flipped, {seed}", bytes(bent)


def _lying_about_size() -> Named:
    whole = whole_files()
    yield "png of 200 megapixels", png(20_000, 10_000, rows=b"\0" * 100)
    yield "png of 4 gigapixels a side", png(2**31 - 1, 2**31 - 1, rows=b"\0")
    yield "png of nothing", png(0, 0, rows=b"")
    yield "bmp of 200 megapixels", bmp(20_000, 10_000)
    yield "bmp of less than nothing", bmp(-5, 10)
    yield "bmp of the largest numbers", bmp(2**31 - 1, -(2**31))
    yield "gif of 4 gigapixels", gif(65_535, 65_535, (0, 0, 65_535, 65_535))
    yield "gif whose frame is larger than its screen", gif(10, 10, (0, 0, 20_000, 10_000))
    yield "gif whose frame is outside", gif(10, 10, (500, 500, 10, 10))
    yield "webp of 268 megapixels", riff((b"VP8X", b"\0\0\0\0" + b"\xff\x3f\0" * 2), (b"VP8 ", bytes(40)))
    yield "lossless webp of 268 megapixels", riff((b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(40)))
    yield (
        "tiff of 200 megapixels",
        b"II*\0\x08\0\0\0\x02\0" + struct.pack("<HHIIHHII", 256, 4, 1, 20_000, 257, 4, 1, 10_000),
    )
    for kind in ("jpeg", "progressive jpeg"):
        frame = whole[kind].index(b"\xff\xc0" if kind == "jpeg" else b"\xff\xc2") + 5
        for height, width in ((10_000, 20_000), (65_500, 65_500), (0, 240), (180, 0), (6000, 8000)):
            yield (
                f"{kind} that claims {width} x {height}",
                whole[kind][:frame] + struct.pack(">HH", height, width) + whole[kind][frame + 4 :],
            )
    heic = whole["heic"]
    at = heic.index(b"ispe") + 8
    for side in (0, 20_000, 2**31 - 1):
        yield f"heic that claims {side} a side", heic[:at] + struct.pack(">II", side, side) + heic[at + 8 :]
    yield "11 MB of jpeg", whole["jpeg"] + bytes(ELEVEN_MEGABYTES)
    yield "11 MB of nothing", bytes(ELEVEN_MEGABYTES)


def _bombs() -> Named:
    bomb = zlib.compress(bytes(64_000_000), 9)
    for kind, body in {
        b"iCCP": b"sRGB\0\0" + bomb,
        b"zTXt": b"Comment\0\0" + bomb,
        b"iTXt": b"Comment\0\x01\0\0\0" + bomb,
    }.items():
        yield f"png with a bomb in {kind.decode()}", png(8, 8, before=chunk(kind, body))
        yield f"png with 300 texts in {kind.decode()}", png(8, 8, before=chunk(kind, body[:60]) * 300)
    yield "png with a bomb for pixels", png(8, 8, rows=bytes(64_000_000))
    yield "gif of 36 megapixels in a few bytes", saved(Image.new("P", (6000, 6000)), "GIF")
    yield "png of 49 megapixels with transparency", saved(Image.new("P", (7000, 7000)), "PNG", transparency=0)
    yield "grey png of 49 megapixels and 16 bits", png(7000, 7000, depth=16, colour=0)
    whole = whole_files()
    scans = whole["progressive jpeg"]
    first = scans.index(b"\xff\xda")
    yield "jpeg of a thousand scans", scans[:-2] + scans[first:-2] * 100 + scans[-2:]
    yield "jpeg of ten thousand comments", with_segments(whole["jpeg"], *[(0xFE, PLACE)] * 10_000)
    yield "png of a hundred thousand empty parts", png(8, 8, before=chunk(b"tEXt", b"") * 100_000)
    yield "jpeg of a hundred thousand empty parts", with_segments(whole["jpeg"], *[(0xEF, b"")] * 100_000)


def _moving() -> Named:
    first, second = scene(64, 48), scene(64, 48).rotate(180)
    for format_ in ("GIF", "WEBP", "PNG"):
        yield f"moving {format_}", saved(first, format_, save_all=True, append_images=[second, first], duration=100)
    still = gif(4, 4, (0, 0, 4, 4))
    yield "gif of a hundred thousand frames", still[:-1] + still[19:-1] * 100_000 + b";"
    yield "one frame that says it moves", saved(first, "WEBP", save_all=True, duration=100)
    yield "a photo with its preview (mpo)", saved(first, "MPO", save_all=True, append_images=[second])
    yield "heic of three photos", saved(first, "HEIF", save_all=True, append_images=[second, first])
    yield "png that claims to move", png(8, 8, before=chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)))


def _two_things_in_one() -> Named:
    whole = whole_files()
    for name in ("jpeg", "png", "webp", "gif", "bmp", "heic"):
        yield f"{name} and zip", whole[name] + _zip()
        yield f"{name} and script", whole[name] + b"<script>alert(1)</script>" + PLACE
    yield "gif that is javascript", b"GIF89a/*" + whole["gif"][8:] + b"*/=1;alert(1)"
    yield "jpeg in jpeg", with_segments(whole["jpeg"], (0xE2, whole["jpeg"][:60_000]))
    yield "html before a jpeg", b"<html>" + whole["jpeg"]


def _broken_inside() -> Named:
    whole = whole_files()
    for kind in (b"IHDR", b"IDAT", b"IEND"):
        at = whole["png"].index(kind) + 4
        yield f"png with a wrong checksum of {kind.decode()}", whole["png"][:at] + b"\xaa" + whole["png"][at + 1 :]
    yield "png without pixels", png(8, 8).replace(b"IDAT", b"IDAU")
    yield "png with pixels that are no zlib", png(8, 8)[:33] + chunk(b"IDAT", b"nonsense") + chunk(b"IEND", b"")
    yield "png with too few pixels", png(800, 800, rows=bytes(100))
    yield "png with a chunk of 4 GB", png(8, 8, before=b"\xff\xff\xff\xfftEXt")
    for marker in (0xC1, 0xC3, 0xC9, 0xCA):
        yield f"jpeg whose frame says {marker:x}", whole["jpeg"].replace(b"\xff\xc0", bytes((0xFF, marker)), 1)
    for marker in (0xC4, 0xDB, 0xDA):
        yield f"jpeg without {marker:x}", whole["jpeg"].replace(bytes((0xFF, marker)), b"\xff\xef")
    yield "jpeg without an end", whole["jpeg"][:-2]
    for bits, compression in ((0, 0), (1, 0), (8, 1), (4, 2), (16, 3), (32, 3), (24, 5), (64, 0)):
        yield f"bmp of {bits} bits, compression {compression}", bmp(20, 20, bits=bits, compression=compression)
        yield (
            f"bmp of {bits} bits with noise",
            bmp(20, 20, bits=bits, compression=compression, body=bytes(range(256)) * 9),
        )
    yield "bmp whose pixels are far away", bmp(20, 20, offset=2**31)
    for codes in (b"", b"\xff" * 200, bytes(200), bytes(range(200))):
        yield f"gif of codes {codes[:3]!r}", gif(50, 50, (0, 0, 50, 50), codes)
    inner = whole["webp"][20:]
    yield "webp with a bad alpha", riff((b"VP8X", b"\x10\0\0\0\xef\0\0\xb3\0\0"), (b"ALPH", b"\xff"), (b"VP8 ", inner))
    yield "webp with a bad profile", riff((b"VP8X", b" \0\0\0\xef\0\0\xb3\0\0"), (b"ICCP", PLACE), (b"VP8 ", inner))
    yield "heic of an endless box", whole["heic"][:24] + b"\0\0\0\0meta" + bytes(64)
