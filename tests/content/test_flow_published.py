"""What becomes of an article after its third pass: changed, timed, pinned, taken back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest

from backend import clock
from backend.content import articles, flow
from backend.content.flow_words import DRAFT, PASSED, RETRACTED
from backend.content.models import Article, Publication
from backend.content.publishing import visible
from backend.errors import Conflict, Forbidden, Invalid
from tests.content.editors import changes, editor, finished, passes, submitted, written

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning at the editorial desk."""


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=clock.SHANGHAI)


async def seen() -> list[str]:
    """The titles that readers see now."""
    return [str(each) for each in await Publication.filter(visible(clock.now())).values_list("title", flat=True)]


async def label(article: Article) -> str:
    loaded = await articles.load(article.id)
    return flow.status(loaded.article.state, loaded.publication, clock.now()).label


async def test_while_it_is_changed_readers_see_what_was_passed(clock_at: ClockAt) -> None:
    article = await finished()
    saved = await changes(article, title="改过的标题")
    assert (await seen(), await label(article)) == (["诚信鲁山在行动"], "修改稿")
    again = await flow.submit(await editor(), article.id, saved.version)
    assert (await seen(), await label(article), again.round) == (["诚信鲁山在行动"], "修改稿待初审", 2)
    began = (await Publication.get(article_id=article.id)).publish_at
    with clock_at("2026-11-25 10:00"):
        for username in ("first", "second", "chief"):
            again = await passes(again, username)
        assert (await seen(), await label(article)) == (["改过的标题"], "已发布")
    assert (await Publication.get(article_id=article.id)).publish_at == began, "it keeps its place in the lists"


async def test_who_wrote_what_has_passed_may_review_a_colleagues_change() -> None:
    article = await finished()
    saved = await changes(article, "first", title="乙改过的标题")
    again = await flow.submit(await editor("first"), article.id, saved.version)
    assert (await passes(again, "writer")).state == "second_review"


async def test_it_appears_and_ends_to_the_minute_by_itself(clock_at: ClockAt) -> None:
    article, _ = await written()
    await flow.schedule(await editor(), article.id, at("2026-12-01 08:30:40"), at("2026-12-03 18:00"))
    await flow.submit(await editor(), article.id, article.version)
    for username in ("first", "second", "chief"):
        article = await passes(article, username)
    assert (await seen(), await label(article)) == ([], "待发布")
    with clock_at("2026-12-01 08:29:59"):
        assert await seen() == []
    with clock_at("2026-12-01 08:30"):
        assert (await seen(), await label(article)) == (["诚信鲁山在行动"], "已发布")
    with clock_at("2026-12-03 18:00"):
        assert (await seen(), await label(article)) == ([], "已结束")


async def test_times_that_cannot_be() -> None:
    article, _ = await written()
    writer = await editor()
    for begins, ends, code in (
        ("2026-12-01 08:30", "2026-12-01 08:30", "ends_before_start"),
        (None, "2026-11-23 08:59", "in_past"),
        ("2100-01-01 08:30", None, "wrong_year"),
        (None, "2100-01-01 08:30", "wrong_year"),
    ):
        with pytest.raises(Invalid) as error:
            await flow.schedule(writer, article.id, at(begins) if begins else None, at(ends) if ends else None)
        assert [each.code for each in error.value.fields] == [code]


async def test_whose_times_are_whose() -> None:
    article = await submitted()
    later = at("2026-12-01 08:30")
    with pytest.raises(Forbidden):
        await flow.schedule(await editor(), article.id, later, None)
    await flow.schedule(await editor("chief"), article.id, later, None)
    for username in ("first", "second", "chief"):
        article = await passes(article, username)
    with pytest.raises(Forbidden):
        await flow.schedule(await editor(), article.id, None, None)
    await flow.schedule(await editor("chief"), article.id, None, None)
    assert await seen() == ["诚信鲁山在行动"]
    with pytest.raises(Conflict) as error:
        await flow.schedule(await editor("chief"), article.id, later, None)
    assert error.value.code == "already_live"


async def test_an_end_that_came_before_the_last_word(clock_at: ClockAt) -> None:
    article, _ = await written()
    await flow.schedule(await editor(), article.id, None, at("2026-11-24 18:00"))
    article = await flow.submit(await editor(), article.id, article.version)
    for username in ("first", "second"):
        article = await passes(article, username)
    with clock_at("2026-11-25 09:00"):
        with pytest.raises(Conflict) as error:
            await passes(article, "chief")
        assert error.value.code == "already_ended"
        await flow.schedule(await editor("chief"), article.id, None, at("2026-11-30 18:00"))
        await passes(article, "chief")
        assert await seen() == ["诚信鲁山在行动"]


async def test_taken_back_it_is_gone_at_once_and_reviewed_anew() -> None:
    article = await finished()
    chief = await editor("chief")
    with pytest.raises(Invalid):
        await flow.retract(chief, article.id, " 有误 ")
    with pytest.raises(Forbidden):
        await flow.retract(await editor(), article.id, "引用的依据有误，撤稿。")
    gone = await flow.retract(chief, article.id, "引用的依据有误，撤稿。")
    assert (gone.state, await seen(), await label(article)) == (RETRACTED, [], "已撤稿")
    with pytest.raises(Conflict):
        await flow.retract(chief, article.id, "引用的依据有误，撤稿。")
    last = (await flow.steps_of(article.id))[-1]
    assert (last.step, last.comment, last.revision_number) == ("retracted", "引用的依据有误，撤稿。", 2)
    saved = await changes(article, title="改正的标题")
    again = await flow.submit(await editor("third"), article.id, saved.version)
    with pytest.raises(Forbidden):
        await passes(again, "writer")
    assert await seen() == []
    for username in ("first", "second", "chief"):
        again = await passes(again, username)
    assert (again.state, await seen()) == (PASSED, ["改正的标题"])


async def test_a_change_in_review_comes_back_with_it() -> None:
    article = await finished()
    saved = await changes(article, title="改过的标题")
    again = await flow.submit(await editor(), article.id, saved.version)
    await flow.retract(await editor("chief"), article.id, "引用的依据有误，撤稿。")
    with pytest.raises(Conflict):
        await passes(again, "first")
    with pytest.raises(Conflict):
        await flow.pass_review(await editor("first"), article.id, again.version, "同意")
    assert (await Article.get(id=article.id)).state == RETRACTED


async def test_what_was_never_published_is_neither_pinned_nor_taken_back() -> None:
    article, _ = await written()
    chief = await editor("chief")
    for deed in (flow.pin(chief, article.id, True), flow.retract(chief, article.id, "引用的依据有误，撤稿。")):
        with pytest.raises(Conflict) as error:
            await deed
        assert error.value.code == "not_published"
    assert (await Article.get(id=article.id)).state == DRAFT


async def test_pinned_and_no_longer() -> None:
    article = await finished()
    for on in (True, True, False):
        await flow.pin(await editor("chief"), article.id, on)
        assert ((await Publication.get(article_id=article.id)).pinned_at is not None) == on


async def test_the_list_says_what_each_is_now(clock_at: ClockAt) -> None:
    live = await finished(title="已经发布的")
    await finished(title="已经撤回的")
    back = await Article.get(title="已经撤回的")
    await flow.retract(await editor("chief"), back.id, "引用的依据有误，撤稿。")
    waiting = await submitted(title="等着审的", channel="stories")
    await flow.schedule(await editor("chief"), waiting.id, at("2026-12-01 08:30"), None)
    for username in ("first", "second", "chief"):
        await passes(waiting, username)
    gone, _ = await written(title="作废的")
    await articles.discard(await editor(), gone.id)
    reader = await editor("first")

    async def listed(**wanted: object) -> set[str]:
        found = await articles.listing(reader, articles.Filter(**wanted))  # type: ignore[arg-type]
        return {line.article.title for line in found.lines}

    assert await listed() == {"已经发布的", "已经撤回的", "等着审的"}
    assert await listed(state="live") == {"已经发布的"}
    assert await listed(state="retracted") == {"已经撤回的"}
    assert await listed(state="scheduled") == {"等着审的"}
    assert await listed(state="discarded") == {"作废的"}
    assert await listed(state="ended") == await listed(state="draft") == await listed(mine=True) == set()
    assert await listed(channel="stories", text="等着") == {"等着审的"}
    assert await listed(text="%") == set(), "a sign of SQL is a letter like others"
    with pytest.raises(Invalid):
        await listed(state="gossip")
    await flow.schedule(await editor("chief"), live.id, None, at("2026-11-24 18:00"))
    with clock_at("2026-12-02 09:00"):
        assert (await listed(state="live"), await listed(state="ended")) == ({"等着审的"}, {"已经发布的"})


async def test_what_is_over_may_be_discarded(clock_at: ClockAt) -> None:
    article = await finished()
    await flow.schedule(await editor("chief"), article.id, None, at("2026-11-24 18:00"))
    with clock_at("2026-11-24 17:59"), pytest.raises(Conflict):
        await articles.discard(await editor(), article.id)
    with clock_at("2026-11-24 18:00"):
        await articles.discard(await editor(), article.id)
        with pytest.raises(Conflict) as error:
            await flow.schedule(await editor("chief"), article.id, None, None)
    assert error.value.code == "article_discarded", "and nothing brings it back before readers"


async def test_pages_of_the_list_hold_each_article_once() -> None:
    for number in range(7):
        await written(title=f"第{number}篇")
    titles: list[str] = []
    cursor = None
    for _ in range(4):
        page = await articles.listing(await editor(), articles.Filter(), cursor=cursor, limit=2)
        titles += [line.article.title for line in page.lines]
        cursor = page.next_cursor
    assert (sorted(titles), cursor) == ([f"第{number}篇" for number in range(7)], None)
    before_time = f"0001-01-01T00:00:00+14:00_{'0' * 32}"
    for made_up in ("", "x", "2026-11-23T09:00:00_x", f"2026-11-23_{'0' * 32}", before_time):
        with pytest.raises(Invalid):
            await articles.listing(await editor(), articles.Filter(), cursor=made_up)
