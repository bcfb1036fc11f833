"""Who may hold which review: three different people, none of whom wrote what is reviewed."""

import pytest

from backend.content import articles, flow, reviewers
from backend.content.draft import Attachment
from backend.content.flow_words import PASSED, SECOND
from backend.content.models import Article, PublishedFile
from tests.content.editors import changes, editor, file, finished, passes, refused, submitted, written


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning at the editorial desk."""


async def test_nobody_reviews_what_she_wrote_or_handed_in() -> None:
    article, _ = await written()
    await changes(article, "first", title="乙改过的标题")
    now = await Article.get(id=article.id)
    await flow.submit(await editor("second"), article.id, now.version)
    for username in ("writer", "first", "second"):
        assert await refused(article, username) == "own_text"
    assert (await passes(article, "third")).state == SECOND


async def test_who_brings_an_old_text_back_brings_its_writer_with_it() -> None:
    article = await finished()
    await changes(article, "first", html="<p>乙写的。</p>")
    await changes(article, "second", html="<p>丙写的。</p>")
    now = await Article.get(id=article.id)
    saved = await articles.restore(await editor("third"), article.id, 2, now.version)
    await flow.submit(await editor("third"), article.id, saved.version)
    for username in ("writer", "first", "second", "third"):
        assert await refused(article, username) == "own_text"
    assert (await passes(article, "fourth")).state == SECOND


async def test_an_old_text_brings_back_the_words_of_all_who_wrote_in_it() -> None:
    article, _ = await written()
    await changes(article, "first", html="<p>乙写了整篇文章，</p>")
    await changes(article, "second", html="<p>乙写了整篇文章。</p>")
    last = await changes(article, html="<p>甲全部重写了。</p>")
    article = await flow.submit(await editor(), article.id, last.version)
    for username in ("third", "fourth", "chief"):
        article = await passes(article, username)
    saved = await articles.restore(await editor("fourth"), article.id, 4, article.version)
    await flow.submit(await editor("fourth"), article.id, saved.version)
    for username in ("writer", "first", "second", "fourth"):
        assert await refused(article, username) == "own_text", username
    assert (await passes(article, "third")).state == SECOND


async def test_nobody_passes_two_stages() -> None:
    article = await submitted()
    await passes(article, "chief")
    assert await refused(article, "chief") == "passed_before"
    await passes(article, "first")
    assert await refused(article, "chief") == "passed_before"
    assert await refused(article, "second") == "not_permitted", "an editor finishes nothing"
    assert (await passes(article, "deputy")).state == PASSED


async def test_what_waits_for_whom() -> None:
    one, other = await submitted(), await submitted()
    await passes(one, "first")

    async def waiting(username: str) -> list[Article]:
        return await reviewers.waiting_for(await editor(username))

    assert [each.id for each in await waiting("first")] == [other.id]
    assert {each.id for each in await waiting("second")} == {one.id, other.id}
    assert await waiting("writer") == await waiting("stranger") == []
    await passes(one, "second")
    assert [each.id for each in await waiting("third")] == [other.id]
    assert {each.id for each in await waiting("chief")} == {one.id, other.id}
    assert (await reviewers.why_not(await editor("chief"), await Article.get(id=one.id))) is None
    why = await reviewers.why_not(await editor("third"), await Article.get(id=one.id))
    assert why is not None
    assert why.code == "not_permitted"


async def test_nobody_reviews_a_text_that_shows_what_she_uploaded() -> None:
    first, second, third = [(await editor(each)).id for each in ("first", "second", "third")]
    article, ready = await written()
    picture = await file(article.id, uploaded_by=first)
    paper = await file(article.id, "pdf", uploaded_by=second)
    cover = await file(article.id, uploaded_by=third)
    html = f'<p>会场</p><p><img src="file:{picture}" alt=""></p>'
    saved = await changes(article, html=html, attachments=(Attachment(paper, "通知"),), cover_id=cover)
    article = await flow.submit(await editor(), article.id, saved.version)
    for username in ("first", "second", "third"):
        assert await refused(article, username) == "own_text", username
        assert await reviewers.waiting_for(await editor(username)) == [], username
    assert (await passes(article, "fourth")).state == SECOND
    assert ready.cover_id != cover


async def test_what_she_uploaded_and_the_text_does_not_show_makes_her_no_writer() -> None:
    article, ready = await written()
    unused = await file(article.id, uploaded_by=(await editor("first")).id)
    article = await flow.submit(await editor(), article.id, article.version)
    assert str(unused) not in ready.html
    assert (await passes(article, "first")).state == SECOND


async def test_a_picture_borrowed_from_an_article_long_published_makes_nobody_a_writer() -> None:
    uploader = await editor("first")
    other, _ = await written(title="去年的文章")
    picture = await file(other.id, uploaded_by=uploader.id)
    await PublishedFile.create(article_id=other.id, file_id=picture)
    article, _ = await written(html=f'<p>又见</p><p><img src="file:{picture}" alt=""></p>')
    article = await flow.submit(await editor(), article.id, article.version)
    assert (await passes(article, "first")).state == SECOND


async def test_a_picture_that_passed_with_the_text_before_readers_is_hers_no_more() -> None:
    article, _ = await written()
    kept = await file(article.id, uploaded_by=(await editor("first")).id)
    html = f'<p>会场</p><p><img src="file:{kept}" alt=""></p>'
    saved = await changes(article, html=html)
    article = await flow.submit(await editor(), article.id, saved.version)
    for username in ("second", "third", "chief"):
        article = await passes(article, username)
    saved = await changes(article, html=f"{html}<p>补充一句。</p>")
    article = await flow.submit(await editor(), article.id, saved.version)
    assert (await passes(article, "first")).state == SECOND
    article = await flow.take_back(await editor(), article.id)
    added = await file(article.id, uploaded_by=(await editor("second")).id)
    saved = await changes(article, html=f'{html}<p><img src="file:{added}" alt=""></p>')
    article = await flow.submit(await editor(), article.id, saved.version)
    assert await refused(article, "second") == "own_text"
