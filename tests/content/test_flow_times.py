"""Times that nobody meant, and what is taken back: gone by every door."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest

from backend import clock
from backend.content import articles, flow, preview
from backend.content.models import Publication
from backend.errors import Conflict, Invalid, NotFound
from backend.secrets import open_vault
from backend.settings import demo_settings
from tests.content.editors import editor, finished, passes, written

ClockAt = Callable[[str], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
async def desk(monday: None, database: None) -> None:
    """Monday morning at the editorial desk."""


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=clock.SHANGHAI)


async def test_what_waits_is_not_published_in_the_past() -> None:
    article, _ = await written()
    await flow.schedule(await editor(), article.id, at("2026-12-01 08:30"), None)
    await flow.submit(await editor(), article.id, article.version)
    for username in ("first", "second", "chief"):
        article = await passes(article, username)
    moved = await flow.schedule(await editor("chief"), article.id, at("2019-01-01 08:00"), None)
    assert (await Publication.get(article_id=article.id)).publish_at == moved.publish_at == clock.now()


async def test_a_year_half_typed_is_told_and_hurts_no_list() -> None:
    article, _ = await written()
    for begins, ends in (("0001-01-01 00:00", None), ("0202-12-01 08:00", None), (None, "0020-12-01 08:00")):
        with pytest.raises(Invalid) as error:
            await flow.schedule(await editor(), article.id, at(begins) if begins else None, at(ends) if ends else None)
        assert [each.code for each in error.value.fields] == ["wrong_year"]
    assert (await articles.load(article.id)).article.publish_at is None


async def test_taken_back_it_ends_for_who_has_the_private_link_too() -> None:
    article, vault = await finished(), open_vault(demo_settings())
    link = await preview.make(vault, await editor(), article.id)
    assert (await preview.shown(link.token)).live
    await flow.retract(await editor("chief"), article.id, "照片里的人没有同意")
    with pytest.raises(NotFound):
        await preview.shown(link.token)
    anew = await preview.make(vault, await editor(), article.id)
    assert not (await preview.shown(anew.token)).live, "it is edited again, and shown to whoever must see it"


async def test_what_was_discarded_comes_back_by_no_door(clock_at: ClockAt) -> None:
    article = await finished()
    await flow.schedule(await editor("chief"), article.id, None, at("2026-11-24 08:00"))
    with clock_at("2026-11-25 10:00"):
        await articles.discard(await editor(), article.id)
        with pytest.raises(Conflict) as error:
            await flow.retract(await editor("chief"), article.id, "内容有误，撤稿")
    assert error.value.code == "article_discarded"
