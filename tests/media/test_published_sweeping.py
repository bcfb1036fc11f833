"""What nobody uses is deleted after a month, files without a row after a day; killed anywhere, the next run goes on."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from backend import clock
from backend.errors import Unavailable
from media import published
from media.models import PublishedMedia
from media.published_sweeping import sweep_published
from media.storage import Storage
from tests.media.test_sweeping import DiesAt
from tests.published_files import kept, put

pytestmark = pytest.mark.usefixtures("database")

OLD = timedelta(days=31)


def unused(*chosen: PublishedMedia) -> Callable[[Sequence[PublishedMedia]], Awaitable[set[UUID]]]:
    async def asked(batch: Sequence[PublishedMedia]) -> set[UUID]:
        return {each.id for each in chosen} & {each.id for each in batch}

    return asked


async def test_what_is_old_and_unused_goes_with_its_files(storage: Storage) -> None:
    long_ago = clock.now() - OLD
    gone = await put(storage, uploaded_at=long_ago)
    cover = await put(storage, kind="picture", format="webp", uploaded_at=long_ago, crops={"wide": [0, 0, 9, 4]})
    used, young = await put(storage, uploaded_at=long_ago), await put(storage)
    assert await sweep_published(storage, unused(gone, cover, young)) == 2
    assert {each.id for each in await PublishedMedia.all()} == {used.id, young.id}
    assert await kept(storage) == {published.file_key(used, "whole"), published.file_key(young, "whole")}
    assert await sweep_published(storage, unused(gone, cover, young)) == 0


async def test_files_without_a_row_and_earlier_cuts_go_after_a_day(storage: Storage) -> None:
    media = await put(storage, kind="picture", format="webp", crops={"wide": [0, 0, 9, 4]})
    lost = ["published/aa/nonsense", f"published/{media.id.hex[-2:]}/{media.id}-wide-1x1x9x4.webp"]
    for key in lost:
        await storage.put(key, b"left over")
    everything = await kept(storage)
    assert await sweep_published(storage, unused()) == 0, "a row may be about to name them"
    assert await kept(storage) == everything
    with clock.pinned(clock.now() + timedelta(days=2)):
        assert await sweep_published(storage, unused()) == 2
    assert await kept(storage) == everything - set(lost)


async def test_a_run_that_is_killed_is_finished_by_the_next_one(storage: Storage) -> None:
    media = await put(storage, kind="picture", format="webp", uploaded_at=clock.now() - OLD)
    with pytest.raises(Unavailable):
        await sweep_published(DiesAt(storage, 1), unused(media))
    assert await PublishedMedia.all().count() == 0
    assert len(await kept(storage)) == 2
    with clock.pinned(clock.now() + timedelta(days=2)):
        assert await sweep_published(storage, unused()) == 2
    assert await kept(storage) == set()


async def test_many_are_looked_through_in_batches(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.published_sweeping.AT_ONCE", 2)
    rows = [await put(storage, uploaded_at=clock.now() - OLD) for _ in range(5)]
    assert await sweep_published(storage, unused(*rows[::2])) == 3
    assert {each.id for each in await PublishedMedia.all()} == {rows[1].id, rows[3].id}
