"""Videos, sounds and PDFs are written anew: what plays is kept whole, what else was in the file is gone."""

import os
import time
from io import BytesIO

import av
import pikepdf
import pytest

from backend.errors import Invalid
from media.film_words import FileKind
from tests.media.made_films import SECRET, film, opened, paper, rewritten, sound, turned

SCRIPTS = (b"JavaScript", b"alert", b"/AA", b"OpenAction", b"Launch", b"/Annot", b"AcroForm", b"xfa")
FILES = (b"EVIL", b"evil.exe", b"EmbeddedFile", b"Metadata", b"PieceInfo", b"/Info", SECRET.encode())


async def refused(kind: FileKind, data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        await rewritten(kind, data)
    assert refusal.value.detail.endswith("。")
    return refusal.value.code


async def test_a_video_keeps_its_pictures_and_sound_and_nothing_that_says_where_it_was_made() -> None:
    made, written = await rewritten("video", film())
    assert (made.format, made.width, made.height, made.seconds) == ("mp4", 320, 240, 2)
    assert SECRET.encode() in film()
    assert SECRET.encode() not in written
    assert b"+33.74" not in written
    assert written.index(b"moov") < written.index(b"mdat"), "it plays while it loads"
    with av.open(BytesIO(written)) as copy:
        assert [each.codec_context.name for each in copy.streams] == ["h264", "aac"]
        assert len(list(copy.decode(video=0))) == 50


async def test_the_same_video_is_the_same_file_each_time() -> None:
    _, first = await rewritten("video", film())
    assert (await rewritten("video", film()))[1] == first
    assert (await rewritten("video", first))[1] == first, "and stays so when it is written again"


async def test_a_video_without_sound_or_with_mp3_or_from_an_iphone_is_taken() -> None:
    for each in (film(sound=None), film(sound="libmp3lame"), film(container="mov")):
        made, _ = await rewritten("video", each)
        assert (made.format, made.seconds) == ("mp4", 2)


async def test_a_video_of_a_phone_held_upright_stays_upright() -> None:
    made, written = await rewritten("video", turned(film()))
    assert (made.width, made.height) == (240, 320)
    with av.open(BytesIO(written)) as copy:
        assert next(copy.decode(video=0)).rotation % 180 == 90


@pytest.mark.parametrize("about", [{"codec": "libx265"}, {"pixels": "yuv444p"}, {"container": "matroska"}])
async def test_a_video_that_phones_cannot_play_is_refused_with_what_to_export(about: dict[str, str]) -> None:
    assert await refused("video", film(**about)) == "video_not_playable"  # type: ignore[arg-type]


async def test_a_sound_is_kept_as_what_it_is_without_its_title() -> None:
    for data, format_ in ((sound(), "mp3"), (sound("aac", "ipod"), "m4a")):
        made, written = await rewritten("audio", data)
        assert (made.format, made.seconds, made.width) == (format_, 3, None)
        assert SECRET.encode() in data
        assert SECRET.encode() not in written
        with av.open(BytesIO(written)) as copy:
            assert len(copy.streams) == 1


async def test_other_sounds_are_refused_with_what_to_export() -> None:
    assert await refused("audio", sound("pcm_s16le", "wav")) == "audio_not_playable"
    assert await refused("audio", film(sound=None)) == "audio_not_playable"
    assert await refused("video", sound("aac", "ipod")) == "video_not_playable"


async def test_half_a_file_is_damaged() -> None:
    _, ordered = await rewritten("video", film())  # its index stands first, so that half of it can still be opened
    _, bare = await rewritten("audio", sound())
    for whole in (film(), ordered):
        for cut in (len(whole) // 2, len(whole) - 200, len(whole) - 10):
            assert await refused("video", whole[:cut]) == "file_damaged", cut
    for whole in (sound(), bare):
        assert await refused("audio", whole[: len(whole) // 2]) == "file_damaged"
    for cut in (len(paper()) // 2, len(paper()) - 10):
        assert await refused("pdf", paper()[:cut]) == "file_damaged"


async def test_junk_with_the_right_beginning_is_damaged() -> None:
    assert await refused("video", b"\x00\x00\x00\x20ftypisom" + os.urandom(5000)) == "file_damaged"
    assert await refused("audio", b"ID3" + bytes(5000)) == "file_damaged"
    assert await refused("pdf", b"%PDF-1.7\n" + b"[" * 1_000_000 + b"\n%%EOF") == "file_damaged"
    tree = (
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[2 0 R]/Count 99999999>>\nendobj\n"
    )
    assert await refused("pdf", b"%PDF-1.7\n" + tree + b"trailer<</Root 1 0 R/Size 99999999>>\n%%EOF") == "file_damaged"


async def test_a_header_that_promises_gigabytes_costs_nothing() -> None:
    whole = film()
    for box in (b"stsz", b"stco", b"ctts", b"stts"):
        place = whole.find(box) + 8 + (4 if box == b"stsz" else 0)
        assert place > 12, box
        began = time.monotonic()
        try:
            made, _ = await rewritten("video", whole[:place] + b"\x7f\xff\xff\xff" + whole[place + 4 :])
        except Invalid:
            made = None
        assert made is None or made.size < 2 * len(whole), box
        assert time.monotonic() - began < 5, box


async def test_what_else_was_in_a_file_of_two_kinds_is_gone() -> None:
    tail = b"<script>alert(1)</script>PK\x03\x04"
    for kind, whole in (("video", film()), ("audio", sound()), ("pdf", paper())):
        _, written = await rewritten(kind, whole + tail)  # type: ignore[arg-type]
        assert b"<script>" not in written
        assert b"PK\x03\x04" not in written
    _, written = await rewritten("pdf", b"GIF89a<html>" + paper())
    assert written.startswith(b"%PDF-")


async def test_of_a_pdf_the_pages_are_left() -> None:
    planted = opened(paper())
    assert [each for each in (*SCRIPTS, *FILES) if each not in planted] == []
    made, written = await rewritten("pdf", paper())
    assert made.format == "pdf"
    left = opened(written)
    assert [each for each in (*SCRIPTS, *FILES) if each in left] == []
    assert b"(Page 1)" in left
    assert b"(Page 2)" in left
    assert b"typed" in left, "what was filled in is drawn into the page"
    with pikepdf.open(BytesIO(written)) as copy:
        assert set(copy.Root.keys()) == {"/Type", "/Pages"}
        assert copy.is_linearized


async def test_hidden_layers_of_a_pdf_stay_hidden() -> None:
    with pikepdf.open(BytesIO(paper())) as made:
        layer = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("draft")))
        made.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer]))
        made.pages[0].obj.Resources.Properties = pikepdf.Dictionary(MC0=layer)
        file = BytesIO()
        made.save(file)
    _, written = await rewritten("pdf", file.getvalue())
    with pikepdf.open(BytesIO(written)) as copy:
        assert copy.Root.OCProperties.D.OFF[0] == copy.pages[0].obj.Resources.Properties.MC0


async def test_a_pdf_with_a_password_or_too_many_pages_or_none_is_refused() -> None:
    assert await refused("pdf", paper(locked="")) == "pdf_locked", "also one that opens without a word"
    assert await refused("pdf", paper(locked="word")) == "pdf_locked"
    assert await refused("pdf", b"no paper at all") == "not_a_pdf"
    assert await refused("pdf", film()) == "not_a_pdf"
    many = pikepdf.new()
    for _ in range(1001):
        many.add_blank_page(page_size=(10, 10))
    file = BytesIO()
    many.save(file)
    assert await refused("pdf", file.getvalue()) == "too_many_pages"
