"""A stand-in of its own for each test, and the real client opened on it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from backend.demo.wechat_stand_in import StandIn, running
from backend.wechat import WeChat
from tests.wechat.opening import opened


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with running() as it:
        yield it


@pytest.fixture
async def wechat(stand_in: StandIn) -> AsyncIterator[WeChat]:
    async with opened(stand_in.url) as it:
        yield it
