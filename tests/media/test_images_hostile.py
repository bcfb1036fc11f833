"""Hundreds of hostile and odd pictures through one workshop: none hurts it, and each has an answer."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from backend.errors import Invalid
from media.pictures import Encoded, TakenIn
from media.workbench import MOST_MEMORY
from media.workshop import Workshop
from tests.media.made_pictures import PLACE, hostile_pictures

REFUSALS = {"not_a_picture", "picture_damaged", "picture_too_large", "too_many_pixels", "picture_animated"}
CHINESE = range(0x4E00, 0x9FFF)
NEVER_OUT = (PLACE, b"<script", b"Exif", b"eXIf", b"EXIF", b"ICC", b"xmp", b"8BIM", b"tEXt", b"run.js")

# What Pillow says of every JPEG and every WebP, whatever is in it.
SAID_OF_ANY = {"jfif", "jfif_version", "jfif_unit", "jfif_density"} | {"loop", "background", "duration", "timestamp"}


@pytest.mark.slow
async def test_each_of_hundreds_of_hostile_pictures_gets_a_clean_copy_or_a_clear_no(workshop: Workshop) -> None:
    answers: dict[str, str] = {}
    children: set[int | None] = set()
    for name, data in hostile_pictures():
        answers[name] = await answer_to(workshop, name, data)
        children.add(workshop.child_id)
    assert len(answers) >= 300
    living = children - {None}
    assert len(living) == 1, "the child died on the way"
    assert peak_memory(living.pop()) < MOST_MEMORY
    expected_of_some(answers)


async def answer_to(workshop: Workshop, name: str, data: bytes) -> str:
    try:
        taken = await workshop.take_in(data)
    except Invalid as error:
        refusal = error
    else:
        check(name, taken)
        return "taken in"
    assert refusal.code in REFUSALS, name
    assert any(ord(letter) in CHINESE for letter in refusal.detail), name
    return refusal.code


def check(name: str, taken: TakenIn) -> None:
    for encoded, longest in ((taken.master, 2560), (taken.middle, 1280), (taken.small, 480)):
        picture = decoded(encoded)
        assert max(picture.size) <= longest, name
        assert not any(each in encoded.data for each in NEVER_OUT), name
        assert set(picture.info) <= SAID_OF_ANY, name


def decoded(encoded: Encoded) -> Image.Image:
    picture = Image.open(BytesIO(encoded.data))
    picture.load()
    assert (picture.format or "").lower() == encoded.format
    assert picture.size == (encoded.width, encoded.height)
    assert picture.mode == "RGB"
    return picture


def peak_memory(child: int | None) -> int:
    """The most that was resident, in bytes."""
    status = Path(f"/proc/{child}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def expected_of_some(answers: dict[str, str]) -> None:
    expected = {
        "not_a_picture": ("nothing", "pdf", "svg", "AVIF", "TIFF", "html before a jpeg"),
        "picture_too_large": ("11 MB of jpeg",),
        "too_many_pixels": (
            "png of 200 megapixels",
            "bmp of 200 megapixels",
            "jpeg that claims 20000 x 10000",
            "webp of 268 megapixels",
            "gif of 4 gigapixels",
            "gif whose frame is larger than its screen",
            "heic that claims 20000 a side",
        ),
        "picture_animated": ("moving GIF", "moving WEBP", "moving PNG", "gif of a hundred thousand frames"),
        "picture_damaged": ("png with a bomb in iCCP", "jpeg cut at 80 %", "heic cut at 80 %", "jpeg without an end"),
        "taken in": (
            "a photo with its preview (mpo)",
            "heic of three photos",
            "cmyk jpeg",
            "ycck jpeg",
            "grey png of 16 bits",
            "interlaced png",
            "jpeg with a colour profile: 5 MB",
            "jpeg with an exif of a million tags",
            "png with half a million tags",
            "png of 49 megapixels with transparency",
            "jpeg and zip",
            "jpeg of 1 x 30000",
        ),
    }
    for answer, names in expected.items():
        assert {name: answers[name] for name in names} == dict.fromkeys(names, answer)
