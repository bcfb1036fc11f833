"""三审: three different people, none of whom wrote it, in their order, each step written down."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest

from backend.content import articles, flow
from backend.content.flow_words import DRAFT, FINAL, FIRST, PASSED, SECOND
from backend.content.models import Article, Publication, Review
from backend.errors import Conflict, Forbidden, Invalid, NotFound
from backend.staff.models import AuditEvent
from tests.content.editors import changes, editor, file, finished, passes, refused, submitted, written

ClockAt = Callable[[str], AbstractContextManager[None]]
SENTENCE = "我，主编丁，确认文中没有可以认出的个人"


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning at the editorial desk."""


async def steps(article: Article) -> list[tuple[str, str, int, int]]:
    return [(each.step, each.by.name, each.round, each.revision_number) for each in await flow.steps_of(article.id)]


async def test_three_people_pass_it_and_readers_see_it() -> None:
    article = await submitted()
    assert (article.state, article.round) == (FIRST, 1)
    states = [(await passes(article, username)).state for username in ("first", "second", "chief")]
    assert states == [SECOND, FINAL, PASSED]
    assert await steps(article) == [
        ("submitted", "编辑甲", 1, 2),
        ("first_pass", "编辑乙", 1, 2),
        ("second_pass", "编辑丙", 1, 2),
        ("final_pass", "主编丁", 1, 2),
    ]
    publication = await Publication.get(article_id=article.id)
    assert (publication.title, publication.revision_number) == ("诚信鲁山在行动", 2)
    deeds = [str(each) for each in await AuditEvent.all().order_by("id").values_list("action", flat=True)]
    assert deeds[2:] == ["article.submit", "article.pass", "article.pass", "article.publish"]


async def test_before_the_third_pass_readers_see_nothing() -> None:
    article = await submitted()
    for username in ("first", "second"):
        await passes(article, username)
    assert not await Publication.exists()


async def test_who_may_not_review_does_not() -> None:
    article = await submitted()
    assert await refused(article, "stranger") == "not_permitted"
    stranger = await editor("stranger")
    for deed in (
        flow.submit(stranger, article.id, article.version),
        flow.send_back(stranger, article.id, article.version, "请补充来源"),
        flow.take_back(stranger, article.id),
        flow.schedule(stranger, article.id, None, None),
        flow.pin(stranger, article.id, True),
        flow.retract(stranger, article.id, "内容有误"),
    ):
        with pytest.raises(Forbidden):
            await deed


async def test_a_page_that_is_old_passes_nothing() -> None:
    article = await submitted()
    await passes(article, "first")
    with pytest.raises(Conflict) as moved:
        await flow.pass_review(await editor("second"), article.id, article.version, "同意")
    assert moved.value.code == "review_moved"
    assert (await Article.get(id=article.id)).state == SECOND


async def test_there_is_no_such_article() -> None:
    chief, nowhere = await editor("chief"), uuid4()
    for deed in (
        flow.submit(chief, nowhere, 1),
        flow.pass_review(chief, nowhere, 1, ""),
        flow.send_back(chief, nowhere, 1, "请补充来源"),
        flow.take_back(chief, nowhere),
        flow.schedule(chief, nowhere, None, None),
        flow.pin(chief, nowhere, True),
        flow.retract(chief, nowhere, "内容有误，撤稿"),
    ):
        with pytest.raises(NotFound):
            await deed


async def test_what_is_missing_is_named_before_review() -> None:
    article, _ = await written(cover_id=None, summary="", html="", shows_person=True)
    with pytest.raises(Invalid) as error:
        await flow.submit(await editor(), article.id, article.version)
    assert {each.field: each.code for each in error.value.fields} == {
        "summary": "required",
        "cover_id": "required",
        "html": "required",
        "consent_note": "required",
    }
    uncut = await file(article.id, crops={})
    saved = await changes(article, cover_id=uncut, summary="摘要", html="<p>正文</p>", consent_note="本人签了同意书")
    with pytest.raises(Invalid) as error:
        await flow.submit(await editor(), article.id, saved.version)
    assert [each.code for each in error.value.fields] == ["cover_not_cut"]


async def test_findings_that_must_be_mended_stop_it() -> None:
    article, _ = await written(html="<p>身份证号 410423199003070017，请核对。</p>")
    with pytest.raises(Invalid) as error:
        await flow.submit(await editor(), article.id, article.version)
    (fault,) = error.value.fields
    assert (fault.field, fault.code) == ("正文第 1 段", "identity_number")
    assert "19900307" not in fault.detail + error.value.detail


async def test_handed_in_twice_is_once() -> None:
    article = await submitted()
    with pytest.raises(Conflict) as error:
        await flow.submit(await editor(), article.id, article.version)
    assert error.value.code == "article_in_review"
    done = await finished()
    with pytest.raises(Conflict) as error:
        await flow.submit(await editor(), done.id, done.version)
    assert error.value.code == "nothing_to_submit"


async def test_sent_back_it_says_why_and_begins_again() -> None:
    article = await submitted()
    article = await passes(article, "first")
    second = await editor("second")
    for words in ("", "改改"):
        with pytest.raises(Invalid):
            await flow.send_back(second, article.id, article.version, words)
    back = await flow.send_back(second, article.id, article.version, "请补充来源，写明依据。")
    assert back.state == DRAFT
    listed = await articles.listing(await editor(), articles.Filter(state="sent_back"))
    assert [(line.article.id, line.status.label) for line in listed.lines] == [(article.id, "被退回")]
    saved = await changes(article, source="鲁山县发展和改革委员会")
    again = await flow.submit(await editor(), article.id, saved.version)
    assert (again.state, again.round) == (FIRST, 2)
    assert (await passes(article, "first")).state == SECOND, "another round, so she may pass it again"
    assert not (await articles.listing(await editor(), articles.Filter(state="sent_back"))).lines


async def test_who_passed_it_may_still_send_it_back() -> None:
    article = await submitted()
    article = await passes(article, "first")
    assert (
        await flow.send_back(await editor("first"), article.id, article.version, "刚才漏看了一处，请改。")
    ).state == DRAFT


async def test_the_last_word_is_a_chief_editors() -> None:
    article = await submitted()
    for username in ("first", "second"):
        article = await passes(article, username)
    with pytest.raises(Forbidden):
        await flow.send_back(await editor("third"), article.id, article.version, "请补充来源，写明依据。")


async def test_she_takes_it_back_and_nobody_else_does() -> None:
    article = await submitted()
    with pytest.raises(Forbidden) as error:
        await flow.take_back(await editor("third"), article.id)
    assert error.value.code == "not_yours"
    assert (await flow.take_back(await editor(), article.id)).state == DRAFT
    with pytest.raises(Conflict):
        await flow.take_back(await editor(), article.id)
    again = await flow.submit(await editor("first"), article.id, (await Article.get(id=article.id)).version)
    assert (await flow.take_back(await editor("chief"), again.id)).state == DRAFT
    assert [each[0] for each in await steps(article)] == ["submitted", "taken_back", "submitted", "taken_back"]


async def test_a_case_of_failure_needs_her_word_by_name() -> None:
    article = await submitted(channel="cases", about_failure=True, html="<p>鲁某拖欠货款，后来主动还清。</p>")
    for username in ("first", "second"):
        await passes(article, username)
    for said in ([], ["确认"], ["我，编辑甲，确认文中没有可以认出的个人"]):
        with pytest.raises(Invalid) as error:
            await passes(article, "chief", said)
        assert error.value.code == "confirmation_needed"
        assert SENTENCE in error.value.detail
    assert not await Publication.exists()
    await passes(article, "chief", ["我 主编丁,确认文中没有可以认出的个人。"])
    final = await Review.get(article_id=article.id, step="final_pass")
    assert final.confirmed == [SENTENCE]
    others = await Review.filter(article_id=article.id).exclude(step="final_pass")
    assert [each.confirmed for each in others] == [[], [], []]


async def test_a_case_that_reads_like_a_failure_needs_her_name_too_when_nobody_ticked_it() -> None:
    html = "<p>鲁某拒不履行判决，被列入失信被执行人名单。</p>"
    article = await submitted(channel="cases", html=html)
    for username in ("first", "second"):
        await passes(article, username)
    assert await refused(article, "chief") == "confirmation_needed"
    assert (await passes(article, "chief", [SENTENCE])).state == PASSED
