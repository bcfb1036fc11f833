"""Counting reads: once a day for each reader, no robots, nothing about anybody, and none lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from backend import clock
from backend.cache import Cache
from backend.content import publishing
from backend.content.counts import Counts, counts
from backend.content.models import ReadCount
from backend.content.reads import Reader, Reads
from backend.content.watch import ContentWatch
from backend.database import close_database, open_database
from backend.errors import NotFound
from backend.settings import Settings
from backend.tables import MODEL_MODULES
from tests import article_factories
from tests.running_app import both_databases

PHONE = "Mozilla/5.0 (Linux; Android 14; CUBOT_X18) MicroMessenger/8.0.50 MiniProgramEnv/android"
NETWORK = "203.0.113.77"  # of nobody (RFC 5737)
READER = Reader(NETWORK, PHONE, "word-of-one")

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def watch(monday: None, database: None) -> AsyncIterator[ContentWatch]:
    at_work = ContentWatch(publishing.next_boundary)
    await at_work.begin()
    yield at_work
    await at_work.close()


@pytest.fixture
async def reads(watch: ContentWatch, one_window: None) -> Reads:
    """Those of one process, which writes when a test says so."""
    return Reads(Cache(), watch)


@pytest.fixture
async def article(watch: ContentWatch) -> UUID:
    return await article_factories.published()


async def written(reads: Reads, article_id: UUID) -> int:
    await reads.write()
    return (await counts([article_id]))[article_id].reads


@both_databases
async def test_one_reader_counts_once_a_day_and_her_neighbour_for_herself(reads: Reads, article: UUID) -> None:
    for _ in range(3):
        await reads.note(article, READER)
    await asyncio.gather(*(reads.note(article, READER) for _ in range(100)))
    assert await written(reads, article) == 1
    await reads.note(article, Reader(NETWORK, PHONE, "another-word"))
    await reads.note(article, Reader(NETWORK, "Mozilla/5.0 (iPhone)", "word-of-one"))
    await reads.note(article, Reader("203.0.113.78", PHONE, "word-of-one"))
    assert await written(reads, article) == 4
    other = await article_factories.published()
    await reads.note(other, READER)
    assert await written(reads, other) == 1
    with clock.pinned(clock.now() + timedelta(days=1)):
        await reads.note(article, READER)
        assert await written(reads, article) == 5
    assert await ReadCount.filter(article_id=article).order_by("day").values_list("day", "reads") == [
        (date(2026, 11, 23), 4),
        (date(2026, 11, 24), 1),
    ]


@on_sqlite
async def test_robots_are_told_nothing_and_not_counted(reads: Reads, article: UUID) -> None:
    for agent in (
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        "Sogou web spider/4.0",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116.0",
        "mpcrawler",
        "HeadlessChrome/120.0",
        "python-requests/2.31",
        "curl/8.1",
        "Go-http-client/1.1",
        "okhttp/4.9",
        "",
        "  ",
    ):
        await reads.note(article, Reader(NETWORK, agent))
    assert await written(reads, article) == 0


@on_sqlite
async def test_a_network_counts_two_hundred_times_a_day_whatever_words_it_makes_up(reads: Reads, article: UUID) -> None:
    for number in range(260):
        await reads.note(article, Reader(NETWORK, PHONE, str(number)))
    assert await written(reads, article) == 200
    await reads.note(article, Reader("203.0.113.78", PHONE))
    assert await written(reads, article) == 201


@on_sqlite
async def test_only_what_readers_see_is_counted(reads: Reads, article: UUID) -> None:
    later = await article_factories.published(at=clock.now() + timedelta(hours=1))
    for hidden in (uuid4(), later):
        with pytest.raises(NotFound, match="article_not_found"):
            await reads.note(hidden, READER)
    await reads.note(article, READER)
    await publishing.retract(article)
    with pytest.raises(NotFound, match="article_not_found"):
        await reads.note(article, Reader(NETWORK, PHONE, "another-word"))
    assert await written(reads, article) == 1, "what was read before is still written"
    with clock.pinned(clock.now() + timedelta(hours=1)):
        await reads.note(later, READER)
    assert await written(reads, later) == 1


@both_databases
async def test_two_processes_write_at_once_and_all_is_added(watch: ContentWatch, article: UUID) -> None:
    both = [Reads(Cache(), watch) for _ in range(2)]
    others = [await article_factories.published() for _ in range(3)]
    for number in range(30):
        for reads in both:
            for each in (article, *others):
                await reads.note(each, Reader(f"203.0.113.{number}", PHONE))
        await asyncio.gather(*(reads.write() for reads in both))
    assert await counts([article, *others]) == {each: Counts(60, 0) for each in (article, *others)}


@on_sqlite
async def test_while_the_database_is_away_reads_wait_and_are_written_once(
    reads: Reads, article: UUID, settings: Settings
) -> None:
    await reads.note(article, READER)
    await close_database()
    for _ in range(2):
        with pytest.raises(Exception, match=r".+"):
            await reads.write()
    await open_database(settings, MODEL_MODULES)
    assert await written(reads, article) == 1
    assert await written(reads, article) == 1


@on_sqlite
async def test_a_process_that_ends_writes_first(reads: Reads, article: UUID) -> None:
    await reads.begin()
    await reads.note(article, READER)
    await reads.close()
    assert (await counts([article]))[article].reads == 1


@on_sqlite
async def test_what_is_counted_while_the_last_write_is_under_way_is_written_too(reads: Reads, article: UUID) -> None:
    await reads.begin()
    await reads.note(article, READER)
    ending = asyncio.create_task(reads.close())
    while reads._counted:  # noqa: ASYNC110 (until the write has begun, which says so to nobody)
        await asyncio.sleep(0)
    await reads.note(article, Reader(NETWORK, PHONE, "another-word"))
    await ending
    assert (await counts([article]))[article].reads == 2


@on_sqlite
async def test_a_network_that_makes_readers_up_is_forgotten_not_remembered_without_end(
    reads: Reads, article: UUID
) -> None:
    others = [await article_factories.published() for _ in range(26)]
    for number in range(5200):
        await reads.note(others[number % 26], Reader(NETWORK, PHONE, str(number)))
    assert sum(reads._counted.values()) == 5000
    assert len(reads._cache._values) <= 5001
    await reads.note(others[0], Reader("203.0.113.78", PHONE))
    assert sum(reads._counted.values()) == 5001


@on_sqlite
async def test_a_site_with_sixty_five_thousand_networks_is_no_crowd(reads: Reads, article: UUID) -> None:
    for number in range(10_100):
        await reads.note(article, Reader(f"2001:db8:7:{number:x}::/64", PHONE))
    assert sum(reads._counted.values()) == 10_000
    assert len(reads._cache._values) <= 10_001
    await reads.note(article, Reader("2001:db8:8:1::/64", PHONE))
    assert sum(reads._counted.values()) == 10_001


@on_sqlite
async def test_nothing_about_a_reader_is_stored_or_logged(
    reads: Reads, article: UUID, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    await reads.note(article, READER)
    await written(reads, article)
    path = Path(settings.sqlite_path)
    stored = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    for said in (NETWORK, "CUBOT", "word-of-one"):
        assert said.encode() not in stored
        assert said not in caplog.text
    held = " ".join(reads._cache._values) + " ".join(reads._cache._values[key][1] for key in reads._cache._values)
    assert NETWORK not in held, "not even in memory: only a hash with the day's salt"
    assert str(article) not in held


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_with_redis_a_reader_counts_once_for_all_processes(
    watch: ContentWatch, article: UUID, redis_url: str
) -> None:
    caches = [Cache(redis_url) for _ in range(2)]
    both = [Reads(cache, watch) for cache in caches]
    for reads in (*both, *both):
        await reads.note(article, READER)
    assert [await written(reads, article) for reads in both] == [1, 1]
    for cache in caches:
        await cache.close()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_processes_that_begin_a_day_at_once_have_one_salt(watch: ContentWatch, redis_url: str) -> None:
    caches = [Cache(redis_url) for _ in range(8)]
    day = date(2031, 1, 1) + timedelta(days=uuid4().int % 9999)  # that Redis has seen in no test before
    salts = await asyncio.gather(*(Reads(cache, watch)._salt_of(day) for cache in caches))
    assert len(set(salts)) == 1
    assert await Reads(caches[0], watch)._salt_of(day) == salts[0], "also for one that begins later"
    for cache in caches:
        await cache.close()
