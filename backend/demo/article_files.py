"""What the demo's articles have attached, made by code: a film of eight seconds, a sound, a page to print."""

import math
from array import array
from collections.abc import Callable
from io import BytesIO
from random import Random

import av
from PIL import Image, ImageDraw

from backend.demo.photos.brushes import HEIGHT, WIDTH, gradient, hills, shade, write

_SIZE = 480, 360  # pixels of the film
_PACE, _SECONDS = 10, 8  # pictures a second
_RATE, _SAMPLES = 44_100, 1152  # of the sound; samples that one frame of MP3 holds
_TUNE = (392, 440, 523, 587, 523, 440, 392, 330)  # hertz, half a second each
_PAGE = 1240, 1754  # A4 at 150 dots an inch
_LINES = ("记住三句话", "修复信用，一分钱不收", "验证码，谁要都不给", "拿不准，先问窗口")

_frame: Callable[[Image.Image], av.VideoFrame] = av.VideoFrame.from_image


def film() -> bytes:
    """An MP4 without sound: the day breaks over the hills, and the words appear."""
    dark, light = _scene((20, 34, 58), (54, 70, 96), ""), _scene((120, 170, 214), (246, 222, 190), "说到，做到")
    file = BytesIO()
    with av.open(file, "w", format="mp4") as made:
        stream = made.add_stream("libx264", rate=_PACE, options={"crf": "30", "preset": "veryfast"})
        stream.width, stream.height = _SIZE
        stream.pix_fmt = "yuv420p"
        for number in range(_PACE * _SECONDS):
            share = min(1.0, number / (_PACE * (_SECONDS - 2)))
            made.mux(stream.encode(_frame(Image.blend(dark, light, share))))
        made.mux(stream.encode(None))
    return file.getvalue()


def sound() -> bytes:
    """An MP3 of four seconds: eight plain notes."""
    file = BytesIO()
    with av.open(file, "w", format="mp3") as made:
        stream = made.add_stream("libmp3lame", rate=_RATE, layout="mono")
        stream.bit_rate = 64_000
        waves = _waves()
        for start in range(0, len(waves) - _SAMPLES, _SAMPLES):
            frame = av.AudioFrame(format="s16p", layout="mono", samples=_SAMPLES)
            frame.sample_rate, frame.pts = _RATE, start
            piece = waves[start : start + _SAMPLES].tobytes()
            frame.planes[0].update(piece.ljust(frame.planes[0].buffer_size, b"\0"))
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return file.getvalue()


def paper() -> bytes:
    """A PDF of one page with a few large lines."""
    page = Image.new("RGB", _PAGE, (255, 255, 255))
    draw = ImageDraw.Draw(page)
    draw.rectangle((60, 60, _PAGE[0] - 60, _PAGE[1] - 60), outline=(29, 92, 82), width=10)
    head, *lines = _LINES
    write(draw, (_PAGE[0] / 2, 320), head, 150, (29, 92, 82))
    for place, line in enumerate(lines):
        write(draw, (_PAGE[0] / 2, 720 + 260 * place), f"{place + 1}. {line}", 92)
    write(draw, (_PAGE[0] / 2, _PAGE[1] - 150), "诚信鲁山（演示用的示例）", 48, (90, 84, 74))
    file = BytesIO()
    page.save(file, "PDF", resolution=150)
    return file.getvalue()


def _scene(top: tuple[int, int, int], bottom: tuple[int, int, int], words: str) -> Image.Image:
    image = gradient((WIDTH, HEIGHT), top, bottom)
    draw = ImageDraw.Draw(image, "RGBA")
    random = Random("the hills of the film")  # noqa: S311 (the same hills by night and by day)
    for height, share in ((380, 0.5), (240, 0.36), (140, 0.26)):
        hills(draw, random, HEIGHT, height, shade(bottom, share))
    if words:
        write(draw, (WIDTH / 2, 330), words, 170, (255, 252, 240))
    return image.resize(_SIZE)


def _waves() -> "array[int]":
    half = _RATE // 2
    notes = ((tone, at) for tone in _TUNE for at in range(half))
    # Each note fades, so that none begins with a click.
    return array("h", (round(9000 * (1 - at / half) * math.sin(2 * math.pi * tone * at / _RATE)) for tone, at in notes))
