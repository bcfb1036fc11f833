"""Whether the end of a video or sound is missing: its own words for how long it is against what came. Pure.

Players and libraries play on as far as a file goes; who uploads half of one by mistake is told.
"""

import os
from typing import IO

_NEEDED = {b"moov", b"mdat", b"moof"}
_MOST_BOXES = 100_000  # at the top of a file; honest ones have a dozen, streamed ones two a second
_XING = (b"Xing", b"Info")  # in the first frame of an MP3: how many follow
_LATEST = 200  # bytes into that frame


def box_cut_short(source: IO[bytes]) -> bool:
    """Whether an MP4's index or sound and pictures go on after the end of the file (ISO/IEC 14496-12, 4.2)."""
    end = source.seek(0, os.SEEK_END)
    place = 0
    for _ in range(_MOST_BOXES):
        source.seek(place)
        head = source.read(16)
        if len(head) < 8:
            return False
        size, kind = int.from_bytes(head[:4]), head[4:8]
        if size == 1:
            size = int.from_bytes(head[8:16])
        if size == 0:  # to the end, wherever that is
            return False
        if place + size > end:
            return kind in _NEEDED
        place += max(size, 8)
    return True


def promised_frames(source: IO[bytes]) -> int:
    """How many frames an MP3 should have at least by its own words; 0 when it says nothing.

    Encoders differ by a frame or two, and a damaged one is skipped.
    """
    source.seek(0)
    head = source.read(10)
    place = 0
    if head.startswith(b"ID3"):  # four bytes of seven bits
        place = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    source.seek(place)
    frame = source.read(_LATEST)
    for word in _XING:
        found = frame.find(word)
        if found >= 0 and len(frame) >= found + 12 and frame[found + 7] & 1:
            said = int.from_bytes(frame[found + 8 : found + 12])
            return max(0, said - said // 50 - 2)
    return 0
