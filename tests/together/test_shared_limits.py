"""Two web processes behind one address: with Redis a limit holds for both together, without it each counts alone."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from backend import clock
from backend.citizens.models import Account, Session
from backend.secrets import hash_token
from backend.settings import Settings
from tests.running_app import browser
from tests.servers import RunningServer

pytestmark = [
    pytest.mark.together,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]

WRITES_A_MINUTE = 30
TOKEN = "token-of-an-impatient-phone"


@pytest.fixture
async def phone(database: None) -> None:
    """A signed-in account."""
    now = clock.now()
    account = await Account.create(openid_digest=uuid4().hex, openid_hidden=b"", created_at=now)
    await Session.create(
        token_hash=hash_token(TOKEN), account=account, created_at=now, expires_at=now + timedelta(days=30)
    )


@pytest.fixture(params=["redis", "alone"])
def two_processes(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[RunningServer]:
    redis_url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    server = RunningServer(replace(settings, web_processes=2, redis_url=redis_url), tmp_path / "server.log")
    server.start()
    yield server
    server.stop()


async def test_an_impatient_phone_on_two_processes(
    phone: None, two_processes: RunningServer, request: pytest.FixtureRequest
) -> None:
    """Every tap on a new connection, so that both processes get some."""
    answers = await asyncio.gather(*(_tap(two_processes.url) for _ in range(90)))
    count = Counter(answers)
    assert count.keys() <= {201, 429}
    if request.node.callspec.params["two_processes"] == "redis":
        assert WRITES_A_MINUTE <= count[201] <= WRITES_A_MINUTE + 1  # one more where a minute ends in between
    else:
        assert WRITES_A_MINUTE <= count[201] <= 2 * WRITES_A_MINUTE + 2


async def _tap(url: str) -> int:
    async with browser(url) as http:
        answer = await http.post(
            "/api/v1/consents",
            json={"text": "privacy", "version": 1, "given": True},
            headers={"authorization": f"Bearer {TOKEN}", "idempotency-key": uuid4().hex},
        )
        return answer.status_code
