"""Small files made to keep the workshop busy: refused before a decoder meets them; honest ones of the kind are not."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from backend.errors import Invalid
from media import images
from media.slow_pictures import MOST_SCANS, MOST_SEGMENTS
from tests.media.picture_files import bmp

SCAN, END = b"\xff\xda", b"\xff\xd9"


def jpeg(width: int = 64, height: int = 48) -> bytes:
    file = BytesIO()
    Image.new("L", (width, height), 128).save(file, "JPEG", progressive=True)
    return file.getvalue()


def with_scans(more: int) -> bytes:
    """Its last scan so many times again."""
    whole = jpeg().removesuffix(END)
    return whole + whole[whole.rindex(SCAN) :] * more + END


def with_segments(segment: bytes, number: int) -> bytes:
    whole = jpeg()
    return whole[:2] + segment * number + whole[2:]


SLOW: dict[str, Callable[[], bytes]] = {
    "scans": lambda: with_scans(MOST_SCANS),
    "scans behind a marker without a length": lambda: with_segments(b"\xff\x01", 1)[:-2] + with_scans(MOST_SCANS)[2:],
    "segments": lambda: with_segments(b"\xff\xe1\x00\x0aExif\0\0II", MOST_SEGMENTS),
    "run lengths of 8 bits": lambda: bmp(64, 48, bits=8, compression=1, body=b"\x01\x00\x00\x00" * 48),
    "run lengths of 4 bits": lambda: bmp(64, 48, bits=4, compression=2, body=b"\x01\x00\x00\x00" * 48),
}


@pytest.mark.parametrize("kind", SLOW)
def test_what_would_keep_everybody_waiting_is_refused(kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        images.take_in(SLOW[kind]())
    assert refused.value.code == "not_a_picture"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(with_scans(MOST_SCANS // 2), id="a progressive one"),
        pytest.param(jpeg() + SCAN * 5000, id="a photo with a film behind it"),
        pytest.param(with_segments(b"\xff\xe2" + (65_533).to_bytes(2) + bytes(65_531), 150), id="a depth map"),
        pytest.param(with_segments(b"\xff\xe1\x00\xc8" + SCAN * 99, 1), id="markers inside of a segment"),
    ],
)
def test_an_honest_photo_of_the_same_kind_is_taken_in(data: bytes) -> None:
    assert images.take_in(data).master.width == 64
