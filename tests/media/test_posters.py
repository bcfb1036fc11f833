"""Posters as they are drawn: every shape of article gives one that fits, shows its words, and holds its code."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from backend.demo.wechat_stand_in.drawn_code import mini_code
from backend.errors import Invalid
from media import images, posters
from media.drawing import Sheet, Style, block, drawable, font
from media.poster_words import MOST_BYTES, WIDTH, PosterWords
from media.workshop import Workshop
from tests.media.photos import a_photo

CODE = mini_code("0" * 32, "pages/article/article", 430)
COVER = images.crop(a_photo(size=(1600, 1200)), (0, 200, 1600, 681), (900, 383), "webp")
NOISE = BytesIO()
Image.effect_noise((900, 383), 90).save(NOISE, "JPEG", quality=95)
USUAL = PosterWords("说到做到，从一张欠条讲起", "三十年前的一句话，他记到今天。", "诚信故事 · 质量月", "县委宣传部")
LONGEST = PosterWords("信用（修复）" * 10, "谁认定、谁修复，不收一分钱。" * 9, "信用知识 · " + "活" * 60, "部" * 40)
SHAPES = {
    "usual": USUAL,
    "longest": LONGEST,
    "title only": PosterWords("短", "", "诚信故事", ""),
    "nothing": PosterWords("", "", "", ""),
    "latin": PosterWords("OpenAPI 3.1 " + "x" * 52, "A summary that is English, " * 5, "policy", "Dept"),
    "emoji": PosterWords("👍🏽诚信👨‍👩‍👧❤️", "✅\u200d🇨🇳", "①", "😀"),
    "rare": PosterWords("㛃䶮𬭳 é ñ \u0301 \x00\x1b\ud83d", "\u202e反\ufeff", "\uffff", "\U0010ffff"),
}


def opened(poster: bytes) -> Image.Image:
    return Image.open(BytesIO(poster))


def inked(picture: Image.Image) -> bool:
    """Whether something stands on it."""
    return max(ImageStat.Stat(picture.convert("L")).stddev) > 3


@pytest.mark.parametrize("cover", [COVER, None, NOISE.getvalue()], ids=["cover", "no cover", "noise"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_article_has_a_poster_that_a_phone_can_load(shape: str, cover: bytes | None) -> None:
    made = posters.poster(SHAPES[shape], cover, CODE)
    picture = opened(made)
    assert (picture.format, picture.width, len(made) < MOST_BYTES) == ("JPEG", WIDTH, True)
    assert 350 < picture.height < 1700
    assert not picture.getexif()


def test_the_code_stands_at_the_foot_as_it_came() -> None:
    picture = opened(posters.poster(USUAL, COVER, CODE))
    left, side = WIDTH - 48 - 14 - 240, 240
    top = picture.height - 32 - 14 - side
    shown = picture.crop((left, top, left + side, top + side)).convert("L")
    sent = opened(CODE).convert("L").resize((side, side), Image.Resampling.LANCZOS)
    assert ImageStat.Stat(ImageChops.difference(shown, sent)).mean[0] < 3


def test_the_cover_stands_at_the_top_as_it_was_cut() -> None:
    picture = opened(posters.poster(USUAL, COVER, CODE)).crop((0, 0, WIDTH, 319))
    cover = opened(COVER).convert("RGB").resize((WIDTH, 319))
    assert max(ImageStat.Stat(ImageChops.difference(picture, cover)).mean) < 6


def test_the_same_article_gives_the_same_bytes_and_another_title_others() -> None:
    assert posters.poster(USUAL, COVER, CODE) == posters.poster(USUAL, COVER, CODE)
    other = PosterWords("另一个标题", USUAL.summary, USUAL.about, USUAL.source)
    assert posters.poster(USUAL, COVER, CODE) != posters.poster(other, COVER, CODE)


def test_sixty_characters_of_title_stand_there_whole() -> None:
    (title,) = [each for gap, each in posters._blocks(PosterWords("诚" * 60, "", "", "")) if gap == 14]
    assert "".join(title.lines) == "诚" * 60
    (title,) = [each for gap, each in posters._blocks(PosterWords("诚" * 64, "", "", "")) if gap == 14]
    assert (len(title.lines), title.lines[-1][-1]) == (4, "…")


@pytest.mark.parametrize("broken", [b"", b"no picture", CODE[:2000]])
def test_a_broken_code_or_cover_makes_no_poster(broken: bytes) -> None:
    with pytest.raises(Invalid):
        posters.poster(USUAL, COVER, broken)
    with pytest.raises(Invalid):
        posters.poster(USUAL, broken, CODE)


async def test_the_workshop_draws_it_in_its_child(workshop: Workshop) -> None:
    assert await workshop.poster(USUAL, COVER, CODE) == posters.poster(USUAL, COVER, CODE)
    with pytest.raises(Invalid, match="not_a_picture"):
        await workshop.poster(USUAL, None, b"no picture")
    assert opened(await workshop.poster(LONGEST, None, CODE)).width == WIDTH


def test_an_emoji_is_left_out_and_an_unknown_letter_is_a_box() -> None:
    assert drawable("好👍🏽 ❤️\u200d王𠀀\n①", font(20)) == "好 王□ ①"


@pytest.mark.parametrize(("align", "column"), [("left", 0), ("centre", 1), ("right", 2)])
def test_a_certificate_can_be_written_left_centred_and_right(align: str, column: int) -> None:
    sheet = Sheet(600, 200)
    line = block("荣誉证书", 600, Style(40, "black", bold=True), 1)
    assert sheet.write(line, 0, 20, 600, align) == 20 + line.height  # type: ignore[arg-type]
    picture = opened(sheet.jpeg(100_000))
    assert [inked(picture.crop((each * 200, 0, each * 200 + 200, 200))) for each in range(3)][column]
    assert not inked(picture.crop((0, 20 + line.height, 600, 200)))
    assert inked(picture.crop((0, 20, 200, 100))) == (align == "left")


def test_no_letter_of_a_line_leaves_its_block() -> None:
    for bold in (False, True):
        text = block("永字八法gjpqy》，鲁山《Å", 500, Style(40, "black", bold=bold, leading=1.36), 3)
        sheet = Sheet(600, text.height + 100)
        sheet.write(text, 50, 50)
        box = (
            ImageChops.invert(opened(sheet.jpeg(500_000)).convert("L"))
            .point(lambda value: 255 * (value > 60))
            .getbbox()
        )
        assert box is not None
        left, top, right, bottom = box
        assert (left >= 48, top >= 50, right <= 550, bottom <= 50 + text.height) == (True,) * 4
