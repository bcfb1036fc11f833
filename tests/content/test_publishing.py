"""From a passed revision to what readers see, and back: copied, moved, pinned, taken back."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from backend import clock
from backend.content import publishing, reading
from backend.content.draft import Attachment
from backend.content.models import ContentChange, Publication, PublishedFile
from backend.content.publishing import MOST_PINNED
from backend.database import transaction
from backend.errors import Conflict
from tests import article_factories
from tests.article_factories import a_draft, moment, publication, published

pytestmark = pytest.mark.usefixtures("monday", "database")


async def number() -> int:
    row = await ContentChange.get_or_none(id=1)
    return row.number if row else 0


async def files_of(article_id: UUID) -> set[UUID]:
    return {each.file_id for each in await PublishedFile.filter(article_id=article_id)}


async def test_what_passed_is_copied_with_every_file_that_it_shows() -> None:
    cover, picture, video = uuid7(), uuid7(), uuid7()
    draft = a_draft(
        cover_id=cover, tags=("质量",), attachments=(Attachment(video, "讲座"),), summary="说明", source="县文明办"
    )
    html = f'<p>{"字" * 900}</p><p><img src="file:{picture}" alt="图"></p>'
    row = await article_factories.article()
    draft = article_factories.changed(draft, html=html)
    await publishing.publish(row, 3, draft, clock.now())
    shown = await publication(row.id)
    assert (shown.revision_number, shown.title, shown.summary, shown.source) == (3, draft.title, "说明", "县文明办")
    assert (shown.html, shown.tags, shown.minutes) == (html, ["质量"], 2)
    assert shown.attachments == [{"file_id": str(video), "name": "讲座"}]
    assert await files_of(row.id) == {cover, picture, video} == set(map(UUID, shown.files))


async def test_a_new_round_replaces_it_in_its_place() -> None:
    at = moment("2026-11-20 09:00")
    article_id = await published(at=at, cover_id=uuid7())
    await publishing.pin(article_id, True)
    row = await (await publication(article_id)).article
    await publishing.publish(row, 2, a_draft(title="改过的"), clock.now())
    shown = await publication(article_id)
    assert (shown.title, shown.publish_at, shown.updated_at) == ("改过的", at, clock.now())
    assert shown.pinned_at is not None
    assert await files_of(article_id) == set()
    assert await Publication.all().count() == 1


async def test_moving_its_time_does_not_make_it_a_changed_one() -> None:
    article_id = await published(at=moment("2026-12-01 09:00"))
    await publishing.schedule(article_id, moment("2026-11-30 09:00"), moment("2026-12-30 09:00"))
    shown = await publication(article_id)
    assert shown.publish_at == shown.updated_at == moment("2026-11-30 09:00")
    assert shown.ends_at == moment("2026-12-30 09:00")


async def test_what_was_taken_back_or_ended_or_waits_stands_anew_from_then_on() -> None:
    at = moment("2026-11-20 09:00")
    retracted, waiting = await published(at=at), await published(at=moment("2026-12-01 09:00"))
    ended = await published(at=at, ends_at=moment("2026-11-21 09:00"))
    await publishing.retract(retracted)
    for each in (retracted, waiting, ended):
        row = await (await publication(each)).article
        row.ends_at = None
        await publishing.publish(row, 2, a_draft(), clock.now())
        shown = await reading.one(each)
        assert (shown.publish_at, shown.retracted_at) == (clock.now(), None)


async def test_one_that_readers_see_may_be_put_off() -> None:
    article_id = await published(at=moment("2026-11-20 09:00"))
    row = await (await publication(article_id)).article
    later = moment("2026-11-30 09:00")
    await publishing.publish(row, 2, a_draft(), later)
    assert (await publication(article_id)).publish_at == later


async def test_every_change_that_readers_see_moves_the_number() -> None:
    before = await number()
    article_id = await published()
    await publishing.schedule(article_id, clock.now(), None)
    await publishing.pin(article_id, True)
    await publishing.pin(article_id, False)
    await publishing.retract(article_id)
    assert await number() == before + 5


async def test_what_is_undone_with_its_transaction_moves_nothing() -> None:
    before = await number()
    with pytest.raises(RuntimeError):
        await publish_and_fail()
    assert (await number(), await Publication.all().count()) == (before, 0)


async def publish_and_fail() -> None:
    async with transaction():
        await published()
        raise RuntimeError


async def test_what_is_not_published_cannot_be_moved_pinned_or_taken_back() -> None:
    gone = await published()
    await publishing.retract(gone)
    before = await number()
    for each in (gone, uuid7()):
        for deed in (
            publishing.retract(each),
            publishing.pin(each, True),
            publishing.schedule(each, clock.now(), None),
        ):
            with pytest.raises(Conflict, match="not_published"):
                await deed
    assert await number() == before


async def test_no_more_than_five_are_pinned_even_at_once() -> None:
    made = [await published() for _ in range(MOST_PINNED + 3)]
    tries = await asyncio.gather(*(publishing.pin(each, True) for each in made), return_exceptions=True)
    refused = [each for each in tries if isinstance(each, Conflict)]
    assert [each.code for each in refused] == ["too_many_pinned"] * 3
    assert await Publication.filter(pinned_at__isnull=False).count() == MOST_PINNED
    pinned = await Publication.filter(pinned_at__isnull=False).first()
    assert pinned is not None
    await publishing.pin(pinned.article_id, True)  # again: it is pinned anew, and takes no other place


async def test_a_pinned_one_whose_time_has_passed_leaves_room() -> None:
    for _ in range(MOST_PINNED):
        await publishing.pin(await published(ends_at=moment("2026-11-24 09:00")), True)
    another = await published()
    with pytest.raises(Conflict, match="too_many_pinned"):
        await publishing.pin(another, True)
    with clock.pinned(moment("2026-11-24 09:00")):
        await publishing.pin(another, True)


async def test_the_next_boundary_is_the_next_beginning_or_end() -> None:
    assert await publishing.next_boundary(clock.now()) is None
    await published(at=moment("2026-11-30 09:00"))
    await published(at=moment("2026-11-01 09:00"), ends_at=moment("2026-11-28 09:00"))
    gone = await published(at=moment("2026-11-24 09:00"))
    await publishing.retract(gone)
    assert await publishing.next_boundary(clock.now()) == moment("2026-11-28 09:00")
    assert await publishing.next_boundary(moment("2026-11-28 09:00")) == moment("2026-11-30 09:00")
    assert await publishing.next_boundary(moment("2026-11-30 09:00")) is None


async def test_two_who_take_one_back_at_once() -> None:
    article_id = await published()
    tries = await asyncio.gather(publishing.retract(article_id), publishing.retract(article_id), return_exceptions=True)
    assert sorted(type(each).__name__ for each in tries) == ["Conflict", "NoneType"]


async def test_changing_pinning_and_taking_back_at_once_ends_in_one_of_them() -> None:
    for _ in range(5):
        article_id = await published()
        row = await (await publication(article_id)).article
        deeds = (
            publishing.publish(row, 2, a_draft(), clock.now()),
            publishing.pin(article_id, True),
            publishing.schedule(article_id, clock.now() - timedelta(days=1), None),
            publishing.retract(article_id),
        )
        done = await asyncio.gather(*deeds, return_exceptions=True)
        assert all(each is None or isinstance(each, Conflict) for each in done), done
