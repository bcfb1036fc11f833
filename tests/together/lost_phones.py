"""Phones that lose the network in the middle of a write, again and again."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

import httpx

from backend import clock
from backend.citizens.models import Account, Consent, Session
from backend.database import close_database, open_database
from backend.secrets import hash_token
from backend.settings import Settings
from backend.tables import MODEL_MODULES
from tests.servers import RunningServer

T = TypeVar("T")

PHONES = 100
AT_ONCE = 25  # few enough that some get through
BODY = b'{"text":"privacy","version":1,"given":true}'


async def lose_phones(server: RunningServer, settings: Settings, tries: int) -> None:
    """A hundred phones that try so often each, and are lost; then the server answers every one of them."""
    tokens = [f"token-of-phone-{number}" for number in range(PHONES)]
    await _with_database(settings, lambda: _sign_in_all(tokens))
    chance = random.Random(20261122)  # noqa: S311 (repeatable, not secret)

    for _ in range(tries):
        for at_once in (tokens[first : first + AT_ONCE] for first in range(0, PHONES, AT_ONCE)):
            await asyncio.gather(*(_lose(server.port, token, chance.uniform(0, 0.05)) for token in at_once))

    async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:  # that it answers, however busy the machine
        answers = await asyncio.gather(*(_read(http, token) for token in tokens))
    assert [answer.status_code for answer in answers] == [200] * PHONES
    # Some of them got through before they were lost, and most did not: else this test would show nothing.
    assert 0 < await _with_database(settings, lambda: Consent.all().count()) < PHONES * tries


async def _sign_in_all(tokens: list[str]) -> None:
    now = clock.now()
    for token in tokens:
        account = await Account.create(openid_digest=uuid4().hex, openid_hidden=b"", created_at=now)
        await Session.create(
            token_hash=hash_token(token), account=account, created_at=now, expires_at=now + timedelta(days=30)
        )


async def _with_database(settings: Settings, deed: Callable[[], Awaitable[T]]) -> T:
    await open_database(settings, MODEL_MODULES)
    try:
        return await deed()
    finally:
        await close_database()


async def _lose(port: int, token: str, after: float) -> None:
    """Send a write, and lose the network before or while it is answered."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST /api/v1/consents HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {uuid4().hex}\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    writer.write(head.encode() + BODY)
    await asyncio.sleep(after)
    writer.transport.abort()


async def _read(http: httpx.AsyncClient, token: str) -> httpx.Response:
    return await http.get("/api/v1/consents", headers={"authorization": f"Bearer {token}"})
