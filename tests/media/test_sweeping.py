"""What nobody uses and what is due goes, whatever happened half-way; what somebody uses stays."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest

from backend import clock
from backend.database import transaction
from backend.errors import Invalid, Unavailable
from media.intake import file_keys, hold, schedule_deletion
from media.models import Picture, PictureMark
from media.storage import Storage, store_away
from media.sweeping import delete_due, sweep_orphans
from tests.media.stored import OWNER, files_in, put, put_files
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]

pytestmark = pytest.mark.usefixtures("database")


class DiesAt(Storage):
    """A real store that answers so many deletions, and then no more."""

    def __init__(self, whole: Storage, deletions: int) -> None:
        vars(self).update(vars(whole))
        self.deletions = deletions

    async def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.deletions -= 1
            if self.deletions < 0:
                raise store_away()
            await super().delete([key])


@pytest.fixture
def later() -> AbstractContextManager[None]:
    """Two days from now: the files of a store carry the machine's own time."""
    return clock.pinned(clock.now() + timedelta(days=2))


async def test_what_nothing_holds_goes_after_a_day_with_files_and_marks(
    storage: Storage, later: AbstractContextManager[None]
) -> None:
    kept, lost = await put(storage, bits=[7]), await put(storage, bits=[9])
    await hold("evidence:a", OWNER, [kept.id])
    assert await sweep_orphans(storage) == 0, "nobody is hurried"
    with later:
        assert await sweep_orphans(storage) == 1
        assert await sweep_orphans(storage) == 0
    assert [picture.id for picture in await Picture.all()] == [kept.id]
    assert [mark.picture_id for mark in await PictureMark.all()] == [kept.id]
    assert await files_in(storage) == set(file_keys(kept))
    assert lost.id != kept.id


async def test_files_whose_row_was_never_written_go_after_a_day(
    storage: Storage, later: AbstractContextManager[None]
) -> None:
    await put_files(storage)
    await storage.put("pictures/odd name.txt", b"x")
    await storage.put("imports/waiting.csv", b"not ours")
    assert await sweep_orphans(storage) == 0
    with later:
        assert await sweep_orphans(storage) == 4
    assert await files_in(storage) == set()
    assert await storage.get("imports/waiting.csv") == b"not ours"


async def test_what_was_let_go_today_is_not_swept_though_it_came_long_ago(storage: Storage, clock_at: ClockAt) -> None:
    with clock_at("2026-11-01 09:00"):
        picture = await put(storage)
        await hold("evidence:a", OWNER, [picture.id])
    with clock_at("2026-11-23 09:00"):
        await hold("evidence:a", OWNER, [])
        assert await sweep_orphans(storage) == 0
    with clock_at("2026-11-24 23:00"):
        assert await sweep_orphans(storage) == 0
    with clock_at("2026-11-25 09:00"):
        assert await sweep_orphans(storage) == 1


@pytest.mark.parametrize("deletions", range(6))
async def test_a_sweep_killed_anywhere_is_finished_by_the_next(
    storage: Storage, later: AbstractContextManager[None], deletions: int
) -> None:
    kept = await put(storage)
    await hold("evidence:a", OWNER, [kept.id])
    await put(storage)
    await put_files(storage)
    with later:
        with pytest.raises(Unavailable):
            await sweep_orphans(DiesAt(storage, deletions))
        await sweep_orphans(storage)
    assert [picture.id for picture in await Picture.all()] == [kept.id]
    assert await files_in(storage) == set(file_keys(kept))


@both_databases
async def test_a_picture_attached_at_the_very_moment_is_swept_whole_or_not_at_all(
    storage: Storage, later: AbstractContextManager[None]
) -> None:
    pictures = [await put(storage) for _ in range(12)]

    async def attach(number: int) -> bool:
        await asyncio.sleep(0.002 * number)
        try:
            async with transaction():
                await hold(f"evidence:{number}", OWNER, [pictures[number].id])
        except Invalid:
            return False
        return True

    with later:
        attached, _ = await asyncio.gather(
            asyncio.gather(*(attach(number) for number in range(12))), sweep_orphans(storage)
        )
    left = {picture.id: picture for picture in await Picture.all()}
    assert {pictures[number].id for number, here in enumerate(attached) if here} == left.keys()
    assert await files_in(storage) == {key for picture in left.values() for key in file_keys(picture)}


async def test_files_go_on_their_day_and_the_row_stays_with_digest_and_marks(
    storage: Storage, clock_at: ClockAt
) -> None:
    picture = await put(storage, bits=[7])
    await hold("evidence:a", OWNER, [picture.id])
    await schedule_deletion("evidence:a", date(2027, 5, 22))
    with clock_at("2027-05-21 23:59"):
        assert await delete_due(storage) == 0
    with clock_at("2027-05-22 00:01"):
        assert await delete_due(storage) == 1
        assert await delete_due(storage) == 0
        gone = await Picture.get(id=picture.id)
        assert (gone.deleted_at, gone.held_by) == (clock.now(), "evidence:a")
    assert gone.original_digest == picture.original_digest
    assert await PictureMark.filter(picture_id=picture.id).count() == 1
    assert await files_in(storage) == set()


async def test_what_is_put_off_keeps_its_files(storage: Storage, clock_at: ClockAt) -> None:
    picture = await put(storage)
    await hold("evidence:a", OWNER, [picture.id])
    await schedule_deletion("evidence:a", date(2026, 11, 20))
    await schedule_deletion("evidence:a", None)
    with clock_at("2026-11-23 09:00"):
        assert await delete_due(storage) == 0
    assert await files_in(storage) == set(file_keys(picture))


@pytest.mark.parametrize("deletions", range(6))
async def test_a_deletion_killed_anywhere_is_finished_by_the_next(
    storage: Storage, clock_at: ClockAt, deletions: int
) -> None:
    pictures = [await put(storage) for _ in range(2)]
    await hold("evidence:a", OWNER, [picture.id for picture in pictures])
    await schedule_deletion("evidence:a", date(2026, 11, 23))
    with clock_at("2026-11-23 09:00"), pytest.raises(Unavailable):
        await delete_due(DiesAt(storage, deletions))
    with clock_at("2026-11-24 09:00"):
        await delete_due(storage)
    assert await files_in(storage) == set()
    assert await Picture.filter(deleted_at=None).count() == 0


async def test_files_left_by_a_deletion_long_ago_are_swept(storage: Storage, clock_at: ClockAt) -> None:
    picture = await put(storage)
    await hold("evidence:a", OWNER, [picture.id])
    with clock_at("2026-11-23 09:00"):
        await Picture.filter(id=picture.id).update(delete_on=date(2026, 10, 1), deleted_at=clock.now())
        assert await sweep_orphans(storage) == 3
    assert await files_in(storage) == set()
