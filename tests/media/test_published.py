"""Files of articles are taken in whole or not at all, found by id, and cut to the two shapes of a cover."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from backend.errors import Invalid, NotFound, Unavailable
from media import published
from media.covers import SHAPES, centred, checked
from media.film_words import FileKind
from media.models import PublishedMedia
from media.storage import Storage, store_full
from media.workshop import Workshop
from tests.media.made_films import film, paper, sound
from tests.published_files import BY, HOLDER, kept, picture, put, taken
from tests.running_app import both_databases

pytestmark = pytest.mark.usefixtures("database")


async def image(storage: Storage, media: PublishedMedia, size: published.FileSize) -> Image.Image:
    return Image.open(BytesIO(await storage.get(published.file_key(media, size))))


async def nothing_is_kept(storage: Storage) -> bool:
    return await PublishedMedia.all().count() == 0 and await kept(storage) == set()


async def test_a_picture_is_kept_in_three_sizes(storage: Storage, workshop: Workshop) -> None:
    media = await picture(storage, workshop, (3000, 1500))
    assert (media.kind, media.width, media.height, media.name, media.crops) == ("picture", 2560, 1280, "", {})
    assert published.sizes_of(media) == ("master", "middle", "small")
    for size, width in (("master", 2560), ("middle", 1280), ("small", 480)):
        assert (await image(storage, media, size)).width == width  # type: ignore[arg-type]
    assert await published.middle_sizes([media.id, uuid4()]) == {media.id: (1280, 640)}
    assert len(await kept(storage)) == 3


@pytest.mark.parametrize(
    ("kind", "data", "format_", "seconds"),
    [
        ("video", film(), "mp4", 2),
        ("audio", sound(), "mp3", 3),
        ("audio", sound("aac", "ipod"), "m4a", 3),
        ("pdf", paper(), "pdf", None),
    ],
    ids=["video", "mp3", "m4a", "pdf"],
)
async def test_a_file_is_kept_rewritten(
    storage: Storage, kind: FileKind, data: bytes, format_: str, seconds: int | None
) -> None:
    media = await taken(storage, kind, data, name=" 诚信\x00之\n歌 ")
    assert (media.kind, media.format, media.seconds, media.name) == (kind, format_, seconds, "诚信之歌")
    assert published.sizes_of(media) == ("whole",)
    stored = await storage.get(published.file_key(media, "whole"))
    assert len(stored) == media.size
    assert await storage.get_range(published.file_key(media, "whole"), 3, 9) == stored[3:9]
    assert await PublishedMedia.get(id=media.id) == media


async def test_what_cannot_be_used_leaves_nothing(storage: Storage, workshop: Workshop) -> None:
    for kind, data in (("video", film()[:3000]), ("audio", b"ID3"), ("pdf", paper(locked="word"))):
        with pytest.raises(Invalid):
            await taken(storage, kind, data)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="not_a_picture"):
        await published.take_in_picture(storage, workshop, HOLDER, BY, b"<svg onload=alert(1)>")
    assert await nothing_is_kept(storage)


async def test_a_store_that_fills_up_half_way_keeps_nothing(
    storage: Storage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_one, left = storage.put, [2]

    async def put_until_full(key: str, data: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise store_full()
        await put_one(key, data)

    monkeypatch.setattr(storage, "put", put_until_full)
    with pytest.raises(Unavailable, match="store_full"):
        await picture(storage, workshop)
    assert await nothing_is_kept(storage)


async def test_files_are_found_by_id(storage: Storage) -> None:
    one, other = await put(storage), await put(storage, held_by="campaign:1")
    assert await published.one(one.id) == one
    assert set(await published.found([one.id, other.id, uuid4()])) == {one.id, other.id}
    assert await published.found([]) == {}
    assert await published.files_of(HOLDER) == [one]
    assert await published.files_exist([one.id, other.id, one.id])
    assert await published.files_exist([])
    assert not await published.files_exist([one.id, uuid4()])
    with pytest.raises(NotFound, match="file_not_found"):
        await published.one(uuid4())
    with pytest.raises(NotFound, match="file_not_found"):
        published.file_key(one, "middle")


async def test_a_cover_has_both_shapes_from_the_centre_or_as_the_editor_cut_it(
    storage: Storage, workshop: Workshop
) -> None:
    media = await picture(storage, workshop, (1600, 1200))
    assert not await published.has_cover(media.id)
    media = await published.set_crops(storage, workshop, media.id, {})
    assert published.boxes_of(media) == {"wide": [0, 259, 1600, 681], "square": [200, 0, 1200, 1200]}
    assert await published.has_cover(media.id)
    first = await kept(storage)
    media = await published.set_crops(storage, workshop, media.id, {"square": (0, 0, 600, 600), "wide": None})
    for shape, size in SHAPES.items():
        assert (await image(storage, media, shape)).size == size
    corner = (await image(storage, media, "master")).crop((0, 0, 600, 600)).resize((500, 500)).convert("RGB")
    cut = (await image(storage, media, "square")).convert("RGB")
    assert (
        max(abs(a - b) for a, b in zip(corner.resize((1, 1)).tobytes(), cut.resize((1, 1)).tobytes(), strict=True)) < 4
    )
    assert len(await kept(storage)) == 5, "the earlier cut is gone"
    assert await kept(storage) != first, "and a cut has a name of its own"


async def test_a_small_picture_fills_the_shapes_all_the_same(storage: Storage, workshop: Workshop) -> None:
    media = await picture(storage, workshop, (90, 70))
    media = await published.set_crops(storage, workshop, media.id, {})
    assert (await image(storage, media, "wide")).size == (900, 383)


@pytest.mark.parametrize(
    "box", [(0, 0, 0, 0), (-1, 0, 500, 500), (0, 0, 1601, 1601), (1200, 0, 500, 500), (0, 0, 600, 500)]
)
async def test_a_cut_outside_of_the_picture_or_of_another_shape_is_refused(
    storage: Storage, workshop: Workshop, box: tuple[int, int, int, int]
) -> None:
    media = await picture(storage, workshop, (1600, 1200))
    with pytest.raises(Invalid, match="wrong_crop"):
        await published.set_crops(storage, workshop, media.id, {"square": box})
    assert not await published.has_cover(media.id)


async def test_what_is_no_picture_is_no_cover(storage: Storage, workshop: Workshop) -> None:
    film = await put(storage)
    with pytest.raises(Invalid, match="not_a_cover"):
        await published.set_crops(storage, workshop, film.id, {})
    assert not await published.has_cover(film.id)
    assert not await published.has_cover(uuid4())


async def test_a_cover_that_readers_look_at_is_left_as_it_is(storage: Storage, workshop: Workshop) -> None:
    shown = await published.set_crops(storage, workshop, (await picture(storage, workshop)).id, {})
    before = await kept(storage)
    anew = await published.set_crops(storage, workshop, shown.id, {"square": (0, 0, 300, 300)}, anew_for="article:2")
    assert anew.id != shown.id
    assert (anew.held_by, published.boxes_of(anew)["square"]) == ("article:2", [0, 0, 300, 300])
    assert before < await kept(storage)
    assert (await published.one(shown.id)).crops == shown.crops


@both_databases
async def test_several_who_cut_the_same_picture_at_once_leave_one_whole_cover(
    storage: Storage, workshop: Workshop
) -> None:
    media = await picture(storage, workshop)
    boxes = [(0, 0, side, side) for side in (300, 400, 500, 400)]
    await asyncio.gather(*(published.set_crops(storage, workshop, media.id, {"square": box}) for box in boxes))
    left = await published.one(media.id)
    assert await kept(storage) == set(published.file_keys(left)), "what the row names, and nothing else"
    assert (await image(storage, left, "square")).size == (500, 500)


class TidiesLate(Storage):
    """A real store in which something happens after a row was written, and before what it named is deleted."""

    def __init__(self, whole: Storage, meanwhile: Callable[[], Awaitable[object]]) -> None:
        vars(self).update(vars(whole))
        self.meanwhile: Callable[[], Awaitable[object]] | None = meanwhile

    async def delete(self, keys: Sequence[str]) -> None:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        await super().delete(keys)


@both_databases
async def test_who_tidies_late_takes_nothing_from_who_cut_it_back_meanwhile(
    storage: Storage, workshop: Workshop
) -> None:
    media, first, second = await picture(storage, workshop), (0, 0, 300, 300), (0, 0, 400, 400)
    await published.set_crops(storage, workshop, media.id, {"square": first})
    late = TidiesLate(storage, lambda: published.set_crops(storage, workshop, media.id, {"square": first}))
    await published.set_crops(late, workshop, media.id, {"square": second})
    left = await published.one(media.id)
    assert published.boxes_of(left)["square"] == [*first]
    assert (await image(storage, left, "square")).size == (500, 500)
    assert await kept(storage) == set(published.file_keys(left))


async def test_a_cut_that_cannot_be_kept_leaves_the_cover_as_it_was(
    storage: Storage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    cover = await published.set_crops(storage, workshop, (await picture(storage, workshop)).id, {})
    before, put_one = await kept(storage), storage.put

    async def put_wide_only(key: str, data: bytes) -> None:
        if "square" in key:
            raise store_full()
        await put_one(key, data)

    monkeypatch.setattr(storage, "put", put_wide_only)
    with pytest.raises(Unavailable, match="store_full"):
        await published.set_crops(storage, workshop, cover.id, {"square": (0, 0, 300, 300)})
    assert (await kept(storage), (await published.one(cover.id)).crops) == (before, cover.crops)


async def test_a_picture_that_goes_while_it_is_cut_leaves_no_cover(
    storage: Storage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    media, put_one = await picture(storage, workshop), storage.put

    async def put_and_sweep(key: str, data: bytes) -> None:
        await put_one(key, data)
        await PublishedMedia.filter(id=media.id).delete()

    monkeypatch.setattr(storage, "put", put_and_sweep)
    with pytest.raises(NotFound, match="file_not_found"):
        await published.set_crops(storage, workshop, media.id, {})
    assert await kept(storage) == set(published.file_keys(media)), "the sweep takes the picture's own"


def test_every_picture_has_a_centre_of_each_shape() -> None:
    for size in ((1, 1), (1, 2560), (2560, 1), (900, 383), (899, 383), (3, 2), (2560, 1089)):
        for shape in SHAPES:
            left, top, width, height = box = centred(shape, *size)
            assert min(left, top) >= 0, (size, box)
            assert left + width <= size[0], (size, box)
            assert top + height <= size[1], (size, box)
            if min(size) > 100:
                assert checked(shape, box, *size) == box
