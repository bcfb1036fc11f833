"""Readers search in Chinese: words inside sentences are found on both databases, in the same order."""

from datetime import timedelta

import pytest

from backend import clock
from backend.content import publishing, search
from backend.content.search import Place
from tests import article_factories
from tests.article_factories import moment, published
from tests.content.search_corpus import ARTICLES, EXPECTED

pytestmark = pytest.mark.usefixtures("monday", "database")


async def put_corpus() -> dict[str, str]:
    """Publish it, one article a day, the first the newest; id → key."""
    keys = {}
    for days, (key, (title, summary, text)) in enumerate(ARTICLES.items(), start=1):
        at = clock.now() - timedelta(days=days)
        keys[str(await published(text, title=title, summary=summary, at=at))] = key
    return keys


async def titles(query: str) -> list[str]:
    return [hit.publication.title for hit in (await search.find(query, None, 50)).hits]


async def test_a_reader_finds_what_she_would_expect() -> None:
    assert len(EXPECTED) >= 50
    keys = await put_corpus()
    found = {}
    for query in EXPECTED:
        hits = (await search.find(query, None, 50)).hits
        found[query] = [keys[str(hit.publication.article_id)] for hit in hits]
    assert found == EXPECTED


async def test_every_hit_shows_what_was_sought_marked() -> None:
    await put_corpus()
    for query in EXPECTED:
        for hit in (await search.find(query, None, 50)).hits:
            marked = [piece.text for piece in (*hit.title, *hit.excerpt) if piece.marked]
            assert marked, f"{query} is marked nowhere in {hit.publication.title}"


async def test_pages_go_on_where_they_ended_while_others_publish() -> None:
    keys = await put_corpus()
    seen, place = [], None
    for page in range(20):
        found = await search.find("诚信", place, 2)
        seen += [keys[str(hit.publication.article_id)] for hit in found.hits]
        await published("诚信", title=f"诚信快讯{page}")  # newer, so it belongs before what was read
        place = found.next
        if place is None:
            break
    assert seen == EXPECTED["诚信"]


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
async def test_pages_of_any_size_give_every_hit_once(limit: int) -> None:
    keys = await put_corpus()
    seen: list[str] = []
    place: Place | None = None
    while len(seen) < 20:
        found = await search.find("诚信", place, limit)
        assert len(found.hits) == limit or found.next is None
        seen += [keys[str(hit.publication.article_id)] for hit in found.hits]
        if (place := found.next) is None:
            break
    assert seen == EXPECTED["诚信"]


async def test_only_what_readers_may_see_is_found() -> None:
    tomorrow = clock.now() + timedelta(days=1)
    await published("月亮", title="看得见的")
    await published("月亮", title="明天的", at=tomorrow)
    await published("月亮", title="过了时间的", at=moment("2026-11-01 09:00"), ends_at=moment("2026-11-02 09:00"))
    retracted = await published("月亮", title="撤稿的")
    await publishing.retract(retracted)
    assert await titles("月亮") == ["看得见的"]
    assert (await titles("撤稿的"), await titles("明天")) == ([], [])
    with clock.pinned(tomorrow):
        assert await titles("月亮") == ["明天的", "看得见的"]


async def test_what_was_copied_out_of_a_pdf_is_found_by_what_it_looks_like() -> None:
    await published("⼀位⼯作⼈员捡到⼈⺠币，交还失主。", title="⾏车⻓路上的好人")
    for asked in ("工作人员", "人民", "人民币", "行车长路", "⼈⺠币"):
        (hit,) = (await search.find(asked, None, 5)).hits
        assert "".join(piece.text for piece in (*hit.title, *hit.excerpt) if piece.marked), asked


async def test_a_changed_article_is_found_by_its_new_words_only() -> None:
    article_id = await published("旧的说法", title="第一版")
    row = await article_factories.publication(article_id)
    draft = article_factories.a_draft("新的写法", title="第二版")
    await publishing.publish(await row.article, 2, draft, clock.now())
    assert (await titles("说法"), await titles("写法")) == ([], ["第二版"])
    await publishing.retract(article_id)
    await publishing.publish(await row.article, 3, draft, clock.now())
    assert await titles("写法") == ["第二版"], "published anew"


async def test_a_moved_article_is_found_in_its_new_place() -> None:
    first = await published("月亮", title="甲", at=moment("2026-11-20 09:00"))
    await published("月亮", title="乙", at=moment("2026-11-21 09:00"))
    assert await titles("月亮") == ["乙", "甲"]
    await publishing.schedule(first, moment("2026-11-22 09:00"), None)
    assert await titles("月亮") == ["甲", "乙"]
    await publishing.schedule(first, moment("2026-12-22 09:00"), None)
    assert await titles("月亮") == ["乙"]


async def test_many_published_in_one_second_are_all_found() -> None:
    for number in range(30):
        await published("月亮", title=f"第{number}篇", at=moment("2026-11-20 09:00"))
    assert len(set(await titles("月亮"))) == 30


async def test_an_article_as_long_as_may_be_is_found_by_its_last_words() -> None:
    different = "".join(chr(0x4E00 + number * 7 % 20000) for number in range(60_000))
    await published(different + "。尾声在此", title="长文")
    assert await titles("尾声在此") == ["长文"]


async def test_tags_are_found_whole_and_in_any_writing() -> None:
    article_id = await published(title="甲", tags=("3·15 维权", "Ａpp"))
    await published(title="乙", tags=("维权",))
    assert await search.tagged(["3·15 维权"], search.BEYOND, 9) == [article_id]
    assert await search.tagged(["app"], search.BEYOND, 9) == [article_id]
    assert len(await search.tagged(["维权", "app"], search.BEYOND, 9)) == 2
    assert await search.tagged(['维" OR "权'], search.BEYOND, 9) == []
    assert await search.tagged(["app"], search.BEYOND, 9, channel="policy") == []
