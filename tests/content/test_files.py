"""Editors upload files for their articles and campaigns, and choose covers."""

import tempfile
from typing import IO
from uuid import uuid4

import pytest

from backend import clock
from backend.content import article_faults, articles, files, publishing
from backend.content.models import Article
from backend.errors import Conflict, Forbidden, Invalid, NotFound
from backend.staff.models import AuditEvent
from media import published
from media.models import PublishedMedia
from media.storage import Storage
from media.workshop import Workshop
from tests import article_factories
from tests.content.editors import draft, editor
from tests.media.made_films import film, paper, sound
from tests.media.photos import a_photo
from tests.media.picture_files import whole_files
from tests.on_sqlite import pytest_generate_tests
from tests.published_files import kept, put
from tests.running_app import both_databases

__all__ = ["pytest_generate_tests"]

pytestmark = pytest.mark.usefixtures("database")


def a_file(data: bytes) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by who asks)
    file.write(data)
    return file


async def upload(
    storage: Storage, workshop: Workshop, data: bytes, holder: files.Holder, who: str = "writer"
) -> PublishedMedia:
    with a_file(data) as file:
        return await files.upload(storage, workshop, await editor(who), holder, file, "片子")


async def an_article() -> Article:
    return await articles.create(await editor(), draft())


async def test_who_writes_no_articles_uploads_nothing(storage: Storage, workshop: Workshop) -> None:
    article = await an_article()
    with pytest.raises(Forbidden, match="not_permitted"):
        await upload(storage, workshop, a_photo(), files.article(article.id), "stranger")
    with pytest.raises(NotFound, match="article_not_found"):
        await upload(storage, workshop, a_photo(), files.article(uuid4()))
    assert await kept(storage) == set()


async def test_an_editor_uploads_and_the_audit_says_so(storage: Storage, workshop: Workshop) -> None:
    holder = files.article((await an_article()).id)
    kinds = [(await upload(storage, workshop, data, holder)).kind for data in (a_photo(), film(), sound(), paper())]
    assert kinds == ["picture", "video", "audio", "pdf"]
    events = await AuditEvent.filter(action="content.upload").order_by("id")
    assert [(event.about, event.detail["kind"]) for event in events] == [(holder.name, kind) for kind in kinds]


def test_a_file_says_by_its_first_bytes_what_it_is() -> None:
    for name, data in whole_files().items():
        with a_file(data) as file:
            assert files.kind_of(file) == "picture", name
    for data, kind in (
        (film(container="mov"), "video"),
        (sound("aac", "ipod"), "audio"),
        (sound()[45:], "picture"),
        (b"GIF89a" + paper(), "pdf"),
        (b"", "picture"),
        (b"\xff", "picture"),
    ):
        with a_file(data) as file:
            assert files.kind_of(file) == kind


async def test_what_is_refused_leaves_no_row_no_file_and_no_word_in_the_audit(
    storage: Storage, workshop: Workshop
) -> None:
    holder = files.article((await an_article()).id)
    refused = [b"no picture", b"%PDF-1.7 scanned", film()[:2000], bytes(11 * 1024 * 1024)]
    for data in refused:
        with pytest.raises(Invalid):
            await upload(storage, workshop, data, holder)
    assert await PublishedMedia.all().count() == await AuditEvent.filter(action="content.upload").count() == 0
    assert await kept(storage) == set()


async def test_an_article_that_is_discarded_while_a_file_comes_in_keeps_none(
    storage: Storage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, writer = await an_article(), await editor()
    store = published.store_picture

    async def store_slowly(*given: object) -> published.Stored:
        stored = await store(*given)  # type: ignore[arg-type]
        await articles.discard(writer, article.id)
        return stored

    monkeypatch.setattr(published, "store_picture", store_slowly)
    with pytest.raises(Conflict, match="article_discarded"):
        await upload(storage, workshop, a_photo(), files.article(article.id))
    assert await kept(storage) == set()


async def test_an_article_takes_so_many_files_and_no_more(
    storage: Storage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 1)
    holder = files.article((await an_article()).id)
    await upload(storage, workshop, a_photo(), holder)
    with pytest.raises(Conflict, match="too_many_files"):
        await upload(storage, workshop, a_photo(2), holder)


async def test_a_campaign_takes_a_banner_and_nothing_but_pictures(storage: Storage, workshop: Workshop) -> None:
    campaign = files.campaign((await article_factories.campaign()).id)
    assert (await upload(storage, workshop, a_photo(), campaign)).held_by == campaign.name
    with pytest.raises(Invalid, match="not_a_picture"):
        await upload(storage, workshop, film(), campaign)
    with pytest.raises(NotFound, match="campaign_not_found"):
        await upload(storage, workshop, a_photo(), files.campaign(uuid4()))
    with pytest.raises(Forbidden):
        await upload(storage, workshop, a_photo(), campaign, "stranger")


async def test_an_editor_cuts_the_cover_of_her_article(storage: Storage, workshop: Workshop) -> None:
    article, writer = await an_article(), await editor()
    media = await upload(storage, workshop, a_photo(), files.article(article.id))
    cover = await files.crop(storage, workshop, writer, article.id, media.id, {"square": (0, 0, 200, 200)})
    assert cover.id == media.id
    assert await published.has_cover(media.id)
    stored = await kept(storage)
    again = await files.crop(storage, workshop, writer, article.id, media.id, {"square": (0, 0, 200, 200)})
    assert (again.id, await kept(storage)) == (media.id, stored), "the same cut again changes nothing"


async def test_a_cut_that_may_have_been_reviewed_stays_and_another_is_another_file(
    storage: Storage, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, writer = await an_article(), await editor()
    media = await upload(storage, workshop, a_photo(), files.article(article.id))
    await files.crop(storage, workshop, writer, article.id, media.id, {})
    before = (await published.one(media.id)).crops
    anew = await files.crop(storage, workshop, writer, article.id, media.id, {"square": (0, 0, 200, 200)})
    assert (anew.id != media.id, (await published.one(media.id)).crops) == (True, before)
    assert await AuditEvent.filter(action="content.upload").count() == 2
    monkeypatch.setattr(files, "MOST_FILES", 2)
    with pytest.raises(Conflict, match="too_many_files"):
        await files.crop(storage, workshop, writer, article.id, media.id, {"square": (9, 9, 200, 200)})


@both_databases
async def test_the_cover_that_readers_see_never_changes_under_them(storage: Storage, workshop: Workshop) -> None:
    article, writer = await an_article(), await editor()
    media = await upload(storage, workshop, a_photo(), files.article(article.id))
    await files.crop(storage, workshop, writer, article.id, media.id, {})
    await publishing.publish(await article_faults.found(article.id), 1, draft(cover_id=media.id), clock.now())
    before = (await published.one(media.id)).crops
    assert (await files.crop(storage, workshop, writer, article.id, media.id, {})).id == media.id
    anew = await files.crop(storage, workshop, writer, article.id, media.id, {"square": (0, 0, 200, 200)})
    assert anew.id != media.id
    assert anew.held_by == f"article:{article.id}"
    assert (await published.one(media.id)).crops == before


async def test_another_articles_picture_is_copied_when_it_is_published_and_else_not_there(
    storage: Storage, workshop: Workshop
) -> None:
    theirs, ours, writer = await an_article(), await an_article(), await editor()
    media = await upload(storage, workshop, a_photo(), files.article(theirs.id))
    with pytest.raises(NotFound, match="file_not_found"):
        await files.crop(storage, workshop, writer, ours.id, media.id, {})
    await publishing.publish(await article_faults.found(theirs.id), 1, draft(cover_id=media.id), clock.now())
    cover = await files.crop(storage, workshop, writer, ours.id, media.id, {})
    assert (cover.id != media.id, cover.held_by) == (True, f"article:{ours.id}")


@pytest.mark.parametrize(
    ("state", "code"), [("second_review", "article_in_review"), ("discarded", "article_discarded")]
)
async def test_the_cover_of_what_is_reviewed_or_discarded_stays(
    storage: Storage, workshop: Workshop, state: str, code: str
) -> None:
    article = await an_article()
    media = await put(storage, kind="picture", format="webp", width=9, height=9, held_by=f"article:{article.id}")
    await Article.filter(id=article.id).update(state=state)
    with pytest.raises(Conflict, match=code):
        await files.crop(storage, workshop, await editor(), article.id, media.id, {})
