"""Pure: files that take far longer to decode than their pixels are worth, told by their structure before decoding.

One such file of a few kilobytes would keep the workshop busy for ten seconds while everybody else waits.
"""

import re

MOST_SCANS = 64  # of one JPEG: progressive ones have about ten; each goes through all pixels once more
MOST_SEGMENTS = 1_000  # Pillow gathers them in Python; 10 MB of the largest, as depth maps come in, are 160
_RUN_LENGTHS = (1, 2)  # BMP: Pillow unpacks RLE8 and RLE4 in Python, pixel by pixel; no phone writes them

# Of JPEG: a marker that has a length. Stuffed zeros, restarts, fill bytes and TEM have none and end nothing.
_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd7\xff])")
_START_OF_SCAN, _END = b"\xda", b"\xd9"


def decodes_slowly(data: bytes) -> bool:
    """Whether the bytes of a picture are of that kind."""
    if data.startswith(b"BM"):
        return int.from_bytes(data[30:34], "little") in _RUN_LENGTHS
    return data.startswith(b"\xff\xd8") and _has_too_many_parts(data)


def _has_too_many_parts(data: bytes) -> bool:
    """Of a JPEG up to its end: what a phone appends, a short film say, is none of it."""
    scans = segments = 0
    marker = _MARKER.search(data, 2)
    while marker and marker[1] != _END:
        segments += 1
        scans += marker[1] == _START_OF_SCAN
        if scans > MOST_SCANS or segments > MOST_SEGMENTS:
            return True
        length = int.from_bytes(data[marker.end() : marker.end() + 2])
        marker = _MARKER.search(data, marker.end() + length)
    return False
