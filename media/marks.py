"""Perceptual marks: 64 bits that stay nearly the same when a picture is re-encoded, resized, lit otherwise or cropped.

Each mark says which of 64 low frequencies of a small grey square are above their median (Zauner 2010, "pHash"). The
very lowest, which only tell light paper from a dark table, are left out: with them, all certificates look alike.
Integer arithmetic only, so that the same pixels give the same marks on every machine. Figures: docs/likeness.md.
"""

import math
from operator import mul

SIDE = 32  # of the grey square, in pixels
# Marks are kept of the whole and of what a cut at the edges leaves: a cut copy's whole, or a window of it, meets one.
WINDOWS = {
    "whole": (0.0, 0.0, 1.0, 1.0),
    "centre 93": (0.035, 0.035, 0.965, 0.965),
    "centre 86": (0.07, 0.07, 0.93, 0.93),
    "centre 79": (0.105, 0.105, 0.895, 0.895),
    "no left": (0.1, 0.0, 1.0, 1.0),
    "no top": (0.0, 0.1, 1.0, 1.0),
    "no right": (0.0, 0.0, 0.9, 1.0),
    "no bottom": (0.0, 0.0, 1.0, 0.9),
}
_FREQUENCIES = range(1, 9)  # in each direction, in half waves over the square
_SCALE = 1 << 12

_COSINES = [
    [round(_SCALE * math.cos(math.pi * frequency * (2 * place + 1) / (2 * SIDE))) for place in range(SIDE)]
    for frequency in _FREQUENCIES
]
# A wall, a sheet of paper, a black frame: besides the slow fall of light across them they hold only noise, and their
# marks would meet each other. In the transform's unit: grey levels times pixels times the scale squared.
_LEAST_STRUCTURE = 4 * SIDE * SIDE * _SCALE * _SCALE


def bits_of(square: bytes) -> int | None:
    """The 64-bit mark of SIDE x SIDE grey pixels; None when there is too little in them to know them again by."""
    waves = _transform(square)
    if _structure(waves) < _LEAST_STRUCTURE:
        return None
    flat = [wave for row in waves for wave in row]
    middle = sorted(flat)[len(flat) // 2 - 1]
    bits = 0
    for wave in flat:
        bits = bits << 1 | (wave > middle)
    return bits


def _structure(waves: list[list[int]]) -> int:
    """How much there is besides a slow fall of light."""
    return sum(abs(wave) for down, row in enumerate(waves) for across, wave in enumerate(row) if down + across > 1)


def _transform(square: bytes) -> list[list[int]]:
    """The low frequencies of a two-dimensional cosine transform, rows of it by rising vertical frequency."""
    lines = [square[start : start + SIDE] for start in range(0, SIDE * SIDE, SIDE)]
    across = [[sum(map(mul, line, cosines)) for line in lines] for cosines in _COSINES]
    return [[sum(map(mul, column, cosines)) for column in across] for cosines in _COSINES]
