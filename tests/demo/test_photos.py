"""The painted photos: always the same, as phones send them, and no two alike but those that should be."""

from io import BytesIO
from itertools import combinations

import pytest
from PIL import Image

from backend.demo.photos.camera import SCENES, Photo, develop
from media import images

GPS = 0x8825


def marks(photo: Photo) -> list[int]:
    return [mark.bits for mark in images.take_in(develop(photo)).marks]


def nearest(one: list[int], other: list[int]) -> int:
    return min(images.distance(first, second) for first in one for second in other)


def test_the_same_photo_is_the_same_bytes() -> None:
    assert develop(Photo("river", 3)) == develop(Photo("river", 3))
    assert develop(Photo("river", 3)) != develop(Photo("river", 4))


def test_a_photo_says_where_it_was_taken_and_how_it_was_held_until_it_is_taken_in() -> None:
    sent = develop(Photo("street", 1, sideways=True, located=True))
    exif = Image.open(BytesIO(sent)).getexif()
    assert (exif[0x0112], exif.get_ifd(GPS)[1]) == (6, "N")
    taken = images.take_in(sent)
    assert (taken.master.width, taken.master.height) == (1280, 960)
    kept = Image.open(BytesIO(taken.master.data))
    assert not kept.getexif()
    assert b"LUSHAN EXAMPLE" in sent
    assert b"LUSHAN EXAMPLE" not in taken.master.data


def test_one_comes_from_a_phone_that_sends_heic() -> None:
    sent = develop(Photo("group", 3, located=True, heic=True))
    assert sent[4:12] == b"ftypheic"
    assert images.take_in(sent).master.width == 1280


def test_a_photo_that_went_round_is_near_its_first_and_others_are_not() -> None:
    known = {scene: marks(Photo(scene, 25)) for scene in SCENES}
    for (one, first), (other, second) in combinations(known.items(), 2):
        assert nearest(first, second) > images.NEAR, f"{one} and {other}"
    assert nearest(known["street"], marks(Photo("street", 25, sent_on=True))) <= images.NEAR


@pytest.mark.parametrize("scene", SCENES)
def test_another_of_the_same_scene_is_another_picture(scene: str) -> None:
    assert nearest(marks(Photo(scene, 26)), marks(Photo(scene, 27))) > images.NEAR
