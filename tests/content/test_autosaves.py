"""Autosaves: nothing is lost between two revisions, and the list of revisions does not fill with them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import msgspec
import pytest

from backend.content import articles, flow, revisions
from backend.content.models import Article
from backend.staff.models import AuditEvent
from tests.content.editors import editor, written

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning at the editorial desk."""


async def types(article: Article, title: str, username: str = "writer") -> articles.Saved:
    """An autosave of hers."""
    loaded = await articles.load(article.id)
    after = msgspec.structs.replace(loaded.draft, title=title)
    who = await editor(username)
    return await articles.save(who, article.id, after, from_version=loaded.article.version, automatic=True)


async def test_autosaves_of_ten_minutes_are_one_revision(clock_at: ClockAt) -> None:
    article, _ = await written()
    for minute, title in ((1, "诚"), (4, "诚信"), (9, "诚信鲁")):
        with clock_at(f"2026-11-23 09:0{minute}"):
            saved = await types(article, title)
    assert saved.number == 3
    with clock_at("2026-11-23 09:12"):
        assert (await types(article, "诚信鲁山")).number == 4
    titles = [(await revisions.one(article.id, number)).title for number in (2, 3, 4)]
    assert titles == ["诚信鲁山在行动", "诚信鲁", "诚信鲁山"]


async def test_a_colleagues_autosave_is_a_revision_of_its_own() -> None:
    article, _ = await written()
    assert (await types(article, "甲写的")).number == 3
    assert (await types(article, "乙写的", "first")).number == 4
    assert (await types(article, "甲又写的")).number == 5


async def test_what_she_saved_on_purpose_is_not_overwritten_by_an_autosave() -> None:
    article, _ = await written()
    await types(article, "自动")
    loaded = await articles.load(article.id)
    kept = await articles.save(await editor(), article.id, loaded.draft, from_version=loaded.article.version)
    assert kept.number == 3
    assert (await types(article, "又改了")).number == 4
    assert (await revisions.one(article.id, 3)).title == "自动"


async def test_a_restored_autosave_stays_as_it_was() -> None:
    article, _ = await written()
    saved = await types(article, "自动的一版")
    await articles.restore(await editor(), article.id, 2, saved.version)
    back = await articles.restore(await editor(), article.id, 3, saved.version + 1)
    assert (back.number, (await articles.load(article.id)).draft.title) == (5, "自动的一版")
    lines = await revisions.list_of(article.id)
    assert [(line.number, line.restored_from, line.automatic) for line in lines] == [
        (5, 3, False),
        (4, 2, False),
        (3, None, True),
        (2, None, False),
        (1, None, False),
    ]
    assert {line.who for line in lines} == {"编辑甲"}
    assert lines[0].characters == len("诚信是立身之本。公共信用记录由部门依法报送。")
    assert await AuditEvent.filter(action="article.restore").count() == 2


async def test_an_autosave_that_was_handed_in_stays_as_it_was() -> None:
    article, _ = await written()
    saved = await types(article, "送审的一版")
    await flow.submit(await editor(), article.id, saved.version)
    await flow.take_back(await editor(), article.id)
    assert (await types(article, "撤回后又改")).number == saved.number + 1
    assert (await revisions.one(article.id, saved.number)).title == "送审的一版"
