"""People send photos; what is kept is upright, in true colours, without hidden data, and in three sizes."""

import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from backend.errors import Invalid
from backend.settings import ROOT
from media import images
from media.pictures import MOST_BYTES, Encoded
from tests.media.odd_pictures import PLACE, hidden_data
from tests.media.picture_files import oriented, profile, saved, scene, with_segments

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 160, 60), (30, 60, 200), (230, 220, 40)
CORNERS = (RED, GREEN, BLUE, YELLOW)  # top left, top right, bottom left, bottom right


def flag(width: int = 80, height: int = 48) -> Image.Image:
    """Four corners of different colours, wider than high."""
    picture = Image.new("RGB", (2, 2))
    picture.putdata(CORNERS)
    return picture.resize((width, height), Image.Resampling.NEAREST)


def opened(encoded: Encoded) -> Image.Image:
    return Image.open(BytesIO(encoded.data)).convert("RGB")


def corners(picture: Image.Image) -> tuple[tuple[int, int, int], ...]:
    """Which of the four colours each corner is nearest to."""
    width, height = picture.size
    places = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
    return tuple(nearest(picture.getpixel((int(width * x), int(height * y)))) for x, y in places)


def nearest(colour: object) -> tuple[int, int, int]:
    assert isinstance(colour, tuple)
    return min(CORNERS, key=lambda each: sum((one - other) ** 2 for one, other in zip(each, colour, strict=True)))


def test_what_is_no_picture_is_refused_with_the_kinds_that_work() -> None:
    with pytest.raises(Invalid, match="not_a_picture") as refusal:
        images.take_in(b"%PDF-1.7 a receipt")
    assert "JPG" in refusal.value.detail
    assert "HEIC" in refusal.value.detail


def test_what_is_too_large_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(Invalid, match="picture_too_large") as refusal:
        images.take_in(bytes(MOST_BYTES + 1))
    assert "10 MB" in refusal.value.detail


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF", "BMP", "GIF"])
def test_each_kind_is_taken_in_as_it_looks(format_: str) -> None:
    taken = images.take_in(saved(flag(), format_))
    assert corners(opened(taken.master)) == CORNERS
    assert (taken.master.width, taken.master.height) == (80, 48)


@pytest.mark.parametrize(("side", "sizes"), [(4000, (2560, 1280, 480)), (1000, (1000, 1000, 480)), (9, (9, 9, 9))])
def test_three_sizes_none_of_them_enlarged(side: int, sizes: tuple[int, ...]) -> None:
    taken = images.take_in(saved(scene().resize((side, side // 2)), "JPEG"))
    kept = (taken.master, taken.middle, taken.small)
    assert tuple(each.width for each in kept) == sizes
    assert [opened(each).size for each in kept] == [(each.width, each.height) for each in kept]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_is_upright_however_the_phone_was_held(format_: str, orientation: int) -> None:
    """Whatever the decoder did by itself: the photo is turned exactly once."""
    turned_back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = flag() if turned_back is None else flag().transpose(turned_back)
    taken = images.take_in(saved(stored, format_, exif=oriented(orientation)))
    assert (taken.master.width, taken.master.height) == (80, 48)
    assert corners(opened(taken.master)) == corners(opened(taken.small)) == CORNERS


def test_a_damaged_exif_does_not_matter() -> None:
    for block in (b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + bytes(range(200))):
        sent = with_segments(saved(flag(), "JPEG"), (0xE1, block))
        assert corners(opened(images.take_in(sent).master)) == CORNERS


@pytest.mark.parametrize("name", [name for name, _ in hidden_data()])
def test_nothing_hidden_comes_out_again(name: str) -> None:
    sent = dict(hidden_data())[name]
    assert PLACE in sent
    taken = images.take_in(sent)
    for kept in (taken.master, taken.middle, taken.small):
        assert PLACE not in kept.data
    assert PLACE not in images.watermark(sent, ["县司法局"])


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_colours_are_those_of_the_embedded_profile(format_: str) -> None:
    for picture in (flag(), flag().convert("RGBA")) if format_ != "JPEG" else (flag(),):
        sent = saved(picture, format_, icc_profile=profile(red_and_blue_swapped=True))
        assert corners(opened(images.take_in(sent).master))[0] == BLUE


def test_a_profile_that_is_broken_or_of_5_mb_is_left_unused() -> None:
    for its in (b"nonsense", profile()[:200], profile(red_and_blue_swapped=True) + bytes(5_000_000)):
        assert corners(opened(images.take_in(saved(flag(), "JPEG", icc_profile=its)).master)) == CORNERS


def test_what_is_transparent_is_white() -> None:
    clear = Image.new("RGBA", (60, 60), (10, 10, 10, 0))
    palette = Image.new("RGB", (60, 60)).convert("P")  # every pixel is of the first colour
    for sent in (
        saved(clear, "PNG"),
        saved(clear, "WEBP", lossless=True),
        saved(clear.convert("LA"), "PNG"),
        saved(palette, "PNG", transparency=0),
        saved(palette, "GIF", transparency=0),
        saved(Image.new("RGB", (60, 60), (9, 9, 9)), "PNG", transparency=(9, 9, 9)),
    ):
        assert opened(images.take_in(sent).master).getpixel((30, 30)) == (255, 255, 255)


def test_sixteen_bits_of_grey_keep_their_light() -> None:
    deep = Image.frombytes("I;16", (2, 1), (40 * 256).to_bytes(2, "little") + (200 * 256).to_bytes(2, "little"))
    kept = opened(images.take_in(saved(deep.resize((64, 32), Image.Resampling.NEAREST), "PNG")).master)
    assert kept.getpixel((8, 16))[0] == pytest.approx(40, abs=4)  # type: ignore[index]
    assert kept.getpixel((56, 16))[0] == pytest.approx(200, abs=4)  # type: ignore[index]


def test_the_photo_of_a_phone_with_a_preview_is_its_first_picture() -> None:
    sent = saved(flag(), "MPO", save_all=True, append_images=[Image.new("RGB", (20, 20), "black")])
    assert corners(opened(images.take_in(sent).master)) == CORNERS


def test_a_heic_of_several_photos_is_its_primary_one() -> None:
    other = Image.new("RGB", (80, 48), "black")
    sent = saved(other, "HEIF", save_all=True, append_images=[flag(), other], primary_index=1)
    assert corners(opened(images.take_in(sent).master)) == CORNERS


def test_the_format_is_the_one_that_needs_fewer_bytes() -> None:
    taken = images.take_in(saved(scene(1200, 900), "JPEG"))
    assert {taken.master.format, taken.middle.format} == {taken.small.format}
    other = "JPEG" if taken.small.format == "webp" else "WEBP"
    assert len(taken.middle.data) < len(saved(opened(taken.middle), other, quality=80))


def test_pillows_own_warnings_do_not_reach_the_server() -> None:
    """In this test warnings are errors; 36 megapixels are not warned of, but half of what Pillow calls a bomb are."""
    with pytest.raises(Invalid, match="too_many_pixels"):
        images.take_in(saved(Image.new("1", (10_000, 10_000)), "PNG"))


def test_the_server_never_loads_pillow() -> None:
    script = "import sys, media.workshop, media.pictures; sys.exit('PIL' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
