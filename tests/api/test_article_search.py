"""Anybody searches the articles; nothing that she types is syntax, markup or kept."""

import logging
from typing import Any

import pytest

from tests.answers import faults
from tests.article_factories import published
from tests.running_app import RunningApp, both_databases


async def found(app: RunningApp, query: str, **asked: Any) -> Any:
    return await app.phone().read("/article-search", params={"q": query, **asked})


@both_databases
async def test_hits_are_lines_with_what_was_sought_marked(app: RunningApp) -> None:
    in_text = await published("老师带着大家朗读诚信公约。", title="走进校园", summary="一次活动")
    in_title = await published("正文", title="诚信公约发布", summary="全文")
    await published("别的")
    items = (await found(app, "诚信公约"))["items"]
    assert [each["article"]["id"] for each in items] == [str(in_title), str(in_text)]
    assert items[0]["title"] == [{"text": "诚信公约", "marked": True}, {"text": "发布", "marked": False}]
    assert items[0]["excerpt"] == [{"text": "全文", "marked": False}]
    assert items[1]["excerpt"][1] == {"text": "诚信公约", "marked": True}


async def test_pages_of_hits(app: RunningApp) -> None:
    made = [str(await published("讲诚信")) for _ in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = await found(app, "诚信", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [each["article"]["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert (sorted(seen), cursor) == (sorted(made), None)


@both_databases
@pytest.mark.parametrize(
    "query",
    [
        '" OR "',
        "'; DROP TABLE article; --",
        "NOT 诚信",
        "title : 诚信",
        "诚信 NEAR/2 公约",
        "^诚信 + 公约*",
        "(诚信",
        "{words} : x",
        "诚信:* & !x | <->",
        "\\' \\",
        "%_",
        "\x00诚信\x7f",
        "𝓘𝕟𝕛𝖊𝖈𝖙 ﷽ \u202e",
        "a" * 40,
        "诚 " * 20,
    ],
)
async def test_whatever_is_typed_is_only_words(app: RunningApp, query: str) -> None:
    article_id = await published("诚信公约")
    hits = (await found(app, query[:40]))["items"]
    assert [each["article"]["id"] for each in hits] in ([], [str(article_id)])


async def test_markup_in_an_article_stays_text(app: RunningApp) -> None:
    await published("诚信", title="<b>&amp;诚信</b>")
    (hit,) = (await found(app, "诚信"))["items"]
    assert [piece["text"] for piece in hit["title"]] == ["<b>&amp;", "诚信", "</b>"]


async def test_a_query_has_one_to_forty_characters(app: RunningApp) -> None:
    phone = app.phone()
    assert faults(await phone.get("/article-search")).keys() == {"q"}
    for wrong in ("", "长" * 41):
        assert faults(await phone.get("/article-search", params={"q": wrong})).keys() == {"q"}
    assert (await found(app, "？！"))["items"] == []


async def test_what_is_sought_stands_in_no_log(app: RunningApp, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "backend"):
        await found(app, "李四欠钱")
    assert "李四" not in caplog.text
