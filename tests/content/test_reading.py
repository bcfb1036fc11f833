"""What readers see of published articles: lists, pages, the pinned ones, one whole, and what is near it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from backend import clock
from backend.content import publishing, reading
from backend.content.reading import Among
from backend.content.related import MOST, related
from backend.errors import NotFound
from tests import article_factories
from tests.article_factories import moment, publication, published, published_over_days
from tests.running_app import both_databases

pytestmark = pytest.mark.usefixtures("monday", "database")


async def ids(limit: int = 50, **among: object) -> list[UUID]:
    page = await reading.newest(Among(**among), None, limit)  # type: ignore[arg-type]
    return [row.article_id for row in page.rows]


async def all_pages(among: Among, limit: int) -> list[UUID]:
    found, place = [], None
    while True:
        page = await reading.newest(among, place, limit)
        assert len(page.rows) <= limit
        found += [row.article_id for row in page.rows]
        if (place := page.next) is None:
            return found


async def test_the_newest_comes_first_and_only_what_may_be_seen() -> None:
    first, second = (await published_over_days(2))[::-1]
    await published(at=clock.now() + timedelta(seconds=1))
    await published(at=moment("2026-11-01 09:00"), ends_at=clock.now())
    await publishing.retract(await published())
    assert await ids() == [second, first]


async def test_an_article_appears_and_ends_to_the_minute() -> None:
    article_id = await published(at=moment("2026-11-24 08:00"), ends_at=moment("2026-11-25 20:00"))
    for said, seen in (("24 07:59", False), ("24 08:00", True), ("25 19:59", True), ("25 20:00", False)):
        with clock.pinned(moment(f"2026-11-{said}")):
            assert await ids() == ([article_id] if seen else [])
            if seen:
                assert (await reading.one(article_id)).article_id == article_id
            else:
                with pytest.raises(NotFound, match="article_not_found"):
                    await reading.one(article_id)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_pages_of_any_size_give_each_once_and_the_pinned_first(limit: int) -> None:
    made = await published_over_days(9)
    same = [await published(at=moment("2026-11-01 09:00")) for _ in range(4)]
    await publishing.pin(made[5], True)
    with clock.pinned(clock.now() + timedelta(seconds=1)):
        await publishing.pin(same[0], True)
        rest = [each for each in [*made, *sorted(same, reverse=True)] if each not in (made[5], same[0])]
        expected = [same[0], made[5], *rest]
        found = await all_pages(Among(), limit)
    if limit > 1:
        assert found == expected
    else:  # a page without room for both begins with one, and the other stands in its own place
        assert (found[0], sorted(found)) == (same[0], sorted(expected))


async def test_a_page_goes_on_where_it_ended_though_others_are_published() -> None:
    made = await published_over_days(6)
    first = await reading.newest(Among(), None, 3)
    await published()
    await publishing.retract(made[2])
    second = await reading.newest(Among(), first.next, 3)
    assert [row.article_id for row in second.rows] == made[3:]


@both_databases
@pytest.mark.parametrize("tag", [None, "质量"])
async def test_who_pages_on_while_others_are_pinned_and_let_go_gets_each_once(tag: str | None) -> None:
    made = await published_over_days(9, tags=("质量",))
    for each in (made[5], made[6]):
        await publishing.pin(each, True)
    first = await reading.newest(Among(tag=tag), None, 4)
    assert [row.article_id for row in first.rows][2:] == made[:2]
    with clock.pinned(clock.now() + timedelta(seconds=1)):
        await publishing.pin(made[8], True)
        await publishing.pin(made[5], False)
        found, place = [row.article_id for row in first.rows], first.next
        while place is not None:
            page = await reading.newest(Among(tag=tag), place, 4)
            found += [row.article_id for row in page.rows]
            place = page.next
    assert sorted(found) == sorted(made)


async def test_lists_by_channel_campaign_and_tag() -> None:
    campaign = await article_factories.campaign()
    policy = await published(channel="policy", tags=("质量",))
    under = await published(channel="cases", campaign_id=campaign.id, tags=("质量", "满意"))
    await published()
    assert await ids(channel="policy") == [policy]
    assert await ids(campaign_id=campaign.id) == [under]
    assert await ids(tag="满意") == [under]
    assert set(await ids(tag="质量")) == {policy, under}
    assert await ids(tag="质量", channel="policy") == [policy]
    assert await ids(tag="质量", campaign_id=campaign.id) == [under]
    assert await ids(tag="质") == await ids(channel="training") == []
    assert await reading.campaigns_of([await publication(under)]) == {campaign.id: campaign}


async def test_a_tags_list_has_pages_and_its_pinned_ones_too() -> None:
    made = await published_over_days(7, tags=("质量",))
    await published(tags=("别的",))
    await publishing.pin(made[4], True)
    assert await all_pages(Among(tag="质量"), 3) == [made[4], *made[:4], *made[5:]]
    assert await ids(tag="别的", limit=1) != [made[4]]


async def test_who_asks_for_one_that_was_taken_back_is_told_so_and_not_why() -> None:
    seen, never = await published(), await published(at=clock.now() + timedelta(days=1))
    await publishing.retract(seen)
    await publishing.retract(never)
    with pytest.raises(NotFound, match="article_retracted") as told:
        await reading.one(seen)
    assert "撤稿" in told.value.detail
    for unknown in (never, UUID(int=7)):
        with pytest.raises(NotFound, match="article_not_found"):
            await reading.one(unknown)


async def test_related_are_of_the_same_campaign_first_then_by_tags_then_the_channels_newest() -> None:
    campaign = await article_factories.campaign()
    old = clock.now() - timedelta(days=90)
    same_campaign = await published(campaign_id=campaign.id, channel="policy", at=old)
    two_tags = await published(tags=("甲", "乙"), channel="policy", at=old)
    one_tag = await published(tags=("乙",), channel="policy", at=old)
    of_channel = await published_over_days(4, channel="stories")
    await published(channel="culture")
    await publishing.retract(await published(campaign_id=campaign.id))
    row = await publication(await published(campaign_id=campaign.id, tags=("甲", "乙"), channel="stories"))
    near = [each.article_id for each in await related(row)]
    assert len(near) == MOST
    assert set(near[:2]) == {same_campaign, two_tags}
    assert near[2:] == [one_tag, *of_channel[:2]]
    alone = await publication(await published(channel="training"))
    assert await related(alone) == []


async def test_reading_while_others_publish_never_fails() -> None:
    await published_over_days(3)
    await asyncio.gather(*(published() for _ in range(5)), *(all_pages(Among(), 2) for _ in range(5)))
    assert len(await ids()) == 8
