"""Certificates of honour: always of one size, whole whatever a name is, and nothing stands there but what was said."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from media.certificate_words import HEIGHT, MOST_BYTES, WIDTH, CertificateWords
from media.certificates import _parts, certificate
from media.workshop import Workshop

USUAL = CertificateWords("鲁小明", "诚信之星", 2026, "县委宣传部", "2026-7F3K9Q")
SHAPES = {
    "usual": USUAL,
    "a long name": CertificateWords(
        "买买提·吐逊·阿不都热依木", "青年岗位能手", 2027, "共青团鲁山县委员会", "2027-000000"
    ),
    "the longest": CertificateWords("长" * 50, "荣" * 30, 9999, "部" * 60, "9999-ZZZZZZ"),
    "latin": CertificateWords("O'Neill Mary-Jane", "Award", 2026, "Office", "2026-ABCDEF"),
    "rare letters": CertificateWords("㛃䶮𬭳", "好网民", 2026, "县委网信办", "2026-123456"),
    "nothing": CertificateWords("", "", 2026, "", ""),
}


def opened(made: bytes) -> Image.Image:
    return Image.open(BytesIO(made))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_certificate_fits_a_phones_album(shape: str) -> None:
    made = certificate(SHAPES[shape])
    picture = opened(made)
    assert (picture.format, picture.size, len(made) < MOST_BYTES) == ("JPEG", (WIDTH, HEIGHT), True)
    assert not picture.getexif()


@pytest.mark.parametrize("shape", SHAPES)
def test_no_word_leaves_the_frame_or_stands_on_the_one_below(shape: str) -> None:
    """The words' margins are bare, and so is the band between the last words and whose certificate it is."""
    picture = opened(certificate(SHAPES[shape])).convert("L")
    for left, right in ((70, 120), (WIDTH - 120, WIDTH - 70)):
        assert max(ImageStat.Stat(picture.crop((left, 90, right, HEIGHT - 90))).stddev) < 3, shape
    rows = [picture.crop((120, top, WIDTH - 120, top + 8)) for top in range(900, HEIGHT - 90, 8)]
    bare = [max(ImageStat.Stat(row).stddev) < 3 for row in rows]
    assert any(all(bare[start : start + 3]) for start in range(len(bare) - 3)), shape


def test_each_word_is_told_and_the_same_words_give_the_same_bytes() -> None:
    first = certificate(USUAL)
    assert certificate(USUAL) == first
    for changed in (
        CertificateWords("鲁小红", "诚信之星", 2026, "县委宣传部", "2026-7F3K9Q"),
        CertificateWords("鲁小明", "好网民", 2026, "县委宣传部", "2026-7F3K9Q"),
        CertificateWords("鲁小明", "诚信之星", 2027, "县委宣传部", "2026-7F3K9Q"),
        CertificateWords("鲁小明", "诚信之星", 2026, "县文明办", "2026-7F3K9Q"),
        CertificateWords("鲁小明", "诚信之星", 2026, "县委宣传部", "2026-7F3K9R"),
    ):
        assert ImageChops.difference(opened(first), opened(certificate(changed))).getbbox() is not None


def test_the_longest_name_stands_there_whole() -> None:
    name = _parts(CertificateWords("长" * 50, "好网民", 2026, "部", "1"))[0]
    assert "".join(name.lines) == "长" * 50


async def test_the_workshop_draws_it_in_its_child(workshop: Workshop) -> None:
    assert await workshop.certificate(USUAL) == certificate(USUAL)


def test_its_words_never_reach_a_log() -> None:
    assert "鲁小明" not in repr(USUAL)
