"""Editors at the same moment: each save and each step comes once, nobody's text is lost without a word."""

import msgspec
import pytest

from backend.content import articles, flow, revisions, watched_words
from backend.content.models import Article, Publication, PublishedFile, Review, Revision, WatchedWord
from backend.staff.models import AuditEvent
from tests.connections import at_once
from tests.content.editors import changes, editor, finished, passes, submitted, written

pytestmark = [
    pytest.mark.together,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]
REASON = "引用的依据有误，撤稿。"


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning at the editorial desk."""


async def test_of_eight_editors_who_save_one_wins_and_seven_are_told() -> None:
    staff = [await editor(f"editor-{number}") for number in range(8)]
    article, ready = await written()
    for turn in range(5):
        version = (await Article.get(id=article.id)).version
        texts = [msgspec.structs.replace(ready, title=f"第{turn}次，编辑{number}写的") for number in range(8)]
        went = await at_once(
            *(
                articles.save(who, article.id, text, from_version=version)
                for who, text in zip(staff, texts, strict=True)
            )
        )
        assert went == {"done": 1, "article_changed": 7}
        assert (await articles.load(article.id)).draft in texts
    rows = await Revision.filter(article_id=article.id).order_by("number")
    assert [row.number for row in rows] == list(range(1, 8))
    assert await AuditEvent.filter(action="article.save").count() == 6


async def test_the_same_save_sent_ten_times_is_one() -> None:
    article, ready = await written()
    after = msgspec.structs.replace(ready, title="改过的标题")
    writer = await editor()
    went = await at_once(*(articles.save(writer, article.id, after, from_version=article.version) for _ in range(10)))
    assert went == {"done": 10}
    assert len(await revisions.list_of(article.id)) == 3


async def test_saving_meets_handing_in() -> None:
    writer, other = await editor(), await editor("first")
    for turn in range(6):
        article, ready = await written()
        text = msgspec.structs.replace(ready, title="赶在送审前改的")
        deeds = [
            flow.submit(writer, article.id, article.version),
            articles.save(other, article.id, text, from_version=article.version),
        ]
        went = await at_once(*deeds[:: 1 if turn % 2 else -1])
        assert went["done"] == 1
        assert set(went) <= {"done", "article_in_review", "article_changed"}
        step = await Review.get_or_none(article_id=article.id)
        newest = (await Article.get(id=article.id)).newest_number
        assert newest == (2 if step else 3), "what was handed in is what it says"


async def test_of_five_who_review_one_passes_each_stage() -> None:
    staff = [await editor(f"editor-{number}") for number in range(5)]
    article = await submitted()
    for state in ("second_review", "final_review"):
        version = (await Article.get(id=article.id)).version
        went = await at_once(*(flow.pass_review(who, article.id, version, "同意") for who in staff))
        assert went["done"] == 1
        assert set(went) <= {"done", "review_moved", "passed_before"}, "who passed the first may be the quickest again"
        assert (await Article.get(id=article.id)).state == state
    chiefs = [await editor("chief"), await editor("deputy")]
    version = (await Article.get(id=article.id)).version
    went = await at_once(*(flow.pass_review(who, article.id, version, "同意") for who in chiefs for _ in range(3)))
    assert went == {"done": 1, "review_moved": 5}
    passes_of = await Review.filter(article_id=article.id).exclude(step="submitted").values_list("by_id", flat=True)
    assert len(set(passes_of)) == 3
    assert await Publication.all().count() == 1


async def test_one_person_in_two_windows_passes_one_stage() -> None:
    chief = await editor("chief")
    for _ in range(4):
        article = await submitted()
        went = await at_once(*(flow.pass_review(chief, article.id, article.version, "同意") for _ in range(4)))
        assert went == {"done": 1, "review_moved": 3}
        assert (await Article.get(id=article.id)).state == "second_review"


async def test_a_pass_meets_a_sending_back_and_a_taking_back() -> None:
    first, second, writer = await editor("first"), await editor("second"), await editor()
    for turn in range(6):
        article = await submitted()
        deeds = [
            flow.pass_review(first, article.id, article.version, "同意"),
            flow.send_back(second, article.id, article.version, "请补充来源，写明依据。"),
            flow.take_back(writer, article.id),
        ]
        await at_once(*deeds[turn % 3 :], *deeds[: turn % 3])
        kinds = [each.step for each in await flow.steps_of(article.id)]
        state = (await Article.get(id=article.id)).state
        assert kinds in (
            ["submitted", "sent_back"],
            ["submitted", "taken_back"],
            ["submitted", "first_pass", "taken_back"],
        )
        assert state == "draft", "whoever came last, it is out of review"


async def test_taking_it_from_readers_meets_a_new_version() -> None:
    chief, deputy = await editor("chief"), await editor("deputy")
    for turn in range(6):
        article = await finished()
        saved = await changes(article, title="改过的标题")
        again = await flow.submit(await editor(), article.id, saved.version)
        for username in ("first", "second"):
            again = await passes(again, username)
        deeds = [
            flow.pass_review(deputy, article.id, again.version, "同意"),
            flow.retract(chief, article.id, REASON),
            flow.pin(chief, article.id, True),
        ]
        went = await at_once(*deeds[:: 1 if turn % 2 else -1])
        assert set(went) <= {"done", "review_moved", "not_published"}
        publication = await Publication.get(article_id=article.id)
        assert publication.retracted_at is not None, "whichever came first, it is not seen any longer"
        assert (await Article.get(id=article.id)).state == "retracted"
        assert publication.pinned_at is None


async def test_articles_that_are_published_at_once_do_not_wait_for_each_other_for_ever() -> None:
    waiting = []
    for _ in range(6):
        article = await submitted()
        for username in ("first", "second"):
            article = await passes(article, username)
        waiting.append(article)
    chief = await editor("chief")
    went = await at_once(*(flow.pass_review(chief, each.id, each.version, "同意") for each in waiting))
    assert went == {"done": 6}
    assert await PublishedFile.all().count() == 6
    went = await at_once(
        *(flow.retract(chief, each.id, REASON) for each in waiting[:3]),
        *(flow.pin(chief, each.id, True) for each in waiting[3:]),
    )
    assert went == {"done": 6}


async def test_the_first_words_added_at_once_stand_beside_those_that_we_ship() -> None:
    chiefs = [await editor("chief"), await editor("deputy")]
    went = await at_once(
        *(watched_words.add(who, word, "wrong") for who in chiefs for word in ("新词甲", "新词乙", "新词丙"))
    )
    assert went == {"done": 3, "word_known": 3}
    assert await WatchedWord.all().count() == len(watched_words.shipped_words()) + 3
    went = await at_once(*(watched_words.remove(who, "新词甲") for who in chiefs for _ in range(3)))
    assert went == {"done": 1, "word_not_found": 5}
