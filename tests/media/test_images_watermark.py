"""Reviewers see pictures with their own name burnt in: it shows on light and dark, and hides nothing."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from backend.errors import Invalid
from media import images
from media.pictures import MIDDLE
from tests.media.picture_files import saved

LINES = ("县司法局 王五 wangwu", "2026-11-22 10:30")


def stamped(picture: Image.Image, *lines: str) -> Image.Image:
    return Image.open(BytesIO(images.watermark(saved(picture, "PNG"), lines or LINES)))


def changed(before: Image.Image, after: Image.Image) -> Image.Image:
    """White where the watermark changed the picture so that one sees it."""
    return ImageChops.difference(before.convert("L"), after.convert("L")).point(lambda value: 255 * (value > 20))


@pytest.mark.parametrize("grey", [0, 60, 128, 200, 255])
def test_it_shows_on_light_and_dark_and_hides_little(grey: int) -> None:
    sheet = Image.new("RGB", (1280, 960), (grey, grey, grey))
    covered = ImageStat.Stat(changed(sheet, stamped(sheet))).mean[0] / 255
    assert 0.005 < covered < 0.15


def test_every_part_of_the_picture_bears_it() -> None:
    """A piece as large as a sixth in each direction cannot be cut out without a trace of it."""
    sheet = Image.new("RGB", (1280, 960), (90, 90, 90))
    difference = changed(sheet, stamped(sheet))
    pieces = [(x, y, x + 320, y + 240) for x in range(0, 1280, 320) for y in range(0, 960, 240)]
    assert all(difference.crop(piece).getbbox() for piece in pieces)


def test_what_lies_below_stays_readable() -> None:
    """Black writing on white stays far darker than the paper, wherever the watermark crosses it."""
    lines = Image.new("L", (1, 2))
    lines.putdata([0, 255])
    page = lines.resize((1280, 960), Image.Resampling.NEAREST)
    after = stamped(page.convert("RGB")).convert("L")
    assert ImageStat.Stat(after.crop((0, 0, 1280, 470))).extrema[0][1] < 150
    assert ImageStat.Stat(after.crop((0, 490, 1280, 960))).extrema[0][0] > 150


def test_another_viewer_another_watermark() -> None:
    sheet = Image.new("RGB", (640, 480), "white")
    assert changed(stamped(sheet, "县司法局 王五"), stamped(sheet, "县民政局 赵六")).getbbox()


def test_a_letter_without_a_glyph_leaves_a_box() -> None:
    sheet = Image.new("RGB", (640, 480), (90, 90, 90))
    assert not changed(stamped(sheet, "王□"), stamped(sheet, "王𠀀")).getbbox()
    assert changed(stamped(sheet, "王"), stamped(sheet, "王𠀀")).getbbox()


@pytest.mark.parametrize("size", [(1, 1), (30, 20), (1280, 9), (4000, 3000)])
def test_any_size_is_stamped_and_never_larger_than_the_middle_one(size: tuple[int, int]) -> None:
    after = stamped(Image.new("RGB", size, "white"))
    assert after.format == "JPEG"
    assert max(after.size) <= MIDDLE


@pytest.mark.parametrize("lines", [(), ("",), ("长" * 300,), ("一", "二") * 20])
def test_odd_lines_do_no_harm(lines: tuple[str, ...]) -> None:
    assert images.watermark(saved(Image.new("RGB", (300, 200)), "WEBP"), lines)[:2] == b"\xff\xd8"


def test_only_pictures_are_stamped() -> None:
    with pytest.raises(Invalid, match="not_a_picture"):
        images.watermark(b"no picture", LINES)
