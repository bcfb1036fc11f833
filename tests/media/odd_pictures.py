"""Odd but mostly honest pictures, made by code: colours, colour profiles, hidden data, orientations, shapes."""

import struct
from collections.abc import Iterator

from PIL import Image

from tests.media.picture_files import (
    adam7,
    chunk,
    exif,
    oriented,
    png,
    profile,
    saved,
    scene,
    whole_files,
    with_segments,
)

Named = Iterator[tuple[str, bytes]]
PLACE = b"34.0522N,113.7331E"  # what hidden data says; it may never come out again


def colours() -> Named:
    picture = scene(96, 64)
    cmyk = saved(picture.convert("CMYK"), "JPEG")
    yield "cmyk jpeg", cmyk
    at = cmyk.find(b"Adobe")
    yield "ycck jpeg", cmyk[: at + 11] + b"\x02" + cmyk[at + 12 :] if at > 0 else cmyk
    yield "cmyk jpeg with the profile of a screen", saved(picture.convert("CMYK"), "JPEG", icc_profile=profile())
    for mode, formats in {
        "1": ("PNG", "BMP", "GIF"),
        "L": ("PNG", "WEBP", "BMP", "GIF"),
        "LA": ("PNG", "WEBP"),
        "P": ("PNG", "BMP"),
        "RGBA": ("PNG", "WEBP", "GIF", "BMP"),
    }.items():
        for format_ in formats:
            yield f"{mode} {format_}", saved(picture.convert(mode), format_)
    deep = Image.frombytes("I;16", picture.size, bytes(range(256)) * (picture.width * picture.height // 128))
    yield "grey png of 16 bits", saved(deep, "PNG")
    yield "palette png with half transparency", saved(picture.convert("P"), "PNG", transparency=bytes(range(256)))
    yield "rgb png with a transparent colour", saved(picture, "PNG", transparency=(0, 0, 0))
    yield "palette png without a palette", png(8, 8, colour=3)
    for depth, colour in ((16, 2), (16, 6), (16, 4), (16, 0), (1, 0), (2, 0), (4, 0), (8, 4)):
        yield f"png of {depth} bits, colour type {colour}", png(30, 20, depth=depth, colour=colour)
    yield "interlaced png", adam7(picture.convert("L"))
    profiles = {"5 MB": profile() + bytes(5_000_000), "5 MB of noise": bytes(range(250)) * 20_000}
    profiles |= {"nonsense": b"not a profile", "cut": profile()[:200], "half": profile()[:1500], "sound": profile()}
    profiles["another screen's"] = profile(red_and_blue_swapped=True)
    for name, its in profiles.items():
        yield f"jpeg with a colour profile: {name}", saved(picture, "JPEG", icc_profile=its)
        yield f"webp with a colour profile: {name}", saved(picture, "WEBP", icc_profile=its)
    for name in ("nonsense", "sound"):
        yield f"heic with a colour profile: {name}", saved(picture, "HEIF", icc_profile=profiles[name])


def hidden_data() -> Named:
    picture, whole = scene(96, 64), whole_files()
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><exif:GPSLatitude>" + PLACE + b"</exif:GPSLatitude></x:xmpmeta>"
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x1a\x1c\x02\x78\0" + bytes((len(PLACE),)) + PLACE
    yield "jpeg with xmp", with_segments(whole["jpeg"], (0xE1, xmp))
    yield "jpeg with iptc", with_segments(whole["jpeg"], (0xED, iptc))
    yield "jpeg with a comment", with_segments(whole["jpeg"], (0xFE, PLACE))
    yield (
        "jpeg with every kind of segment",
        with_segments(whole["jpeg"], *[(each, PLACE) for each in range(0xE0, 0xF0)]),
    )
    for format_ in ("JPEG", "PNG", "WEBP", "HEIF"):
        kept = Image.Exif()
        kept[0x010E] = PLACE.decode()
        kept.get_ifd(0x8825)[1] = PLACE.decode()
        yield f"{format_} with exif", saved(picture, format_, exif=kept.tobytes())
    yield "png with texts", png(8, 8, before=chunk(b"tEXt", b"Comment\0" + PLACE) + chunk(b"eXIf", b"II*\0" + PLACE))
    yield "gif with a comment", saved(picture.convert("P"), "GIF", comment=PLACE)
    yield "webp with xmp", saved(picture, "WEBP", xmp=xmp)
    yield "heic with xmp", saved(picture, "HEIF", xmp=xmp)


def orientations() -> Named:
    whole = whole_files()
    for orientation in (*range(10), 65_535):
        yield f"jpeg held as {orientation}", with_segments(whole["jpeg"], (0xE1, oriented(orientation)))
    for kind in range(14):
        odd = exif([(0x0112, kind, 1, b"\x06\0\0\0")])
        yield f"jpeg with an orientation of type {kind}", with_segments(whole["jpeg"], (0xE1, odd))
    endless = {
        "a million tags": exif([], claimed=65_535),
        "tags of 4 GB": exif([(0x010E, 2, 2**32 - 1, b"\x08\0\0\0")]),
        "a next directory that is itself": exif([(0x0112, 3, 1, b"\x06\0\0\0")], following=8),
        "an inner directory that is the outer": exif([(0x8769, 4, 1, b"\x08\0\0\0"), (0x8825, 4, 1, b"\x08\0\0\0")]),
        "no directory": b"Exif\0\0II*\0",
        "nothing": b"Exif\0\0",
        "nonsense": b"Exif\0\0" + bytes(range(256)),
    }
    for name, block in endless.items():
        yield f"jpeg with an exif of {name}", with_segments(whole["jpeg"], (0xE1, block))
        yield f"png with an exif of {name}", png(8, 8, before=chunk(b"eXIf", block[6:]))
    tag = struct.pack("<HHQQ", 0x0112, 3, 1, 6)
    many = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 450_000) + tag * 450_000
    yield "png with half a million tags", png(8, 8, before=chunk(b"eXIf", many))


def shapes() -> Named:
    for format_ in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF"):
        yield f"{format_} of one pixel", saved(Image.new("RGB", (1, 1), "red"), format_)
    for width, height in ((1, 65_000), (65_000, 1), (1, 30_000), (30_000, 1), (3, 16_000)):
        yield f"png of {width} x {height}", png(width, height)
        yield f"jpeg of {width} x {height}", saved(Image.new("RGB", (width, height)), "JPEG")
    yield "jpeg of 24 megapixels", saved(scene(600, 400).resize((6000, 4000)), "JPEG")
