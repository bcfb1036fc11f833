"""A month later nothing is left of what nobody used, and everything of what any article shows or may show again."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from backend import clock
from backend.content import article_faults, articles, file_sweeping, publishing
from backend.content.draft import Attachment, Draft
from backend.content.models import Article, Campaign, PublishedFile
from backend.errors import Invalid
from backend.staff.permissions import Staff
from media.models import PublishedMedia
from media.storage import Storage
from tests import article_factories
from tests.content.editors import draft, editor
from tests.on_sqlite import pytest_generate_tests
from tests.published_files import kept, put
from tests.running_app import both_databases

__all__ = ["pytest_generate_tests"]

pytestmark = pytest.mark.usefixtures("database")


def long_ago() -> datetime:
    return clock.now() - timedelta(days=40)


@both_databases
async def test_after_a_month_what_was_never_used_goes_and_what_was_stays(storage: Storage) -> None:
    now = clock.now()
    article, writer = await articles.create(await editor(), draft()), await editor()

    async def old(held_by: UUID, kind: str = "pdf") -> PublishedMedia:
        return await put(storage, kind=kind, format=kind, uploaded_at=long_ago(), held_by=f"article:{held_by}")

    used, dropped, unused = await old(article.id), await old(article.id), await old(article.id)
    for media in (dropped, used):  # an earlier revision still shows the one
        version = (await article_faults.found(article.id)).version
        said = draft(attachments=(Attachment(file_id=media.id, name="公约"),))
        await articles.save(writer, article.id, said, from_version=version)
    nowhere = await old(uuid4())
    gone = await articles.create(writer, draft())
    of_gone, shown = await old(gone.id), await old(gone.id)
    banner = await put(storage, kind="pdf", format="pdf", uploaded_at=long_ago(), held_by="campaign:x")
    await Campaign.filter(id=(await article_factories.campaign()).id).update(banner_id=banner.id)
    await article_factories.published(attachments=(Attachment(file_id=shown.id, name="公约"),))
    await Article.filter(id=gone.id).update(state="discarded", changed_at=now - timedelta(days=31))
    assert await file_sweeping.sweep(storage) == 3
    left = set(await PublishedMedia.all().values_list("id", flat=True))
    assert left == {used.id, dropped.id, shown.id, banner.id}
    assert {unused.id, nowhere.id, of_gone.id} & left == set()


def with_paper(media: PublishedMedia) -> Draft:
    """What an article says that has it attached."""
    return draft(attachments=(Attachment(file_id=media.id, name="公约"),))


async def shown_file(storage: Storage, writer: Staff) -> tuple[Article, PublishedMedia]:
    """An article that shows readers a file of its own."""
    article = await articles.create(writer, draft())
    media = await put(storage, kind="pdf", format="pdf", uploaded_at=long_ago(), held_by=f"article:{article.id}")
    await articles.save(writer, article.id, with_paper(media), from_version=1)
    await publishing.publish(await article_faults.found(article.id), 2, with_paper(media), clock.now())
    return article, media


async def let_go(article: Article) -> None:
    """It is published without its file, and was discarded a month ago."""
    await publishing.publish(await article_faults.found(article.id), 3, draft(), clock.now())
    await publishing.retract(article.id)
    await Article.filter(id=article.id).update(state="discarded", changed_at=long_ago())


@both_databases
async def test_what_another_article_shows_stays_when_its_own_is_discarded(storage: Storage) -> None:
    writer = await editor()
    theirs, media = await shown_file(storage, writer)
    ours = await articles.create(writer, draft())
    await articles.save(writer, ours.id, with_paper(media), from_version=1)
    await let_go(theirs)
    assert await file_sweeping.sweep(storage) == 0, "our draft shows it"
    saved = await articles.save(writer, ours.id, draft(title="没有附件了"), from_version=2)
    assert await file_sweeping.sweep(storage) == 0, "a revision that can be restored shows it"
    restored = await articles.restore(writer, ours.id, 2, saved.version)
    await publishing.publish(await article_faults.found(ours.id), restored.number, with_paper(media), clock.now())
    await publishing.retract(ours.id)
    assert await file_sweeping.sweep(storage) == 0, "readers saw it last"
    await PublishedFile.all().delete()
    await Article.filter(id=ours.id).update(state="discarded", changed_at=clock.now())
    assert await file_sweeping.sweep(storage) == 0, "discarded today only"
    await Article.filter(id=ours.id).update(changed_at=long_ago())
    assert await file_sweeping.sweep(storage) == 1
    assert await kept(storage) == set()


async def test_an_article_keeps_what_it_shows_though_the_other_one_does_no_more(storage: Storage) -> None:
    writer = await editor()
    theirs, media = await shown_file(storage, writer)
    ours, third = await articles.create(writer, draft()), await articles.create(writer, draft())
    await articles.save(writer, ours.id, with_paper(media), from_version=1)
    await let_go(theirs)
    again = msgspec.structs.replace(with_paper(media), title="换个题目")
    assert (await articles.save(writer, ours.id, again, from_version=2)).version == 3
    with pytest.raises(Invalid) as error:
        await articles.save(writer, third.id, with_paper(media), from_version=1)
    assert [each.code for each in error.value.fields] == ["file_not_found"]


async def test_all_revisions_are_looked_through(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_sweeping, "AT_ONCE", 1)
    writer = await editor()
    theirs, media = await shown_file(storage, writer)
    ours = await articles.create(writer, draft())
    await articles.save(writer, ours.id, with_paper(media), from_version=1)
    for number in range(3):
        await articles.save(writer, ours.id, draft(title=f"第{number}稿"), from_version=2 + number)
        await articles.create(writer, draft())
    await let_go(theirs)
    assert await file_sweeping.sweep(storage) == 0
