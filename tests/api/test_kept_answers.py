"""Public answers that are kept whole: dropped at once when something is published, bounded in what others may keep."""

import asyncio
import logging
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from backend import clock
from backend.content import publishing
from backend.database import close_database
from miniprogram_api.surface.serving import blueprint
from tests import article_factories
from tests.answers import refused
from tests.running_app import CountyClock, Phone, RunningApp, both_databases

USUAL = "public, max-age=2, stale-while-revalidate=10"


async def titles(phone: Phone) -> list[str]:
    return [each["title"] for each in (await phone.read("/articles"))["items"]]


@both_databases
async def test_what_an_editor_publishes_or_takes_back_is_seen_at_once(app: RunningApp) -> None:
    phone = app.phone()
    assert await titles(phone) == []
    article = await article_factories.published(title="头条")
    assert await titles(phone) == ["头条"]
    assert (await phone.get(f"/articles/{article}")).status_code == 200
    await publishing.retract(article)
    for _ in range(3):
        refused(await phone.get(f"/articles/{article}"), 404, "article_retracted")
        assert await titles(phone) == []


@both_databases
async def test_what_comes_and_goes_by_itself_does_so_to_the_second(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    phone, now = app.phone(), clock.now()
    article = await article_factories.published(
        title="预告", at=now + timedelta(minutes=1), ends_at=now + timedelta(minutes=3)
    )
    refused(await phone.get(f"/articles/{article}"), 404, "article_not_found")
    county_clock.forward(seconds=30)
    assert await titles(phone) == []
    county_clock.forward(seconds=30)
    assert await titles(phone) == ["预告"]
    assert (await phone.get(f"/articles/{article}")).status_code == 200
    county_clock.forward(minutes=2)
    assert await titles(phone) == []
    refused(await phone.get(f"/articles/{article}"), 404, "article_not_found")


async def test_nobody_may_keep_an_answer_beyond_the_moment_at_which_it_changes(
    app: RunningApp, county_clock: CountyClock
) -> None:
    county_clock.set("2026-11-23 09:00")
    await article_factories.published(at=clock.now() + timedelta(seconds=20))
    phone = app.phone()

    async def told(seconds: int) -> tuple[int, int]:
        county_clock.forward(seconds=seconds)
        said = (await phone.get("/articles")).headers["Cache-Control"]
        public, age, stale = said.split(", ")
        assert public == "public"
        return int(age.removeprefix("max-age=")), int(stale.removeprefix("stale-while-revalidate="))

    assert await told(0) == (2, 10)
    for left in (11, 5, 1):
        now = clock.now()
        ends = now + timedelta(seconds=left)
        await article_factories.published(at=ends)
        age, stale = await told(0)
        assert age <= 2
        assert left - 1 <= age + stale <= left, "less the moment that has passed"


async def test_it_has_an_etag_and_answers_304_as_other_public_reads(app: RunningApp) -> None:
    phone = app.phone()
    article = await article_factories.published()
    first = await phone.get(f"/articles/{article}")
    etag = first.headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await phone.get(f"/articles/{article}", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
        assert again.headers["Cache-Control"] == USUAL
        assert "content-type" not in again.headers
    for unknown in ('"other"', etag.strip('"'), ""):
        again = await phone.get(f"/articles/{article}", headers={"If-None-Match": unknown})
        assert (again.status_code, again.content) == (200, first.content)
    await article_factories.published()  # it is related, so it stands in this answer
    changed = await phone.get(f"/articles/{article}", headers={"If-None-Match": etag})
    assert (changed.status_code, changed.headers["ETag"] != etag) == (200, True)


@pytest.mark.usefixtures("one_window")
async def test_every_kept_answer_carries_what_any_answer_does(app: RunningApp) -> None:
    phone, plain = app.phone(), await app.phone().get("/texts")
    answers = [await phone.get("/articles") for _ in range(3)]
    for answer in answers:
        assert answer.headers.keys() == plain.headers.keys()
        own = {"etag", "cache-control", "content-length", "x-request-id", "ratelimit-remaining"}
        for name in plain.headers.keys() - own:
            assert answer.headers[name] == plain.headers[name]
    assert len({each.headers["X-Request-ID"] for each in answers}) == 3
    left = [int(each.headers["RateLimit-Remaining"]) for each in answers]
    assert left == [left[0], left[0] - 1, left[0] - 2]
    assert answers[0].content == answers[1].content


@pytest.mark.usefixtures("one_window")
async def test_reads_of_what_is_kept_are_limited_too(app: RunningApp) -> None:
    phone = app.phone()
    limit = int((await phone.get("/articles")).headers["RateLimit-Limit"])
    async with httpx.AsyncClient(base_url=app.url) as http:
        for _ in range(limit - 1):
            assert (await http.get("/api/v1/articles")).status_code == 200
    refused(await phone.get("/articles"), 429, "too_often")


async def test_wrong_questions_are_told_so_each_time_and_other_methods_too(app: RunningApp) -> None:
    phone = app.phone()
    for _ in range(2):
        refused(await phone.get("/articles?nonsense=1"), 422, "invalid_fields")
        refused(await phone.get("/articles?limit=0"), 422, "invalid_fields")
        refused(await phone.get("/articles/nonsense"), 404, "not_found")
        refused(await phone.get(f"/articles/{uuid4()}"), 404, "article_not_found")
        assert (await app.http.head("/api/v1/articles")).status_code == 405
    assert len((await phone.read("/articles?limit=1"))["items"]) == 0


async def test_a_refusal_that_is_kept_has_the_request_s_own_id(app: RunningApp) -> None:
    path = f"/articles/{uuid4()}"
    answers = await asyncio.gather(*(app.phone().get(path) for _ in range(20)))
    assert {each.status_code for each in answers} == {404}
    assert len({each.json()["request_id"] for each in answers}) == 20
    assert {each.headers["Cache-Control"] for each in answers} == {"no-store"}


async def test_without_the_database_readers_go_on_reading(app: RunningApp) -> None:
    phone = app.phone()
    article = await article_factories.published()
    before = await phone.get(f"/articles/{article}")
    await close_database()
    await asyncio.sleep(2.1)  # until the last look is too old to be believed
    again = await phone.get(f"/articles/{article}")
    assert (again.status_code, again.content) == (200, before.content)
    assert again.headers["Cache-Control"] == USUAL


async def test_a_read_that_brings_a_body_is_answered_all_the_same(app: RunningApp) -> None:
    phone = app.phone()
    expected = (await phone.get("/articles")).content
    async with httpx.AsyncClient(base_url=app.url) as browser:
        for _ in range(2):  # on one connection: of the first body nothing is left to be taken for a request
            answer = await browser.request("GET", "/api/v1/articles", content=b"GET / HTTP/1.1\r\n" * 50)
            assert (answer.status_code, answer.content) == (200, expected)


async def test_the_log_names_the_operation_of_what_was_kept(app: RunningApp, caplog: pytest.LogCaptureFixture) -> None:
    phone = app.phone()
    with caplog.at_level(logging.INFO, "backend.requests"):
        for _ in range(2):
            await phone.get("/articles")
    lines = [each.getMessage().split(" ", 1)[1] for each in caplog.records if each.name == "backend.requests"]
    assert [line.rsplit(" ", 2)[0] for line in lines] == ["GET list_articles 200"] * 2


def test_only_a_public_read_of_json_can_be_kept() -> None:
    from backend.app import open_tools  # late: it opens what the other tests here get from the app
    from backend.settings import demo_settings
    from miniprogram_api import article_counts
    from miniprogram_api.surface.operation import Operation, Routes

    tools = open_tools(demo_settings())
    for operation in article_counts.routes.operations:
        about = {name: getattr(operation, name) for name in Operation.__dataclass_fields__}
        wrong = Routes("文章", [Operation(**about | {"kept": True})])
        with pytest.raises(TypeError, match=operation.id):
            blueprint([wrong], tools)
