"""Reading and liking an article: who may, once, exact at once, and what is told of it."""

import asyncio
import logging
from uuid import UUID, uuid4

import httpx
import pytest

from backend import clock
from backend.citizens.models import Account, Session
from backend.content import publishing
from backend.content.counts import counts
from backend.content.models import Like, ReadCount
from backend.secrets import hash_token
from tests import article_factories, connections
from tests.answers import refused
from tests.factories import NEIGHBOUR
from tests.running_app import CountyClock, Phone, RunningApp, both_databases

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0.50"


async def reads(phone: Phone, article: UUID, word: str = "", agent: str = PHONE) -> httpx.Response:
    """Says that the article was read."""
    return await phone.send(
        "POST", f"/articles/{article}/reads", json={"reader": word} if word else {}, headers={"User-Agent": agent}
    )


async def crowd(app: RunningApp, size: int) -> list[Phone]:
    """Phones of so many accounts, signed in without WeChat's limit of a hundred a minute."""
    now, phones = clock.now(), []
    for number in range(size):
        account = await Account.create(openid_digest=uuid4().hex, openid_hidden=b"", created_at=now)
        token = f"token-of-phone-{number}"
        await Session.create(
            token_hash=hash_token(token), account=account, created_at=now, expires_at=now.replace(year=now.year + 1)
        )
        phone = app.phone()
        phone.token = token
        phones.append(phone)
    return phones


async def test_anybody_reads_and_all_are_answered_alike(app: RunningApp, county_clock: CountyClock) -> None:
    county_clock.set("2026-11-23 09:00")
    stranger, article = app.phone(), await article_factories.published()
    answers = [await reads(stranger, article, "a") for _ in range(2)]
    answers += [await reads(stranger, article, "b"), await reads(stranger, article, "c", agent="Googlebot/2.1")]
    assert {(each.status_code, each.content, each.headers["Cache-Control"]) for each in answers} == {
        (204, b"", "private, no-store")
    }
    async with asyncio.timeout(5):
        while not await ReadCount.exists():  # noqa: ASYNC110 (it is about the time that passes)
            await asyncio.sleep(0.1)
    assert await ReadCount.all().values_list("article_id", "day", "reads") == [(article, clock.today(), 2)]
    county_clock.forward(minutes=1)
    assert (await stranger.read(f"/articles/{article}"))["reads"] == 2
    assert (await stranger.read("/articles"))["items"][0]["reads"] == 2


async def test_what_is_not_to_be_seen_cannot_be_read(app: RunningApp) -> None:
    article = await article_factories.published()
    refused(await reads(app.phone(), uuid4()), 404, "article_not_found")
    assert (await reads(app.phone(), article)).status_code == 204
    await publishing.retract(article)
    refused(await reads(app.phone(), article), 404, "article_not_found")


async def test_a_wrong_word_is_told(app: RunningApp) -> None:
    article = await article_factories.published()
    for body in ({"reader": "x" * 65}, {"reader": "鲁小明"}, {"reader": 1}, {"who": "me"}):
        answer = await app.phone().send("POST", f"/articles/{article}/reads", json=body)
        refused(answer, 422, "invalid_fields")


async def test_no_log_says_who_read_what(app: RunningApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="backend")
    article = await article_factories.published()
    await reads(app.phone(), article, "word-of-hers")
    written = "\n".join(line.getMessage() for line in caplog.records if line.name.startswith("backend"))
    assert "note_read 204" in written
    for said in (str(article), "word-of-hers", "iPhone"):
        assert said not in written


async def test_liking_needs_a_sign_in_and_no_more(app: RunningApp) -> None:
    article = await article_factories.published()
    path = f"/articles/{article}/like"
    for method in ("GET", "PUT", "DELETE"):
        refused(await app.phone().send(method, path), 401, "sign_in_needed")
    guest, neighbour = await app.guest(), await app.guest(NEIGHBOUR)
    assert await guest.read(path) == {"liked": False, "likes": 0}
    for _ in range(2):
        assert guest.succeeded(await guest.send("PUT", path)) == {"liked": True, "likes": 1}
    assert await neighbour.read(path) == {"liked": False, "likes": 1}
    assert neighbour.succeeded(await neighbour.send("PUT", path)) == {"liked": True, "likes": 2}
    for _ in range(2):
        assert guest.succeeded(await guest.send("DELETE", path)) == {"liked": False, "likes": 1}
    assert await neighbour.read(path) == {"liked": True, "likes": 1}
    for method in ("GET", "PUT", "DELETE"):
        refused(await guest.send(method, f"/articles/{uuid4()}/like"), 404, "article_not_found")


async def test_of_an_article_taken_back_only_the_like_can_be_taken_back(app: RunningApp) -> None:
    article, guest = await article_factories.published(), await app.guest()
    path = f"/articles/{article}/like"
    await guest.send("PUT", path)
    await publishing.retract(article)
    refused(await guest.send("PUT", path), 404, "article_not_found")
    refused(await guest.send("GET", path), 404, "article_not_found")
    assert guest.succeeded(await guest.send("DELETE", path)) == {"liked": False, "likes": 0}
    refused(await guest.send("DELETE", path), 404, "article_not_found")


@pytest.mark.slow
@both_databases
async def test_a_hundred_like_at_once_each_twice_and_are_a_hundred(app: RunningApp) -> None:
    article = await article_factories.published()
    path = f"/articles/{article}/like"
    phones = await crowd(app, 100)
    await connections.open_all()
    answers = await asyncio.gather(*(each.send("PUT", path) for each in (*phones, *phones)))
    assert {each.status_code for each in answers} == {200}
    assert await Like.all().count() == 100
    assert (await counts([article]))[article].likes == 100
    gone = await asyncio.gather(*(each.send("DELETE", path) for each in (*phones[:40], *phones[:40])))
    assert {each.status_code for each in gone} == {200}
    assert await phones[99].read(path) == {"liked": True, "likes": 60}
