"""Pictures are kept with their files and marks, and each is held by one thing at a time."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from uuid_utils.compat import uuid7

from backend.database import transaction
from backend.errors import DomainError, Invalid, TooMany, Unavailable
from backend.settings import Settings
from media import intake
from media.intake import hold, pictures_of, take_in
from media.models import Picture, PictureMark
from media.storage import Storage, store_full
from media.workshop import Workshop
from tests.media.photos import a_photo
from tests.media.stored import NEIGHBOUR, OWNER, files_in, put
from tests.running_app import both_databases

ClockAt = Callable[[str], AbstractContextManager[None]]

pytestmark = pytest.mark.usefixtures("database")


async def held(*holders: str) -> list[list[str]]:
    return [[str(each.id) for each in pictures] for pictures in (await pictures_of(*holders)).values()]


async def refusal(deed: Awaitable[None]) -> str:
    with pytest.raises(DomainError) as refused:
        async with transaction():
            await deed
    return refused.value.code


async def test_a_photo_is_kept_in_three_sizes_with_its_digest_and_marks(storage: Storage, workshop: Workshop) -> None:
    sent = a_photo(size=(3000, 2000))
    picture = await take_in(storage, workshop, OWNER, sent)
    kept = await Picture.get(id=picture.id)
    assert (kept.width, kept.height, kept.owner_id, kept.held_by) == (2560, 1707, OWNER, None)
    assert kept.original_digest == hashlib.sha256(sent).hexdigest()
    files = {key: len(await storage.get(key)) for key in intake.file_keys(kept)}
    assert await files_in(storage) == files.keys()
    assert sum(files.values()) == kept.size
    marks = await PictureMark.filter(picture_id=kept.id)
    assert "whole" in {mark.part for mark in marks}


async def test_what_is_no_picture_leaves_nothing(storage: Storage, workshop: Workshop) -> None:
    for sent in (b"no picture", b"", a_photo()[:2000]):
        with pytest.raises(Invalid):
            await take_in(storage, workshop, OWNER, sent)
    assert (await Picture.all().count(), await files_in(storage)) == (0, set())


class FullAfter(Storage):
    """A real store whose space ends after so many files."""

    def __init__(self, whole: Storage, files: int) -> None:
        vars(self).update(vars(whole))
        self.files = files

    async def put(self, key: str, data: bytes) -> None:
        self.files -= 1
        if self.files < 0:
            raise store_full()
        await super().put(key, data)


@pytest.mark.parametrize("files", [0, 1, 2])
async def test_a_store_that_fills_up_in_the_middle_keeps_no_part_of_a_picture(storage: Storage, files: int) -> None:
    with pytest.raises(Unavailable, match="store_full"):
        await put(FullAfter(storage, files))
    assert (await Picture.all().count(), await files_in(storage)) == (0, set())


async def test_one_citizen_cannot_fill_the_store_with_what_nothing_holds(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_WAITING", 3)
    first = [(await put(storage)).id for _ in range(3)]
    with pytest.raises(TooMany, match="too_many_waiting"):
        await put(storage)
    await put(storage, NEIGHBOUR)
    await hold("evidence:a", OWNER, first[:1])
    await put(storage)


async def test_it_holds_exactly_these_in_this_order(storage: Storage) -> None:
    one, two, three = [(await put(storage)).id for _ in range(3)]
    await hold("evidence:a", OWNER, [three, one])
    assert await held("evidence:a", "evidence:b") == [[str(three), str(one)], []]
    await hold("evidence:a", OWNER, [one, two])
    assert await held("evidence:a") == [[str(one), str(two)]]
    assert await refusal(hold("evidence:b", OWNER, [one])) == "no_such_picture"
    await hold("evidence:b", OWNER, [three])
    await hold("evidence:a", OWNER, [])
    assert await held("evidence:a", "evidence:b") == [[], [str(three)]]


async def test_only_her_own_pictures_that_are_there_and_free_can_be_held(storage: Storage) -> None:
    mine, hers, gone, used = [(await put(storage, who)).id for who in (OWNER, NEIGHBOUR, OWNER, OWNER)]
    await hold("evidence:other", OWNER, [used])
    await Picture.filter(id=gone).update(deleted_at="2026-11-23T01:00:00+00:00")
    for wrong in ([hers], [gone], [used], [uuid7()], [mine, mine], [mine, hers]):
        assert await refusal(hold("evidence:a", OWNER, wrong)) == "no_such_picture"
    assert await refusal(hold("evidence:a", OWNER, [uuid7() for _ in range(10)])) == "too_many_pictures"
    assert await held("evidence:a", "evidence:other") == [[], [str(used)]]


@both_databases
async def test_of_two_drafts_that_want_the_same_pictures_at_once_one_gets_them(storage: Storage) -> None:
    ids = [(await put(storage)).id for _ in range(9)]

    async def want(holder: str, wanted: list) -> bool:  # type: ignore[type-arg]
        try:
            async with transaction():
                await hold(holder, OWNER, wanted)
        except Invalid:
            return False
        return True

    wants = [want(f"evidence:{number}", ids if number % 2 else ids[::-1]) for number in range(6)]
    won = await asyncio.gather(*wants)
    assert won.count(True) == 1
    holders = {picture.held_by for picture in await Picture.all()}
    assert holders == {f"evidence:{won.index(True)}"}


async def test_what_is_let_go_waits_a_day_and_can_be_held_again(storage: Storage, clock_at: ClockAt) -> None:
    with clock_at("2026-11-23 09:00"):
        picture = await put(storage)
        await hold("evidence:a", OWNER, [picture.id])
        await hold("evidence:a", OWNER, [])
        assert (await Picture.get(id=picture.id)).delete_on == date(2026, 11, 25)
        await hold("evidence:a", OWNER, [picture.id])
        assert (await Picture.get(id=picture.id)).delete_on is None


async def test_deletion_is_put_on_a_day_and_put_off(storage: Storage) -> None:
    picture, other = await put(storage), await put(storage)
    await hold("evidence:a", OWNER, [picture.id])
    await hold("evidence:b", OWNER, [other.id])
    await intake.schedule_deletion("evidence:a", date(2027, 5, 22))
    assert (await Picture.get(id=picture.id)).delete_on == date(2027, 5, 22)
    assert (await Picture.get(id=other.id)).delete_on is None
    await intake.schedule_deletion("evidence:a", None)
    assert (await Picture.get(id=picture.id)).delete_on is None


async def test_a_file_s_key_names_nobody(storage: Storage, settings: Settings) -> None:
    picture = await put(storage)
    for key in intake.file_keys(picture):
        assert str(OWNER) not in key
        assert settings.media_folder is not None
        assert (settings.media_folder / key).is_file()
