"""错敏词: who keeps the list, and that what stands on it is pointed out."""

import pytest

from backend.content.models import WatchedWord
from tests.console.conftest import Office
from tests.console.evidence_desk import check_policy
from tests.console.review_desk import handed_in, the_desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_the_list_comes_with_words_and_takes_more(office: Office) -> None:
    desk = await the_desk(office)
    answer = await desk.chief.get("/words")
    check_policy(answer.text)
    assert "系统自带" in desk.chief.page
    fields = {"word": "童叟无期", "kind": "wrong", "advice": "应为“童叟无欺”。"}
    await desk.chief.follow(await desk.chief.post("/words", fields))
    assert "已添加" in desk.chief.page
    await desk.chief.get("/words?find=童叟")
    assert "童叟无期" in desk.chief.page
    assert "赵主编" in desk.chief.page


async def test_a_sensitive_word_is_pointed_out_to_the_reviewer(office: Office) -> None:
    desk = await the_desk(office)
    await desk.chief.post("/words", {"word": "老街", "kind": "sensitive", "advice": "请写全称。"})
    article = await handed_in(desk.writer)
    await desk.first.get(f"/reviews/{article.id}")
    assert "请写全称" in desk.first.page
    assert "请再看看" in desk.first.page


async def test_wrong_fields_twice_the_same_and_a_removal(office: Office) -> None:
    desk = await the_desk(office)
    answer = await desk.chief.post("/words", {"word": "一", "kind": "nonsense", "advice": "很长" * 40})
    assert answer.status_code == 422
    assert "词语要有 2 到 30 个字" in desk.chief.page
    fields = {"word": "童叟无期", "kind": "wrong"}
    await desk.chief.post("/words", fields)
    assert (await desk.chief.post("/words", fields)).status_code == 409
    assert 'value="童叟无期"' in desk.chief.page
    await desk.chief.follow(await desk.chief.post("/words/remove", {"word": "童叟无期"}))
    assert "已删除" in desk.chief.page
    assert not await WatchedWord.filter(word="童叟无期").exists()
    assert (await desk.chief.post("/words/remove", {"word": "童叟无期"})).status_code == 404


async def test_an_editor_does_not_keep_the_list(office: Office) -> None:
    desk = await the_desk(office)
    assert (await desk.writer.get("/words")).status_code == 403
    assert (await desk.writer.post("/words", {"word": "童叟无期", "kind": "wrong"})).status_code == 403
