"""How well a picture is known again after a change, and how often two different ones are taken for the same.

`.venv/bin/pytest tests/media/test_likeness_figures.py -s` prints the table of docs/likeness.md.
"""

import random
from collections.abc import Callable
from io import BytesIO
from itertools import combinations

import pytest
from PIL import Image, ImageEnhance

from media import images, marks
from media.pictures import NEAR, SMALL, Mark
from tests.media.made_scenes import KINDS, scenes

BASES = 66
Change = Callable[[Image.Image, random.Random], Image.Image]


def re_encoded(picture: Image.Image, dice: random.Random) -> Image.Image:
    file = BytesIO()
    picture.save(file, "JPEG", quality=40)
    return Image.open(file)


def cut_around(picture: Image.Image, dice: random.Random) -> Image.Image:
    """5 to 20 % of each direction gone, the same on both sides."""
    cut = dice.uniform(0.05, 0.2) / 2
    return cut_off(picture, (cut, cut, cut, cut))


def cut_at_one_side(picture: Image.Image, dice: random.Random) -> Image.Image:
    cuts = [0.0, 0.0, 0.0, 0.0]
    cuts[dice.randrange(4)] = dice.uniform(0.05, 0.2)
    return cut_off(picture, cuts)


def cut_anywhere(picture: Image.Image, dice: random.Random) -> Image.Image:
    across, down = dice.uniform(0.05, 0.2), dice.uniform(0.05, 0.2)
    left, top = dice.uniform(0, across), dice.uniform(0, down)
    return cut_off(picture, (left, top, across - left, down - top))


def cut_off(picture: Image.Image, cuts: tuple[float, ...] | list[float]) -> Image.Image:
    (width, height), (left, top, right, bottom) = picture.size, cuts
    box = (width * left, height * top, width * (1 - right), height * (1 - bottom))
    return picture.crop((round(box[0]), round(box[1]), round(box[2]), round(box[3])))


# What is done to a copy, and how many of a hundred are to be known again at least.
CHANGES: dict[str, tuple[Change, int]] = {
    "JPEG of quality 40": (re_encoded, 100),
    "25 % brighter": (lambda picture, _: ImageEnhance.Brightness(picture).enhance(1.25), 97),
    "25 % darker": (lambda picture, _: ImageEnhance.Brightness(picture).enhance(0.75), 100),
    "30 % more contrast": (lambda picture, _: ImageEnhance.Contrast(picture).enhance(1.3), 97),
    "half the size": (lambda picture, _: picture.resize((picture.width // 2, picture.height // 2)), 100),
    "turned by 1 degree": (lambda picture, _: picture.rotate(1, Image.Resampling.BICUBIC), 90),
    "turned by 2 degrees": (lambda picture, _: picture.rotate(2, Image.Resampling.BICUBIC), 75),
    "cut around, 5 to 20 %": (cut_around, 90),
    "cut at one side, 5 to 20 %": (cut_at_one_side, 40),
    "cut anywhere, 5 to 20 %": (cut_anywhere, 5),
}


def marks_of(picture: Image.Image) -> tuple[Mark, ...]:
    """As kept after the picture was sent as a JPEG."""
    small = picture.convert("RGB")
    small.thumbnail((SMALL, SMALL))
    return images.marks_of(small)


def met(one: tuple[Mark, ...], other: tuple[Mark, ...]) -> bool:
    return any(images.distance(each.bits, its.bits) <= NEAR for each in one for its in other)


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    return scenes(BASES)


@pytest.fixture(scope="module")
def kept(pictures: list[Image.Image]) -> list[tuple[Mark, ...]]:
    return [marks_of(picture) for picture in pictures]


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_known_again(change: str, pictures: list[Image.Image], kept: list[tuple[Mark, ...]]) -> None:
    made, least = CHANGES[change]
    dice = random.Random(change)  # noqa: S311
    copies = [marks_of(made(picture, dice)) for picture in pictures]
    found = sum(map(met, kept, copies))
    wrong = sum(met(kept[one], copies[other]) for one in range(BASES) for other in range(BASES) if one != other)
    recall, precision = 100 * found / BASES, 100 * found / (found + wrong)
    print(f"| {change} | {recall:.0f} % | {precision:.0f} % | {wrong} of {BASES * (BASES - 1)} |")  # noqa: T201
    assert recall >= least
    assert wrong <= BASES * (BASES - 1) * 0.01


@pytest.mark.slow
def test_pictures_of_different_kinds_are_never_taken_for_the_same(kept: list[tuple[Mark, ...]]) -> None:
    alarms = [pair for pair in combinations(range(BASES), 2) if met(kept[pair[0]], kept[pair[1]])]
    print(f"| (none: different pictures) | | | {len(alarms)} of {BASES * (BASES - 1) // 2} |")  # noqa: T201
    assert all(one % KINDS == other % KINDS for one, other in alarms)
    assert len(alarms) <= BASES * (BASES - 1) / 2 * 0.01


@pytest.mark.parametrize("grey", [0, 5, 128, 250, 255])
def test_walls_sheets_and_dark_frames_have_no_marks(grey: int) -> None:
    sheet = Image.new("L", (480, 640), grey)
    light = Image.linear_gradient("L").resize(sheet.size)
    noise = Image.effect_noise(sheet.size, 30)
    for picture in (sheet, Image.blend(sheet, light, 0.3), Image.blend(sheet, noise, 0.2)):
        assert marks_of(picture) == ()


def test_a_single_line_of_writing_is_enough_for_marks() -> None:
    assert len(marks_of(scenes(1)[0])) == len(marks.WINDOWS) <= 8
