"""文章 as editors write it: saved whole, never over a colleague's text, and restored."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import msgspec
import pytest

from backend.content import articles, revisions
from backend.content.draft import LONGEST_HTML, Attachment
from backend.content.flow_words import DISCARDED, DRAFT
from backend.content.models import Article, Publication, Revision
from backend.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from backend.staff.models import AuditEvent
from media.models import PublishedMedia
from tests.content.editors import changes, draft, editor, file, finished, submitted, written

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning at the editorial desk."""


def codes(refused: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {each.field: each.code for each in refused.value.fields}


async def deeds() -> list[str]:
    return [str(each) for each in await AuditEvent.all().order_by("id").values_list("action", flat=True)]


async def test_who_is_no_editor_writes_nothing() -> None:
    stranger = await editor("stranger")
    with pytest.raises(Forbidden):
        await articles.create(stranger, draft())
    article, ready = await written()
    for deed in (
        articles.save(stranger, article.id, ready, from_version=article.version),
        articles.restore(stranger, article.id, 1, article.version),
        articles.discard(stranger, article.id),
        articles.opened(stranger, article.id),
    ):
        with pytest.raises(Forbidden):
            await deed
    assert (await Article.get(id=article.id)).version == article.version


async def test_an_article_that_is_none() -> None:
    writer, nowhere = await editor(), uuid4()
    for deed in (
        articles.load(nowhere),
        articles.save(writer, nowhere, draft(), from_version=1),
        articles.restore(writer, nowhere, 1, 1),
        articles.discard(writer, nowhere),
        articles.opened(writer, nowhere),
        revisions.list_of(nowhere),
        revisions.one(nowhere, 1),
    ):
        with pytest.raises(NotFound):
            await deed


async def test_what_she_writes_comes_back_as_she_wrote_it() -> None:
    article, ready = await written(tags=("诚信", "信用"), source="鲁山简报", author="鲁小明")
    loaded = await articles.load(article.id)
    assert loaded.draft == ready
    assert (loaded.article.title, loaded.article.channel, loaded.article.state) == (ready.title, "knowledge", DRAFT)
    assert (loaded.revision.number, loaded.revision.saved_by.name, loaded.publication) == (2, "编辑甲", None)
    assert await deeds() == ["article.create", "article.save"]


async def test_scripts_fonts_and_blanks_do_not_stay() -> None:
    article = await articles.create(await editor(), draft())
    saved = await changes(
        article,
        title="  诚信\n鲁山\u200b ",
        tags=("诚信", "诚信 ", " "),
        html="<p style='font-size:9px'>好<script>alert(1)</script></p>\x00",
    )
    loaded = await articles.load(article.id)
    assert saved.html == loaded.draft.html == "<p>好</p>"
    assert (loaded.draft.title, loaded.draft.tags) == ("诚信 鲁山", ("诚信",))


async def test_every_wrong_field_is_named_at_once() -> None:
    wrong = msgspec.structs.replace(
        draft(),
        title=" ",
        channel="gossip",
        summary="长" * 121,
        tags=tuple("一二三四五六七"),
        html="字" * (LONGEST_HTML + 1),
    )
    with pytest.raises(Invalid) as refused:
        await articles.create(await editor(), wrong)
    assert codes(refused) == {
        "title": "required",
        "channel": "unknown_channel",
        "summary": "too_long",
        "tags": "too_long",
        "html": "too_long",
    }
    assert not await Article.exists()


async def test_files_are_of_this_article_or_of_a_published_one() -> None:
    article, _ = await written()
    other, _ = await written()
    foreign, gone, pdf = await file(other.id), uuid4(), await file(article.id, "pdf")
    with pytest.raises(Invalid) as refused:
        await changes(
            article,
            html=f'<p><img src="file:{foreign}" alt=""></p>',
            cover_id=pdf,
            attachments=(Attachment(gone, "通知"),),
            campaign_id=uuid4(),
        )
    assert codes(refused) == {
        "html": "file_not_found",
        "cover_id": "file_not_found",
        "attachments": "file_not_found",
        "campaign_id": "campaign_not_found",
    }
    published = await finished()
    cover = (await Publication.get(article_id=published.id)).cover_id
    html = f'<p><img src="file:{cover}" alt="石人山"></p>'
    assert str(cover) in (await changes(article, html=html, attachments=(Attachment(pdf, "通知"),))).html


async def test_nobody_saves_over_a_colleague_and_the_message_names_her(clock_at: ClockAt) -> None:
    article, ready = await written()
    with clock_at("2026-11-23 09:05"):
        await changes(article, "first", title="乙改过的标题")
    mine = msgspec.structs.replace(ready, title="甲改的标题")
    with pytest.raises(Conflict) as refused:
        await articles.save(await editor(), article.id, mine, from_version=article.version)
    assert refused.value.code == "article_changed"
    assert "编辑乙" in refused.value.detail
    assert "2026年11月23日 09:05" in refused.value.detail
    assert (await articles.load(article.id)).draft.title == "乙改过的标题"


async def test_the_same_save_sent_twice_is_one() -> None:
    article, ready = await written()
    after = msgspec.structs.replace(ready, title="改过的标题")
    first = await articles.save(await editor(), article.id, after, from_version=article.version)
    again = await articles.save(await editor(), article.id, after, from_version=article.version)
    assert again == first
    assert await Revision.filter(article_id=article.id).count() == 3


async def test_a_save_without_a_change_makes_no_revision() -> None:
    article, ready = await written()
    saved = await articles.save(await editor("first"), article.id, ready, from_version=article.version)
    assert (saved.version, saved.number) == (article.version, 2)
    assert await Revision.filter(article_id=article.id).count() == 2


async def test_an_old_revision_is_not_restored_over_a_newer_one() -> None:
    article, _ = await written()
    await changes(article, "first", title="乙改过的标题")
    with pytest.raises(Conflict) as refused:
        await articles.restore(await editor(), article.id, 1, article.version)
    assert refused.value.code == "article_changed"


async def test_a_revision_whose_picture_is_gone_is_not_restored_in_silence() -> None:
    article, _ = await written()
    picture = await file(article.id)
    await changes(article, html=f'<p><img src="file:{picture}" alt=""></p>')
    saved = await changes(article, html="<p>没有图了。</p>")
    await PublishedMedia.filter(id=picture).delete()
    with pytest.raises(Invalid) as refused:
        await articles.restore(await editor(), article.id, 3, saved.version)
    assert codes(refused) == {"html": "file_not_found"}
    assert (await articles.load(article.id)).draft.html == "<p>没有图了。</p>"


async def test_in_review_nobody_changes_it() -> None:
    article = await submitted()
    with pytest.raises(Conflict) as refused:
        await changes(article, title="偷偷改")
    assert refused.value.code == "article_in_review"
    with pytest.raises(Conflict):
        await articles.discard(await editor(), article.id)


async def test_two_editors_are_told_of_each_other(clock_at: ClockAt) -> None:
    article, _ = await written()
    mine, other = await editor(), await editor("first")
    assert await articles.opened(mine, article.id) is None
    with clock_at("2026-11-23 09:00:20"):
        seen = await articles.opened(other, article.id)
        assert seen is not None
        assert seen.name == "编辑甲"
    with clock_at("2026-11-23 09:00:40"):
        told = await articles.opened(mine, article.id)
        assert told is not None
        assert told.name == "编辑乙"
        assert await articles.opened(mine, article.id) is None
    with clock_at("2026-11-23 09:01:40"):
        assert await articles.opened(other, article.id) is None, "her page has been silent for a minute"
        await articles.closed(mine, article.id)
        assert (await Article.get(id=article.id)).open_by_id == other.id, "nobody closes another one's page"
        await articles.closed(other, article.id)
    assert (await Article.get(id=article.id)).open_by_id is None
    assert (await Article.get(id=article.id)).version == article.version


async def test_a_draft_is_discarded_once_and_for_all() -> None:
    article, _ = await written()
    for _ in range(2):
        await articles.discard(await editor(), article.id)
    assert (await Article.get(id=article.id)).state == DISCARDED
    with pytest.raises(Conflict) as refused:
        await changes(article, title="还想改")
    assert refused.value.code == "article_discarded"
    assert (await deeds()).count("article.discard") == 1


async def test_what_readers_see_is_not_discarded() -> None:
    article = await finished()
    with pytest.raises(DomainError) as refused:
        await articles.discard(await editor(), article.id)
    assert refused.value.code == "article_still_published"
    assert (await Article.get(id=article.id)).state == "passed"
